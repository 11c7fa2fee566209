"""What can be done to cycles and schemes."""

from evaluation.cycles.actions.moves import (
    OBJECTION_DAYS,
    CycleRefusedError,
    MoveRefusedError,
    archive_cycle,
    check_move,
    choose_scheme,
    create_cycle,
    lock_cycle,
    lock_row,
    mark_scored,
    move,
    open_cycle,
    start_objection,
    step_back,
)
from evaluation.cycles.actions.schemes import (
    SchemeRefusedError,
    approve_scheme,
    check_scheme_file,
    install_preset,
    install_presets,
    write_scheme,
)

__all__ = [
    "OBJECTION_DAYS",
    "CycleRefusedError",
    "MoveRefusedError",
    "SchemeRefusedError",
    "approve_scheme",
    "archive_cycle",
    "check_move",
    "check_scheme_file",
    "choose_scheme",
    "create_cycle",
    "install_preset",
    "install_presets",
    "lock_cycle",
    "lock_row",
    "mark_scored",
    "move",
    "open_cycle",
    "start_objection",
    "step_back",
    "write_scheme",
]
