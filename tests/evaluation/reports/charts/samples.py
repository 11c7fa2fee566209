"""One sample of every chart, in three languages and at any size; figures are made up unless they name NYC."""

import random
from collections.abc import Callable

from evaluation.reports.charts import (
    contributions,
    funnel,
    groups,
    importance,
    levels,
    rank_change,
    ranking,
    shape,
    sources,
    trend,
    weights,
)
from evaluation.reports.charts.marks import Picture

LANGUAGES = ("en", "zh-hans", "zh-hant")
LONG = {
    "en": "Administrative Approval Affairs",
    "zh-hans": "市政务服务和数据资源统筹协调管理委员会办公室行政审批服务大厅综合处",
    "zh-hant": "市政務服務和資料資源統籌協調管理委員會辦公室行政審批服務大廳綜合處",
}
NAMES = {
    "en": (
        "Finance", "Taxi & limousine", "Sanitation", "Transportation", "Housing", "Parks",
        "Water & environment", "Health", "Consumer protection", "Homeless services", "Buildings", "Police",
    ),
    "zh-hans": (
        "财政局", "出租车管理局", "环卫局", "交通局", "住房局", "公园局", "环境保护局", "卫生局",
        "消费者保护局", "无家可归者服务局", "建筑局", "警察局",
    ),
    "zh-hant": (
        "財政局", "計程車管理局", "清潔局", "交通局", "住房局", "公園局", "環境保護局", "衛生局",
        "消費者保護局", "遊民服務局", "樓宇局", "警察局",
    ),
}  # fmt: skip
SOURCE = {
    "en": "Source: NYC Open Data, 311 Resolution Satisfaction Survey. 71,261 volunteered answers, "
    "April–September 2026. Simultaneous rank sets, max-t with stepdown.",
    "zh-hans": "数据来源：纽约市开放数据，311办理结果满意度调查。"
    "自愿评价71,261份，2026年4—9月。名次区间：max-t逐步法联合推断。",
    "zh-hant": "資料來源：紐約市開放資料，311辦理結果滿意度調查。"
    "自願評價71,261份，2026年4—9月。名次區間：max-t逐步法聯合推論。",
}
MEASURE = {
    "en": "Share of answers that were not “dissatisfied”.",
    "zh-hans": "“未表示不满意”的评价占比。",
    "zh-hant": "「未表示不滿意」的評價占比。",
}
SHARE = {"en": "Share", "zh-hans": "占比", "zh-hant": "占比"}
COUNT = {"en": "n", "zh-hans": "份数", "zh-hant": "份數"}
NYC = (
    (1, 2, 79.9, 1839), (1, 2, 79.5, 762), (3, 3, 59.0, 7565), (4, 4, 49.8, 2989), (5, 6, 41.0, 9467),
    (5, 6, 40.7, 3502), (7, 9, 37.1, 5068), (7, 11, 34.9, 1185), (7, 11, 32.8, 387), (8, 11, 31.5, 765),
    (8, 11, 30.0, 1706), (12, 12, 23.2, 36026),
)  # fmt: skip
TARGETS = (
    (10, 17), (7, 10), (2, 7), (10, 13), (1, 6), (7, 12), (19, 25), (10, 21), (8, 8), (3, 4), (5, 10), None,
)  # fmt: skip
AUDIT = (None, 94, 70, 39, 94, 100, 37, 89, 100, 73, 24, 100)
LEVELS = {
    "en": ("Very dissatisfied", "Dissatisfied", "Basically satisfied", "Satisfied", "Very satisfied"),
    "zh-hans": ("非常不满意", "不满意", "基本满意", "满意", "非常满意"),
    "zh-hant": ("非常不滿意", "不滿意", "基本滿意", "滿意", "非常滿意"),
}


def name(language: str, i: int, *, long: bool = False) -> str:
    if long:
        return f"{LONG[language]} {i + 1}"
    base = NAMES[language]
    return base[i % len(base)] if i < len(base) else f"{base[i % len(base)]} {i // len(base) + 1}"


