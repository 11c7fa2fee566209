"""The sheets of finished cases, ratings and batches: the fields that provincial platforms exchange."""

from surveys.catalogue.enums import Channel, Identity, Mode
from surveys.core.workbooks import Column, Sheet
from surveys.ratings.enums import Outcome, Stage
from surveys.ratings.scales import SCALE_CODES

MAX_OPTIONS = 11


def words(hans: str, hant: str, english: str) -> dict[str, str]:
    return {"zh-hans": hans, "zh-hant": hant, "en": english}


STAGES = {
    Stage.APPLICATION: words("申请", "申請", "Application"),
    Stage.ACCEPTANCE: words("受理", "受理", "Acceptance"),
    Stage.PROCESSING: words("办理", "辦理", "Processing"),
    Stage.COMPLETION: words("办结", "辦結", "Completion"),
}
CHANNELS = {
    Channel.PC_PORTAL: words("网上大厅", "網上大廳", "Web portal"),
    Channel.MOBILE_APP: words("手机客户端", "手機應用程式", "Mobile app"),
    Channel.MINI_PROGRAM: words("小程序", "小程式", "Mini program"),
    Channel.QR_STATIC: words("张贴的二维码", "張貼的二維碼", "Posted QR code"),
    Channel.QR_CASE: words("一事一码", "一事一碼", "QR code of the case"),
    Channel.WINDOW_PAD: words("窗口平板", "窗口平板", "Pad at the window"),
    Channel.FOUR_KEY_BOX: words("评价器", "評價器", "Key box"),
    Channel.KIOSK: words("自助机", "自助機", "Kiosk"),
    Channel.SMS: words("短信", "簡訊", "Text message"),
    Channel.HOTLINE_12345: words("12345热线", "12345熱線", "Hotline 12345"),
    Channel.PAPER_FORM: words("纸质表", "紙本表", "Paper form"),
    Channel.OPINION_BOX: words("意见箱", "意見箱", "Opinion box"),
    Channel.EMAIL: words("电子邮件", "電子郵件", "E-mail"),
    Channel.CALLBACK_PHONE: words("电话回访", "電話回訪", "Call-back"),
    Channel.FIELD_INTERVIEWER: words("访问员", "訪問員", "Interviewer"),
    Channel.MYSTERY_VISIT: words("暗访", "暗訪", "Mystery visit"),
    Channel.API_IMPORT: words("导入，渠道不明", "匯入，管道不明", "Imported, channel unknown"),
}
MODES = {
    Mode.ONLINE: words("线上", "線上", "Online"),
    Mode.OFFLINE: words("线下", "現場", "On site"),
    Mode.ASSISTED: words("代办协助", "代辦協助", "With help"),
}
IDENTITIES = {
    Identity.NAMED: words("实名", "實名", "Named"),
    Identity.VERIFIED: words("实名核验后匿名", "核驗後匿名", "Verified, name hidden"),
    Identity.ANONYMOUS: words("匿名", "匿名", "Anonymous"),
}
OUTCOMES = {
    Outcome.ON_TIME: words("按时办结", "按時辦結", "On time"),
    Outcome.OVERDUE: words("超时办结", "逾時辦結", "Overdue"),
    Outcome.REFUSED: words("不予办理", "不予辦理", "Refused"),
}

CASE_NO = words("办件编号", "案件編號", "Case number")
SERVICE_CODE = words("事项编码", "事項編碼", "Service code")
KEY = (
    Column(
        "stage",
        words("环节", "環節", "Stage"),
        "choice",
        choices=list(STAGES.items()),
        hints=words("留空表示办结。", "留空表示辦結。", "Empty means completion."),
    ),
    Column(
        "service_no",
        words("服务次数", "服務次數", "Service number"),
        "integer",
        minimum=1,
        maximum=32767,
        hints=words("留空表示第1次。", "留空表示第1次。", "Empty means the first."),
    ),
)
CHANNEL = Column("channel", words("渠道", "管道", "Channel"), "choice", choices=list(CHANNELS.items()))
MODE = Column("mode", words("方式", "方式", "Mode"), "choice", choices=list(MODES.items()))
IDENTITY = Column(
    "identity",
    words("身份", "身分", "Identity"),
    "choice",
    choices=list(IDENTITIES.items()),
    hints=words(
        "匿名的评价不保存办件的对应关系。",
        "匿名的評價不保存案件的對應關係。",
        "Anonymous ratings keep no way to their case.",
    ),
)
UNIT_CODE = words("单位编码", "單位編碼", "Organisation code")

