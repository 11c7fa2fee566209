"""Why a unit's score and place changed between two results: exact Shapley parts that add up to the change."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import factorial

import numpy as np

from scoring.plan import compile_plan
from scoring.recipe import standing
from scoring.types import Bools, Floats, Indicator, Node, Result, Scheme, ScoringError, Table, Weights

FACTORS = ("own_data", "others_data", "weights", "method", "units")
_MERGED = ("data", "scheme")
_ALL = ("all",)
_MEANS = {
    "own_data": ("own_data",),
    "others_data": ("others_data",),
    "weights": ("weights",),
    "method": ("method",),
    "units": ("units",),
    "data": ("own_data", "others_data", "units"),
    "scheme": ("weights", "method"),
    "all": FACTORS,
}


@dataclass(frozen=True)
class Change:
    """A unit's compared score and place before and after, and what each factor brought; parts sum to the change.

    A fall in place has a positive rank part. Factors: the unit's own data, the others' data, weights, method
    (everything else of the scheme), units (who entered and who left). Where a step between the two states leaves
    the unit without a place, factors are taken together as data and scheme, or as all.
    """

    unit: str
    score: tuple[float, float]
    rank: tuple[float, float]
    score_parts: Mapping[str, float]
    rank_parts: Mapping[str, float]


def explain_change(old: Result, new: Result, units: Sequence[str] | None = None) -> dict[str, Change]:
    """Changes of the units named, by default of all that are ranked in both results."""
    bridge = _Bridge(old, new)
    both = bridge.ranked_in_both()
    wanted = sorted(both) if units is None else list(units)
    for unit in wanted:
        if unit not in both:
            raise ScoringError(f"the unit {unit} is not ranked in both results")
    return {unit: _change(bridge, unit) for unit in wanted}


def _change(bridge: "_Bridge", unit: str) -> Change:
    for names in (FACTORS, _MERGED, _ALL):
        values = {
            frozenset(part): bridge.place(unit, {f for name in part for f in _MEANS[name]})
            for part in _subsets(names)
        }
        if not any(np.isnan(rank) for _, rank in values.values()):
            break
    first, last = values[frozenset()], values[frozenset(names)]
    parts = [shapley(names, {part: value[i] for part, value in values.items()}) for i in (0, 1)]
    return Change(unit, (first[0], last[0]), (first[1], last[1]), parts[0], parts[1])


def _subsets(names: Sequence[str]) -> Iterable[tuple[str, ...]]:
    for code in range(1 << len(names)):
        yield tuple(name for i, name in enumerate(names) if code >> i & 1)


def shapley(names: Sequence[str], value: Mapping[frozenset[str], float]) -> dict[str, float]:
    """Shapley value of each name in a game given by the value of every subset."""
    k = len(names)
    parts = {}
    for name in names:
        total = 0.0
        for subset in _subsets([other for other in names if other != name]):
            weight = factorial(len(subset)) * factorial(k - len(subset) - 1) / factorial(k)
            total += weight * (value[frozenset({*subset, name})] - value[frozenset(subset)])
        parts[name] = total
    return parts


@dataclass(frozen=True, eq=False)
class _Side:
    """One state's data over the union of units and columns; what it lacks is taken from the other state."""

    here: Bools
    values: Floats
    se: Floats
    n: Floats
    not_applicable: Bools
    columns: Mapping[str, Floats]
    groups: Mapping[str, np.ndarray]


