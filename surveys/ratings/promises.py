"""What a resident is told will happen after a bad rating, with the latest day of each step."""

import datetime as dt
from dataclasses import dataclass

from surveys.core.calendar import UnknownYearError, add_working_days

ACCEPT_DAYS = 1
VERIFY_DAYS = 3
MEND_DAYS = 8
HARD_DAYS = 15
CONFIRM_DAYS = 3
"""Working days (own proposal: 3 to verify and 5 to mend as in Dezhou, 15 for hard ones as in Sichuan)."""


@dataclass(frozen=True)
class Promises:
    """The latest day of each step; None where the holidays of that year are not known."""

    accept_by: dt.date | None
    verify_by: dt.date | None
    mend_by: dt.date | None


def next_steps(rated_on: dt.date) -> Promises:
    """The latest days after a rating of that day."""
    try:
        return Promises(
            add_working_days(rated_on, ACCEPT_DAYS),
            add_working_days(rated_on, VERIFY_DAYS),
            add_working_days(rated_on, MEND_DAYS),
        )
    except UnknownYearError:
        return Promises(None, None, None)
