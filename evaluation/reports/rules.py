"""Who may have files built and take them away before they are public."""

from surveys.core.enums import Role
from surveys.core.rules import holds, is_office

may_build_reports = is_office
may_read_reports = holds(Role.OFFICE, Role.LEADER, Role.AUDIT_ADMIN, anywhere=True)
may_read_audit = holds(Role.OFFICE, Role.AUDIT_ADMIN, anywhere=True)
"""Full tallies hold counts about few people: the office issues them, the audit administrator receives them."""
