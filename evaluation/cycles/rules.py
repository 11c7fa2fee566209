"""Who may plan and move cycles, follow them on the board, and read what is planned."""

from surveys.core.enums import Role
from surveys.core.rules import holds, is_office

may_plan_cycles = is_office
may_follow_cycles = holds(Role.OFFICE, Role.LEADER, Role.AUDIT_ADMIN, anywhere=True)
may_read_cycles = holds(
    Role.OFFICE, Role.LEADER, Role.HANDLER, Role.LEAD, Role.AUDITOR, Role.AUDIT_ADMIN, anywhere=True
)
