"""Who may bring in, attest, let pass and decide evidence."""

from surveys.core.enums import Role
from surveys.core.rules import holds, is_office

may_keep_evidence = is_office
may_read_evidence = holds(
    Role.OFFICE, Role.LEADER, Role.AUDITOR, Role.AUDIT_ADMIN, Role.LEAD, Role.HANDLER, anywhere=True
)
