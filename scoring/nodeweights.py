"""Weights of one node's children: as written, equal, by pairwise comparison, or derived from the children."""

from collections.abc import Callable

import numpy as np

from scoring import weighting
from scoring.checks import child_weights
from scoring.types import Floats, Node, Scheme, ScoringError, Weights

FROM_DATA: dict[str, Callable[[Floats], Floats]] = {
    "critic": weighting.critic,
    "entropy": weighting.entropy,
    "std": weighting.std,
    "pca": weighting.pca,
}


OF_SCHEME = "scheme"
"""Stands where a fault names its file, until somebody knows where the scheme was read from."""


def derive(scheme: Scheme, node: Node, x: Floats, rule: Weights) -> tuple[Floats, float | None]:
    """Weights [K] that sum to 1 (as written under `sum`), and the consistency ratio of an AHP.

    x: children [K, N] as the node will combine them; units with a gap are left out of weights from data.
    """
    children = scheme.children[node.code]
    if rule.method == "manual":
        written = np.array(child_weights(scheme, node.code))
        return written if node.aggregate == "sum" else written / written.sum(), None
    if rule.method == "equal":
        return np.full(len(x), 1.0 / len(x)), None
    try:
        if rule.method == "ahp":
            return _ahp(rule)
        if rule.method == "balance":
            return weighting.balance(x.T, rule.shares), None
        return FROM_DATA[rule.method](x.T), None
    except ScoringError as error:
        place = f"weights, {node.code}, {rule.method}"
        child = error.column
        if child is not None and child.isdigit() and 0 < int(child) <= len(children):
            place += f", child {children[int(child) - 1]}"
        file = OF_SCHEME if rule.method == "ahp" else None
        raise ScoringError(f"{place}: {error.message}", file=file) from error


def _ahp(rule: Weights) -> tuple[Floats, float]:
    cells = [[np.nan if cell is None else cell for cell in row] for row in rule.matrix]
    found = weighting.ahp(np.array(cells))
    if not found.consistent and not rule.allow_inconsistent:
        raise ScoringError(inconsistent(found.consistency_ratio))
    return found.weights, found.consistency_ratio


def inconsistent(ratio: float) -> str:
    """The sentence for comparisons that contradict each other (Saaty's limit)."""
    return (
        f"the comparisons contradict each other: consistency ratio {ratio:.3f}, above "
        f"{weighting.CONSISTENT_BELOW:.2f}; make them again or allow it in so many words"
    )
