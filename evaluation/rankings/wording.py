"""Words in three languages that an edition freezes: bases, periods, lifts."""

import datetime as dt
from collections.abc import Callable, Mapping

from evaluation.rankings.cells import Cell
from surveys.core import numerals
from surveys.core.text import LANGUAGES

Names = Mapping[str, str]


def _t(en: str, hans: str, hant: str) -> Names:
    return {"en": en, "zh-hans": hans, "zh-hant": hant}


BASES: Mapping[str, Names] = {
    "tally": _t("ratings", "条评价", "條評價"),
    "survey": _t("people asked", "名受访者", "名受訪者"),
    "funnel": _t("cases", "件办件", "件辦件"),
    "case": _t("bad ratings", "条差评", "條差評"),
    "kpi": _t("cases", "件", "件"),
    "kpi_targets": _t("targets", "项目标", "項目標"),
    "audit": _t("checked", "项检查", "項檢查"),
    "findings": _t("findings", "个问题", "個問題"),
    "outcome": _t("cases", "件诉求", "件訴求"),
}
SMALL = _t("too few answers to show", "评价太少，不显示", "評價太少，不顯示")
ONE_MORE = _t("One more target met", "多达成一项目标", "多達成一項目標")
TO_QUARTER = _t(
    "Reach the level of the best quarter",
    "达到前四分之一单位的水平",
    "達到前四分之一單位的水準",
)
NO_EARLIER = _t("there is no earlier edition", "没有更早的版本", "沒有更早的版本")
OTHER_SCHEME = _t(
    "the scheme changed between the two editions",
    "两次评价的方案不同",
    "兩次評價的方案不同",
)
OTHER_FORMULA = _t(
    "a formula or scale changed between the two editions",
    "两次评价的公式或量表不同",
    "兩次評價的公式或量表不同",
)
OTHER_WORDING = _t(
    "the question was worded anew between the two editions",
    "两次评价之间问题的措辞已更改",
    "兩次評價之間問題的措辭已更改",
)
OTHER_SCALE = _t(
    "the scale of the answers changed between the two editions",
    "两次评价之间回答的量表已更改",
    "兩次評價之間回答的量表已更改",
)
ADJUSTED = _t("Bonus, deductions and method", "加减分与方法", "加減分與方法")
NEW_UNIT = _t("it took no part before", "此前未参评", "此前未參評")
FACTORS: Mapping[str, Names] = {
    "own_data": _t("Own figures", "自身数据", "自身數據"),
    "others_data": _t("Others’ figures", "其他单位的数据", "其他單位的數據"),
    "weights": _t("Weights", "权重", "權重"),
    "method": _t("Method", "方法", "方法"),
    "units": _t("Who takes part", "参评单位", "參評單位"),
    "data": _t("Figures", "数据", "數據"),
    "scheme": _t("Weights and method", "权重与方法", "權重與方法"),
    "all": _t("Figures, weights and method", "数据、权重与方法", "數據、權重與方法"),
}
LEVELS: Mapping[str, Mapping[str, Names]] = {
    "level5": {
        "5": _t("Very satisfied", "非常满意", "非常滿意"),
        "4": _t("Satisfied", "满意", "滿意"),
        "3": _t("Basically satisfied", "基本满意", "基本滿意"),
        "2": _t("Dissatisfied", "不满意", "不滿意"),
        "1": _t("Very dissatisfied", "非常不满意", "非常不滿意"),
    },
    "level2": {
        "satisfied_or_neutral": _t("Satisfied or neutral", "满意或中立", "滿意或中立"),
        "dissatisfied": _t("Dissatisfied", "不满意", "不滿意"),
    },
    "yesno": {"yes": _t("Yes", "是", "是"), "no": _t("No", "否", "否")},
}


def every(text: Callable[[str], str]) -> dict[str, str]:
    """The same text made in each language."""
    return {language: text(language) for language in LANGUAGES}


def period(starts_on: dt.date | None, ends_on: dt.date | None) -> dict[str, str]:
    """A span of days in words; empty where none is known."""
    if starts_on is None or ends_on is None:
        return {}
    return every(lambda language: numerals.span(starts_on, ends_on, language))


def level_names(scale: str, option: str) -> Names:
    """What an option of a scale is called; an option without a name keeps its code."""
    return LEVELS.get(scale, {}).get(option) or dict.fromkeys(LANGUAGES, option)


def calculation(cell: Cell) -> str:
    """How the raw value follows from its counts, in signs that need no language."""
    if cell.value is None or cell.numerator is None or cell.denominator is None or not cell.is_share:
        return ""
    top, whole = numerals.number(cell.numerator), numerals.number(cell.denominator)
    result = f"{cell.value / 100:.6f}"
    if cell.formula == "not_bad_share":
        bad = numerals.number(cell.denominator - cell.numerator)
        return f"1 − {bad} ÷ {whole} = {result}"
    return f"{top} ÷ {whole} = {result}"


def other_mix(before: Mapping[str, float], now: Mapping[str, float]) -> Names:
    """People were asked in other ways than before: the way that changed most, with its shares."""
    mode = max(sorted(before.keys() | now.keys()), key=lambda key: abs(now.get(key, 0) - before.get(key, 0)))
    told = {"then": f"{100 * before.get(mode, 0):.0f}", "now": f"{100 * now.get(mode, 0):.0f}"}
    return {
        language: MIX[language].format(way=WAYS[mode][language], **told)
        for language in ("en", "zh-hans", "zh-hant")
    }


WAYS: Mapping[str, Names] = {
    "online": _t("online", "线上", "線上"),
    "offline": _t("on site", "现场", "現場"),
    "assisted": _t("with help", "人工协助", "人工協助"),
}
MIX = _t(
    "people were asked in other ways: {way} {then} % then, {now} % now",
    "评价渠道的构成变化较大：{way}从{then}%变为{now}%",
    "評價管道的構成變化較大：{way}從{then}%變為{now}%",
)
