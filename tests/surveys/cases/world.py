"""A small department with its people and one bad rating, for tests of cases."""

import itertools
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from django.utils import timezone

from surveys.cases.actions.moving import move_case
from surveys.cases.actions.opening import open_cases
from surveys.cases.enums import Move
from surveys.cases.models import Case
from surveys.cases.shapes import Details
from surveys.catalogue.enums import Channel, Mode
from surveys.catalogue.models import Organisation, Service
from surveys.core.enums import Role
from surveys.core.models import Seat, User
from surveys.core.seeds import seed
from surveys.instruments.actions import install_presets
from surveys.instruments.models import QuestionnaireVersion
from surveys.instruments.queries import current_version
from surveys.ratings.actions import finish_matter, submit_rating
from surveys.ratings.enums import Privacy, Screening
from surveys.ratings.models import Rating
from surveys.ratings.receipts import receipt_hash

DAY = date(2026, 3, 2)
_codes = itertools.count(1)


def noon(day: date) -> datetime:
    """Noon in the system's time zone (Asia/Shanghai)."""
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def person(name: str, *seats: tuple[str, str]) -> User:
    user = User.objects.create(username=name, display_name=name.title())
    for role, code in seats:
        Seat.objects.create(user=user, role=role, organisation_code=code, granted_at=noon(DAY))
    return user


@dataclass
class World:
    """Two bureaus under a city, their people, and ratings on demand."""

    city: Organisation
    bureau: Organisation
    other: Organisation
    service: Service
    version: QuestionnaireVersion
    people: dict[str, User] = field(default_factory=dict)

    def rating(self, *, level: int = 1, day: date = DAY, tags: tuple[str, ...] = ("several_trips",),
               receipt: str = "", **more: object) -> Rating:  # fmt: skip
        facts = {
            "privacy": Privacy.UNLINKED, "service": self.service, "organisation": self.bureau,
            "channel": Channel.QR_CASE, "mode": Mode.OFFLINE, "version": self.version, "level": level,
            "tags": list(tags), "rated_on": day, "screening": Screening.KEPT,
            "comment": "Three trips for one paper.",
            "receipt_hash": receipt_hash(receipt) if receipt else None,
        }  # fmt: skip
        return Rating.objects.create(**(facts | more))

    def case(self, *, day: date = DAY, **more: object) -> Case:
        rating = self.rating(day=day, **more)
        open_cases(now=noon(day))
        return Case.objects.get(rating=rating)

    def through_the_door(self, telephone: str = "13900139000", case_no: str = "N-1") -> tuple[Case, str]:
        """A bad rating given by a link, so that a number and a way to the visit are there."""
        now = timezone.now()
        invited = finish_matter(
            case_no=case_no, stage="completion", service_no=1, service=self.service,
            finished_at=now - timedelta(minutes=5), actor=None, now=now,
        )  # fmt: skip
        receipt = submit_rating(token=invited.token, level=1, contact=telephone, now=now)
        Rating.objects.filter(pk=receipt.rating_id).update(screening="kept")
        open_cases(now=now)
        return Case.objects.get(rating=receipt.rating_id), receipt.code

    def do(self, case: Case, move: Move, who: str, day: date = DAY, **details: object) -> Case:
        """One move by a person of the world, on the case as it stands."""
        fresh = Case.objects.get(pk=case.pk)
        return move_case(
            case=fresh, move=move, seen=fresh.version, actor=self.people[who], now=noon(day),
            details=Details(**details),
        )  # fmt: skip

    def bring(self, case: Case, *steps: str, day: date = DAY) -> Case:
        """Take a case along the usual way by the names of its moves."""
        usual = {
            "pre_review": ("lead", {}),
            "assign": ("lead", {"handler": self.people["handler"]}),
            "start": ("handler", {}),
            "find_valid": ("handler", {"complexity": "simple"}),
            "find_complex": ("handler", {"complexity": "complex"}),
            "find_explain": ("handler", {"text": "The law asks for it."}),
            "appeal": ("lead", {"text": "Not our service."}),
            "start_fix": ("handler", {}),
            "finish": ("handler", {"text": "One form now does it."}),
            "call_back": ("lead", {}),
            "solved": ("lead", {}),
            "replied": ("lead", {}),
            "not_solved": ("lead", {}),
            "uphold": ("office", {"text": "Another office did it."}),
        }
        for step in steps:
            who, details = usual[step]
            move = Move.FIND_VALID if step == "find_complex" else Move(step)
            case = self.do(case, move, who, day, **details)
        return case


FIXED = ("pre_review", "assign", "start", "find_valid", "start_fix", "finish")


def world() -> World:
    seed(noon(DAY))
    install_presets(noon(DAY))
    city = Organisation.objects.create(code="city", names={"en": "City"})
    bureau = Organisation.objects.create(code="bureau", names={"en": "Bureau"}, parent=city)
    other = Organisation.objects.create(code="other", names={"en": "Other"}, parent=city)
    service = Service.objects.create(code=f"S{next(_codes)}", names={"en": "Licence"}, organisation=bureau)
    made = World(city, bureau, other, service, current_version())
    made.people = {
        "handler": person("handler", (Role.HANDLER, "bureau")),
        "second": person("second", (Role.HANDLER, "bureau")),
        "lead": person("lead", (Role.LEAD, "bureau")),
        "office": person("office", (Role.OFFICE, "")),
        "mixed": person("mixed", (Role.OFFICE, ""), (Role.LEAD, "bureau")),
        "stranger": person("stranger", (Role.LEAD, "other")),
        "leader": person("leader", (Role.LEADER, "")),
        "auditor": person("auditor", (Role.AUDITOR, "")),
        "caller": person("caller", (Role.OPERATOR, "")),
    }
    return made
