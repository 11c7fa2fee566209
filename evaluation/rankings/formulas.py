"""The named formulas of raw values: what each published measure computes, with version, in three languages."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from evaluation.cycles.bindings import NOT_BAD
from scoring.intervals import smoothed_se, wilson
from scoring.satisfaction import FORMULAS
from scoring.special import z_value

Names = Mapping[str, str]
FILE = Path(__file__).with_name("formulas.json")
WILSON, NORMAL = "Wilson", "normal"
SHARE_POINTS = np.array([0.0, 100.0])
TALLY_SHARES = frozenset({NOT_BAD, "top_box", "top2", "good_rate"})


@dataclass(frozen=True)
class Estimate:
    """A figure with its error and interval, all in its own unit (shares in percent)."""

    value: float
    se: float
    lower: float
    upper: float
    method: str
    numerator: float | None = None


@dataclass(frozen=True)
class FormulaText:
    """What a formula is, for passports and the methods page."""

    code: str
    version: str
    names: Names
    texts: Names


def _described() -> dict[str, FormulaText]:
    """The formulas as formulas.json describes them; tally formulas take their version from `scoring`."""
    told = json.loads(FILE.read_text(encoding="utf-8"))
    return {
        code: FormulaText(code, text.get("version") or FORMULAS[code].version, text["names"], text["texts"])
        for code, text in told.items()
    }


TEXTS: Mapping[str, FormulaText] = _described()


def tally_version(code: str) -> str:
    return "1" if code == NOT_BAD else FORMULAS[code].version


def share(passed: Sequence[float], n: Sequence[float], *, sampled: bool = True) -> list[Estimate | None]:
    """Passed ÷ n in percent for each unit, with Wilson bounds and an error smoothed towards all units pooled.

    Read as a full count (`sampled` False) a share has no error and its interval is the value itself.
    """
    x, size = np.asarray(passed, dtype=np.float64), np.asarray(n, dtype=np.float64)
    errors = smoothed_se(np.stack([size - x, x], axis=1), SHARE_POINTS)
    low, high = wilson(x, size)
    found: list[Estimate | None] = []
    for i in range(len(x)):
        if size[i] <= 0:
            found.append(None)
            continue
        value = float(100 * x[i] / size[i])
        if sampled:
            bounds = float(100 * low[i]), float(100 * high[i])
            found.append(Estimate(value, float(errors[i]), *bounds, WILSON, float(x[i])))
        else:
            found.append(Estimate(value, 0.0, value, value, "", float(x[i])))
    return found


def from_levels(
    code: str, counts: Sequence[Sequence[float]], bad: Sequence[int], *, coverage: float = 0.95
) -> list[Estimate | None]:
    """A tally formula for each row of level counts (lowest first); `bad` are the positions of bad levels."""
    table = np.asarray(counts, dtype=np.float64)
    n = table.sum(axis=1)
    if code == NOT_BAD:
        return share((n - table[:, list(bad)].sum(axis=1)).tolist(), n.tolist())
    formula = FORMULAS[code]
    points = formula.points(table.shape[1])
    values, errors = formula(table)
    top = table[:, points == 100.0].sum(axis=1)
    low, high = wilson(top, n, coverage)
    z = z_value(coverage)
    found: list[Estimate | None] = []
    for i in range(len(n)):
        if n[i] <= 0:
            found.append(None)
            continue
        value, se = float(values[i]), float(errors[i])
        if code in TALLY_SHARES:
            found.append(
                Estimate(value, se, float(100 * low[i]), float(100 * high[i]), WILSON, float(top[i]))
            )
        else:
            least, most = float(points.min()), float(points.max())
            found.append(Estimate(value, se, max(least, value - z * se), min(most, value + z * se), NORMAL))
    return found
