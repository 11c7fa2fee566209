"""Words that other systems add by themselves and that our documents write out."""

OTHER = {"en": "Other", "zh-hans": "其他", "zh-hant": "其他"}
OTHER_WHAT = {"en": "Please say what", "zh-hans": "请说明", "zh-hant": "請說明"}
NONE = {"en": "None of these", "zh-hans": "以上都不是", "zh-hant": "以上都不是"}
YES_NO = {
    "yes": {"en": "Yes", "zh-hans": "是", "zh-hant": "是"},
    "no": {"en": "No", "zh-hans": "否", "zh-hant": "否"},
}
UNCERTAIN = {"en": "Uncertain", "zh-hans": "不确定", "zh-hant": "不確定"}
