"""What evidence ships with: the starter set of efficiency KPIs."""

import datetime as dt

from evaluation.evidence.actions import install_starter_kpis


def seed(now: dt.datetime) -> None:
    """Define the starter KPIs that are not there yet."""
    install_starter_kpis(now=now)
