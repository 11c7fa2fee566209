"""What the editor holds besides the tree: deductions, bonus, veto, and grades; shown as rows and read back."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from evaluation.cycles.draft_values import rows_from, shown, source_from, typed
from evaluation.cycles.enums import BindingSource
from surveys.core.text import LANGUAGES, localized

NUMBERS = ("each", "cap", "opens_above", "sets_to")
ASKS: Mapping[str, tuple[str, ...]] = {
    "deduction": ("each", "cap"),
    "bonus": ("each", "cap", "opens_above"),
    "veto": ("sets_to", "caps_grade_at"),
}
"""What each kind of adjustment asks for."""
COUNTED: Mapping[str, str] = {
    BindingSource.KPI: "kpi",
    BindingSource.FINDINGS: "audit",
    BindingSource.AUDIT: "audit",
}
"""The sources of events the form offers, and the key that says what is counted."""
MOST_RULES = 60
GROUP = "group"
LISTS = {"bands": ("bands", "from"), "quota": ("shares", "share")}


@dataclass(frozen=True)
class Rule:
    """One deduction, bonus or veto as the form shows it."""

    code: str
    kind: str
    names: dict[str, str]
    node: str
    column: str
    numbers: dict[str, str]
    caps_grade_at: str
    source: str
    measure: str
    finding: str
    is_fresh: bool

    @property
    def name(self) -> str:
        return localized(self.names) or self.code


@dataclass(frozen=True)
class Grading:
    """The grades as the form shows them; `rows` are (code, mark), with a mark of nothing for "the rest"."""

    by: str
    bands: list[tuple[str, str]]
    shares: list[tuple[str, str]]
    floor: str
    rounding: str
    by_group: bool


def listed(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The adjustments of a document; none where it has no list."""
    return list(document.get("adjustments") or [])


def rules(document: Mapping[str, Any], bindings: Mapping[str, Any], fresh: frozenset[str]) -> list[Rule]:
    """Every deduction, bonus and veto in the order of the document."""
    return [_rule(item, bindings.get(item.get("column", "")) or {}, fresh) for item in listed(document)]


def _rule(item: Mapping[str, Any], bound: Mapping[str, Any], fresh: frozenset[str]) -> Rule:
    own = item.get("name")
    names = own if isinstance(own, Mapping) else dict.fromkeys(LANGUAGES, str(own or ""))
    source = str(bound.get("from", ""))
    return Rule(
        code=item["code"],
        kind=str(item.get("kind", "")),
        names={language: str(names.get(language, "")) for language in LANGUAGES},
        node=str(item.get("node", "")),
        column=str(item.get("column", "")),
        numbers={key: shown(item.get(key)) for key in NUMBERS},
        caps_grade_at=str(item.get("caps_grade_at") or ""),
        source=source,
        measure=str(bound.get(COUNTED.get(source, ""), "")),
        finding=str(bound.get("finding", "")),
        is_fresh=item["code"] in fresh,
    )


def grading(document: Mapping[str, Any]) -> Grading:
    """The grades of a document, ready for the form."""
    held = document.get("grades") or {}

    def rows(by: str) -> list[tuple[str, str]]:
        items, mark = LISTS[by]
        return [(str(row.get("code", "")), shown(row.get(mark))) for row in held.get(items) or []]

    return Grading(
        by=str(held.get("by", "")),
        bands=rows("bands"),
        shares=rows("quota"),
        floor=shown(held.get("floor")),
        rounding=str(held.get("round", "down")),
        by_group=bool(held.get("within")),
    )


def grade_codes(document: Mapping[str, Any]) -> list[str]:
    """The codes of the grades, in the order of the document."""
    held = grading(document)
    rows = held.bands if held.by == "bands" else held.shares
    return list(dict.fromkeys(code for code, _mark in rows if code))


def read(
    post: Mapping[str, str],
    document: Mapping[str, Any],
    bindings: Mapping[str, Any],
    code_of: Mapping[str, str],
) -> tuple[dict[str, Any], dict[str, Any], set[str]]:
    """Document and bindings with the rules of the form, and the codes of rules never saved.

    A form without these fields leaves the rules as they are.
    """
    found, bound = dict(document), dict(bindings)
    fresh: set[str] = set()
    if "rules" in post:
        old = {item["code"]: item for item in listed(document)}
        rows = _rows(post)
        fresh = {row["code"] for row in rows if row["fresh"]}
        if rows or old:
            found["adjustments"] = [_adjustment(row, old.get(row["was"]) or {}, code_of) for row in rows]
        for row in rows:
            before = bindings.get((old.get(row["was"]) or {}).get("column", row["column"])) or {}
            binding = _binding(row, before)
            if binding != before or row["column"] not in bound:
                bound[row["column"]] = binding
    if "grades" in post:
        grades = _grades(post, document.get("grades") or {}, _group_column(bindings))
        if grades or document.get("grades"):
            found["grades"] = grades
        if grades and grades.get("within"):
            bound.setdefault(grades["within"], {"from": str(BindingSource.PEER_GROUP)})
    return found, kept(bound, document, found), fresh


