"""The frozen shapes every module of scoring speaks in; they check their own form on making."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from scoring.rules import (
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

__all__ = [
    "LARGEST",
    "Adjustment",
    "Bools",
    "Floats",
    "FullMarks",
    "Grades",
    "Impute",
    "Indicator",
    "Ints",
    "Missing",
    "Node",
    "Normalise",
    "RankRule",
    "RankSets",
    "Result",
    "Samples",
    "Scheme",
    "ScoringError",
    "Status",
    "Step",
    "Table",
    "Tally",
    "Treat",
    "Uncertainty",
    "Weights",
    "array_digest",
]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

LARGEST = 1e100
"""Numbers beyond it are refused: their squares and powers would leave the range of floats unnoticed."""


class ScoringError(ValueError):
    """One sentence that names the place of the fault; file, row, column and unit when they are known."""

    def __init__(
        self,
        message: str,
        *,
        file: str | None = None,
        row: int | None = None,
        column: str | None = None,
        unit: str | None = None,
    ) -> None:
        self.message = message
        self.file = file
        self.row = row
        self.column = column
        self.unit = unit
        super().__init__(message)

    def __str__(self) -> str:
        place = []
        if self.file is not None:
            place.append(str(self.file))
        if self.row is not None:
            place.append(f"row {self.row}")
        if self.column is not None:
            place.append(f"column {self.column}")
        return f"{', '.join(place)}: {self.message}" if place else self.message


@dataclass(frozen=True, eq=False)
class Table:
    """Values of units (rows) on indicators (columns); NaN is missing, `not_applicable` is another thing.

    values, se, n, not_applicable: [N, K]. columns: further numbers (denominators, events, samples), [N] each.
    groups: text columns. An indicator whose points come from a table of labels holds the label's position.
    """

    units: tuple[str, ...]
    codes: tuple[str, ...]
    values: Floats
    se: Floats | None = None
    n: Floats | None = None
    not_applicable: Bools | None = None
    columns: Mapping[str, Floats] = field(default_factory=dict)
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        shape = (len(self.units), len(self.codes))
        for name in ("values", "se", "n", "not_applicable"):
            array = getattr(self, name)
            if array is not None and array.shape != shape:
                raise ScoringError(f"table: {name} has shape {array.shape}, units and codes ask for {shape}")
        for name, column in self.columns.items():
            if column.shape != shape[:1]:
                raise ScoringError("the column has not one number a unit", column=name)
        for name, labels in self.groups.items():
            if len(labels) != shape[0]:
                raise ScoringError("the column has not one label a unit", column=name)

    def sorted(self) -> Table:
        """The same table with units in code-point order, so that no result depends on the order of rows."""
        order = sorted(range(len(self.units)), key=self.units.__getitem__)
        if order == list(range(len(order))):
            return self
        index = np.array(order, dtype=np.intp)
        return Table(
            units=tuple(self.units[i] for i in order),
            codes=self.codes,
            values=self.values[index],
            se=None if self.se is None else self.se[index],
            n=None if self.n is None else self.n[index],
            not_applicable=None if self.not_applicable is None else self.not_applicable[index],
            columns={name: column[index] for name, column in self.columns.items()},
            groups={name: tuple(labels[i] for i in order) for name, labels in self.groups.items()},
        )


@dataclass(frozen=True, eq=False)
class Tally:
    """What a table of level counts says about each row; every array is [N]; points 0-100, shares 0-1.

    `lower` and `upper` are the Wilson interval of top-2; `se` is the Dirichlet-smoothed error of linear100.
    """

    n: Floats
    dk: Floats
    mean: Floats
    linear100: Floats
    top_box: Floats
    top2: Floats
    net: Floats
    lower: Floats
    upper: Floats
    se: Floats


@dataclass(frozen=True, eq=False)
class RankSets:
    """Best (`lower`) and worst (`upper`) place possible of each unit, NaN where a unit is not ranked."""

    rank: Floats
    lower: Floats
    upper: Floats
    critical: float | None
    coverage: float
    draws: int | None = None
    seed: int | None = None
    best: Bools | None = None
    worst: Bools | None = None


@dataclass(frozen=True)
class Status:
    """Ranked, or listed with a reason code and the codes (indicators, nodes, columns) it concerns."""

    state: Literal["ranked", "listed"]
    reason: str | None = None
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Step:
    """One step of the computation: what went in, with which parameters, what came out."""

    name: str
    parameters: Mapping[str, Any]
    before: tuple[npt.NDArray[Any], ...]
    after: tuple[npt.NDArray[Any], ...]

    @cached_property
    def input_digest(self) -> str:
        return array_digest(*self.before)

    @cached_property
    def output_digest(self) -> str:
        return array_digest(*self.after)


@dataclass(frozen=True, eq=False)
class Result:
    """Everything `evaluate` found, units in code-point order, with the intermediates that explain it.

    scores: node -> [N] unrounded. compared: [N], what is ranked and graded (rounded, share of full marks).
    se: [N] sampling error of the rank node, None without errors in the data. ranks: [N], NaN = not ranked.
    contributions: [N, C] over `contribution_codes`; a row sums to the unit's score.
    """

    scheme: Scheme
    table: Table
    stages: Mapping[str, Floats]
    normalised: Floats
    weights: Mapping[str, Mapping[str, float]]
    scores: Mapping[str, Floats]
    compared: Floats
    se: Floats | None
    ranks: Floats
    grades: tuple[str | None, ...]
    status: tuple[Status, ...]
    contribution_codes: tuple[str, ...]
    contributions: Floats
    trail: tuple[Step, ...]

    @property
    def units(self) -> tuple[str, ...]:
        return self.table.units

    @property
    def score(self) -> Floats:
        """The unrounded score that is ranked."""
        return self.scores[self.scheme.rank.node]


def array_digest(*arrays: npt.NDArray[Any]) -> str:
    """sha256 over shape and little-endian bytes; every NaN and both zeros count as one value each."""
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(repr(array.shape).encode())
        if array.dtype.kind == "f":
            clean = np.where(np.isnan(array), np.nan, array) + 0.0
            digest.update(np.ascontiguousarray(clean, dtype="<f8").tobytes())
        else:
            digest.update("\x1f".join(map(str, array.ravel().tolist())).encode())
    return digest.hexdigest()
