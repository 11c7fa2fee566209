"""What can be done for improvement: measures, their effect, public replies, auditors' commissions."""

from evaluation.improvement.actions.commissions import (
    CommissionRefusedError,
    declare_independence,
    give_commission,
)
from evaluation.improvement.actions.effects import count_effect
from evaluation.improvement.actions.measures import (
    MeasureRefusedError,
    add_step,
    claim_done,
    drop_measure,
    finish_step,
    open_measure,
    send_back,
    start_measure,
    verify_measure,
)
from evaluation.improvement.actions.replies import (
    ReplyRefusedError,
    publish_reply,
    withdraw_reply,
    write_reply,
)

__all__ = [
    "CommissionRefusedError",
    "MeasureRefusedError",
    "ReplyRefusedError",
    "add_step",
    "claim_done",
    "count_effect",
    "declare_independence",
    "drop_measure",
    "finish_step",
    "give_commission",
    "open_measure",
    "publish_reply",
    "send_back",
    "start_measure",
    "verify_measure",
    "withdraw_reply",
    "write_reply",
]
