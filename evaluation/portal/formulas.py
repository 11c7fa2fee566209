"""What each formula is called and does, in the reader's language: for passports and the methods page."""

from evaluation.rankings.formulas import TEXTS
from surveys.core.text import localized


def explain_formula(formula: str) -> str:
    """The formula in one line."""
    found = TEXTS.get(formula)
    return localized(found.texts) if found else ""
