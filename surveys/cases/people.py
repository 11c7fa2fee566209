"""Who is concerned by a case: who may be given it, who hears of it, whose day holds what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from surveys.cases.clocks import ESCALATE_AFTER
from surveys.cases.enums import Clock
from surveys.cases.models import Case
from surveys.cases.queries import BEFORE_ASSIGNED
from surveys.cases.rules import SEEING
from surveys.catalogue.models import Organisation
from surveys.catalogue.rules import codes_in_scope
from surveys.core.enums import Role
from surveys.core.models import Seat, User


def _seated(organisation: Organisation, *roles: str) -> QuerySet[User]:
    """Active people with one of the seats at an organisation or above it."""
    path = [*Organisation.objects.path_of(organisation.code), ""]
    held = Seat.objects.current().filter(role__in=roles, organisation_code__in=path)
    return User.objects.filter(is_active=True, seats__in=held).distinct().order_by("username")


def people_for(organisation: Organisation) -> QuerySet[User]:
    """Who can be given a case there: active people with a department's seat at it or above it."""
    return _seated(organisation, Role.HANDLER, Role.LEAD)


def leads_of(case: Case) -> QuerySet[User]:
    return _seated(case.organisation, Role.LEAD)


def office_of(case: Case) -> QuerySet[User]:
    return _seated(case.organisation, Role.OFFICE)


def people_in_scope(user: Any) -> QuerySet[User]:
    """Active people with a department's seat in the organisations this person reaches."""
    held = Seat.objects.current().filter(role__in=[Role.HANDLER, Role.LEAD])
    codes = codes_in_scope(user, *SEEING)
    if codes is not None:
        held = held.filter(organisation_code__in=codes)
    return User.objects.filter(is_active=True, seats__in=held).distinct().order_by("username")


def to_be_told(case: Case) -> QuerySet[User]:
    """Who hears of a late case: first its handler and the leads, then the evaluation office too."""
    path = [*Organisation.objects.path_of(case.organisation.code), ""]
    roles = [Role.LEAD] if case.escalation < len(ESCALATE_AFTER) else [Role.LEAD, Role.OFFICE]
    held = Seat.objects.current().filter(role__in=roles, organisation_code__in=path)
    people = User.objects.filter(is_active=True).filter(Q(seats__in=held) | Q(pk=case.handler_id))
    return people.distinct().order_by("username")


@dataclass(slots=True)
class DayOf:
    """What a person's day holds: their own cases late and due today, and those in nobody's hands."""

    person: User
    n_late: int = 0
    n_today: int = 0
    n_nobody: int = 0


def days_of_people(today: date) -> list[DayOf]:
    """Everyone for whom something is late, due today or in nobody's hands, by sign-in name."""
    days: dict[int, DayOf] = {}
    leads = _leads_by_organisation()
    paths: dict[str, tuple[str, ...]] = {}
    for case in _pressing(today):
        handler = case.handler
        if case.state not in BEFORE_ASSIGNED and handler is not None and handler.is_active:
            line = days.setdefault(handler.pk, DayOf(handler))
            line.n_late += case.due_on is not None and case.due_on < today
            line.n_today += case.due_on == today
            continue
        code = case.organisation.code
        if code not in paths:
            paths[code] = (*Organisation.objects.path_of(code), "")
        for lead in {person.pk: person for above in paths[code] for person in leads.get(above, [])}.values():
            days.setdefault(lead.pk, DayOf(lead)).n_nobody += 1
    return sorted(days.values(), key=lambda line: line.person.username)


def _pressing(today: date) -> Iterable[Case]:
    nobody = Q(state__in=BEFORE_ASSIGNED) | Q(handler=None) | Q(handler__is_active=False)
    return (
        Case.objects.open()
        .exclude(clock=Clock.SILENCE)
        .filter(Q(due_on__lte=today, paused_on=None) | nobody)
        .select_related("handler", "organisation")
        .order_by("due_on", "code")
    )


def _leads_by_organisation() -> dict[str, list[User]]:
    held = Seat.objects.current().filter(role=Role.LEAD, user__is_active=True).select_related("user")
    found: dict[str, list[User]] = {}
    for seat in held.order_by("user", "pk"):
        found.setdefault(seat.organisation_code, []).append(seat.user)
    return found
