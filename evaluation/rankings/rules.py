"""Who may look at results before they are public, evaluate, try, publish and decide objections."""

from surveys.core.enums import Role
from surveys.core.rules import holds, is_office

may_rank = is_office
may_read_rankings = holds(Role.OFFICE, Role.LEADER, Role.AUDIT_ADMIN, anywhere=True)
