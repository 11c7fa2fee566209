"""The fixed moments at which the tests' worlds live."""

import datetime as dt

NOON = dt.datetime(2026, 11, 2, 4, 0, tzinfo=dt.UTC)
"""A Monday, noon in Shanghai."""


def days_later(n: int) -> dt.datetime:
    return NOON + dt.timedelta(days=n)
