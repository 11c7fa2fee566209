"""From a checked table to comparable values: denominators, imputation, treatment, transform, each kept as a stage."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from scoring import normalise, treatment
from scoring.scales import nearest_entry, same
from scoring.treatment import Treated
from scoring.types import Bools, Floats, Indicator, Ints, Normalise, Scheme, ScoringError, Step, Table

SPREAD_ONLY = ("none", "goalposts", "minmax", "zscore", "dist2max", "rank", "borda", "piecewise", "target")


@dataclass(frozen=True, eq=False)
class Prepared:
    """Values [K, N] ready to be normalised, their standard errors, and what normalising them needs.

    stages: name -> [K, N] for each step the scheme asked for. steps: the same for the trail.
    """

    values: Floats
    se: Floats | None
    not_applicable: Bools | None
    specs: tuple[Normalise, ...]
    directions: tuple[int, ...]
    groups: Mapping[str, Ints]
    references: tuple[int | None, ...]
    stages: Mapping[str, Floats]
    steps: tuple[Step, ...]

    def group_numbers(self, within: str | None) -> Ints | None:
        """Group number [N] of each unit in a group column."""
        return None if within is None else self.groups[within]


def prepare(scheme: Scheme, table: Table) -> Prepared:
    """Runs the steps in order and checks every column against the method that will scale it."""
    pick = [table.codes.index(code) for code in scheme.codes]
    in_order = pick == list(range(len(table.codes)))
    x = np.ascontiguousarray((table.values if in_order else table.values[:, pick]).T)
    se = None if table.se is None else np.ascontiguousarray(table.se[:, pick].T)
    nothing = None if table.not_applicable is None else np.ascontiguousarray(table.not_applicable[:, pick].T)
    if nothing is not None:
        x, nothing = (np.where(nothing, np.nan, x), nothing) if nothing.any() else (x, None)
    stages: dict[str, Floats] = {}
    steps = [Step("read", {"units": len(table.units), "indicators": list(scheme.codes)}, (x,), (x,))]
    specs = [indicator.normalise for indicator in scheme.indicators]

    def keep(name: str, stage: str, parameters: Mapping[str, Any], after: Floats) -> Floats:
        stages[stage] = after
        steps.append(Step(name, parameters, (x,), (after,)))
        return after

    if any(indicator.denominator for indicator in scheme.indicators):
        after, se = _denominate(scheme, table, x, se)
        by = {i.code: i.denominator for i in scheme.indicators if i.denominator}
        x = keep("denominate", "denominated", by, after)
    if scheme.impute.method != "none":
        after, filled = _impute(scheme, table, x, nothing)
        x = keep("impute", "imputed", {**asdict(scheme.impute), "filled": filled}, after)
    if scheme.treat.method != "none":
        after, se, specs, log = _treat(scheme, x, se, specs)
        x = keep("treat", "treated", {**asdict(scheme.treat), "columns": log}, after)
    if any(indicator.transform for indicator in scheme.indicators):
        after, se, specs = _transform(scheme, table, x, se, specs)
        names = {i.code: i.transform for i in scheme.indicators if i.transform}
        x = keep("transform", "transformed", names, after)
    groups = {name: _group_numbers(labels) for name, labels in table.groups.items()}
    references = tuple(_reference(table, spec, x[k], scheme.codes[k]) for k, spec in enumerate(specs))
    low, high = np.fmin.reduce(x, axis=1), np.fmax.reduce(x, axis=1)
    flat = ~(high > low) | same(low, high)
    for k, indicator in enumerate(scheme.indicators):
        if flat[k] or specs[k].within is not None or specs[k].method not in SPREAD_ONLY:
            _check_column(indicator, specs[k], table, x[k])
    directions = tuple(indicator.direction for indicator in scheme.indicators)
    return Prepared(x, se, nothing, tuple(specs), directions, groups, references, stages, tuple(steps))


def _denominate(scheme: Scheme, table: Table, x: Floats, se: Floats | None) -> tuple[Floats, Floats | None]:
    x = x.copy()
    se = None if se is None else se.copy()
    for k, indicator in enumerate(scheme.indicators):
        if indicator.denominator is None:
            continue
        by = table.columns[indicator.denominator]
        bad = np.flatnonzero((by == 0) & (x[k] != 0) & ~np.isnan(x[k]))
        if bad.size:
            unit = table.units[int(bad[0])]
            message = f"unit {unit} has {x[k][bad[0]]:g} {indicator.code} out of a denominator of zero"
            raise ScoringError(message, column=indicator.denominator, unit=unit)
        x[k] = treatment.denominate(x[k], by)
        if se is not None:
            se[k] = treatment.denominate(se[k], by)
    return x, se


def _impute(scheme: Scheme, table: Table, x: Floats, nothing: Bools | None) -> tuple[Floats, dict[str, int]]:
    rule = scheme.impute
    groups = table.groups[rule.group] if rule.group else None
    out = x.copy()
    for k in range(len(x)):
        if _labelled(scheme.indicators[k]):
            continue
        fill = None if nothing is None else ~nothing[k]
        out[k] = treatment.impute(x[k], rule.method, groups, fill)
    filled = (np.isnan(x) & ~np.isnan(out)).sum(axis=1)
    return out, {code: int(n) for code, n in zip(scheme.codes, filled, strict=True) if n}


def _labelled(indicator: Indicator) -> bool:
    """Whether the values are labels of a table, whose positions have neither mean nor outlier."""
    return any(isinstance(key, str) for key, _ in indicator.normalise.table)


def _treat(
    scheme: Scheme, x: Floats, se: Floats | None, specs: Sequence[Normalise]
) -> tuple[Floats, Floats | None, list[Normalise], dict[str, Any]]:
    out = x.copy()
    carried = list(specs)
    log: dict[str, Any] = {}
    for k, code in enumerate(scheme.codes):
        if np.isnan(x[k]).all() or _labelled(scheme.indicators[k]):
            continue
        done = treatment.treat(x[k], scheme.treat)
        out[k] = done.values
        log[code] = {"action": done.action, "n": done.n_points, "skew": done.skew, "kurt": done.kurt}
        if done.curve is not None:
            carried[k] = _carry_curve(carried[k], done, code)
            se = _carry_error(se, k, x[k], done)
    return out, se, carried, log


def _carry_curve(spec: Normalise, done: Treated, code: str) -> Normalise:
    def along(mark: float) -> float:
        assert done.curve is not None
        with np.errstate(all="ignore"):
            found = float(done.curve(np.array([mark]))[0])
        if not np.isfinite(found):
            raise ScoringError(
                f"the mark {mark:g} lies outside what the treatment {done.action} can carry", column=code
            )
        return found

    return _carry(spec, along)


def _carry_error(se: Floats | None, k: int, x: Floats, done: Treated) -> Floats | None:
    if se is None or done.curve is None:
        return se
    step = 1e-6 * (np.nanmax(x) - np.nanmin(x))
    se = se.copy()
    se[k] = se[k] * (done.curve(x + step) - done.curve(x - step)) / (2 * step)
    return se


def _carry(spec: Normalise, along: Any) -> Normalise:
    """The same scale with its marks carried along a rising curve."""

    def maybe(mark: float | None) -> float | None:
        return None if mark is None else float(along(mark))

    points = tuple((float(along(raw)), value) for raw, value in spec.points)
    table = tuple((key if isinstance(key, str) else float(along(key)), value) for key, value in spec.table)
    lo, hi, target = maybe(spec.lo), maybe(spec.hi), maybe(spec.target)
    return replace(spec, lo=lo, hi=hi, target=target, points=points, table=table)


def _transform(
    scheme: Scheme, table: Table, x: Floats, se: Floats | None, specs: Sequence[Normalise]
) -> tuple[Floats, Floats | None, list[Normalise]]:
    x, carried = x.copy(), list(specs)
    se = None if se is None else se.copy()
    for k, indicator in enumerate(scheme.indicators):
        name = indicator.transform
        if name is None:
            continue
        treatment.check_domain(x[k], name, table.units, indicator.code)
        if se is not None:
            se[k] = se[k] * treatment.transform_slope(x[k], name)
        x[k] = treatment.transform(x[k], name)
        carried[k] = _carry(carried[k], lambda mark, name=name: treatment.transform(np.array(mark), name))
    return x, se, carried


def _group_numbers(labels: Sequence[str]) -> Ints:
    number = {label: i for i, label in enumerate(sorted(set(labels)))}
    return np.array([number[label] for label in labels], dtype=np.int64)


def _reference(table: Table, spec: Normalise, x: Floats, code: str) -> int | None:
    if spec.reference is None:
        return None
    if spec.reference not in table.units:
        raise ScoringError(f"the reference unit {spec.reference} is not in the data", column=code)
    found = table.units.index(spec.reference)
    if np.isnan(x[found]):
        raise ScoringError(
            f"the reference unit {spec.reference} has no value", column=code, unit=spec.reference
        )
    return found


def _check_column(indicator: Indicator, spec: Normalise, table: Table, x: Floats) -> None:
    code = indicator.code
    groups = table.groups[spec.within] if spec.within else None
    normalise.check_spread(x, spec, indicator.direction, units=table.units, code=code, groups=groups)
    if spec.method == "dist2ref":
        worst = np.nanmin(x) if indicator.direction > 0 else np.nanmax(x)
        if bool(same(x[table.units.index(spec.reference or "")], worst)):
            raise ScoringError(f"the reference unit {spec.reference} has the worst value of all", column=code)
    if spec.method == "table":
        keys = np.sort(normalise.table_keys(spec))
        there = np.flatnonzero(~np.isnan(x))
        known = same(x[there], keys[nearest_entry(x[there], keys)])
        if not known.all():
            unit = table.units[int(there[~known][0])]
            value = x[there[~known][0]]
            raise ScoringError(
                f"the value {value:g} of unit {unit} is not in the table", column=code, unit=unit
            )
