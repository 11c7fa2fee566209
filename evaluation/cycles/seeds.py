"""What cycles ship with: the schemes in use in practice, for the office to approve and adapt."""

import datetime as dt

from evaluation.cycles.actions import install_presets


def seed(now: dt.datetime) -> None:
    """Install the shipped schemes that are not there yet."""
    install_presets(now=now)
