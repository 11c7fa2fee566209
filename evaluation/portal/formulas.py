"""What each formula does, in one plain sentence: for passports and the methods page."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

EXPLANATIONS: dict[str, str | Promise] = {
    "not_bad_share": _("1 minus the share of bad ratings among all valid ratings; “no answer” is left out."),
    "top2_share": _("The share of the two best levels among all valid ratings."),
    "good_rate": _("1 minus the share of bad ratings (levels 1 and 2) among all valid ratings."),
    "linear100": _("The mean of the levels, from 0 for the worst to 100 for the best."),
    "targets_met": _("Targets met, divided by the targets that were set and reported; equality is met."),
}


def explain_formula(formula: str) -> str:
    """The formula in one plain sentence."""
    return str(EXPLANATIONS.get(formula, ""))
