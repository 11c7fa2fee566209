"""Reads a scheme document (a dictionary from JSON) into a Scheme; every key and value must be known and sound."""

from collections.abc import Callable, Mapping
from typing import Any

from scoring.checks import check_scheme
from scoring.documents import Part
from scoring.types import (
    Adjustment,
    FullMarks,
    Grades,
    Impute,
    Indicator,
    Missing,
    Node,
    Normalise,
    RankRule,
    Samples,
    Scheme,
    Treat,
    Uncertainty,
    Weights,
)

FORMAT = 1
NORMALISE = (
    "none minmax goalposts zscore rank prank borda dist2targ dist2ref dist2max fracmax piecewise target table vector"
).split()
AGGREGATE = "amean gmean hmean genmean mpi ampi owa copeland topsis min sum".split()
TREAT = "none winsorise_log winsorise log boxcox".split()
IMPUTE = "none mean median group_mean".split()
WEIGHTS = "manual equal ahp critic entropy std pca balance".split()
MISSING = "rescale redistribute refuse".split()
TIES = "competition modified dense ordinal average".split()
TIERS = "thirds halves quarters fifths tenths".split()
RELATIVE_CHOICES = [m for m in NORMALISE if m not in ("piecewise", "table", "target")]
ROUND = "down nearest up cumulative".split()


def scheme_from_json(document: Any) -> Scheme:
    """The scheme a document describes; ScoringError in one sentence naming the place when it is not sound."""
    part = Part(document, "scheme")
    part.choice("scheme", [FORMAT])
    nodes = tuple(_node(item) for item in part.parts("nodes", label="code"))
    root = next((node.code for node in nodes if node.parent is None), "")
    scheme = Scheme(
        code=part.text("code"),
        version=part.text("version", default=""),
        name=part.take("name", None),
        source=part.optional_text("source"),
        date=part.optional_text("date"),
        unit=part.text("unit", default="unit"),
        nodes=nodes,
        indicators=tuple(_indicator(item) for item in part.parts("indicators", label="code")),
        impute=_maybe(part, "impute", _impute, Impute()),
        treat=_maybe(part, "treat", _treat, Treat()),
        missing=_maybe(part, "missing", _missing, Missing()),
        weights=_weights(part),
        rank=_maybe(part, "rank", lambda item: _rank(item, root), RankRule(node=root)),
        grades=_maybe(part, "grades", _grades, None),
        adjustments=tuple(_adjustment(item) for item in part.parts("adjustments", label="code", default=())),
        samples=_maybe(part, "samples", _samples, None),
        tiers=_maybe(part, "tiers", _tiers, "thirds"),
        full_marks=_maybe(part, "full_marks", _full_marks, None),
        uncertainty=_maybe(part, "uncertainty", _uncertainty, None),
    )
    part.take("note", None)
    part.done()
    check_scheme(scheme)
    return scheme


def _maybe[T](part: Part, key: str, read: Callable[[Part], T], default: T) -> T:
    item = part.part(key)
    if item is None:
        return default
    found = read(item)
    item.done()
    return found
