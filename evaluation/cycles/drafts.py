"""A scheme under edit: a document and its bindings as lines of a form, and the form as a document again."""

import re
import unicodedata
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
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
        aggregate=_aggregate(part),
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


def _aggregate(part: Mapping[str, Any]) -> str:
    how = part.get("aggregate", "amean")
    return str(how.get("method", "amean")) if isinstance(how, Mapping) else str(how)


def read(post: Mapping[str, str], base: Draft) -> Draft:
    """The draft a form describes, over the stored one: what the form does not show stays as it was."""
    document, bindings = deepcopy(base.document), dict(base.bindings)
    rows, code_of = _rows(post), renamed(post)
    old = {part["code"]: part for part in base.parts()}
    document |= _head(post, document)
    document["nodes"] = [_node(row, old, code_of) for row in rows if row["kind"] == "node"]
    document["indicators"] = [
        _leaf(row, post, i, old, code_of) for i, row in enumerate(rows) if row["kind"] == "leaf"
    ]
    document["weights"] = _weightings(rows, base.document.get("weights") or {})
    gone = {leaf["code"] for leaf in base.document["indicators"]}
    bindings = {column: item for column, item in bindings.items() if column not in gone}
    for row in rows:
        if row["kind"] == "leaf" and row["source"]:
            bindings[row["code"] or row["was"]] = _binding(row, base.bindings.get(row["was"], {}))
    return Draft(document, bindings, frozenset(row["code"] for row in rows if row["fresh"]))


def _rows(post: Mapping[str, str]) -> list[dict[str, str]]:
    count = min(int(post.get("lines", "0")) if post.get("lines", "").isdecimal() else 0, MOST_LINES)
    return [{key: post.get(f"{key}-{i}", "").strip() for key in KEYS} for i in range(count)]


def renamed(post: Mapping[str, str]) -> dict[str, str]:
    """The code of each line as it is now, by the code it had when the page was drawn."""
    return {row["was"]: row["code"] or row["was"] for row in _rows(post)}


KEYS = (
    *("was", "code", "kind", "fresh", "parent", "weight", "aggregate", "p", "weighting", "direction"),
    *(
        "normalise",
        "source",
        "measure",
        "outcome",
        "reading",
        *(f"name-{language}" for language in LANGUAGES),
    ),
)


def _head(post: Mapping[str, str], document: Mapping[str, Any]) -> dict[str, Any]:
    missing = dict(document.get("missing") or {})
    rank = dict(document.get("rank") or {})
    missing |= {"rule": post.get("rule", ""), "availability": typed(post.get("availability", ""))}
    if missing["rule"] != "redistribute":
        missing.pop("to", None)
    decimals = post.get("decimals", "").strip()
    rank |= {"ties": post.get("ties", ""), "decimals": typed(decimals) if decimals else None}
    return {
        "code": post.get("scheme-code", "").strip(),
        "version": post.get("version", "").strip(),
        "name": {language: post.get(f"scheme-name-{language}", "").strip() for language in LANGUAGES},
        "missing": missing,
        "rank": rank,
    }


def _common(row: Mapping[str, str], old: Mapping[str, Any], code_of: Mapping[str, str]) -> dict[str, Any]:
    part: dict[str, Any] = deepcopy(dict(old.get(row["was"], {})))
    part["code"] = row["code"] or row["was"]
    part["parent"] = code_of.get(row["parent"], row["parent"]) or None
    if row["weight"] or part["parent"] is not None:
        part["weight"] = typed(row["weight"])
    part["name"] = {language: row[f"name-{language}"] for language in LANGUAGES}
    return part


def _node(row: Mapping[str, str], old: Mapping[str, Any], code_of: Mapping[str, str]) -> dict[str, Any]:
    part = _common(row, old, code_of)
    if row["aggregate"] != _aggregate(part):
        part["aggregate"] = row["aggregate"]
        part.pop("p", None)
        part.pop("weights", None)
    if row["aggregate"] == "genmean":
        part["p"] = typed(row["p"]) if row["p"] else 1
    return part


def _leaf(
    row: Mapping[str, str],
    post: Mapping[str, str],
    at: int,
    old: Mapping[str, Any],
    code_of: Mapping[str, str],
) -> dict[str, Any]:
    part = _common(row, old, code_of)
    part["direction"] = typed(row["direction"] or "1")
    scale: dict[str, Any] = part.get("normalise") or {"method": "none"}
    if scale.get("method") != row["normalise"]:
        scale = {"method": row["normalise"]}
    keys = () if "points" in scale else PARAMETERS.get(row["normalise"], ())
    for key in keys:
        if text := post.get(f"{key}-{at}", "").strip():
            scale[key] = typed(text)
        else:
            scale.pop(key, None)
    if row["normalise"] in {"goalposts", "target", "dist2targ"}:
        scale.setdefault("to", [0, 100])
    part["normalise"] = scale
    return part


