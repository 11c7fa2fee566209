"""What happens to raw values before they are compared: denominators, imputation, outliers, transforms.

The treatment follows COINr (Becker et al., 2022): a column fails when |skewness| > 2 and kurtosis > 3.5; outliers
are pulled in one value at a time, and a logarithm is tried when that does not mend it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from scoring.types import Bools, Floats, ScoringError, Treat


@dataclass(frozen=True, eq=False)
class Treated:
    """One treated column, what was done, and the curve that carries goalposts along with it."""

    values: Floats
    action: str
    n_points: int
    skew: tuple[float, float]
    kurt: tuple[float, float]
    curve: Callable[[Floats], Floats] | None = None


def denominate(x: Floats, by: Floats) -> Floats:
    """X / by; nothing over nothing is missing, not zero. Source of the rule: missing is never zero."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where((by == 0) & (x == 0), np.nan, x / by)


def impute(x: Floats, method: str, groups: Sequence[str] | None = None, fill: Bools | None = None) -> Floats:
    """Missing values by the mean, the median or the mean of the unit's group; `fill` limits what is filled."""
    gaps = np.isnan(x) if fill is None else np.isnan(x) & fill
    if method == "none" or not gaps.any():
        return x
    filled = x.copy()
    if method != "group_mean":
        present = x[~np.isnan(x)]
        if present.size:
            filled[gaps] = np.mean(present) if method == "mean" else np.median(present)
        return filled
    labels = np.array(groups)
    for label in sorted(set(labels[gaps])):
        here = labels == label
        present = x[here & ~np.isnan(x)]
        if present.size:
            filled[gaps & here] = np.mean(present)
    return filled


def impute_panel(x: Floats, method: str) -> Floats:
    """Gaps of a [periods, N] panel: `last` carries the last value on, `linear` draws a line inside the span."""
    filled = x.copy()
    periods = np.arange(x.shape[0], dtype=np.float64)
    for unit in range(x.shape[1]):
        known = np.flatnonzero(~np.isnan(x[:, unit]))
        if not known.size:
            continue
        if method == "linear":
            inside = slice(known[0], known[-1] + 1)
            filled[inside, unit] = np.interp(periods[inside], periods[known], x[known, unit])
        else:
            last = np.searchsorted(known, np.arange(x.shape[0]), side="right") - 1
            filled[:, unit] = np.where(last >= 0, x[known[np.maximum(last, 0)], unit], np.nan)
    return filled


def _deviations(x: Floats) -> Floats:
    """Deviations from the mean as shares of the largest, so that no power of them overflows or vanishes."""
    x = x[~np.isnan(x)]
    reach = np.max(np.abs(x))
    d = x / reach - np.mean(x / reach) if reach > 0 else x
    widest = np.max(np.abs(d))
    shares: Floats = d / widest if widest > 0 else d
    return shares


def skewness(x: Floats) -> float:
    """Sample skewness G1 (type 2 of Joanes and Gill, 1998) of the values that are there."""
    d = _deviations(x)
    n, m2 = d.size, np.mean(d**2)
    if n < 3 or m2 == 0:
        return 0.0
    return float(np.mean(d**3) / m2**1.5 * np.sqrt(n * (n - 1)) / (n - 2))


def kurtosis(x: Floats) -> float:
    """Sample excess kurtosis G2 (type 2 of Joanes and Gill, 1998) of the values that are there."""
    d = _deviations(x)
    n, m2 = d.size, np.mean(d**2)
    if n < 4 or m2 == 0:
        return 0.0
    return float((n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * (np.mean(d**4) / m2**2 - 3) + 6))


def passes(x: Floats, rule: Treat) -> bool:
    """A column fails only when skewness and kurtosis are both beyond their limits."""
    return not (abs(skewness(x)) > rule.skew and kurtosis(x) > rule.kurt)


