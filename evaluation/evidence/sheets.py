"""The columns of the evidence files, with headings and hints in three languages."""

from decimal import Decimal

from evaluation.evidence.enums import Missing
from surveys.core.workbooks import Column, Sheet

LARGEST = Decimal(10) ** 15


def _t(en: str, hans: str, hant: str) -> dict[str, str]:
    return {"en": en, "zh-hans": hans, "zh-hant": hant}


MISSING = (
    (Missing.NOT_REPORTED.value, _t("not reported", "未报送", "未報送")),
    (Missing.NOT_ASSESSED.value, _t("not assessed", "未评估", "未評估")),
    (Missing.NO_CASES.value, _t("nothing there to measure", "没有可测的对象", "沒有可測的對象")),
    (Missing.NOT_APPLICABLE.value, _t("does not apply", "不适用", "不適用")),
)
DIRECTIONS = (
    ("up", _t("more is better", "越大越好", "越大越好")),
    ("down", _t("less is better", "越小越好", "越小越好")),
)
OUTCOMES = (
    ("hotline", _t("hotline", "热线", "熱線")),
    ("complaint", _t("complaint", "投诉", "投訴")),
)

ORGANISATION = Column(
    "organisation", _t("Organisation code", "单位编码", "單位編碼"), required=True, max_length=40
)
PERIOD = Column(
    "period",
    _t("Period", "期间", "期間"),
    required=True,
    max_length=60,
    hints=_t(
        "2026, 2026-H1, 2026-Q2, 2026-04 or 2026-04-01/2026-09-30",
        "2026、2026-H1、2026-Q2、2026-04 或 2026-04-01/2026-09-30",
        "2026、2026-H1、2026-Q2、2026-04 或 2026-04-01/2026-09-30",
    ),
)
MISSING_REASON = Column(
    "missing",
    _t("Why it is missing", "缺失原因", "缺失原因"),
    "choice",
    choices=MISSING,
    hints=_t(
        "Only where there is no value. Missing is never zero.",
        "仅在没有数值时填写。缺失不等于零。",
        "僅在沒有數值時填寫。缺失不等於零。",
    ),
)
SOURCE = Column("source", _t("Source", "来源", "來源"), required=True, max_length=1000)


def _number(key: str, titles: dict[str, str], *, least: Decimal | None = None) -> Column:
    return Column(key, titles, "decimal", minimum=-LARGEST if least is None else least, maximum=LARGEST)


KPIS = Sheet(
    "kpis",
    _t("KPIs", "指标", "指標"),
    (
        Column("kpi", _t("KPI code", "指标代码", "指標代碼"), required=True, max_length=60),
        Column(
            "name_zh_hans", _t("Name, simplified Chinese", "名称（简体）", "名稱（簡體）"), max_length=300
        ),
        Column(
            "name_zh_hant", _t("Name, traditional Chinese", "名称（繁体）", "名稱（繁體）"), max_length=300
        ),
        Column("name_en", _t("Name, English", "名称（英文）", "名稱（英文）"), max_length=300),
        Column("numerator_text", _t("Numerator means", "分子说明", "分子說明"), max_length=500),
        Column("denominator_text", _t("Denominator means", "分母说明", "分母說明"), max_length=500),
        Column("unit", _t("Unit", "单位", "單位"), max_length=40),
        Column("direction", _t("Direction", "方向", "方向"), "choice", choices=DIRECTIONS),
        Column("dimension", _t("Dimension", "维度", "維度"), max_length=40),
        ORGANISATION,
        PERIOD,
        _number("value", _t("Value", "数值", "數值")),
        _number("numerator", _t("Numerator", "分子", "分子")),
        _number("denominator", _t("Denominator", "分母", "分母")),
        _number("target", _t("Target", "目标值", "目標值")),
        _number("baseline", _t("Baseline", "基准值", "基準值")),
        MISSING_REASON,
        SOURCE,
    ),
    required=True,
)

AUDITS = Sheet(
    "audits",
    _t("Audits", "评估", "評估"),
    (
        Column("audit", _t("Audit code", "评估代码", "評估代碼"), required=True, max_length=40),
        Column("auditor", _t("Auditor", "评估机构", "評估機構"), required=True, max_length=200),
        ORGANISATION,
        PERIOD,
        _number("passed", _t("Passed", "合格数", "合格數"), least=Decimal(0)),
        _number("checked", _t("Checked", "检查数", "檢查數"), least=Decimal(0)),
        Column(
            "score",
            _t("Score, 0 to 100", "得分（0至100）", "得分（0至100）"),
            "decimal",
            minimum=Decimal(0),
            maximum=Decimal(100),
            hints=_t(
                "May be left out where passed and checked are given.",
                "已填合格数和检查数时可不填。",
                "已填合格數和檢查數時可不填。",
            ),
        ),
        MISSING_REASON,
        Column(
            "independence",
            _t("Declaration of independence", "独立性声明", "獨立性聲明"),
            required=True,
            max_length=1000,
        ),
        SOURCE,
    ),
)

FINDINGS = Sheet(
    "findings",
    _t("Findings", "问题", "問題"),
    (
        Column("audit", _t("Audit code", "评估代码", "評估代碼"), required=True, max_length=40),
        ORGANISATION,
        PERIOD,
        Column("finding", _t("Finding code", "问题代码", "問題代碼"), required=True, max_length=40),
        Column("text", _t("What was seen", "发现情况", "發現情況"), required=True, max_length=4000),
        Column(
            "severity",
            _t("Severity, 1 to 5", "严重程度（1至5）", "嚴重程度（1至5）"),
            "integer",
            minimum=1,
            maximum=5,
        ),
    ),
)


def _count(key: str, titles: dict[str, str], *, required: bool = True) -> Column:
    return Column(key, titles, "integer", required=required, minimum=0, maximum=2_000_000_000)


OUTCOME_COUNTS = Sheet(
    "outcomes",
    _t("Outcomes", "办理结果", "辦理結果"),
    (
        Column("outcome", _t("Kind", "类别", "類別"), "choice", required=True, choices=OUTCOMES),
        ORGANISATION,
        Column("starts_on", _t("From", "开始日期", "開始日期"), "date", required=True),
        Column("ends_on", _t("To", "结束日期", "結束日期"), "date", required=True),
        _count("due", _t("Due", "应办数", "應辦數")),
        _count("contacted_in_time", _t("Contacted in time", "按时联系数", "按時聯絡數")),
        _count("called_back", _t("Called back", "已回访数", "已回訪數")),
        _count("solved", _t("Solved", "已解决数", "已解決數")),
        _count("satisfied", _t("Satisfied", "满意数", "滿意數")),
        _count("unreasonable", _t("Agreed unreasonable", "认定不合理数", "認定不合理數"), required=False),
        SOURCE,
    ),
    required=True,
)
