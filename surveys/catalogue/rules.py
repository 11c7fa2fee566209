"""Who may see and change what of the catalogue; seats reach their organisation and all below it."""

from typing import Any

from django.db.models import QuerySet

from surveys.catalogue.models import Organisation
from surveys.core.rules import Rule, is_handler, is_lead, is_leader, is_office, organisation_scope

may_read_catalogue = is_office | is_handler | is_lead | is_leader
may_keep_catalogue = is_office


def may(rule: Rule, user: Any, organisation: Organisation | str) -> bool:
    """Say whether the rule holds for the person at this organisation, by seats there or above it."""
    code = organisation if isinstance(organisation, str) else organisation.code
    return rule(user, Organisation.objects.path_of(code))


def codes_in_scope(user: Any, *roles: str) -> frozenset[str] | None:
    """Codes of every organisation the person's seats reach; None means all of them."""
    codes = organisation_scope(user, *roles)
    return None if codes is None else Organisation.objects.codes_below(codes)


def organisations_in_scope(user: Any, *roles: str) -> QuerySet[Organisation]:
    """The organisations the person's seats reach."""
    codes = codes_in_scope(user, *roles)
    found: QuerySet[Organisation] = Organisation.objects.all()
    return found if codes is None else found.filter(code__in=codes)
