"""Who may look at flagged ratings, and who decides on them."""

from surveys.core.rules import is_auditor, is_office

may_review = is_office
may_see_review = is_office | is_auditor
