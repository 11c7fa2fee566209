"""Who sees and moves which case: seats of its organisation or above; who decides an appeal sits outside."""

from typing import Any

from surveys.cases.enums import Seat
from surveys.cases.models import Case, CaseQuerySet
from surveys.catalogue.rules import codes_in_scope, may
from surveys.core.enums import Role
from surveys.core.rules import Rule, holds, is_handler, is_lead, is_leader, is_office

may_see_cases = is_office | is_handler | is_lead | is_leader
may_work_on_cases = is_office | is_handler | is_lead
SEEING = (Role.OFFICE, Role.HANDLER, Role.LEAD, Role.LEADER)
SEAT_RULES: dict[Seat, Rule] = {
    Seat.HANDLER: holds(Role.HANDLER),
    Seat.LEAD: holds(Role.LEAD),
    Seat.OFFICE: holds(Role.OFFICE),
}


def seats_at(user: Any, case: Case) -> frozenset[Seat]:
    """The seats from which this person may move this case."""
    return frozenset(seat for seat, rule in SEAT_RULES.items() if may(rule, user, case.organisation))


def is_outside(user: Any, case: Case) -> bool:
    """Holds no seat in the department concerned."""
    return not may(holds(Role.HANDLER, Role.LEAD), user, case.organisation)


def cases_in_scope(user: Any) -> CaseQuerySet:
    """The cases this person's seats reach."""
    found: CaseQuerySet = Case.objects.under(codes_in_scope(user, *SEEING))
    return found
