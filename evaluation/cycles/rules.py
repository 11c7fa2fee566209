"""Who may plan and move cycles."""

from surveys.core.enums import Role
from surveys.core.rules import holds, is_office

may_plan_cycles = is_office
may_read_cycles = holds(
    Role.OFFICE, Role.LEADER, Role.HANDLER, Role.LEAD, Role.AUDITOR, Role.AUDIT_ADMIN, anywhere=True
)
