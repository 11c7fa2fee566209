"""Who reads questionnaires, and who brings new versions."""

from surveys.core.rules import is_auditor, is_handler, is_lead, is_leader, is_office

may_read_instruments = is_office | is_handler | is_lead | is_leader | is_auditor
may_design = is_office
