"""Two departments of one peer group with ratings and comments, for the tests of listening."""

import datetime as dt
import uuid
from dataclasses import dataclass
from random import Random

from django.utils import timezone

from surveys.catalogue.enums import Channel, Mode
from surveys.catalogue.models import Organisation, Service
from surveys.instruments.actions import install_presets
from surveys.instruments.models import QuestionnaireVersion
from surveys.instruments.queries import current_version
from surveys.ratings.enums import Privacy, Screening
from surveys.ratings.models import Rating
from surveys.tallies.actions import rebuild_all

SPREAD = Random(7)


@dataclass
class Town:
    """A city with two bureaus, one service each."""

    city: Organisation
    bureau: Organisation
    other: Organisation
    service: Service
    version: QuestionnaireVersion

    def say(
        self, text: str, *, level: int = 1, n: int = 1, days_ago: int = 3, **more: object
    ) -> list[Rating]:
        """The same comment n times, on one day; `more` overrides any field."""
        facts = {
            "privacy": Privacy.UNLINKED, "service": self.service, "organisation": self.bureau,
            "channel": Channel.QR_CASE, "mode": Mode.OFFLINE, "version": self.version, "level": level,
            "rated_on": timezone.localdate() - dt.timedelta(days=days_ago), "screening": Screening.KEPT,
            "comment": text,
        } | more  # fmt: skip
        rows = [Rating(id=uuid.UUID(int=SPREAD.getrandbits(128)), **facts) for _n in range(n)]
        return Rating.objects.bulk_create(rows)


def build_town(now: dt.datetime) -> Town:
    install_presets(now=now)
    city = Organisation.objects.create(code="C", names={"en": "City"})
    bureau, other = (
        Organisation.objects.create(code=code, names={"en": f"Bureau {code}"}, parent=city)
        for code in ("C1", "C2")
    )
    service = Service.objects.create(code="S1", names={"en": "Permit"}, organisation=bureau)
    return Town(city, bureau, other, service, current_version("bench-5q"))


def tallied(now: dt.datetime) -> None:
    rebuild_all(now=now)
