"""Numbers, scales and tables of points as the texts of a form, and back; what is no number stays for the checker."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any

NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?", re.IGNORECASE)
POINTS, TABLE = "points", "table"
PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "goalposts": ("lo", "hi"),
    "zscore": ("mean", "sd"),
    "dist2targ": ("target",),
    "target": ("target",),
    "piecewise": ("target", "slope", "floor", "cap"),
}
"""What a scale asks for as plain numbers."""
TABLES = (POINTS, TABLE)
"""The scales that ask for a table of values and points: joined by straight lines, or each value for itself."""
SPANNED = frozenset({"goalposts", "target", "dist2targ"})
BLANK_ROWS = 3
MOST_ROWS = 60

Pairs = Sequence[tuple[str, ...]]


def source_from(row: Mapping[str, str], before: Mapping[str, Any], key: str) -> dict[str, Any]:
    """What binds a column to the source its row names; `key` is where that source keeps its measure ("" nowhere).

    Settings of the source that the form does not show stay as long as the source stays.
    """
    source = row["source"]
    found = dict(before) if before.get("from") == source else {"from": source}
    if key and (row["measure"] or key in found):
        found[key] = row["measure"]
    return found


def typed(text: str) -> Any:
    """A number where the text is one, in any width of digits; any other text stays, for the checker to name."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if not NUMBER.fullmatch(plain):
        return plain
    value = float(plain)
    return int(value) if value.is_integer() and abs(value) < 1e15 else value


def shown(value: Any) -> str:
    """A number as it is typed: without a needless point; nothing where there is none."""
    if value is None:
        return ""
    return f"{value:.15g}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def choice_of(scale: Mapping[str, Any]) -> str:
    """What the list of scales calls this one: a broken line through points is a choice of its own."""
    method = str(scale.get("method", "none"))
    return POINTS if method == "piecewise" and "points" in scale else method


def pairs_of(scale: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The rows of a scale's table as texts; empty where it has none."""
    if choice_of(scale) not in TABLES:
        return []
    held = scale.get(TABLE) or scale.get(POINTS) or []
    rows = held.items() if isinstance(held, Mapping) else held
    return [(shown(row[0]), shown(row[1])) for row in map(tuple, rows) if len(row) == 2]


def rows_from(post: Mapping[str, str], count: str, *names: str) -> list[tuple[str, ...]]:
    """The rows of a small table of the form, as many as the field `count` says; wholly empty ones are left out."""
    told = post.get(count, "")
    n = min(int(told), MOST_ROWS) if told.isdecimal() else 0
    rows = [tuple(post.get(f"{name}-{k}", "").strip() for name in names) for k in range(n)]
    return [row for row in rows if any(row)]


def read_scale(
    choice: str, before: Mapping[str, Any] | None, text: Callable[[str], str], pairs: Pairs
) -> dict[str, Any]:
    """The scale that a form describes; what it does not show (its span, its groups) stays while the choice stays.

    text: the text of a parameter's field. pairs: the rows of the table of points, put in rising order.
    """
    held = before or {"method": "none"}
    scale: dict[str, Any] = (
        dict(held) if choice_of(held) == choice else {"method": "piecewise" if choice == POINTS else choice}
    )
    if choice == POINTS:
        scale[POINTS] = _rising([[typed(raw), typed(points)] for raw, points in pairs])
    elif choice == TABLE:
        key = POINTS if POINTS in scale and TABLE not in scale else TABLE
        scale[key] = _table(pairs, scale.get(key))
    for key in PARAMETERS.get(choice, ()):
        if found := text(key):
            scale[key] = typed(found)
        else:
            scale.pop(key, None)
    if choice in SPANNED:
        scale.setdefault("to", [0, 100])
    return scale


def _rising(rows: list[list[Any]]) -> list[list[Any]]:
    """In rising order of the raw value, as soon as all of them are numbers."""
    if any(isinstance(raw, str) for raw, _points in rows):
        return rows
    return sorted(rows, key=lambda row: float(row[0]))


def _table(pairs: Pairs, before: Any) -> Any:
    """An object stays an object while no value is there twice; otherwise a list, in which a doubled value is seen."""
    keys = [raw for raw, _points in pairs]
    if isinstance(before, Mapping) and len(set(keys)) == len(keys):
        return {raw: typed(points) for raw, points in pairs}
    return [[typed(raw), typed(points)] for raw, points in pairs]
