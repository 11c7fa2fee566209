"""Who may see what residents said: the office everything, departments their own."""

from typing import Any

from surveys.catalogue.rules import codes_in_scope
from surveys.core.enums import Role
from surveys.core.rules import is_auditor, is_handler, is_lead, is_leader, is_office

READERS = (Role.OFFICE, Role.AUDITOR, Role.LEADER, Role.HANDLER, Role.LEAD)
may_read_answers = is_office | is_auditor | is_leader | is_handler | is_lead


def codes_seen(user: Any) -> frozenset[str] | None:
    """The organisations whose answers a person may see; None means all."""
    return codes_in_scope(user, *READERS)
