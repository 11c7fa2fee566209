"""What a resident is told will happen after a bad rating, with the latest day of each step."""

import datetime as dt
from dataclasses import dataclass

ACCEPT_DAYS = 1
VERIFY_DAYS = 3
MEND_DAYS = 8
HARD_DAYS = 15
CONFIRM_DAYS = 3
"""Working days (own proposal: 3 to verify and 5 to mend as in Dezhou, 15 for hard ones as in Sichuan)."""


@dataclass(frozen=True)
class Promises:
    """The latest day of each step; None where the calendar of that year is not known."""

    accept_by: dt.date | None
    verify_by: dt.date | None
    mend_by: dt.date | None
    hard_days: int = HARD_DAYS
    confirm_days: int = CONFIRM_DAYS


def next_steps(rated_on: dt.date) -> Promises:
    """The latest days after a rating of that day."""
    return Promises(None, None, None)
