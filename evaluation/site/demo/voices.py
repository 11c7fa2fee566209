"""What the invented residents of the sample city say, by level and way of being served."""

TAGS = {
    ("good", "offline"): (
        "told_at_once",
        "one_trip",
        "kind_staff",
        "before_promised",
        "knew_well",
        "clear_sample",
    ),
    ("good", "online"): (
        "easy_to_find",
        "form_works",
        "all_online",
        "prefilled",
        "status_shown",
        "guide_right",
    ),
    ("mid", "offline"): ("could_be_quicker", "fewer_papers", "fewer_trips", "clearer_words"),
    ("mid", "online"): ("online_quicker", "clearer_guide", "fewer_steps", "more_progress_news"),
    ("bad", "offline"): (
        "several_trips",
        "not_told_at_once",
        "beyond_papers",
        "past_promised",
        "poor_attitude",
        "did_not_know",
    ),
    ("bad", "online"): ("form_fails", "had_to_come", "status_not_shown", "guide_wrong", "typed_again"),
}

COMMENTS = {
    "good": (
        "窗口工作人员很耐心，一次就办好了。",
        "网上提交第二天就通过了，很方便。",
        "比以前快多了，材料也少了。",
        "讲得很清楚，不用来回跑。",
        "大厅有人引导，老人也会办。",
        "流程簡單，十分鐘就辦好了。",
        "手机上就能看到进度，很好。",
        "Clear instructions, done in one visit.",
    ),
    "mid": (
        "总体可以，就是排队时间有点长。",
        "材料还能再少一些。",
        "网上填表要重新登录两次。",
        "說明可以再清楚一點。",
        "办成了，不过多跑了一趟。",
    ),
    "bad": (
        "说好五个工作日，等了两周还没有结果。",
        "第一次没说清楚要什么材料，跑了三趟。",
        "系统上传总是失败，最后还是去了现场。",
        "指南上没写要婚姻证明，到窗口又要。",
        "问进度一直没人答复。",
        "窗口态度不好，问一句就不耐烦。",
        "上傳文件一直出錯，客服也解決不了。",
        "Had to come three times because nobody told me everything at once.",
        "午休时间没人办，排了一上午的队。",
    ),
}

CHANNELS = (
    ("offline", "window_pad", 0.34),
    ("offline", "qr_case", 0.30),
    ("offline", "paper_form", 0.06),
    ("assisted", "callback_phone", 0.08),
    ("assisted", "hotline_12345", 0.04),
    ("online", "mini_program", 0.38),
    ("online", "mobile_app", 0.28),
    ("online", "pc_portal", 0.22),
    ("online", "sms", 0.12),
)
"""Share of each channel among ratings given on site (or with help) and online."""


def group_of(level: int) -> str:
    """Good for 4-5, mid for 3, bad for 1-2."""
    return "good" if level >= 4 else "mid" if level == 3 else "bad"
