"""Shapes the catalogue's verbs and forms share."""

from dataclasses import dataclass

MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class Promise:
    """What the guide promises about a service."""

    handling_code: str = ""
    statutory_days: int | None = None
    promised_days: int | None = None
    n_trips: int | None = None
    n_papers: int | None = None
    is_online: bool = False
