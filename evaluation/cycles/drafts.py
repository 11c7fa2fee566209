"""A scheme under edit: a document and its bindings, shown as the lines of a form."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from django.utils.translation import gettext as _

from evaluation.cycles.draft_values import PARAMETERS, choice_of, pairs_of, shown
from evaluation.cycles.enums import BindingSource, Reading
from surveys.core.text import LANGUAGES, localized

MOST_LINES = 300
MEASURES: Mapping[str, str] = {
    BindingSource.TALLY: "formula",
    BindingSource.SURVEY: "formula",
    BindingSource.FUNNEL: "formula",
    BindingSource.CASE: "formula",
    BindingSource.KPI: "kpi",
    BindingSource.KPI_TARGETS: "dimension",
    BindingSource.AUDIT: "audit",
    BindingSource.FINDINGS: "audit",
    BindingSource.OUTCOME: "formula",
}
"""The key that says what is measured, by source."""
READINGS = frozenset({BindingSource.KPI_TARGETS, BindingSource.AUDIT, BindingSource.OUTCOME})


@dataclass(frozen=True)
class Draft:
    """A scheme as it stands in the form; `fresh` holds the codes of parts that were never saved."""

    document: dict[str, Any]
    bindings: dict[str, Any]
    fresh: frozenset[str] = field(default=frozenset())

    @property
    def content(self) -> dict[str, Any]:
        return {"document": self.document, "bindings": self.bindings}

    def parts(self) -> list[dict[str, Any]]:
        return [*self.document["nodes"], *self.document["indicators"]]


@dataclass(frozen=True)
class Line:
    """One part of the tree as the form shows it; numbers are texts, because they may be wrong."""

    code: str
    parent: str
    level: int
    is_indicator: bool
    is_fresh: bool
    names: dict[str, str]
    weight: str
    aggregate: str
    p: str
    weighting: str
    has_children: bool
    direction: str
    normalise: str
    parameters: tuple[tuple[str, str], ...]
    pairs: tuple[tuple[str, str], ...]
    source: str
    measure: str
    outcome: str
    reading: str
    may_rise: bool = False
    may_sink: bool = False

    @property
    def name(self) -> str:
        return localized(self.names) or self.code


def begin(document: Mapping[str, Any], bindings: Mapping[str, Any]) -> Draft:
    """A stored scheme, copied so that nothing of it changes."""
    return Draft(deepcopy(dict(document)), deepcopy(dict(bindings)))


def lines(draft: Draft) -> list[Line]:
    """The tree in reading order; parts that hang nowhere come last, so that they can be moved or removed."""
    parts = draft.parts()
    below: dict[Any, list[dict[str, Any]]] = {}
    for part in parts:
        below.setdefault(part.get("parent"), []).append(part)
    found: list[Line] = []
    seen: set[int] = set()

    def visit(part: dict[str, Any], level: int) -> None:
        if id(part) in seen:
            return
        seen.add(id(part))
        children = below.get(part["code"], []) if _is_node(draft, part) else []
        found.append(_line(draft, part, level, has_children=bool(children)))
        for child in children:
            visit(child, level + 1)

    for part in [*below.get(None, []), *parts]:
        visit(part, 0 if part.get("parent") is None else 1)
    return found


def _is_node(draft: Draft, part: dict[str, Any]) -> bool:
    return any(part is node for node in draft.document["nodes"])


def _line(draft: Draft, part: dict[str, Any], level: int, *, has_children: bool) -> Line:
    is_indicator = not _is_node(draft, part)
    code = part["code"]
    scale = part.get("normalise") or {"method": "none"}
    bound = draft.bindings.get(code, {}) if is_indicator else {}
    source = bound.get("from", "")
    own = part.get("name")
    names = own if isinstance(own, Mapping) else dict.fromkeys(LANGUAGES, str(own or ""))
    rule = (draft.document.get("weights") or {}).get(code) or {}
    before, after = neighbours(draft, part)
    return Line(
        code=code,
        parent=part.get("parent") or "",
        level=level,
        is_indicator=is_indicator,
        is_fresh=code in draft.fresh,
        names={language: str(names.get(language, "")) for language in LANGUAGES},
        weight=shown(part.get("weight", 1)),
        aggregate=aggregate_of(part),
        p=shown(part.get("p", "")),
        weighting=rule.get("method", "manual"),
        has_children=has_children,
        direction=str(part.get("direction", 1)),
        normalise=choice_of(scale),
        parameters=tuple(
            (key, shown(scale.get(key, ""))) for key in dict.fromkeys(chain(*PARAMETERS.values()))
        ),
        pairs=tuple(pairs_of(scale)),
        source=source,
        measure=str(bound.get(MEASURES.get(source, ""), "")),
        outcome=str(bound.get("outcome", "")),
        reading=str(bound.get("reading", Reading.SAMPLE)),
        may_rise=before is not None,
        may_sink=after is not None,
    )


def neighbours(draft: Draft, part: dict[str, Any]) -> tuple[int | None, int | None]:
    """Places of the siblings right before and after a part, in the list it stands in.

    Branches and indicators are two lists, and the engine takes a node's branches first.
    """
    parts = draft.document["nodes" if _is_node(draft, part) else "indicators"]
    line = [at for at, other in enumerate(parts) if other.get("parent") == part.get("parent")]
    here = next(place for place, at in enumerate(line) if parts[at] is part)
    return line[here - 1] if here else None, line[here + 1] if here + 1 < len(line) else None


def aggregate_of(part: Mapping[str, Any]) -> str:
    """The name of the way a node combines its children."""
    how = part.get("aggregate", "amean")
    return str(how.get("method", "amean")) if isinstance(how, Mapping) else str(how)


def children(draft: Draft, node: str) -> list[dict[str, Any]]:
    """The parts right under a node, in the order of the engine."""
    return [part for part in draft.parts() if part.get("parent") == node]


def title(draft: Draft) -> str:
    """What the editor calls the scheme: code and version."""
    return _("%(code)s, version %(version)s") % {
        "code": draft.document["code"] or "–", "version": draft.document["version"] or "–"
    }  # fmt: skip


def in_order(rule: Mapping[str, Any], order: list[int]) -> dict[str, Any]:
    """A weights rule whose matrix and shares follow the children's new order; of another size they stay."""
    found = dict(rule)
    matrix, shares = rule.get("matrix"), rule.get("shares")
    if isinstance(matrix, list) and {len(matrix), *map(len, matrix)} == {len(order)}:
        found["matrix"] = [[matrix[i][j] for j in order] for i in order]
    if isinstance(shares, list) and len(shares) == len(order):
        found["shares"] = [shares[i] for i in order]
    return found
