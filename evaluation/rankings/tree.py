"""The scheme's tree as readers see it: names, each part's share of the whole, and what it can give at most."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scoring.normalise import span_to
from scoring.types import Indicator, Node, Scheme

Names = Mapping[str, str]
SUM = "sum"


@dataclass(frozen=True)
class NodeInfo:
    """A branch or leaf; `share` is its part of the whole score (0-1), `full` the most points it can have."""

    code: str
    parent: str | None
    names: Names
    weight: float
    share: float
    full: float
    is_indicator: bool
    direction: int
    depth: int


def names_of(value: Any, code: str) -> Names:
    """Names from a scheme document; without any, the code stands for all languages."""
    if isinstance(value, Mapping) and value:
        return {str(key): str(text) for key, text in value.items()}
    return dict.fromkeys(("en", "zh-hans", "zh-hant"), str(value) if value else code)


def full_points(indicator: Indicator) -> float:
    """The most points an indicator can have after normalisation; 100 where the method sets no bound."""
    spec = indicator.normalise
    if spec.method == "piecewise":
        return max((points for _raw, points in spec.points), default=spec.cap or 0.0)
    if spec.method == "table":
        return max(points for _raw, points in spec.table)
    if spec.method == "none":
        return 100.0
    return float(span_to(spec)[1])


def scales(
    scheme: Scheme, weights: Mapping[str, Mapping[str, float]], present: Mapping[str, bool] | None = None
) -> dict[str, float]:
    """How many points of the ranked score one point of each part makes; missing parts leave theirs to the rest."""
    how = {node.code: node.aggregate for node in scheme.nodes}
    found = {scheme.rank.node: 1.0}
    todo = [scheme.rank.node]
    while todo:
        parent = todo.pop()
        shares = weights[parent]
        counted = [code for code in shares if present is None or present.get(code)]
        total = 1.0 if how[parent] == SUM else sum(shares[code] for code in counted)
        for code, weight in shares.items():
            found[code] = found[parent] * weight / total if code in counted and total else 0.0
            if code in how:
                todo.append(code)
    return found


def fulls(scheme: Scheme, weights: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """The most points each part can have, from the leaves up."""
    found = {indicator.code: full_points(indicator) for indicator in scheme.indicators}
    for node in scheme.bottom_up:
        shares = weights[node.code]
        total = 1.0 if node.aggregate == SUM else sum(shares.values())
        found[node.code] = sum(weight * found[code] for code, weight in shares.items()) / (total or 1.0)
    return found


def tree_of(scheme: Scheme, weights: Mapping[str, Mapping[str, float]]) -> tuple[NodeInfo, ...]:
    """Every part of the ranked node, parents before children, in the order of the scheme."""
    parts: dict[str, Node | Indicator] = {node.code: node for node in scheme.nodes}
    parts |= {leaf.code: leaf for leaf in scheme.indicators}
    leaves = {indicator.code: indicator for indicator in scheme.indicators}
    scale, full = scales(scheme, weights), fulls(scheme, weights)
    whole = full[scheme.rank.node] or 1.0

    def walk(code: str, parent: str | None, depth: int) -> Iterator[NodeInfo]:
        part = parts[code]
        yield NodeInfo(
            code=code,
            parent=parent,
            names=names_of(part.name, code),
            weight=weights[parent][code] if parent else 1.0,
            share=scale[code] * full[code] / whole,
            full=full[code],
            is_indicator=code in leaves,
            direction=leaves[code].direction if code in leaves else 1,
            depth=depth,
        )
        for child in scheme.children.get(code, ()):
            yield from walk(child, code, depth + 1)

    return tuple(walk(scheme.rank.node, None, 0))


def leaves_below(nodes: Sequence[NodeInfo], code: str) -> list[str]:
    """Codes of the indicators under a part, or the indicator itself."""
    children: dict[str, list[NodeInfo]] = {}
    for node in nodes:
        if node.parent is not None:
            children.setdefault(node.parent, []).append(node)
    if code not in children:
        return [code]
    return [leaf for child in children[code] for leaf in leaves_below(nodes, child.code)]
