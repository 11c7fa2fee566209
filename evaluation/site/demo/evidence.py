"""Invented evidence of the sample city as files in the system's own import formats."""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from evaluation.evidence.sheets import AUDITS as AUDIT_SHEET
from evaluation.evidence.sheets import FINDINGS as FINDING_SHEET
from surveys.core.workbooks import write_template

SOURCE = "演示用虚构数据"
INDEPENDENCE = "The auditor is invented, and so is its independence."
AUDITOR = "示例第三方评估中心 Sample Assessment Centre"
# code, base, spread, gain per unit of quality, target, decimals, lower bound, upper bound
KPIS = (
    ("ontime_rate", 0.955, 0.02, 0.05, 0.96, 4, 0, 1),
    ("time_cut", 0.62, 0.06, 0.08, 0.60, 4, 0, 1),
    ("trips_per_case", 0.85, 0.12, -0.25, 1, 3, 0.1, 4),
    ("papers_per_case", 4.1, 0.6, -0.6, 4, 2, 1, 12),
    ("handled_online", 0.68, 0.07, 0.08, 0.70, 4, 0, 1),
    ("one_visit_rate", 0.90, 0.03, 0.05, 0.90, 4, 0, 1),
    ("guide_accuracy", 0.94, 0.03, 0.03, 0.95, 4, 0, 1),
    ("catalogue_completeness", 0.97, 0.02, 0.01, 0.95, 4, 0, 1),
    ("reply_days", 2.4, 0.5, -0.8, 2, 2, 0.3, 10),
    ("hot_concerns_in_time", 0.955, 0.02, 0.03, 0.96, 4, 0, 1),
    ("redo_rate", 0.022, 0.008, -0.012, 0.02, 4, 0, 1),
    ("data_quality_score", 91.0, 3.0, 3.0, 90, 2, 0, 100),
)
NOT_REPORTED = {("CGJ", "data_quality_score"), ("JTJ", "reply_days")}
POINTS = {"bonus_points": {"MZJ": 2, "SCJ": 1}, "deduction_points": {"ZJJ": 3, "CGJ": 1}, "veto_events": {}}
AUDITS = (("mystery", 40, 0.80, 0.10), ("guide", 60, 0.90, 0.06), ("data_quality", 50, 0.86, 0.05))
FINDINGS = (
    ("mystery", "BDC", "F1", "三次暗访中两次未一次性告知全部材料。", 3),
    ("mystery", "ZJJ", "F2", "窗口无人值守二十分钟，无告示。", 2),
    ("guide", "JYJ", "F3", "转学指南所列咨询电话无人接听。", 2),
    ("guide", "CGJ", "F4", "占道施工许可指南缺少受理条件。", 2),
)


def _csv(rows: Iterable[Mapping[str, Any]]) -> bytes:
    rows = list(rows)
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def _generator(period: str, kind: str) -> np.random.Generator:
    return np.random.default_rng([*period.encode(), *kind.encode()])


def kpis(world: Mapping[str, Any], *, period: str, lift: Mapping[str, float]) -> bytes:
    """KPI values of every department; `lift` moves a department's quality in this period."""
    rng = _generator(period, "kpis")
    rows = []
    for organisation in world["organisations"]:
        code = organisation["code"]
        quality = organisation["quality"] + lift.get(code, 0.0)
        for kpi, base, spread, gain, target, decimals, low, high in KPIS:
            value = float(np.clip(base + gain * quality + rng.normal(0, spread), low, high))
            missing = (code, kpi) in NOT_REPORTED
            rows.append(
                {
                    "kpi": kpi,
                    "organisation": code,
                    "period": period,
                    "value": "" if missing else f"{value:.{decimals}f}",
                    "target": target,
                    "missing": "not_reported" if missing else "",
                    "source": SOURCE,
                }
            )
        for kpi, points in POINTS.items():
            row = {"kpi": kpi, "organisation": code, "period": period, "value": points.get(code, 0)}
            rows.append({**row, "target": "", "missing": "", "source": SOURCE})
    return _csv(rows)


def audits(world: Mapping[str, Any], *, period: str, lift: Mapping[str, float]) -> bytes:
    """Audit results of every department, and the findings, as a workbook of two sheets."""
    rng = _generator(period, "audits")
    rows = []
    for organisation in world["organisations"]:
        code = organisation["code"]
        for audit, checked, base, gain in AUDITS:
            share = np.clip(base + gain * (organisation["quality"] + lift.get(code, 0.0)), 0.05, 0.99)
            absent = audit == "mystery" and code == "SWJ"
            rows.append(
                {
                    "audit": audit,
                    "auditor": AUDITOR,
                    "organisation": code,
                    "period": period,
                    "passed": "" if absent else int(rng.binomial(checked, share)),
                    "checked": "" if absent else checked,
                    "missing": "not_assessed" if absent else "",
                    "independence": INDEPENDENCE,
                    "source": SOURCE,
                }
            )
    known = {organisation["code"] for organisation in world["organisations"]}
    findings = [
        {
            "audit": audit,
            "organisation": code,
            "period": period,
            "finding": key,
            "text": text,
            "severity": severity,
        }
        for audit, code, key, text, severity in FINDINGS
        if code in known
    ]
    return write_template(
        (AUDIT_SHEET, FINDING_SHEET), language="en", examples={"audits": rows, "findings": findings}
    )


def outcomes(
    world: Mapping[str, Any], *, starts_on: dt.date, ends_on: dt.date, lift: Mapping[str, float]
) -> bytes:
    """Hotline results of every department as counts."""
    rng = _generator(f"{starts_on}", "outcomes")
    rows = []
    for organisation in world["organisations"]:
        quality = organisation["quality"] + lift.get(organisation["code"], 0.0)
        due = int(rng.poisson(420 if organisation["group"] == "big" else 160))
        called = int(rng.binomial(due, 0.62))
        rows.append(
            {
                "outcome": "hotline",
                "organisation": organisation["code"],
                "starts_on": starts_on.isoformat(),
                "ends_on": ends_on.isoformat(),
                "due": due,
                "contacted_in_time": int(rng.binomial(due, np.clip(0.965 + 0.02 * quality, 0, 0.999))),
                "called_back": called,
                "solved": int(rng.binomial(called, np.clip(0.83 + 0.12 * quality, 0, 0.99))),
                "satisfied": int(rng.binomial(called, np.clip(0.87 + 0.10 * quality, 0, 0.99))),
                "unreasonable": int(rng.binomial(due, 0.012)),
                "source": SOURCE,
            }
        )
    return _csv(rows)
