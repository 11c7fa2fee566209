"""Reads a scheme document (a dictionary from JSON) into a Scheme; every key and value must be known and sound."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from scoring.checks import check_scheme
from scoring.documents import Part, as_number
from scoring.scaleparts import NORMALISE, normalise_from_json
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
AGGREGATE = (
    *("amean", "gmean", "hmean", "genmean", "mpi", "ampi", "owa"),
    *("copeland", "topsis", "min", "sum"),
)
TREAT = ("none", "winsorise_log", "winsorise", "log", "boxcox")
IMPUTE = ("none", "mean", "median", "group_mean")
WEIGHTS = ("manual", "equal", "ahp", "critic", "entropy", "std", "pca", "balance")
MISSING = ("rescale", "redistribute", "refuse")
TIES = ("competition", "modified", "dense", "ordinal", "average")
TIERS = ("thirds", "halves", "quarters", "fifths", "tenths")
ROUND = ("down", "nearest", "up", "cumulative")

T = TypeVar("T")


def scheme_from_json(document: Any) -> Scheme:
    """The scheme a document describes; ScoringError in one sentence naming the place when it is not sound."""
    part = Part(document, "scheme")
    part.choice("scheme", (FORMAT,))
    nodes = tuple(_whole(item, _node) for item in part.parts("nodes", label="code"))
    root = next((node.code for node in nodes if node.parent is None), "")
    indicators = tuple(_whole(item, _indicator) for item in part.parts("indicators", label="code"))
    rank = _maybe(part, "rank", lambda item: _rank(item, root), RankRule(node=root))
    scheme = Scheme(
        code=part.text("code"),
        version=part.text("version", default=""),
        name=part.take("name", None),
        source=part.optional_text("source"),
        date=part.optional_text("date"),
        unit=part.text("unit", default="unit"),
        nodes=nodes,
        indicators=indicators,
        impute=_maybe(part, "impute", _impute, Impute()),
        treat=_maybe(part, "treat", _treat, Treat()),
        missing=_maybe(part, "missing", _missing, Missing()),
        weights=_maybe(part, "weights", lambda item: _weights(item, [*nodes, *indicators]), ()),
        rank=rank,
        grades=_maybe(part, "grades", lambda item: _grades(item, rank.best), None),
        adjustments=tuple(
            _whole(item, _adjustment) for item in part.parts("adjustments", label="code", default=())
        ),
        samples=_maybe(part, "samples", _samples, None),
        tiers=_maybe(part, "tiers", lambda item: item.choice("rule", TIERS, "thirds"), "thirds"),
        full_marks=_maybe(part, "full_marks", _full_marks, None),
        uncertainty=_maybe(part, "uncertainty", _uncertainty, None),
    )
    part.take("note", None)
    part.done()
    check_scheme(scheme)
    return scheme


def _whole(part: Part, read: Callable[[Part], T]) -> T:
    found = read(part)
    part.done()
    return found


def _maybe(part: Part, key: str, read: Callable[[Part], T], default: T) -> T:
    item = part.part(key)
    return default if item is None else _whole(item, read)


def _node(part: Part) -> Node:
    how = part.take("aggregate", "amean")
    inner = part
    if isinstance(how, Mapping):
        inner = Part(how, part.inner("aggregate"))
    node = Node(
        code=part.text("code"),
        parent=part.optional_text("parent"),
        weight=part.number("weight", 1.0, least=0.0),
        aggregate=inner.choice("method" if inner is not part else "aggregate", AGGREGATE, "amean"),
        p=inner.optional_number("p"),
        weights=inner.numbers("weights", ()),
        floor=inner.optional_number("floor", least=0.0),
        name=part.take("name", None),
    )
    part.take("note", None)
    if inner is not part:
        inner.done()
    return node


def _indicator(part: Part) -> Indicator:
    for key in ("unit", "note"):
        part.take(key, None)
    return Indicator(
        code=part.text("code"),
        parent=part.text("parent"),
        weight=part.number("weight", 1.0, least=0.0),
        direction=int(part.choice("direction", (1, -1), 1)),
        source=part.optional_text("source"),
        denominator=part.optional_text("denominator"),
        transform=part.optional_choice("transform", ("log", "log10", "sqrt")),
        normalise=_maybe(part, "normalise", normalise_from_json, Normalise()),
        name=part.take("name", None),
    )


def _impute(part: Part) -> Impute:
    method = part.choice("method", IMPUTE, "none")
    return Impute(method, part.text("group") if method == "group_mean" else None)


def _treat(part: Part) -> Treat:
    return Treat(
        method=part.choice("method", TREAT, "none"),
        skew=part.number("skew", 2.0, least=0.0),
        kurt=part.number("kurt", 3.5),
        max=part.whole("max", 5),
    )


def _missing(part: Part) -> Missing:
    rule = part.choice("rule", MISSING, "refuse")
    availability = part.number("availability", 1.0, least=0.0)
    if availability > 1:
        raise part.fault(f"is a share between 0 and 1, not {availability:g}", "availability")
    return Missing(rule, availability, part.texts("to") if rule == "redistribute" else ())


def _weights(part: Part, parts: Sequence[Node | Indicator]) -> tuple[tuple[str, Weights], ...]:
    found = []
    for code in part.value:
        children = [child.code for child in parts if child.parent == code]
        rule = Part(part.take(code), f"weights, {code}")
        found.append((code, _weights_of(rule, children)))
        rule.done()
    return tuple(found)


def _weights_of(part: Part, children: Sequence[str]) -> Weights:
    method = part.choice("method", WEIGHTS, "manual")
    if method == "balance":
        return Weights(method, shares=_shares(part, children))
    if method != "ahp":
        return Weights(method)
    rows = []
    for i, row in enumerate(part.items("matrix"), 1):
        if not isinstance(row, (list, tuple)):
            raise part.fault(f"should be rows of numbers, but row {i} is {row!r}", "matrix")
        place = f"{part.place}: matrix, row {i}"
        rows.append(tuple(None if cell is None else as_number(cell, place) for cell in row))
    allowed = part.flag("allow_inconsistent", default=False)
    return Weights(method, matrix=tuple(rows), allow_inconsistent=allowed)


def _shares(part: Part, children: Sequence[str]) -> tuple[float, ...]:
    """A list in the order of the children, or an object child -> share."""
    if not isinstance(part.take("shares"), Mapping):
        return part.numbers("shares")
    inner = Part(part.take("shares"), part.inner("shares"))
    shares = tuple(inner.number(child) for child in children)
    inner.done()
    return shares


def _rank(part: Part, root: str) -> RankRule:
    return RankRule(
        node=part.text("node", default=root),
        ties=part.choice("ties", TIES, "competition"),
        decimals=part.whole("decimals", most=12) if part.has("decimals") else part.take("decimals", None),
        within=part.optional_text("within"),
        best=part.choice("best", ("high", "low"), "high"),
    )


def _grades(part: Part, best: str) -> Grades:
    if part.choice("by", ("bands", "quota")) == "bands":
        bands = [
            _whole(item, lambda band: (band.text("code"), band.optional_number("from")))
            for item in part.parts("bands", label="code")
        ]
        sign = 1.0 if best == "low" else -1.0
        bands.sort(key=lambda band: float("inf") if band[1] is None else sign * band[1])
        return Grades("bands", bands=tuple(bands))
    shares = [
        _whole(item, lambda share: (share.text("code"), share.optional_number("share", least=0.0)))
        for item in part.parts("shares", label="code")
    ]
    return Grades(
        "quota",
        shares=tuple(shares),
        within=part.optional_text("within"),
        floor=part.optional_number("floor"),
        round=part.choice("round", ROUND, "down"),
    )


def _adjustment(part: Part) -> Adjustment:
    kind = part.choice("kind", ("deduction", "bonus", "veto"))
    code, node, column = part.text("code"), part.text("node"), part.text("column")
    part.take("name", None)
    if kind != "veto":
        return Adjustment(
            code,
            kind,
            node,
            column,
            each=part.number("each", 1.0, least=0.0),
            cap=part.optional_number("cap", least=0.0),
            opens_above=part.optional_number("opens_above") if kind == "bonus" else None,
        )
    sets_to, caps = part.optional_number("sets_to"), part.optional_text("caps_grade_at")
    if (sets_to is None) == (caps is None):
        raise part.fault("a veto has either sets_to or caps_grade_at")
    return Adjustment(code, kind, node, column, sets_to=sets_to, caps_grade_at=caps)


def _samples(part: Part) -> Samples:
    return Samples(
        column=part.text("column"),
        shown=part.number("shown", 10, least=0.0),
        ranked=part.number("ranked", 30, least=0.0),
        graded=part.number("graded", 100, least=0.0),
    )


def _full_marks(part: Part) -> FullMarks:
    column = part.text("column")
    marks = Part(part.take("marks"), part.inner("marks"))
    pairs = tuple((group, marks.number(group)) for group in sorted(marks.value))
    for group, full in pairs:
        if full <= 0:
            raise marks.fault(f"should be above zero, not {full:g}", group)
    return FullMarks(column, pairs)


def _uncertainty(part: Part) -> Uncertainty:
    choices = part.texts("normalise", ())
    for choice in choices:
        if choice not in NORMALISE:
            raise part.fault(f"names the unknown method {choice}", "normalise")
    weights = part.number("weights", 0.25, least=0.0)
    return Uncertainty(weights, choices, part.flag("sampling", default=True))
