"""What each formula is called and does, in the reader's language: for passports and the methods page."""

from django.utils.translation import gettext as _

from evaluation.cycles.labels import AGGREGATES, SCALES, TIES
from evaluation.rankings.formulas import TEXTS
from surveys.core.text import localized


def explain_formula(formula: str) -> str:
    """The formula in one line; also of what follows from other figures: points, scores and places."""
    found = TEXTS.get(formula)
    if found:
        return localized(found.texts)
    if formula == "contribution":
        return _("Points × share of the whole")
    kind, _sign, rule = formula.partition("_")
    if kind == "normalise":
        return _("From value to points: %(way)s") % {"way": SCALES.get(rule, rule)}
    if kind == "rank":
        return _("Equal scores take the places: %(places)s") % {"places": TIES.get(rule, rule)}
    return _("Its parts combined: %(way)s") % {"way": AGGREGATES[formula]} if formula in AGGREGATES else ""