def _rows(post: Mapping[str, str]) -> list[dict[str, str]]:
    told = post["rules"]
    keys = ("was", "code", "fresh", "kind", "node", "column", *NUMBERS, "caps_grade_at", "source", "measure",
            "finding", *(f"name-{language}" for language in LANGUAGES))  # fmt: skip
    count = min(int(told), MOST_RULES) if told.isdecimal() else 0
    rows = [{key: post.get(f"rule-{key}-{i}", "").strip() for key in keys} for i in range(count)]
    return [row | {"code": row["code"] or row["was"]} for row in rows]


def _adjustment(
    row: Mapping[str, str], before: Mapping[str, Any], code_of: Mapping[str, str]
) -> dict[str, Any]:
    part = deepcopy(dict(before))
    part |= {"code": row["code"], "kind": row["kind"], "column": row["column"]}
    part["node"] = code_of.get(row["node"], row["node"])
    asked = ASKS.get(row["kind"], ())
    for key in (*NUMBERS, "caps_grade_at"):
        if key in asked and row[key]:
            part[key] = row[key] if key == "caps_grade_at" else typed(row[key])
        elif part.get(key) is not None:
            del part[key]
    names = {language: row[f"name-{language}"] for language in LANGUAGES}
    if any(names.values()) or isinstance(part.get("name"), Mapping):
        part["name"] = names
    return part


def _binding(row: Mapping[str, str], before: Mapping[str, Any]) -> dict[str, Any]:
    source = row["source"]
    found = source_from(row, before, COUNTED.get(source, ""))
    if source == BindingSource.FINDINGS and (row["finding"] or "finding" in found):
        found["finding"] = row["finding"]
    return found


def _grades(post: Mapping[str, str], before: Mapping[str, Any], group: str) -> dict[str, Any] | None:
    by = post["grades"]
    if by not in LISTS:
        return None
    found: dict[str, Any] = dict(before) if before.get("by") == by else {"by": by}
    items, mark = LISTS[by]
    rows = rows_from(post, f"{by}-rows", f"{by}-code", f"{by}-mark")
    found[items] = [{"code": code} | ({mark: typed(text)} if text else {}) for code, text in rows]
    if by == "quota":
        _quota(post, found, group)
    return found


def _quota(post: Mapping[str, str], found: dict[str, Any], group: str) -> None:
    if floor := post.get("floor-of-first", "").strip():
        found["floor"] = typed(floor)
    elif found.get("floor") is not None:
        del found["floor"]
    if post.get("rounding") != found.get("round", "down"):
        found["round"] = post.get("rounding", "")
    if post.get("by-group"):
        found["within"] = found.get("within") or group
    elif found.get("within"):
        del found["within"]


def _group_column(bindings: Mapping[str, Any]) -> str:
    """The column that holds the peer group, or the name it will have."""
    peers = (column for column, item in bindings.items() if item.get("from") == BindingSource.PEER_GROUP)
    return next(peers, GROUP)


def kept(bindings: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """The bindings without the columns that a change left unread; what was never read stays, to be named."""
    gone = set(_columns(before)) - set(_columns(after))
    leaves = {leaf["code"] for leaf in after["indicators"]}
    return {column: item for column, item in bindings.items() if column not in gone - leaves}


def _columns(document: Mapping[str, Any]) -> Sequence[str]:
    """Every column a document reads besides its indicators; a document may be half written."""
    leaves = document["indicators"]
    found = [
        *(leaf.get("denominator") for leaf in leaves),
        *((leaf.get("normalise") or {}).get("within") for leaf in leaves),
        *(item.get("column") for item in listed(document)),
    ]
    for key, name in (
        *(("samples", "column"), ("full_marks", "column"), ("impute", "group")),
        *(("rank", "within"), ("grades", "within")),
    ):
        found.append((document.get(key) or {}).get(name))
    return [column for column in found if column]
