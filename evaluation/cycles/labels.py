"""The words for choices of a scheme: ways to combine, scales, weights, rules; the codes are those of the engine."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

Words = Mapping[str, object]
AGGREGATES: Words = {
    "amean": _("weighted mean"),
    "gmean": _("geometric mean"),
    "hmean": _("harmonic mean"),
    "genmean": _("power mean"),
    "sum": _("sum of points"),
    "min": _("the lowest part"),
    "mpi": _("mean less a penalty for uneven parts (MPI)"),
    "ampi": _("the same against fixed goalposts (AMPI)"),
    "copeland": _("won comparisons (Copeland)"),
    "topsis": _("closeness to the ideal (TOPSIS)"),
}
SCALES: Words = {
    "none": _("as it is (points already)"),
    "goalposts": _("from a worst to a best value"),
    "minmax": _("lowest to highest of the units"),
    "zscore": _("distance from the mean in standard deviations"),
    "rank": _("place among the units"),
    "prank": _("share of units at or below"),
    "borda": _("units left behind"),
    "target": _("target met or not"),
    "dist2targ": _("share of the way to a target"),
    "dist2max": _("share of the way to the best unit"),
    "fracmax": _("share of the best unit"),
    "piecewise": _("points lost per step below a target"),
    "points": _("points from a table, straight lines between"),
    "table": _("points from a table, each value for itself"),
    "vector": _("share of the length of all (TOPSIS)"),
}
WEIGHTINGS: Words = {
    "manual": _("as written"),
    "equal": _("all alike"),
    "ahp": _("from comparisons in pairs (AHP)"),
    "critic": _("from the data: contrast and conflict (CRITIC)"),
    "entropy": _("from the data: entropy"),
    "std": _("from the data: spread"),
    "pca": _("from the data: principal components"),
}
MISSING: Words = {
    "refuse": _("not ranked"),
    "rescale": _("its weight goes to its siblings"),
}
TIES: Words = {
    "competition": _("1 2 2 4"),
    "dense": _("1 2 2 3"),
    "modified": _("1 3 3 4"),
    "average": _("1 2.5 2.5 4"),
    "ordinal": _("1 2 3 4"),
}
PARAMETERS: Words = {
    "lo": _("worst"),
    "hi": _("best"),
    "mean": _("mean"),
    "sd": _("standard deviation"),
    "target": _("target"),
    "slope": _("points lost a unit"),
    "floor": _("least points"),
    "cap": _("most points"),
}
KINDS: Words = {
    "deduction": _("Deduction: each event takes points off"),
    "bonus": _("Bonus: each event adds points"),
    "veto": _("Veto: one event settles the score or the grade"),
}
NUMBERS: Words = {
    "each": _("Points for each event"),
    "cap": _("No more points than"),
    "opens_above": _("Only if the score is above"),
    "sets_to": _("The score becomes"),
}
GRADINGS: Words = {
    "none": _("no grades"),
    "bands": _("by score: a grade from a mark upwards"),
    "quota": _("by quota: a grade for a share of the units"),
}
ROUNDINGS: Words = {
    "down": _("down"),
    "nearest": _("to the nearest"),
    "up": _("up"),
    "cumulative": _("down, counted from the top"),
}


def options(words: Words, chosen: str) -> Sequence[tuple[str, object, bool]]:
    """(code, words, whether chosen); a choice the form does not offer is kept under its own code."""
    found = [(code, text, code == chosen) for code, text in words.items()]
    return found if chosen in words or not chosen else [*found, (chosen, chosen, True)]


def rules(document: Mapping[str, Any]) -> dict[str, object]:
    """What a scheme does with gaps, ties and adjustments, in words."""
    missing, ties = document["missing"]["rule"], document["rank"]["ties"]
    return {
        "missing": MISSING_SHORT.get(missing, missing),
        "ties": TIES.get(ties, ties),
        "adjustments": [
            (ADJUSTMENTS.get(row["kind"], row["kind"]), row["code"], row.get("cap"))
            for row in document["adjustments"]
        ],
    }


ADJUSTMENTS: Words = {"deduction": _("Deduction"), "bonus": _("Bonus"), "veto": _("Veto")}
MISSING_SHORT: Words = {
    **MISSING,
    "redistribute": _("its weight goes to named parts"),
}
SOURCES = (
    _("Own proposal"),
    _("Own, for the demonstration edition"),
    _("Provincial online service capability survey (five dimensions read; weights our own)"),
    _("Hangzhou comprehensive evaluation, results of 2005 and 2020 (weights from memory)"),
    _("财预〔2020〕10号 (from memory)"),
    _(
        "Beijing, handling of complaints on receipt (接诉即办); the three rates are read, the weights from memory"
    ),
    _("Reconstructed from published monthly notices of one city"),
    _("Typical municipal performance evaluation (from memory)"),
    _("Korea, evaluation of civil-petition services (grade shares read; parts and weights our own)"),
    _("国办秘函〔2019〕19号 (frame read; areas and points from memory)"),
)
"""The sources of the shipped schemes, so that pages can show them in the reader's language."""
