"""What a series of editions hangs on besides the scheme: wording, scale and channel mix; a change draws a break."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.db.models import Max

from evaluation.cycles.enums import BindingSource
from evaluation.cycles.models import Cycle
from evaluation.rankings import wording
from evaluation.rankings.queries import RunView
from evaluation.rankings.resident_cells import unit_of_organisations
from surveys.catalogue.enums import Mode
from surveys.instruments.enums import VersionState
from surveys.instruments.models import QuestionnaireVersion
from surveys.ratings.models import Rating
from surveys.tallies.queries import counts

JSON = dict[str, Any]
LEAST = 100
"""Mixes over fewer answers say too little, and could tell of single people."""
Z = 1.959964
STEP = 0.05
FAR = 0.2
"""Two mixes further apart than this, as total variation distance, are not compared."""


def series_of(view: RunView) -> JSON:
    """Wording, scales, and for each unit the shares of the ways of asking, told in steps of five percent."""
    unit_of = unit_of_organisations(list(view.cycle.units.all()))
    modes: dict[str, Counter[str]] = {row.unit: Counter() for row in view.rows}
    scales: set[str] = set()
    for row in counts(
        starts_on=view.cycle.starts_on, ends_on=view.cycle.ends_on, by=("organisation", "mode")
    ):
        if row.n and (unit := unit_of.get(row.organisation_id)) in modes:
            modes[unit][row.mode] += row.n
            scales.add(row.scale)
    return {
        "wording": wording_of(view.cycle),
        "scales": sorted(scales),
        "modes": {unit: mix for unit, found in sorted(modes.items()) if (mix := mix_of(found))},
    }


def wording_of(cycle: Cycle) -> dict[str, int]:
    """The latest version that began a new series, of each questionnaire people answered in the cycle."""
    rows = (
        QuestionnaireVersion.objects.filter(breaks_series=True, frozen_at__date__lte=cycle.ends_on)
        .exclude(state=VersionState.DRAFT)
        .order_by("questionnaire__code")
        .values("questionnaire", "questionnaire__code")
        .annotate(latest=Max("number"))
    )
    days = (cycle.starts_on, cycle.ends_on)
    return {
        row["questionnaire__code"]: row["latest"]
        for row in rows
        if Rating.objects.filter(version__questionnaire=row["questionnaire"], rated_on__range=days).exists()
    }


def mix_of(found: Mapping[str, int]) -> dict[str, float]:
    """Shares by way of asking; nothing where the ways are unknown or the answers few."""
    known = {mode: n for mode, n in found.items() if mode in Mode.values}
    total = sum(known.values())
    if total < LEAST or total < sum(found.values()):
        return {}
    return {mode: round(STEP * round(n / total / STEP), 2) for mode, n in sorted(known.items())}


def distance(before: Mapping[str, float], now: Mapping[str, float]) -> float:
    """Total variation distance of two mixes, 0 to 1."""
    return sum(abs(now.get(mode, 0) - before.get(mode, 0)) for mode in before.keys() | now.keys()) / 2


def break_between(before: JSON, now: JSON, unit: str) -> Mapping[str, str]:
    """Why two editions of a unit form no series, in three languages; empty where nothing speaks against it.

    Editions frozen before this was kept know nothing of their series: then nothing is held against them.
    """
    if not before or not now:
        return {}
    if before["wording"] != now["wording"]:
        return wording.OTHER_WORDING
    if before["scales"] and now["scales"] and before["scales"] != now["scales"]:
        return wording.OTHER_SCALE
    mixes = before["modes"].get(unit), now["modes"].get(unit)
    if mixes[0] and mixes[1] and distance(mixes[0], mixes[1]) > FAR + 1e-9:
        return wording.other_mix(mixes[0], mixes[1])
    return {}


def history_of(pages: JSON, before: JSON | None, why: Mapping[str, str]) -> list[JSON]:
    """What residents said in this edition and those before it, as published; a break says why it is one."""
    earlier: list[JSON] = []
    if before is not None:
        earlier = before.get("history") or [point for point in [point_of(before, {})] if point]
    point = point_of(pages, why if earlier else {})
    return [*earlier, *([point] if point else [])]


def point_of(pages: JSON, why: Mapping[str, str]) -> JSON | None:
    """The average over all published answers to the residents' first indicator, 0 to 1, with its interval."""
    node = next(
        (one for one in pages["nodes"] if one["indicator"] and one["from"] == BindingSource.TALLY), None
    )
    if node is None:
        return None
    scale = 1.0 if node["display"] == "share" else 0.01
    cells = [row["cells"][node["code"]] for row in pages["ranking"]]
    known = [
        (cell["n"], cell["raw"] * scale, (cell.get("se") or 0.0) * scale)
        for cell in cells
        if cell["n"] and cell["raw"] is not None
    ]
    total = sum(n for n, _value, _se in known)
    if not total:
        return None
    value = sum(n * share for n, share, _se in known) / total
    half = Z * sum((n / total * se) ** 2 for n, _value, se in known) ** 0.5
    return {
        "cycle": pages["cycle"]["code"], "names": pages["cycle"]["names"], "ends_on": pages["cycle"]["ends_on"],
        "measure": node["names"], "value": value, "lower": max(0.0, value - half), "upper": min(1.0, value + half),
        "n": total, "break": dict(why),
    }  # fmt: skip


def break_of_trend(pages: JSON, before: JSON | None) -> Mapping[str, str]:
    """Why the residents' figure of two editions forms no line: another formula, wording or scale."""
    if before is None:
        return {}
    then, now = (
        next(
            (
                one["formula"]
                for one in told["nodes"]
                if one["indicator"] and one["from"] == BindingSource.TALLY
            ),
            "",
        )
        for told in (before, pages)
    )
    if then != now:
        return wording.OTHER_FORMULA
    return break_between(before.get("series") or {}, pages.get("series") or {}, "")
