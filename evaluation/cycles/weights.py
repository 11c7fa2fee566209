"""The tree of a scheme with what each part counts in the whole: its effective share."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from evaluation.cycles.bindings import Binding
from evaluation.cycles.enums import BindingSource
from evaluation.cycles.labels import AGGREGATES
from scoring.types import Scheme
from surveys.core.text import localized


@dataclass(frozen=True)
class Branch:
    """One line of the tree; `share` is None where weights are found from the data or points are summed."""

    code: str
    parent: str
    name: str
    level: int
    weight: float
    share: float | None
    aggregate: str
    is_indicator: bool
    source: str
    measure: str
    normalise: str


def name_of(part: Any) -> str:
    """A part's name in the page's language, else its code."""
    names = part.name
    if isinstance(names, dict):
        return localized(names) or str(part.code)
    return str(names or part.code)


def branches(scheme: Scheme, bindings: dict[str, Binding]) -> list[Branch]:
    """The tree in reading order; shares multiply down from 1 at the root."""
    nodes = {node.code: node for node in scheme.nodes}
    leaves = {leaf.code: leaf for leaf in scheme.indicators}
    computed = {code for code, weights in scheme.weights if weights.method != "manual"}
    found: list[Branch] = []

    def visit(code: str, parent: str, level: int, share: float | None) -> None:
        part = nodes.get(code) or leaves[code]
        leaf = leaves.get(code)
        bound = bindings.get(code)
        found.append(
            Branch(
                code=code,
                parent=parent,
                name=name_of(part),
                level=level,
                weight=part.weight,
                share=share,
                aggregate=str(AGGREGATES.get(nodes[code].aggregate, nodes[code].aggregate))
                if code in nodes
                else "",
                is_indicator=leaf is not None,
                source=str(BindingSource(bound.source).label) if bound else "",
                measure=(bound.formula or bound.kpi or bound.audit or bound.outcome) if bound else "",
                normalise=leaf.normalise.method if leaf else "",
            )
        )
        if code not in nodes:
            return
        children = scheme.children[code]
        total = sum((nodes.get(child) or leaves[child]).weight for child in children)
        for child in children:
            weight = (nodes.get(child) or leaves[child]).weight
            known = share is not None and code not in computed and total > 0
            visit(child, code, level + 1, share * weight / total if known and share is not None else None)

    visit(scheme.root, "", 0, 1.0)
    return found


def main_parts(tree: list[Branch]) -> list[Branch]:
    """The children of the root."""
    return [branch for branch in tree if branch.level == 1]


def summary(tree: list[Branch]) -> str:
    """The main weights as one line: "Residents 40 · Targets 40 · Audit 20"."""
    parts = []
    for branch in main_parts(tree):
        share = _("from data") if branch.share is None else f"{100 * branch.share:.0f}"
        parts.append(f"{branch.name} {share}")
    return " · ".join(parts)
