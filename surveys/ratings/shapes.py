"""Frozen shapes that the verbs of ratings take and give back."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from surveys.ratings.models import Invitation, Matter


@dataclass(frozen=True)
class Fault:
    """One thing to mend in what was sent: the field it stands in and the sentence."""

    field: str
    message: str


@dataclass(frozen=True)
class Entry:
    """What a person answered, as it arrived."""

    level: object
    tags: Sequence[str] = ()
    comment: str = ""
    answers: Mapping[str, object] = field(default_factory=dict)
    language: str = ""
    telephone: str | None = None
    once: str = ""


@dataclass(frozen=True)
class Checked:
    """What a person answered, clean and fitting the questionnaire."""

    level: int
    tags: tuple[str, ...]
    comment: str
    answers: dict[str, object]
    language: str
    telephone: str
    once: str


@dataclass(frozen=True)
class Receipt:
    """What a resident takes away: the code, and what was stored."""

    code: str
    rating_id: uuid.UUID
    level: int
    tags: tuple[str, ...]
    rated_on: dt.date
    opens_case: bool


@dataclass(frozen=True)
class Invited:
    """A finished case with its invitation; `created` is false when it had been reported before."""

    matter: Matter
    invitation: Invitation
    token: str
    created: bool


@dataclass(frozen=True)
class Reach:
    """Where a resident gets the link: a telephone number or an e-mail address, and the language."""

    telephone: str = ""
    email: str = ""
    language: str = "zh-hans"
