"""Shapes the moves of cases and their forms share."""

from dataclasses import dataclass

from surveys.catalogue.models import Organisation
from surveys.core.models import User


@dataclass(frozen=True, slots=True)
class Details:
    """What comes with a move."""

    text: str = ""
    handler: User | None = None
    organisation: Organisation | None = None
    complexity: str = ""
