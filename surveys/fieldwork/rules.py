"""Who plans and runs surveys, and who reads their results."""

from surveys.core.rules import is_leader, is_office

may_run_surveys = is_office
may_read_surveys = is_office | is_leader
