"""What improvement ships with: the themes of comments, for the office to edit."""

import datetime as dt

from evaluation.improvement.actions import install_themes


def seed(now: dt.datetime) -> None:
    """Install the shipped themes that are not there yet."""
    install_themes(now=now)
