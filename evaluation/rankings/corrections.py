"""Names what differs between two editions of one cycle, so that a correction says what it corrected."""

from typing import Any

JSON = dict[str, Any]
WATCHED = ("state", "score", "rank", "tier", "grade")
RAW = ("raw", "n", "points")
LEAST = 1e-9


def _differs(old: Any, new: Any) -> bool:
    if isinstance(old, int | float) and isinstance(new, int | float):
        return abs(old - new) > LEAST
    return bool(old != new)


def changes_between(old: JSON, new: JSON) -> list[JSON]:
    """Every unit and figure that is not what it was: {unit, node, measure, before, after}."""
    before = {row["unit"]: row for row in old["ranking"]}
    found: list[JSON] = []
    for row in new["ranking"]:
        earlier = before.get(row["unit"], {})
        found += [
            _change(row["unit"], "", measure, earlier.get(measure), row[measure])
            for measure in WATCHED
            if _differs(earlier.get(measure), row[measure])
        ]
        cells = earlier.get("cells", {})
        for node, cell in row["cells"].items():
            told = cells.get(node, {})
            found += [
                _change(row["unit"], node, measure, told.get(measure), cell.get(measure))
                for measure in RAW
                if _differs(told.get(measure), cell.get(measure))
            ]
    here = {row["unit"] for row in new["ranking"]}
    found += [
        _change(unit, "", "state", row["state"], None) for unit, row in before.items() if unit not in here
    ]
    return found


def _change(unit: str, node: str, measure: str, before: Any, after: Any) -> JSON:
    return {"unit": unit, "node": node, "measure": measure, "before": before, "after": after}
