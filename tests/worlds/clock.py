"""The fixed moments at which the tests' worlds live."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.utils import timezone

NOON = dt.datetime(2026, 11, 2, 4, 0, tzinfo=dt.UTC)
"""A Monday, noon in Shanghai."""


def days_later(n: int) -> dt.datetime:
    return NOON + dt.timedelta(days=n)


@contextmanager
def standing(moment: dt.datetime) -> Iterator[None]:
    """The site's clock stands still, so that a page tells the same on every day and at every hour."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: moment)
        yield
