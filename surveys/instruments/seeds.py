"""What instruments ship with: the question sets in use in practice, as frozen versions."""

import datetime as dt

from surveys.instruments.actions import install_presets


def seed(now: dt.datetime) -> None:
    """Install the shipped question sets that are not there yet."""
    install_presets(now)
