"""Why a value is missing or a unit is only listed: reason codes with their texts in three languages."""

from collections.abc import Mapping, Sequence

Names = Mapping[str, str]


def _t(en: str, hans: str, hant: str) -> Names:
    return {"en": en, "zh-hans": hans, "zh-hant": hant}


TEXTS: Mapping[str, Names] = {
    "no_ratings": _t("no ratings in the period", "期间内没有评价", "期間內沒有評價"),
    "no_survey": _t(
        "nobody was asked about it in a sampled survey", "没有对其开展抽样调查", "沒有對其進行抽樣調查"
    ),
    "scales_differ": _t(
        "ratings on scales that this formula cannot join",
        "评价所用量表不能按此公式合并",
        "評價所用量表不能按此公式合併",
    ),
    "no_targets": _t("no targets set, so none counted", "未设定目标，不计", "未設定目標，不計"),
    "no_audit": _t("not in the audit", "未纳入评估", "未納入評估"),
    "no_outcomes": _t("no outcomes reported", "未报送办理结果", "未報送辦理結果"),
    "no_value": _t("no value reported", "未报送数值", "未報送數值"),
    "nothing_due": _t("nothing was due", "没有应办件", "沒有應辦件"),
    "no_cases": _t("nothing there to measure", "没有可测的对象", "沒有可測的對象"),
    "no_bad_ratings": _t("no bad ratings to handle", "没有需办理的差评", "沒有需辦理的差評"),
    "no_invitations": _t("no cases that could be rated", "没有可评价的办件", "沒有可評價的辦件"),
    "not_reported": _t("not reported", "未报送", "未報送"),
    "not_assessed": _t("not assessed", "未评估", "未評估"),
    "not_applicable": _t("does not apply", "不适用", "不適用"),
    "no_group": _t("in no peer group", "未归入同类组", "未歸入同類組"),
}
LISTED: Mapping[str, Names] = {
    "missing": _t("a part of the score is missing", "缺少部分得分", "缺少部分得分"),
    "no_data": _t("nothing is known", "没有任何数据", "沒有任何數據"),
    "not_applicable": _t("the scheme does not apply to it", "方案不适用", "方案不適用"),
    "missing_event": _t(
        "it is not recorded whether there were deductions or bonuses",
        "未记录有无加分或扣分",
        "未記錄有無加分或扣分",
    ),
    "no_sample": _t("the number of ratings is not known", "评价数不明", "評價數不明"),
    "not_shown": _t("too few ratings to show a figure", "评价太少，不显示数值", "評價太少，不顯示數值"),
    "too_few": _t("too few ratings to be ranked", "评价太少，不参与排名", "評價太少，不參與排名"),
}
LANGUAGES = ("en", "zh-hans", "zh-hant")
JOIN = {"en": "; ", "zh-hans": "；", "zh-hant": "；"}
COLON = {"en": ": ", "zh-hans": "：", "zh-hant": "："}


def text_of(code: str) -> Names:
    """The text of a reason code; an unknown one keeps its code."""
    return TEXTS.get(code) or LISTED.get(code) or dict.fromkeys(LANGUAGES, code)


def listed_reason(status: str, gaps: Sequence[tuple[Names, str]]) -> dict[str, str]:
    """Why a unit is listed, not ranked: each missing part by name with its own reason, else the rule."""
    told = [(names, text_of(code)) for names, code in gaps]
    if not told:
        return dict(text_of(status))
    return {
        language: JOIN[language].join(
            f"{names.get(language) or next(iter(names.values()), '')}{COLON[language]}{text[language]}"
            for names, text in told
        )
        for language in LANGUAGES
    }
