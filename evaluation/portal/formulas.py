"""What each formula measures, in words: for headings, passports and the methods page."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from evaluation.portal.shapes import EditionPage, Node

MEASURES: dict[str, str | Promise] = {
    "not_bad_share": _("Satisfied or neutral residents"),
    "top2_share": _("Satisfied residents"),
    "good_rate": _("Ratings that are not bad"),
    "linear100": _("Average of the ratings, 0 to 100"),
    "targets_met": _("Targets met"),
}


def measure_name(page: EditionPage, node: Node) -> str:
    """What a node's value measures: its formula's name if it rests on one leaf, else the node's own name."""
    leaves = page.leaves(node)
    formula = leaves[0].formula if len(leaves) == 1 else ""
    named = MEASURES.get(formula)
    return str(named) if named else node.name


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
