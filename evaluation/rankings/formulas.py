"""The named formulas of raw values: what each published measure computes, with version, in three languages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from evaluation.cycles.bindings import NOT_BAD
from scoring.intervals import smoothed_se, wilson
from scoring.satisfaction import FORMULAS
from scoring.special import z_value

Names = Mapping[str, str]
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


def _t(en: str, hans: str, hant: str) -> Names:
    return {"en": en, "zh-hans": hans, "zh-hant": hant}


TEXTS: Mapping[str, FormulaText] = {
    text.code: text
    for text in (
        FormulaText(
            NOT_BAD,
            "1",
            _t("Satisfied or neutral", "满意或中立", "滿意或中立"),
            _t("1 − bad ÷ answers, × 100", "1 − 差评 ÷ 全部评价，× 100", "1 − 差評 ÷ 全部評價，× 100"),
        ),
        FormulaText(
            "linear100",
            "1",
            _t("Average of the ratings, 0 to 100", "评价均值（0至100）", "評價均值（0至100）"),
            _t(
                "100 · mean of (level − 1) ÷ (levels − 1)",
                "100 ·（档 − 1）÷（档数 − 1）的均值",
                "100 ·（檔 − 1）÷（檔數 − 1）的均值",
            ),
        ),
        FormulaText(
            "targets_met",
            "1",
            _t("Targets met", "目标达成率", "目標達成率"),
            _t(
                "Targets met ÷ targets set and reported, × 100; equality is met",
                "达成的目标 ÷ 已设定且已报送的目标，× 100；等于即达成",
                "達成的目標 ÷ 已設定且已報送的目標，× 100；等於即達成",
            ),
        ),
        FormulaText(
            "audit_share",
            "1",
            _t("Passed in the audit", "评估合格率", "評估合格率"),
            _t("Passed ÷ checked, × 100", "合格数 ÷ 检查数，× 100", "合格數 ÷ 檢查數，× 100"),
        ),
        FormulaText(
            "audit_score",
            "1",
            _t("Audit score", "评估得分", "評估得分"),
            _t(
                "Points of 100 as the auditor gave them",
                "评估机构给出的百分制得分",
                "評估機構給出的百分制得分",
            ),
        ),
        FormulaText(
            "findings_standing",
            "1",
            _t("Findings that stand", "成立的问题数", "成立的問題數"),
            _t(
                "Findings less those whose contest was upheld", "问题数减去申诉成立数", "問題數減去申訴成立數"
            ),
        ),
        FormulaText(
            "kpi_value",
            "1",
            _t("KPI as reported", "指标报送值", "指標報送值"),
            _t("The value as reported and attested", "报送并经复核的数值", "報送並經複核的數值"),
        ),
        FormulaText(
            "kpi_ratio",
            "1",
            _t("KPI over several periods", "多期指标", "多期指標"),
            _t("Sum of numerators ÷ sum of denominators", "分子之和 ÷ 分母之和", "分子之和 ÷ 分母之和"),
        ),
        FormulaText(
            "kpi_mean",
            "1",
            _t("KPI, mean of periods", "指标期均值", "指標期均值"),
            _t("Mean of the values of the periods", "各期数值的均值", "各期數值的均值"),
        ),
        FormulaText(
            "response_rate",
            "1",
            _t("Response rate", "响应率", "響應率"),
            _t("Contacted in time ÷ due, × 100", "按时联系数 ÷ 应办数，× 100", "按時聯絡數 ÷ 應辦數，× 100"),
        ),
        FormulaText(
            "solution_rate",
            "1",
            _t("Solution rate", "解决率", "解決率"),
            _t("Solved ÷ called back, × 100", "已解决数 ÷ 已回访数，× 100", "已解決數 ÷ 已回訪數，× 100"),
        ),
        FormulaText(
            "satisfaction_rate",
            "1",
            _t("Satisfaction rate", "满意率", "滿意率"),
            _t("Satisfied ÷ called back, × 100", "满意数 ÷ 已回访数，× 100", "滿意數 ÷ 已回訪數，× 100"),
        ),
        FormulaText(
            "active_rate",
            "1",
            _t("Active rating rate", "主动评价率", "主動評價率"),
            _t(
                "Ratings people gave ÷ cases that could be rated, × 100",
                "主动评价数 ÷ 可评价办件数，× 100",
                "主動評價數 ÷ 可評價辦件數，× 100",
            ),
        ),
        *(
            FormulaText(
                code, found.version, _t(code, code, code), _t(found.source, found.source, found.source)
            )
            for code, found in FORMULAS.items()
            if code != "linear100"
        ),
    )
}


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
