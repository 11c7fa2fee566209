"""The sheets of a frame: people with their contacts, and what each stratum stands for."""

from typing import Any

from surveys.core.text import LANGUAGES
from surveys.core.workbooks import Column, Sheet
from surveys.fieldwork.traits import RECORDED


def words(hans: str, hant: str, english: str) -> dict[str, str]:
    return {"zh-hans": hans, "zh-hant": hant, "en": english}


TRAITS = RECORDED
"""What may be known of a person beforehand: margins, quotas and weighting classes can use it."""
PEOPLE, STRATA = "people", "strata"
SHEETS = (
    Sheet(
        PEOPLE,
        words("名单", "名單", "People"),
        (
            Column(
                "frame",
                words("抽样框编码", "抽樣框編碼", "Frame code"),
                required=True,
                max_length=40,
                hints=words("全表同一个编码。", "全表同一個編碼。", "The same code in the whole file."),
            ),
            Column("reference", words("编号", "編號", "Reference"), required=True, max_length=40),
            Column(
                "stratum",
                words("层", "層", "Stratum"),
                max_length=40,
                hints=words("留空表示不分层。", "留空表示不分層。", "Empty means one stratum for all."),
            ),
            Column("organisation", words("单位编码", "單位編碼", "Organisation code"), max_length=40),
            Column(
                "contact", words("手机或邮箱", "手機或電子郵件", "Mobile phone or e-mail"), max_length=200
            ),
            Column("language", words("语言", "語言", "Language"), "choice", choices=list(LANGUAGES)),
            Column("age_group", words("年龄段", "年齡段", "Age group"), max_length=40),
            Column("gender", words("性别", "性別", "Gender"), max_length=40),
            Column("district", words("区域", "區域", "District"), max_length=40),
            Column("group", words("其他类别", "其他類別", "Other group"), max_length=40),
        ),
        required=True,
    ),
    Sheet(
        STRATA,
        words("分层", "分層", "Strata"),
        (
            Column("stratum", words("层", "層", "Stratum"), required=True, max_length=40),
            Column(
                "population",
                words("总体人数", "總體人數", "People it stands for"),
                "integer",
                required=True,
                minimum=1,
                hints=words(
                    "留空整表时，以名单人数为准。",
                    "整表留空時，以名單人數為準。",
                    "Without this sheet the people listed are counted.",
                ),
            ),
            Column(
                "spread",
                words("回答的标准差", "回答的標準差", "Standard deviation of answers"),
                "decimal",
                minimum=0,
                hints=words("奈曼分配时需要。", "奈曼分配時需要。", "Needed for Neyman allocation."),
            ),
        ),
    ),
)
EXAMPLES: dict[str, list[dict[str, Any]]] = {
    PEOPLE: [
        {
            "frame": "residents-2026", "reference": "R-000001", "stratum": "north", "contact": "13800000001",
            "language": "zh-hans", "age_group": "18-34", "gender": "f", "district": "north",
        },
        {
            "frame": "residents-2026", "reference": "R-000002", "stratum": "south",
            "contact": "resident@example.org", "language": "en", "age_group": "60+", "district": "south",
        },
    ],
    STRATA: [{"stratum": "north", "population": 52000, "spread": 1.1}, {"stratum": "south", "population": 31000}],
}  # fmt: skip
