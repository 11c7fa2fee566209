"""The rules of screening: code, version, name and reason in three languages. A changed rule gets a new version."""

from collections.abc import Mapping
from dataclasses import dataclass

Texts = Mapping[str, str]


@dataclass(frozen=True)
class ScreeningRule:
    """One rule; `reason` takes the numbers of a finding in braces."""

    code: str
    version: int
    names: Texts
    reason: Texts
    holds_back: bool
    """Whether ratings it flags wait for a person before they count."""

    def reasons(self, **numbers: object) -> dict[str, str]:
        """The reason of one finding in every language."""
        return {language: text.format(**numbers) for language, text in self.reason.items()}


def _texts(english: str, hans: str, hant: str) -> Texts:
    return {"en": english, "zh-hans": hans, "zh-hant": hant}


RULES = {
    rule.code: rule
    for rule in (
        ScreeningRule(
            "impossible",
            1,
            _texts("Before completion", "早于办结", "早於辦結"),
            _texts(
                "Rated {seconds} seconds before the case was finished.",
                "在办结前{seconds}秒已评价。",
                "在辦結前{seconds}秒已評價。",
            ),
            holds_back=True,
        ),
        ScreeningRule(
            "off_site",
            1,
            _texts("Not from the hall", "不在大厅网络", "不在大廳網路"),
            _texts(
                "Rated at a device of the hall, but from outside the hall's networks.",
                "以大厅设备的名义评价，但不是从大厅网络发出。",
                "以大廳設備的名義評價，但不是從大廳網路發出。",
            ),
            holds_back=True,
        ),
        ScreeningRule(
            "burst",
            1,
            _texts("Burst", "短时激增", "短時激增"),
            _texts(
                "{n} ratings within five minutes where about {expected} are usual.",
                "5分钟内{n}条评价，通常约{expected}条。",
                "5分鐘內{n}則評價，通常約{expected}則。",
            ),
            holds_back=True,
        ),
        ScreeningRule(
            "device",
            1,
            _texts("Same device", "同一设备", "同一裝置"),
            _texts(
                "{n} ratings on one day from one device that is no kiosk.",
                "同一设备（非自助机）一天内{n}条评价。",
                "同一裝置（非自助機）一天內{n}則評價。",
            ),
            holds_back=True,
        ),
        ScreeningRule(
            "network",
            1,
            _texts("Same network", "同一网络", "同一網路"),
            _texts(
                "{n} ratings on one day from one network outside the halls.",
                "同一网络（非大厅）一天内{n}条评价。",
                "同一網路（非大廳）一天內{n}則評價。",
            ),
            holds_back=True,
        ),
        ScreeningRule(
            "duplicate",
            1,
            _texts("Same words", "文字雷同", "文字雷同"),
            _texts(
                "The comment is {alike} % alike to another one about this office within 30 days.",
                "与30天内对该单位的另一条评价文字有{alike}%相同。",
                "與30天內對該單位的另一則評價文字有{alike}%相同。",
            ),
            holds_back=True,
        ),
        ScreeningRule(
            "unbroken_run",
            1,
            _texts("Unbroken row", "连续最高分", "連續最高分"),
            _texts(
                "{n} top ratings in a row on one day; elsewhere {share} % of ratings are at the top.",
                "一天内连续{n}条最高分；其他地方最高分占{share}%。",
                "一天內連續{n}則最高分；其他地方最高分佔{share}%。",
            ),
            holds_back=False,
        ),
        ScreeningRule(
            "quick",
            1,
            _texts("Within ten seconds", "10秒内评价", "10秒內評價"),
            _texts(
                "{x} of {n} ratings came within ten seconds of completion; elsewhere {share} %.",
                "{n}条评价中有{x}条在办结后10秒内；其他地方占{share}%。",
                "{n}則評價中有{x}則在辦結後10秒內；其他地方佔{share}%。",
            ),
            holds_back=False,
        ),
        ScreeningRule(
            "hasty",
            1,
            _texts("Answered in haste", "作答过快", "作答過快"),
            _texts(
                "{x} of {n} took under two seconds a question and less than a third of that day's median time; "
                "elsewhere {share} %.",
                "{n}条评价中有{x}条作答过快：每题不到2秒，且不到当日中位用时的三分之一；其他地方占{share}%。",
                "{n}則評價中有{x}則作答過快：每題不到2秒，且不到當日中位用時的三分之一；其他地方佔{share}%。",
            ),
            holds_back=False,
        ),
        ScreeningRule(
            "bad_tap_loss",
            1,
            _texts("Bad first choices taken back", "差评点选后改变", "差評點選後改變"),
            _texts(
                "{x} of {n} whose first choice was bad did not rate badly in the end; elsewhere {share} %. "
                "The difference is at least {more} points.",
                "{n}人首次点选差评，其中{x}人最终没有给差评；其他窗口占{share}%。差距至少{more}个百分点。",
                "{n}人首次點選差評，其中{x}人最終沒有給差評；其他窗口佔{share}%。差距至少{more}個百分點。",
            ),
            holds_back=False,
        ),
        ScreeningRule(
            "raised_after_call",
            1,
            _texts("Raised after the call-back", "回访后改高", "回訪後改高"),
            _texts(
                "{x} of {n} bad ratings were raised to good ones after the call-back; elsewhere {share} %.",
                "{n}条差评中有{x}条在回访后改为好评；其他单位占{share}%。",
                "{n}則差評中有{x}則在回訪後改為好評；其他單位佔{share}%。",
            ),
            holds_back=False,
        ),
        ScreeningRule(
            "counter_gap",
            1,
            _texts("Counter above online", "窗口高于线上", "窗口高於線上"),
            _texts(
                "At this counter {counter} % are at the top, online for the same services {remote} %.",
                "该窗口最高分占{counter}%，同样事项线上占{remote}%。",
                "該窗口最高分佔{counter}%，同樣事項線上佔{remote}%。",
            ),
            holds_back=False,
        ),
        ScreeningRule(
            "selective_invitation",
            1,
            _texts("Selective invitation", "选择性邀请", "選擇性邀請"),
            _texts(
                "{well} % of cases that went well were invited, {badly} % of late or refused ones.",
                "顺利办结的邀请了{well}%，超时或不予办理的邀请了{badly}%。",
                "順利辦結的邀請了{well}%，逾時或不予辦理的邀請了{badly}%。",
            ),
            holds_back=False,
        ),
        ScreeningRule(
            "shift",
            1,
            _texts("Sudden change", "分布突变", "分布突變"),
            _texts(
                "The last 7 days differ from the 90 days before: top share {recent} % after {past} %.",
                "最近7天与此前90天不同：最高分占{recent}%，此前{past}%。",
                "最近7天與此前90天不同：最高分佔{recent}%，此前{past}%。",
            ),
            holds_back=False,
        ),
        ScreeningRule(
            "straight_line",
            1,
            _texts("All answers alike", "答案完全相同", "答案完全相同"),
            _texts(
                "{x} of {n} answered every item alike; elsewhere {share} %.",
                "{n}人中有{x}人每题都选相同答案；其他地方占{share}%。",
                "{n}人中有{x}人每題都選相同答案；其他地方佔{share}%。",
            ),
            holds_back=False,
        ),
    )
}
