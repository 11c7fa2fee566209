"""Who may look at results before they are public, evaluate, try, publish and decide objections."""

from evaluation.cycles.rules import may_follow_cycles
from surveys.core.rules import is_office

may_rank = is_office
may_read_rankings = may_follow_cycles
