"""Shapes the moves of cases and their forms share."""

from dataclasses import dataclass

from surveys.catalogue.models import Organisation
from surveys.core.models import User


@dataclass(frozen=True, slots=True)
class Details:
    """What comes with a move; a quiet one is told about by whoever makes many at once."""

    text: str = ""
    handler: User | None = None
    organisation: Organisation | None = None
    complexity: str = ""
    is_quiet: bool = False