def tier(lower: int, upper: int, p: int) -> ranking.Tier:
    third = -(-p // 3)
    return "top" if upper <= third else "bottom" if lower > p - third else "middle"


def ranking_sample(language: str, n: int = 12, *, long: bool = False) -> ranking.RankingData:
    rows = NYC[:n]
    if n > len(NYC):
        rows = tuple((max(1, i - 5), min(n, i + 6), 90 - i, 3000 - 40 * i) for i in range(n))
    places = tuple(
        ranking.Place(
            name(language, i, long=long), i + 1, low, min(high, n), tier(low, min(high, n), n),
            f"{value:.1f}%", f"{size:,}",
        )
        for i, (low, high, value, size) in enumerate(rows)
    )  # fmt: skip
    listed = (
        ranking.Listed(name(language, n, long=long), {"en": "no targets were set"}.get(language, "未设目标")),
    )
    return ranking.RankingData(
        places, MEASURE[language], SOURCE[language], SHARE[language], COUNT[language], listed=listed[: n % 2]
    )


def sources_sample(language: str, n: int = 12, *, long: bool = False) -> sources.SourcesData:
    heads = {
        "en": (("Residents", "answers not dissatisfied", "Apr–Sep 2026"),
               ("Own targets", "targets met, of those set", "fiscal 2023"),
               ("Audit", "requests with a set time limit", "Apr–Jun 2026")),
        "zh-hans": (("居民评价", "未表示不满意的占比", "2026年4—9月"),
                    ("内部指标", "已完成目标数/目标总数", "2023财年"),
                    ("第三方审核", "有公开时限的诉求占比", "2026年4—6月")),
        "zh-hant": (("居民評價", "未表示不滿意的占比", "2026年4—9月"),
                    ("內部指標", "已達成目標數/目標總數", "2023會計年度"),
                    ("第三方審核", "有公開時限的訴求占比", "2026年4—6月")),
    }[language]  # fmt: skip
    none = {
        "en": ("no targets", "no requests"),
        "zh-hans": ("未设目标", "无诉求记录"),
        "zh-hant": ("未設目標", "無訴求紀錄"),
    }
    rows = []
    for i in range(n):
        j = i % 12
        satisfied, target, audit = NYC[j][2] / 100, TARGETS[j], AUDIT[j]
        cells = [sources.Cell(satisfied, f"{satisfied * 100:.0f}", satisfied - 0.02, satisfied + 0.02)]
        if target:
            share = target[0] / target[1]
            cells.append(
                sources.Cell(share, f"{target[0]}/{target[1]}", max(0, share - 0.25), min(1, share + 0.2))
            )
        else:
            cells.append(sources.Cell(None, missing=none[language][0]))
        cells.append(
            sources.Cell(None, missing=none[language][1])
            if audit is None
            else sources.Cell(audit / 100, str(audit))
        )
        rows.append(sources.SourceRow(name(language, i, long=long), tuple(cells)))
    return sources.SourcesData(tuple(sources.Panel(*head) for head in heads), tuple(rows), SOURCE[language])


def levels_sample(language: str, n: int = 6, *, long: bool = False) -> levels.LevelsData:
    shapes = ((14, 28, 98, 406, 854), (22, 22, 123, 347, 606), (12, 58, 162, 418, 510),
              (53, 106, 212, 360, 329), (93, 121, 167, 288, 261), (142, 169, 187, 214, 178))  # fmt: skip
    rows = tuple(levels.LevelRow(name(language, i, long=long), shapes[i % 6]) for i in range(n))
    return levels.LevelsData(LEVELS[language], rows, MEASURE[language], SOURCE[language])


def shape_sample(language: str, n: int = 0, *, long: bool = False) -> shape.ShapeData:
    counts = (157_000, 19_300, 11_000, 22_000, 63_400) if not n else (3, 10, 60, 20, 7)
    return shape.ShapeData(LEVELS[language], counts, MEASURE[language], SOURCE[language])


def trend_sample(language: str, n: int = 11, *, long: bool = False) -> trend.TrendData:
    old = (0.612, 0.604, 0.62, 0.628, 0.619, 0.626)
    new = (0.706, 0.719, 0.734, 0.73, 0.752, 0.764)
    words = {"en": ("Old form", "New form", "New questionnaire: three levels became five"),
             "zh-hans": ("旧问卷", "新问卷", "问卷改版：三级改为五级"),
             "zh-hant": ("舊問卷", "新問卷", "問卷改版：三級改為五級")}[language]  # fmt: skip
    first = trend.Segment(
        words[0], tuple(trend.TrendPoint(i, s, s - 0.037, s + 0.037) for i, s in enumerate(old))
    )
    second = trend.Segment(
        words[1], tuple(trend.TrendPoint(5 + i, s, s - 0.025, s + 0.024) for i, s in enumerate(new))
    )
    ticks = ((0, "2024"), (4, "2025"), (8, "2026"))
    if n == 3:
        return trend.TrendData((second,), (), ((5, "2025"), (9, "2026")), MEASURE[language], SOURCE[language])
    return trend.TrendData((first, second), (words[2],), ticks, MEASURE[language], SOURCE[language])


def funnel_sample(language: str, n: int = 60, *, long: bool = False) -> funnel.FunnelData:
    dice = random.Random(7)
    points = []
    for i in range(n):
        size = int(10 ** dice.uniform(1.1, 3.3))
        good = sum(dice.random() < 0.85 for _ in range(size))
        points.append(funnel.FunnelPoint(name(language, i, long=long), good, size))
    points[0] = funnel.FunnelPoint(points[0].name, 1300, 1370)
    if n > 2:
        points[1] = funnel.FunnelPoint(points[1].name, 1430, 1870)
        points[2] = funnel.FunnelPoint(points[2].name, 560, 800)
    whole = {"en": "all halls", "zh-hans": "全部大厅", "zh-hant": "全部大廳"}[language]
    head = {"en": "ratings per hall", "zh-hans": "每个大厅的评价份数", "zh-hant": "每個大廳的評價份數"}[
        language
    ]
    return funnel.FunnelData(tuple(points), 0.002, MEASURE[language], head, whole, SOURCE[language])


def importance_sample(language: str, n: int = 9, *, long: bool = False) -> importance.ImportanceData:
    names = {
        "en": ("Waiting time", "Clear instructions", "Number of visits", "Result delivered on time", "Online form",
               "Opening hours", "Staff courtesy", "Fee payment", "Signs in the hall", "Privacy at the counter"),
        "zh-hans": ("等候时间", "指引清楚", "跑动次数", "按时出结果", "网上表格", "开放时间", "工作人员态度",
                    "缴费", "大厅标识", "窗口隐私"),
        "zh-hant": ("等候時間", "指引清楚", "跑動次數", "按時出結果", "線上表格", "開放時間", "服務人員態度",
                    "繳費", "大廳標示", "櫃檯隱私"),
    }[language]  # fmt: skip
    spots = ((0.52, 0.58), (0.66, 0.44), (0.6, 0.39), (0.86, 0.35), (0.71, 0.27), (0.82, 0.24), (0.91, 0.19),
             (0.945, 0.14), (0.79, 0.085), (0.69, 0.12))  # fmt: skip
    dice = random.Random(3)
    items = []
    for i in range(max(n, 1)):
        x, y = spots[i] if i < len(spots) else (dice.uniform(0.5, 0.95), dice.uniform(0.05, 0.6))
        label = name(language, i, long=long) if long or i >= len(names) else names[i]
        half = 0.035
        items.append(
            importance.Item(
                label,
                importance.Estimate(x, x - half, min(1, x + half)),
                importance.Estimate(y, y - 0.03, y + 0.03),
            )
        )
    return importance.ImportanceData(tuple(items), 0.75, 0.28, MEASURE[language], SOURCE[language])


def weights_sample(language: str, n: int = 10, *, long: bool = False) -> weights.WeightsData:
    heads = {"en": ("Targets first", "Official", "Residents first", "Audit raised"),
             "zh-hans": ("指标优先", "正式权重", "居民优先", "提高审核"),
             "zh-hant": ("指標優先", "正式權重", "居民優先", "提高審核")}[language]  # fmt: skip
    shares = ("20·60·20", "40·40·20", "60·20·20", "40·20·40")
    table = ((2, 1, 1, 1), (1, 2, 2, 2), (5, 3, 3, 3), (3, 5, 6, 7), (4, 4, 5, 8), (6, 6, 9, 9), (7, 7, 7, 4),
             (8, 8, 4, 6), (10, 9, 8, 5), (9, 10, 10, 10))  # fmt: skip
    if n != 10:
        table = tuple((i + 1, i + 1, n - i, i + 1) for i in range(n))
    lines = tuple(weights.RankLine(name(language, i + 1, long=long), row) for i, row in enumerate(table[:n]))
    columns = tuple(weights.WeightSet(h, s) for h, s in zip(heads, shares, strict=True))
    return weights.WeightsData(columns, lines, 1, MEASURE[language], SOURCE[language])


def rank_change_sample(language: str, n: int = 6, *, long: bool = False) -> rank_change.RankChangeData:
    causes = {
        "en": ("Residents rate it better", "More own targets met", "Audit result", "Others improved too",
               "New weights", "New members, leavers"),
        "zh-hans": ("居民评价提高", "内部指标改善", "第三方审核", "其他部门也在进步", "权重调整", "新增与退出单位"),
        "zh-hant": ("居民評價提高", "內部指標改善", "第三方審核", "其他部門也在進步", "權重調整", "新增與退出單位"),
    }[language]  # fmt: skip
    gains = (4.2, 1.9, -0.5, -1.3, 2.1, 0.6)
    return rank_change.RankChangeData(
        name(language, 4, long=long), "2025", "2026", 18, 11,
        tuple(rank_change.Cause(c, g, own=i < 3) for i, (c, g) in enumerate(zip(causes, gains, strict=True))),
        MEASURE[language], SOURCE[language],
    )  # fmt: skip


def contributions_sample(
    language: str, n: int = 10, *, long: bool = False
) -> contributions.ContributionsData:
    heads = {"en": ("Residents", "Targets", "Audit"), "zh-hans": ("居民评价", "内部指标", "审核"),
             "zh-hant": ("居民評價", "內部指標", "審核")}[language]  # fmt: skip
    parts = ((31.8, 28, 18.9), (13.1, 40, 20), (16.3, 23.3, 20), (19.9, 30.8, 7.8), (12.6, 30, 14.6),
             (14.8, 30.4, 7.4), (14, 19, 17.8), (23.6, 11.4, 14), (16.4, 6.7, 18.7), (12, 20, 4.8))  # fmt: skip
    rows = [
        contributions.Contribution(name(language, i + 1, long=long), i + 1, parts[i % 10]) for i in range(n)
    ]
    rows = sorted(rows, key=lambda row: -row.score)
    why = {"en": ("no targets set: nothing to score, not zero", "no 311 requests to audit"),
           "zh-hans": ("未设目标：无从计分，不是零分", "没有可供审核的诉求"),
           "zh-hant": ("未設目標：無從計分，不是零分", "沒有可供審核的訴求")}[language]  # fmt: skip
    listed = tuple(ranking.Listed(name(language, 11 + i, long=long), reason) for i, reason in enumerate(why))
    return contributions.ContributionsData(heads, tuple(rows), MEASURE[language], SOURCE[language], listed)


def groups_sample(language: str, n: int = 4, *, long: bool = False) -> groups.GroupsData:
    dice = random.Random(5)
    made = [
        groups.Group(
            name(language, 20 + i, long=long),
            tuple(
                groups.Member(name(language, j, long=long), 70 - 5 * i + dice.uniform(-12, 12))
                for j in range(6)
            ),
        )
        for i in range(min(n, 9))
    ]
    return groups.GroupsData(tuple(made), MEASURE[language], SOURCE[language])


Sample = tuple[Callable[..., object], Callable[..., Picture]]
SAMPLES: dict[str, Sample] = {
    "ranking": (ranking_sample, ranking.draw),
    "sources": (sources_sample, sources.draw),
    "levels": (levels_sample, levels.draw),
    "shape": (shape_sample, shape.draw),
    "trend": (trend_sample, trend.draw),
    "funnel": (funnel_sample, funnel.draw),
    "importance": (importance_sample, importance.draw),
    "weights": (weights_sample, weights.draw),
    "rank_change": (rank_change_sample, rank_change.draw),
    "contributions": (contributions_sample, contributions.draw),
    "groups": (groups_sample, groups.draw),
}


def picture(
    chart: str, language: str, n: int | None = None, *, wide: bool = False, long: bool = False
) -> Picture:
    make, draw = SAMPLES[chart]
    data = make(language, long=long) if n is None else make(language, n, long=long)
    return draw(data, language, wide=wide)
