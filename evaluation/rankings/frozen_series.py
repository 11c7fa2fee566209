"""What a series of editions hangs on besides the scheme: wording, scale and channel mix; a change draws a break."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.db.models import Max

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
