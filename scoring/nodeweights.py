"""Weights of one node's children: as written, equal, by pairwise comparison, or derived from the children."""

import numpy as np

from scoring.checks import child_weights
from scoring.types import Floats, Node, Scheme, ScoringError, Weights


def derive(scheme: Scheme, node: Node, x: Floats, rule: Weights) -> Floats:
    """Weights [K] that sum to 1 (as written under `sum`); x: children [K, N] as the node will combine them."""
    written = np.array(child_weights(scheme, node.code))
    if rule.method == "manual":
        return written if node.aggregate == "sum" else written / written.sum()
    if rule.method == "equal":
        return np.full(len(x), 1.0 / len(x))
    raise ScoringError(f"weights, {node.code}: {rule.method}")