def _weightings(rows: list[dict[str, str]], before: Mapping[str, Any]) -> dict[str, Any]:
    """Where weights come from, of the nodes that are left; a method without its matrix or shares keeps the old one."""
    found: dict[str, Any] = {}
    for row in rows:
        if row["kind"] != "node" or row["weighting"] in {"", "manual"}:
            continue
        held = before.get(row["was"]) or {}
        found[row["code"] or row["was"]] = (
            held if held.get("method") == row["weighting"] else {"method": row["weighting"]}
        )
    return found


def _binding(row: Mapping[str, str], before: Mapping[str, Any]) -> dict[str, Any]:
    source = row["source"]
    found = dict(before) if before.get("from") == source else {"from": source}
    key = MEASURES.get(source, "")
    if key and (row["measure"] or key in found):
        found[key] = row["measure"]
    if source == BindingSource.OUTCOME:
        found["outcome"] = row["outcome"]
    if source in READINGS and row["reading"]:
        found["reading"] = row["reading"]
    return found


def _unused(draft: Draft, stem: str) -> str:
    codes = {part["code"] for part in draft.parts()}
    return next(code for number in range(1, len(codes) + 2) if (code := f"{stem}{number}") not in codes)


def add_node(draft: Draft, parent: str) -> Draft:
    """A new branch of weight 1 under a node."""
    code = _unused(draft, "part")
    node = {
        "code": code,
        "parent": parent,
        "weight": 1,
        "aggregate": "amean",
        "name": dict.fromkeys(LANGUAGES, ""),
    }
    nodes = [*draft.document["nodes"], node]
    return replace(draft, document=draft.document | {"nodes": nodes}, fresh=draft.fresh | {code})


def add_indicator(draft: Draft, parent: str) -> Draft:
    """A new indicator of weight 1 under a node, read as residents' ratings until told otherwise."""
    code = _unused(draft, "indicator")
    leaf = {
        "code": code, "parent": parent, "weight": 1, "direction": 1, "normalise": {"method": "none"},
        "name": dict.fromkeys(LANGUAGES, ""),
    }  # fmt: skip
    binding = {"from": str(BindingSource.TALLY), "formula": "linear100"}
    return Draft(
        draft.document | {"indicators": [*draft.document["indicators"], leaf]},
        draft.bindings | {code: binding},
        draft.fresh | {code},
    )


def remove(draft: Draft, code: str) -> Draft:
    """Without a part and everything under it; its bindings and weights go with it."""
    gone = {code}
    while more := {part["code"] for part in draft.parts() if part.get("parent") in gone} - gone:
        gone |= more
    document = draft.document | {
        key: [part for part in draft.document[key] if part["code"] not in gone]
        for key in ("nodes", "indicators")
    }
    weights = draft.document.get("weights") or {}
    document["weights"] = {node: rule for node, rule in weights.items() if node not in gone}
    bindings = {column: _without(item, gone) for column, item in draft.bindings.items() if column not in gone}
    return Draft(document, bindings, draft.fresh - gone)


def _without(binding: dict[str, Any], gone: set[str]) -> dict[str, Any]:
    if not isinstance(binding.get("of"), list):
        return binding
    return binding | {"of": [code for code in binding["of"] if code not in gone]}


def changed(draft: Draft, order: str, code_of: Mapping[str, str]) -> Draft:
    """The draft after a button of the form: "node PARENT", "leaf PARENT" or "remove CODE"; others change nothing."""
    verb, _space, was = order.partition(" ")
    code = code_of.get(was, was)
    nodes = {node["code"] for node in draft.document["nodes"]}
    codes = {part["code"] for part in draft.parts() if part.get("parent") is not None}
    if verb == "node" and code in nodes:
        return add_node(draft, code)
    if verb == "leaf" and code in nodes:
        return add_indicator(draft, code)
    if verb == "remove" and code in codes:
        return remove(draft, code)
    return draft


def with_weights(
    draft: Draft, node: str, rule: Mapping[str, Any] | None, weights: Mapping[str, float]
) -> Draft:
    """Other weights of a node's children: a rule of the engine such as AHP, or numbers by child."""
    document = deepcopy(draft.document)
    held = {code: item for code, item in (document.get("weights") or {}).items() if code != node}
    document["weights"] = held if rule is None else held | {node: dict(rule)}
    for part in [*document["nodes"], *document["indicators"]]:
        if part["code"] in weights:
            part["weight"] = weights[part["code"]]
    return replace(draft, document=document)


def children(draft: Draft, node: str) -> list[dict[str, Any]]:
    """The parts right under a node, in the order of the engine."""
    return [part for part in draft.parts() if part.get("parent") == node]


def title(draft: Draft) -> str:
    """What the editor calls the scheme: code and version."""
    return _("%(code)s, version %(version)s") % {
        "code": draft.document["code"] or "–", "version": draft.document["version"] or "–"
    }  # fmt: skip
