"""The sheets of a catalogue workbook: what each column is called and holds."""

from surveys.catalogue.enums import PointKind, RegionLevel
from surveys.core.workbooks import Column, Sheet


def words(hans: str, hant: str, english: str) -> dict[str, str]:
    return {"zh-hans": hans, "zh-hant": hant, "en": english}


LEVEL_NAMES = {
    RegionLevel.PROVINCE: words("省级", "省級", "Province"),
    RegionLevel.CITY: words("市级", "市級", "City"),
    RegionLevel.COUNTY: words("县级", "縣級", "County"),
    RegionLevel.TOWN: words("乡级", "鄉級", "Town"),
    RegionLevel.VILLAGE: words("村级", "村級", "Village"),
}
KIND_NAMES = {
    PointKind.HALL: words("大厅", "大廳", "Service hall"),
    PointKind.WINDOW: words("窗口", "窗口", "Window"),
    PointKind.KIOSK: words("自助机", "自助機", "Kiosk"),
    PointKind.QR: words("张贴的二维码", "張貼的二維碼", "Posted QR code"),
}

CODE_HINT = words(
    "编码一经使用不再改变。", "編碼一經使用不再改變。", "A code stays the same for good once it is used."
)
NAMES = (
    Column(
        "name_zh_hans", words("名称（简体）", "名稱（簡體）", "Name (Simplified Chinese)"), max_length=200
    ),
    Column(
        "name_zh_hant", words("名称（繁体）", "名稱（繁體）", "Name (Traditional Chinese)"), max_length=200
    ),
    Column("name_en", words("名称（英文）", "名稱（英文）", "Name (English)"), max_length=200),
)
RETIRED = Column(
    "retired_on",
    words("停用日期", "停用日期", "Retired on"),
    "date",
    hints=words("留空表示在用。", "留空表示在用。", "Empty means in use."),
)


def code_column(longest: int) -> Column:
    return Column("code", words("编码", "編碼", "Code"), required=True, max_length=longest, hints=CODE_HINT)


def reference(key: str, hans: str, hant: str, english: str, *, required: bool = False) -> Column:
    """A column that holds the code of a row on another sheet or in the system."""
    return Column(key, words(hans, hant, english), required=required, max_length=40)


REGIONS = Sheet(
    "regions",
    words("区划", "區劃", "Regions"),
    (
        code_column(12),
        *NAMES,
        Column(
            "level",
            words("级别", "級別", "Level"),
            "choice",
            required=True,
            choices=[(int(level), name) for level, name in LEVEL_NAMES.items()],
        ),
        reference("parent", "上级编码", "上級編碼", "Parent code"),
        RETIRED,
    ),
)
PEER_GROUPS = Sheet(
    "peer_groups",
    words("比较组", "比較組", "Peer groups"),
    (code_column(40), *NAMES, RETIRED),
)
ORGANISATIONS = Sheet(
    "organisations",
    words("单位", "單位", "Organisations"),
    (
        code_column(40),
        *NAMES,
        reference("parent", "上级编码", "上級編碼", "Parent code"),
        reference("region", "区划编码", "區劃編碼", "Region code"),
        reference("peer_group", "比较组编码", "比較組編碼", "Peer group code"),
        Column("telephone", words("电话", "電話", "Telephone"), max_length=40),
        RETIRED,
    ),
)


def _count(key: str, hans: str, hant: str, english: str) -> Column:
    return Column(key, words(hans, hant, english), "integer", minimum=0, maximum=32767)


SERVICES = Sheet(
    "services",
    words("事项", "事項", "Services"),
    (
        code_column(31),
        *NAMES,
        reference("organisation", "单位编码", "單位編碼", "Organisation code", required=True),
        Column(
            "valid_from",
            words("生效日期", "生效日期", "Valid from"),
            "date",
            required=True,
            hints=words(
                "同一事项每个版本一行。", "同一事項每個版本一行。", "One row for each version of a service."
            ),
        ),
        Column("handling_code", words("办理项编码", "辦理項編碼", "Handling item"), max_length=33),
        _count("statutory_days", "法定工作日", "法定工作日", "Statutory working days"),
        _count("promised_days", "承诺工作日", "承諾工作日", "Promised working days"),
        _count("n_trips", "跑动次数", "跑動次數", "Trips"),
        _count("n_papers", "材料份数", "文件份數", "Papers"),
        Column("is_online", words("可网上办", "可網上辦", "Can be done online"), "yesno"),
        RETIRED,
    ),
)
POINTS = Sheet(
    "points",
    words("服务点", "服務點", "Points"),
    (
        code_column(40),
        *NAMES,
        reference("organisation", "单位编码", "單位編碼", "Organisation code", required=True),
        Column(
            "kind",
            words("类型", "類型", "Kind"),
            "choice",
            required=True,
            choices=[(kind.value, name) for kind, name in KIND_NAMES.items()],
        ),
        reference("parent", "所属服务点", "所屬服務點", "Belongs to point"),
        reference("service", "事项编码", "事項編碼", "Service code"),
        Column(
            "allowed_networks",
            words("允许的网段", "允許的網段", "Allowed networks"),
            max_length=500,
            hints=words(
                "例如10.1.0.0/16，用逗号分开。",
                "例如10.1.0.0/16，用逗號分開。",
                "For example 10.1.0.0/16, separated by commas.",
            ),
        ),
        RETIRED,
    ),
)
SHEETS = (REGIONS, PEER_GROUPS, ORGANISATIONS, SERVICES, POINTS)

EXAMPLES: dict[str, list[dict[str, object]]] = {
    "regions": [
        {"code": "110000000000", "name_zh_hans": "示例市", "name_zh_hant": "示例市", "name_en": "Sample City",
         "level": "2"},
        {"code": "110101000000", "name_zh_hans": "东城区", "name_zh_hant": "東城區", "name_en": "East District",
         "level": "3", "parent": "110000000000"},
    ],
    "peer_groups": [
        {"code": "city-bureaus", "name_zh_hans": "市直部门", "name_zh_hant": "市直部門",
         "name_en": "City bureaus"},
    ],
    "organisations": [
        {"code": "registry", "name_zh_hans": "不动产登记中心", "name_zh_hant": "不動產登記中心",
         "name_en": "Real Estate Registry", "region": "110000000000", "peer_group": "city-bureaus",
         "telephone": "12345"},
    ],
    "services": [
        {"code": "00070101200001", "name_zh_hans": "不动产转移登记（住宅）",
         "name_zh_hant": "不動產轉移登記（住宅）", "name_en": "Transfer of title (home)",
         "organisation": "registry", "valid_from": "2026-01-01", "statutory_days": 30, "promised_days": 5,
         "n_trips": 1, "n_papers": 4, "is_online": "yes"},
    ],
    "points": [
        {"code": "hall-1", "name_zh_hans": "政务服务中心", "name_zh_hant": "政務服務中心",
         "name_en": "Service centre", "organisation": "registry", "kind": "hall"},
    ],
}  # fmt: skip
