"""A scheme under edit: a document and its bindings, shown as the lines of a form."""

import re
import unicodedata
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from evaluation.cycles.enums import BindingSource, Reading
from surveys.core.text import LANGUAGES, localized

NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?", re.IGNORECASE)
MOST_LINES = 300
PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "goalposts": ("lo", "hi"),
    "zscore": ("mean", "sd"),
    "dist2targ": ("target",),
    "target": ("target",),
    "piecewise": ("target", "slope", "floor", "cap"),
}
"""What a scale asks for as plain numbers; longer lists of points come with the scheme's file."""
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
    source: str
    measure: str
    outcome: str
    reading: str

    @property
    def name(self) -> str:
        return localized(self.names) or self.code

    @property
    def reads_list(self) -> bool:
        return self.source in READINGS


def begin(document: Mapping[str, Any], bindings: Mapping[str, Any]) -> Draft:
    """A stored scheme, copied so that nothing of it changes."""
    return Draft(deepcopy(dict(document)), deepcopy(dict(bindings)))


def typed(text: str) -> Any:
    """A number where the text is one, in any width of digits; any other text stays, for the checker to name."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if not NUMBER.fullmatch(plain):
        return plain
    value = float(plain)
    return int(value) if value.is_integer() and abs(value) < 1e15 else value


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
    method = str(scale.get("method", "none"))
    own = part.get("name")
    names = own if isinstance(own, Mapping) else dict.fromkeys(LANGUAGES, str(own or ""))
    rule = (draft.document.get("weights") or {}).get(code) or {}
    keys = () if "points" in scale else PARAMETERS.get(method, ())
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
        normalise=method,
        parameters=tuple((key, shown(scale.get(key, ""))) for key in keys),
        source=source,
        measure=str(bound.get(MEASURES.get(source, ""), "")),
        outcome=str(bound.get("outcome", "")),
        reading=str(bound.get("reading", Reading.SAMPLE)),
    )


def shown(value: Any) -> str:
    """A number as it is typed: without a needless point."""
    return f"{value:.15g}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


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
