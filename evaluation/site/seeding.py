"""Fills a new installation with what ships with it: calendars, presets. Each app seeds itself in `seeds.py`."""

import datetime as dt

from evaluation.site import parts


def seed(now: dt.datetime) -> None:
    """Call every app's seed, lowest first; a seed that finds its work done does nothing."""
    for module in parts.modules("seeds").values():
        module.seed(now)
