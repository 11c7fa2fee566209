"""Reads the `normalise` object of an indicator: only the keys of its method are known."""

from collections.abc import Mapping
from itertools import pairwise

from scoring.documents import Part, as_number
from scoring.sheets import NUMBER
from scoring.types import Normalise

NORMALISE = (
    *("none", "minmax", "goalposts", "zscore", "rank", "prank", "borda", "dist2targ", "dist2ref"),
    *("dist2max", "fracmax", "piecewise", "target", "table", "vector"),
)


def normalise_from_json(part: Part) -> Normalise:
    """Only the keys of the method are asked for, so that a key of another method is refused as unknown."""
    method = part.choice("method", NORMALISE)
    within = part.optional_text("within")
    if method == "goalposts":
        return Normalise(
            method,
            lo=part.number("lo"),
            hi=part.number("hi"),
            to=_to(part),
            clip=part.flag("clip", default=True),
            within=within,
        )
    if method == "zscore":
        sd = part.number("sd", 1.0, least=0.0)
        return Normalise(method, mean=part.number("mean", 0.0), sd=sd, within=within)
    if method in ("dist2targ", "dist2ref"):
        return Normalise(
            method,
            target=part.number("target") if method == "dist2targ" else None,
            reference=part.text("reference") if method == "dist2ref" else None,
            to=_to(part),
            clip=part.flag("clip", default=True),
            within=within,
        )
    if method == "target":
        return Normalise(method, target=part.number("target"), to=_to(part), within=within)
    if method == "piecewise":
        return _piecewise(part, within)
    if method == "table":
        return Normalise(method, table=_table(part), within=within)
    scaled = method in ("minmax", "prank", "dist2max", "fracmax")
    clip = part.flag("clip", default=True)
    return Normalise(method, to=_to(part) if scaled else None, clip=clip, within=within)


def _to(part: Part) -> tuple[float, float] | None:
    if part.take("to", None) is None:
        return None
    ends = part.numbers("to")
    if len(ends) != 2 or ends[0] >= ends[1]:
        raise part.fault(f"should be [lowest, highest], not {list(ends)}", "to")
    return ends[0], ends[1]


def _piecewise(part: Part, within: str | None) -> Normalise:
    if part.has("points"):
        points = part.pairs("points")
        raws = [raw for raw, _ in points]
        if len(points) < 2 or any(a >= b for a, b in pairwise(raws)):
            raise part.fault("should be two or more pairs with rising raw values", "points")
        return Normalise("piecewise", points=points, within=within)
    return Normalise(
        "piecewise",
        target=part.number("target"),
        slope=part.number("slope", least=0.0),
        floor=part.number("floor"),
        cap=part.number("cap"),
        within=within,
    )


def _table(part: Part) -> tuple[tuple[str | float, float], ...]:
    """{"label": points} or [[value, points], ...]; numbers written as text keys count as numbers."""
    raw = part.take("table") if part.has("table") or not part.has("points") else part.take("points")
    pairs = list(raw.items()) if isinstance(raw, Mapping) else raw
    if not isinstance(pairs, list) or not pairs:
        raise part.fault("should map values to points", "table")
    found: list[tuple[str | float, float]] = []
    for pair in pairs:
        if not isinstance(pair, (list, tuple)) or len(pair) != 2:
            raise part.fault(f"should hold [value, points], not {pair!r}", "table")
        key = pair[0] if isinstance(pair[0], str) else as_number(pair[0], f"{part.place}: table")
        found.append((key, as_number(pair[1], f"{part.place}: table, value {key}")))
    if all(isinstance(key, str) and NUMBER.fullmatch(key) for key, _ in found):
        found = [(float(key), points) for key, points in found]
    if len({type(key) for key, _ in found}) > 1 or len({key for key, _ in found}) < len(found):
        raise part.fault("should have different values, all numbers or all labels", "table")
    return tuple(found)