def winsorise(x: Floats, rule: Treat) -> tuple[Floats, int]:
    """Pull the outermost value in to the next one, up to `rule.max` times or until the column passes."""
    x = x.copy()
    n_points = 0
    while n_points < rule.max and not passes(x, rule):
        high = skewness(x) > 0
        edge = np.nanmax(x) if high else np.nanmin(x)
        inner = x[(x < edge) if high else (x > edge)]
        x[x == edge] = inner.max() if high else inner.min()
        n_points += 1
    return x, n_points


def log_curve(x: Floats) -> Callable[[Floats], Floats]:
    """Logarithm of the distance from the short tail, shifted by 1 % of the range; mirrored for a left tail."""
    lo, hi = np.nanmin(x), np.nanmax(x)
    shift = 0.01 * (hi - lo)
    if skewness(x) >= 0:
        return lambda values: np.log(values - lo + shift)
    return lambda values: -np.log(hi - values + shift)


def boxcox_curve(x: Floats) -> Callable[[Floats], Floats]:
    """Box-Cox power of largest likelihood (Box and Cox, 1964), values shifted above zero by 1 % of the range."""
    lo, hi = np.nanmin(x), np.nanmax(x)
    shift = 0.0 if lo > 0 else 0.01 * (hi - lo) - lo
    logs = np.log(x[~np.isnan(x)] + shift)

    def power(values: Floats, lam: float) -> Floats:
        raised: Floats = np.expm1(lam * values) / lam if abs(lam) > 1e-8 else values
        return raised

    def likelihood(lam: float) -> float:
        return float(-0.5 * logs.size * np.log(np.var(power(logs, lam))) + (lam - 1) * logs.sum())

    a, b = -5.0, 5.0
    golden = (np.sqrt(5.0) - 1) / 2
    while b - a > 1e-10:
        c, d = b - golden * (b - a), a + golden * (b - a)
        if likelihood(c) >= likelihood(d):
            b = d
        else:
            a = c
    best = (a + b) / 2
    return lambda values: power(np.log(values + shift), best)


def treat(x: Floats, rule: Treat) -> Treated:
    """One column through the rule; a column that passes is left alone."""
    skew, kurt = skewness(x), kurtosis(x)

    def done(
        values: Floats, action: str, n: int = 0, curve: Callable[[Floats], Floats] | None = None
    ) -> Treated:
        return Treated(values, action, n, (skew, skewness(values)), (kurt, kurtosis(values)), curve)

    if rule.method == "none" or passes(x, rule):
        return done(x, "none")
    if rule.method in ("winsorise", "winsorise_log"):
        pulled, n_points = winsorise(x, rule)
        if rule.method == "winsorise" or passes(pulled, rule):
            return done(pulled, "winsorise", n_points)
    curve = boxcox_curve(x) if rule.method == "boxcox" else log_curve(x)
    return done(curve(x), "boxcox" if rule.method == "boxcox" else "log", 0, curve)


def transform(x: Floats, name: str | None) -> Floats:
    """log, log10 or sqrt, or nothing."""
    if name is None:
        return x
    functions = {"log": np.log, "log10": np.log10, "sqrt": np.sqrt}
    changed: Floats = functions[name](x)
    return changed


def transform_slope(x: Floats, name: str | None) -> Floats:
    """Derivative of the transform, which carries a standard error along."""
    slope: Floats = np.ones_like(x)
    if name in ("log", "log10"):
        slope = 1 / x if name == "log" else 1 / (x * np.log(10.0))
    elif name == "sqrt":
        slope = 0.5 / np.sqrt(x)
    return slope


def check_domain(x: Floats, name: str | None, units: Sequence[str], column: str) -> None:
    """Refuse a value a transform cannot take, naming its unit."""
    if name is None:
        return
    bad = np.flatnonzero(x < 0 if name == "sqrt" else x <= 0)
    if bad.size:
        limit = "zero or more" if name == "sqrt" else "above zero"
        raise ScoringError(
            f"unit {units[bad[0]]} has {x[bad[0]]:g}, but the transform {name} needs values {limit}",
            column=column,
            unit=units[int(bad[0])],
        )
