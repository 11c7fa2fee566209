"""Who sees and moves which case: seats of its organisation or above; who decides an appeal sits outside.

The telephone desk sees a case only while its resident is to be asked. A handler may be the clerk who was rated
and opens no telephone number.
"""

from typing import Any

from surveys.cases.enums import Seat, State
from surveys.cases.models import Case, CaseQuerySet
from surveys.catalogue.rules import codes_in_scope, may
from surveys.core.enums import Role
from surveys.core.rules import Rule, holds, is_handler, is_lead, is_leader, is_office, is_operator

may_see_cases = is_office | is_handler | is_lead | is_leader
may_work_on_cases = is_office | is_handler | is_lead
may_call_back = may_work_on_cases | is_operator
may_open_numbers = is_office | is_lead | is_operator
SEEING = (Role.OFFICE, Role.HANDLER, Role.LEAD, Role.LEADER)
CALLING = (Role.OFFICE, Role.HANDLER, Role.LEAD, Role.OPERATOR)
TO_ASK = (State.FIXED, State.CALLED_BACK)
SEAT_RULES: dict[Seat, Rule] = {
    Seat.HANDLER: holds(Role.HANDLER),
    Seat.LEAD: holds(Role.LEAD),
    Seat.OFFICE: holds(Role.OFFICE),
    Seat.OPERATOR: holds(Role.OPERATOR),
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


def cases_to_call(user: Any) -> CaseQuerySet:
    """The cases of which this person may record what a resident said."""
    found: CaseQuerySet = Case.objects.under(codes_in_scope(user, *CALLING))
    return found


def cases_with_number(user: Any) -> CaseQuerySet:
    """The cases whose number this person may open: the desk only while the resident is to be asked."""
    at_work = Case.objects.under(codes_in_scope(user, Role.OFFICE, Role.LEAD))
    at_the_desk = Case.objects.under(codes_in_scope(user, Role.OPERATOR)).filter(state__in=TO_ASK)
    found: CaseQuerySet = at_work | at_the_desk
    return found
