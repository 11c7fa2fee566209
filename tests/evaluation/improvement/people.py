"""Standing people and one department for the tests of improvement."""

import datetime as dt
from decimal import Decimal

from evaluation.improvement import actions
from evaluation.improvement.models import Measure
from surveys.catalogue.models import Organisation
from surveys.core.enums import Role
from surveys.core.models import Seat, User
from tests.worlds.clock import NOON


def seated(name: str, role: str, code: str = "") -> User:
    user, created = User.objects.get_or_create(username=name)
    if created:
        Seat.objects.create(user=user, role=role, organisation_code=code, granted_at=NOON)
    return user


def department(code: str = "D1") -> Organisation:
    found = Organisation.objects.filter(code=code).first()
    return found or Organisation.objects.create(code=code, names={"en": f"Department {code}"})


def measure(**changes: object) -> Measure:
    """A measure of department D1, owned by its handler."""
    told = {
        "organisation": department(),
        "title": "Publish waiting times",
        "problem": "People do not know how long they wait.",
        "opened_from": "other",
        "owner": seated("handler", Role.HANDLER, "D1"),
        "metric": "bad_share",
        "target": Decimal("0.05"),
        "due_on": NOON.date() + dt.timedelta(days=30),
        "actor": seated("lead", Role.LEAD, "D1"),
        "now": NOON,
    }
    return actions.open_measure(**(told | changes))  # type: ignore[arg-type]


def under_way() -> Measure:
    found = measure()
    lead = seated("lead", Role.LEAD, "D1")
    actions.add_step(measure=found, text="Count", due_on=found.due_on, actor=lead, now=NOON)
    return actions.start_measure(measure=found, actor=lead, now=NOON)


def reported() -> Measure:
    found = under_way()
    handler = seated("handler", Role.HANDLER, "D1")
    actions.finish_step(step=found.steps.get(), evidence="On the wall.", actor=handler, now=NOON)
    return actions.claim_done(measure=found, in_force_on=NOON.date(), actor=handler, now=NOON)
