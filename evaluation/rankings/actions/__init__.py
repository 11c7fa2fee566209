"""What can be done to rankings: evaluate, try, object, publish, withdraw."""

from evaluation.rankings.actions.evaluation import EvaluationRefusedError, evaluate, what_if
from evaluation.rankings.actions.objections import ObjectionRefusedError, decide_objection, lodge_objection
from evaluation.rankings.actions.packages import attach_package
from evaluation.rankings.actions.publication import PublicationRefusedError, publish, withdraw
from evaluation.rankings.actions.studies import study

__all__ = [
    "EvaluationRefusedError",
    "ObjectionRefusedError",
    "PublicationRefusedError",
    "attach_package",
    "decide_objection",
    "evaluate",
    "lodge_objection",
    "publish",
    "study",
    "what_if",
    "withdraw",
]
