"""What can be done for improvement: measures, their effect, replies, commissions, themes, alerts."""

from evaluation.improvement.actions.alerts import (
    AlertRefusedError,
    acknowledge_alert,
    assign_alert,
    close_alert,
    raise_alerts,
)
from evaluation.improvement.actions.briefings import (
    BriefingRefusedError,
    build_planning_file,
    is_to_be_written,
    set_rhythm,
    write_briefing,
)
from evaluation.improvement.actions.carrying import carry_measure
from evaluation.improvement.actions.commissions import (
    CommissionRefusedError,
    declare_independence,
    give_commission,
)
from evaluation.improvement.actions.effects import count_due_effects, count_effect
from evaluation.improvement.actions.listening import (
    ThemeRefusedError,
    count_month,
    dictionary,
    install_themes,
    keep_theme,
    stale_months,
)
from evaluation.improvement.actions.measures import (
    MeasureRefusedError,
    add_step,
    claim_done,
    drop_measure,
    finish_step,
    hand_over_measure,
    open_measure,
    send_back,
    start_measure,
    verify_measure,
)
from evaluation.improvement.actions.readings import read_organisations
from evaluation.improvement.actions.reminding import remind_owners
from evaluation.improvement.actions.replies import (
    ReplyRefusedError,
    publish_reply,
    withdraw_reply,
    write_reply,
)

__all__ = [
    "AlertRefusedError",
    "BriefingRefusedError",
    "CommissionRefusedError",
    "MeasureRefusedError",
    "ReplyRefusedError",
    "ThemeRefusedError",
    "acknowledge_alert",
    "add_step",
    "assign_alert",
    "build_planning_file",
    "carry_measure",
    "claim_done",
    "close_alert",
    "count_due_effects",
    "count_effect",
    "count_month",
    "declare_independence",
    "dictionary",
    "drop_measure",
    "finish_step",
    "give_commission",
    "hand_over_measure",
    "install_themes",
    "is_to_be_written",
    "keep_theme",
    "open_measure",
    "publish_reply",
    "raise_alerts",
    "read_organisations",
    "remind_owners",
    "send_back",
    "set_rhythm",
    "stale_months",
    "start_measure",
    "verify_measure",
    "withdraw_reply",
    "write_briefing",
    "write_reply",
]
