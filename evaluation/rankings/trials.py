"""Tries other weights on the data of a run, in memory: nothing is stored and the official run stays as it is."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from evaluation.cycles.models import SchemeDocument
from evaluation.cycles.queries import bound_by
from evaluation.rankings.models import Run
from evaluation.rankings.panel import build
from evaluation.rankings.queries import RunView
from scoring.files import table_from_json
from scoring.recipe import evaluate
from scoring.schemes import scheme_from_json
from scoring.types import Result, Scheme
from surveys.core.text import localized


@dataclass(frozen=True)
class Knob:
    """The weight of one main part, as published and as tried, in percent of the whole."""

    code: str
    name: str
    official: float
    tried: float


@dataclass(frozen=True)
class Tried:
    """One unit under the tried weights."""

    unit: str
    name: str
    score_before: float | None
    score_after: float | None
    before: float | None
    after: float | None

    @property
    def up(self) -> float:
        """Places won; negative when lost."""
        return 0.0 if self.before is None or self.after is None else self.before - self.after

    @property
    def is_marked(self) -> bool:
        return bool(self.up)


def knobs(view: RunView, wanted: Mapping[str, float]) -> list[Knob]:
    """The main parts with the weights asked for; a part not named keeps its own."""
    return [
        Knob(
            node.code,
            localized(node.names),
            round(100 * node.share, 1),
            wanted.get(node.code, round(100 * node.share, 1)),
        )
        for node in view.nodes
        if node.parent == view.root
    ]


def with_weights(scheme: Scheme, weights: Mapping[str, float]) -> Scheme:
    """The same scheme with other weights of the root's children."""
    return replace(
        scheme,
        nodes=tuple(replace(node, weight=weights.get(node.code, node.weight)) for node in scheme.nodes),
        indicators=tuple(
            replace(leaf, weight=weights.get(leaf.code, leaf.weight)) for leaf in scheme.indicators
        ),
    )


def try_weights(run: Run, view: RunView, weights: Mapping[str, float]) -> list[Tried]:
    """Scores and places under these weights, in the order they would have."""
    scheme = with_weights(scheme_from_json(run.scheme), weights)
    return _beside(view, evaluate(table_from_json(run.table, scheme, "run"), scheme))


def try_scheme(view: RunView, other: SchemeDocument) -> list[Tried]:
    """Scores and places under another scheme, read anew from the cycle's own tallies and evidence."""
    built = build(view.cycle, bound_by(other))
    return _beside(view, evaluate(built.table, built.bound.scheme))


def _beside(view: RunView, result: Result) -> list[Tried]:
    scores = dict(zip(result.units, result.score.tolist(), strict=True))
    ranks = dict(zip(result.units, result.ranks.tolist(), strict=True))
    rows = [
        Tried(
            unit=row.unit,
            name=localized(row.names),
            score_before=row.score,
            score_after=None if np.isnan(scores[row.unit]) else scores[row.unit],
            before=row.rank,
            after=None if np.isnan(ranks[row.unit]) else ranks[row.unit],
        )
        for row in view.rows
        if row.is_ranked or not np.isnan(ranks[row.unit])
    ]
    return sorted(rows, key=lambda row: (row.after is None, row.after or 0.0, row.unit))


@dataclass(frozen=True)
class Solidity:
    """The places a unit takes when each main weight moves by up to a quarter."""

    unit: str
    name: str
    rank: float
    best: int
    worst: int
    lower: int | None
    upper: int | None

    @property
    def is_solid(self) -> bool:
        return self.best == self.worst


def solidity(run: Run, view: RunView, *, share: float = 0.25, most: int = 6) -> list[Solidity]:
    """Best and worst place over every corner of the box of weights; `most` main parts are moved at once."""
    parts = sorted((node for node in view.nodes if node.parent == view.root), key=lambda node: -node.share)
    base = {node.code: node.weight for node in parts}
    scheme = scheme_from_json(run.scheme)
    table = table_from_json(run.table, scheme, "run")
    moved = [node.code for node in parts[:most]]
    places: dict[str, list[float]] = {row.unit: [row.rank or 0.0] for row in view.ranked}
    for corner in product((1 - share, 1 + share), repeat=len(moved)):
        weights = base | {code: base[code] * factor for code, factor in zip(moved, corner, strict=True)}
        result = evaluate(table, with_weights(scheme, weights))
        for unit, rank in zip(result.units, result.ranks.tolist(), strict=True):
            if unit in places and rank == rank:  # noqa: PLR0124 - NaN is not itself
                places[unit].append(rank)
    found = []
    for row in view.ranked:
        held = places[row.unit]
        best, worst = int(min(held)), int(max(held))
        found.append(
            Solidity(row.unit, localized(row.names), row.rank or 0.0, best, worst, row.lower, row.upper)
        )
    return found
