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
    """Codes of every organisation the person's seats reach; None means all of them.

    Read once for each request's user object, because menus, lists and counts all ask.
    """
    facts: dict[str, Any] = getattr(user, "__dict__", {})
    known: dict[tuple[str, ...], frozenset[str] | None] = facts.setdefault("_codes_in_scope", {})
    if roles not in known:
        codes = organisation_scope(user, *roles)
        known[roles] = None if codes is None else Organisation.objects.codes_below(codes)
    return known[roles]


def organisations_in_scope(user: Any, *roles: str) -> QuerySet[Organisation]:
    """The organisations the person's seats reach."""
    codes = codes_in_scope(user, *roles)
    found: QuerySet[Organisation] = Organisation.objects.all()
    return found if codes is None else found.filter(code__in=codes)