@dataclass(frozen=True, eq=False)
class _Bridge:
    """Both states aligned, so that any mixture of them can be scored."""

    old: Result
    new: Result
    cache: dict[object, tuple[dict[str, float], dict[str, float]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        a, b = self.old.table, self.new.table
        units = sorted({*a.units, *b.units})
        codes = sorted({*a.codes, *b.codes})
        sides = _align(a, b, units, codes), _align(b, a, units, codes)
        same_scheme = _weighted_like(self.new.scheme, self.old.scheme)
        object.__setattr__(self, "units", units)
        object.__setattr__(self, "codes", tuple(codes))
        object.__setattr__(self, "sides", sides)
        object.__setattr__(
            self,
            "idle",
            {
                "weights": same_scheme == self.new.scheme,
                "method": replace(same_scheme, version=self.old.scheme.version) == self.old.scheme,
                "units": a.units == b.units,
            },
        )

    units: list[str] = field(init=False)
    codes: tuple[str, ...] = field(init=False)
    sides: tuple[_Side, _Side] = field(init=False)
    idle: dict[str, bool] = field(init=False)

    def ranked_in_both(self) -> set[str]:
        found = [
            {unit for unit, rank in zip(r.units, r.ranks.tolist(), strict=True) if not np.isnan(rank)}
            for r in (self.old, self.new)
        ]
        return found[0] & found[1]

    def place(self, unit: str, switched: set[str]) -> tuple[float, float]:
        """Score and place of a unit when the factors named are those of the new state."""
        live = frozenset(f for f in switched if not self.idle.get(f, False))
        alone = ("own_data" in live) != ("others_data" in live)
        key = (live, unit if alone else None)
        if key not in self.cache:
            self.cache[key] = self._score(unit if alone else None, live)
        scores, ranks = self.cache[key]
        return scores[unit], ranks[unit]

    def _score(self, unit: str | None, live: frozenset[str]) -> tuple[dict[str, float], dict[str, float]]:
        rows = np.full(len(self.units), "others_data" in live)
        if unit is not None:
            rows[self.units.index(unit)] = "own_data" in live
        present = self.sides["units" in live].here
        method = (self.new if "method" in live else self.old).scheme
        weights = (self.new if "weights" in live else self.old).scheme
        table = self._mixture(rows, present)
        try:
            plan = compile_plan(_weighted_like(method, weights), table)
        except ScoringError:
            # A mixture that no scheme can score has no place for anybody; the caller merges factors.
            blank = dict.fromkeys(self.units, float("nan"))
            return blank, blank
        compared, _, ranks = standing(plan)
        found = zip(plan.table.units, compared.tolist(), ranks.tolist(), strict=True)
        scores: dict[str, float] = {}
        places: dict[str, float] = {}
        for name, score, rank in found:
            scores[name], places[name] = score, rank
        return scores, places

    def _mixture(self, rows: Bools, present: Bools) -> Table:
        a, b = self.sides
        pick = np.flatnonzero(present)
        mask = rows[pick]

        def mixed(first: np.ndarray, second: np.ndarray) -> np.ndarray:
            chosen = mask if first.ndim == 1 else mask[:, None]
            return np.where(chosen, second[pick], first[pick])

        return Table(
            units=tuple(self.units[i] for i in pick.tolist()),
            codes=self.codes,
            values=mixed(a.values, b.values),
            se=mixed(a.se, b.se),
            n=mixed(a.n, b.n),
            not_applicable=mixed(a.not_applicable, b.not_applicable),
            columns={name: mixed(a.columns[name], b.columns[name]) for name in a.columns},
            groups={name: tuple(mixed(a.groups[name], b.groups[name]).tolist()) for name in a.groups},
        )


def _align(own: Table, other: Table, units: Sequence[str], codes: Sequence[str]) -> _Side:
    rows = {unit: i for i, unit in enumerate(own.units)}
    spare = {unit: i for i, unit in enumerate(other.units)}
    here = np.array([unit in rows for unit in units], dtype=np.bool_)

    def cells(name: str, blank: float) -> Floats:
        grid = np.full((len(units), len(codes)), blank)
        for k, code in enumerate(codes):
            for i, unit in enumerate(units):
                for table, index in ((own, rows), (other, spare)):
                    if unit in index and code in table.codes:
                        array = getattr(table, name)
                        if array is not None:
                            grid[i, k] = array[index[unit], table.codes.index(code)]
                        break
        return grid

    def columns(kind: str, blank: object) -> dict[str, np.ndarray]:
        names = sorted({*getattr(own, kind), *getattr(other, kind)})
        found = {}
        for name in names:
            line: list[object] = []
            for unit in units:
                held = [
                    getattr(table, kind)[name][index[unit]]
                    for table, index in ((own, rows), (other, spare))
                    if unit in index and name in getattr(table, kind)
                ]
                line.append(held[0] if held else blank)
            found[name] = np.array(line, dtype=object if kind == "groups" else np.float64)
        return found

    return _Side(
        here=here,
        values=cells("values", np.nan),
        se=cells("se", np.nan),
        n=cells("n", np.nan),
        not_applicable=cells("not_applicable", 0.0) > 0,
        columns=columns("columns", np.nan),
        groups=columns("groups", ""),
    )


def _weighted_like(method: Scheme, weights: Scheme) -> Scheme:
    """The scheme `method` with the weights of another where the same parts stand under the same parents."""
    parts: tuple[Node | Indicator, ...] = (*weights.nodes, *weights.indicators)
    theirs = {part.code: part for part in parts}

    def weight(code: str, parent: str | None, own: float) -> float:
        found = theirs.get(code)
        return found.weight if found is not None and found.parent == parent else own

    rules = dict(method.weights)
    others = dict(weights.weights)
    for code, children in method.children.items():
        if weights.children.get(code) == children:
            rules.pop(code, None)
            if code in others:
                rules[code] = others[code]
    return replace(
        method,
        nodes=tuple(replace(n, weight=weight(n.code, n.parent, n.weight)) for n in method.nodes),
        indicators=tuple(replace(i, weight=weight(i.code, i.parent, i.weight)) for i in method.indicators),
        weights=tuple(sorted(rules.items(), key=_by_code)),
    )


def _by_code(rule: tuple[str, Weights]) -> str:
    return rule[0]
