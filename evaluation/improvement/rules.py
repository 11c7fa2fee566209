"""Who sees a workspace, keeps measures, verifies, replies, leads and audits."""

from surveys.core.enums import Role
from surveys.core.rules import holds, is_auditor, is_department, is_leader, is_office

may_see_work = holds(Role.HANDLER, Role.LEAD, Role.OFFICE, Role.LEADER)
may_open_work = holds(Role.HANDLER, Role.LEAD, Role.OFFICE, Role.LEADER, Role.AUDITOR, anywhere=True)
may_keep_measures = is_department | is_office
may_verify = holds(Role.LEAD, Role.OFFICE)
may_reply = is_department | is_office
may_lead = is_leader | is_office
may_audit = is_auditor
may_give_commissions = is_office
may_object = holds(Role.LEAD)
may_keep_themes = is_office
may_read_briefings = is_leader | is_office
may_write_briefings = is_office
may_handle_alerts = is_department | is_office