MATTERS = Sheet(
    "matters",
    words("办结的办件", "已辦結案件", "Finished cases"),
    (
        Column("case_no", CASE_NO, required=True, max_length=50),
        *KEY,
        Column("service_code", SERVICE_CODE, required=True, max_length=31),
        Column("finished_at", words("办结时间", "辦結時間", "Finished at"), "datetime", required=True),
        Column("unit_code", UNIT_CODE, max_length=40),
        Column("point_code", words("窗口编码", "窗口編碼", "Point code"), max_length=40),
        CHANNEL,
        MODE,
        IDENTITY,
        Column("outcome", words("结果", "結果", "Outcome"), "choice", choices=list(OUTCOMES.items())),
        Column("invited", words("已邀请评价", "已邀請評價", "Invited to rate"), "yesno"),
    ),
    required=True,
)
RATINGS = Sheet(
    "ratings",
    words("评价", "評價", "Ratings"),
    (
        Column("case_no", CASE_NO, max_length=50),
        *KEY,
        Column(
            "rating_no",
            words("评价次数", "評價次數", "Rating number"),
            "integer",
            minimum=1,
            maximum=2,
            hints=words("2表示追评。", "2表示追評。", "2 is the rating after the fix."),
        ),
        Column("service_code", SERVICE_CODE, required=True, max_length=31),
        Column("handling_code", words("实施清单编码", "實施清單編碼", "Handling item"), max_length=33),
        Column("region_code", words("区划代码", "區劃代碼", "Region code"), max_length=12),
        Column("unit_code", UNIT_CODE, max_length=40),
        Column(
            "channel",
            words("渠道", "管道", "Channel"),
            "choice",
            required=True,
            choices=list(CHANNELS.items()),
        ),
        MODE,
        IDENTITY,
        Column("level", words("满意度", "滿意度", "Level"), "integer", required=True, minimum=1, maximum=5),
        Column(
            "reason_codes",
            words("原因编码", "原因編碼", "Reason codes"),
            max_length=400,
            hints=words("用分号隔开。", "用分號隔開。", "Separated by semicolons."),
        ),
        Column("comment", words("评价内容", "評價內容", "Comment")),
        Column("rated_at", words("评价时间", "評價時間", "Rated at"), "datetime", required=True),
        Column("is_default", words("是否默认评价", "是否預設評價", "Counted by default"), "yesno"),
        Column("is_valid", words("是否有效", "是否有效", "Valid"), "yesno"),
    ),
    required=True,
)
BATCHES = Sheet(
    "batches",
    words("评价汇总数", "評價彙總數", "Rating totals"),
    (
        Column("unit_code", UNIT_CODE, max_length=40),
        Column("service_code", SERVICE_CODE, max_length=31),
        Column("starts_on", words("开始日期", "開始日期", "From"), "date", required=True),
        Column("ends_on", words("结束日期", "結束日期", "To"), "date", required=True),
        CHANNEL,
        Column("question", words("问题", "問題", "Question"), max_length=40),
        Column("scale", words("量表", "量表", "Scale"), "choice", required=True, choices=list(SCALE_CODES)),
        *(
            Column(
                f"n{place}",
                words(f"第{place}档人数", f"第{place}檔人數", f"Number at level {place}"),
                "integer",
                minimum=0,
                hints=words("从低到高。", "從低到高。", "From low to high.") if place == 1 else {},
            )
            for place in range(1, MAX_OPTIONS + 1)
        ),
        Column("n_dont_know", words("不清楚", "不清楚", "Don't know"), "integer", minimum=0),
        Column("n_eligible", words("可评价数", "可評價數", "Could have rated"), "integer", minimum=0),
        Column("source", words("来源", "來源", "Source"), max_length=1000),
    ),
    required=True,
)
EXAMPLES: dict[str, list[dict[str, object]]] = {
    "matters": [
        {
            "case_no": "BDC-2026-000123", "stage": "completion", "service_no": 1, "service_code": "1100000001",
            "finished_at": "2026-01-12 10:20", "channel": "qr_case", "identity": "anonymous",
        }
    ],
    "ratings": [
        {
            "case_no": "BDC-2026-000123", "service_code": "1100000001", "channel": "window_pad", "level": 4,
            "reason_codes": "kind_staff;one_trip", "comment": "", "rated_at": "2026-01-12 10:25",
            "is_default": "no", "is_valid": "yes",
        }
    ],
    "batches": [
        {
            "unit_code": "BDC", "starts_on": "2026-04-01", "ends_on": "2026-09-30", "scale": "level5",
            "n1": 3, "n2": 5, "n3": 40, "n4": 180, "n5": 772, "source": "…",
        }
    ],
}  # fmt: skip
