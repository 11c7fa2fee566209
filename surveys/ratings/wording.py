"""The limits of what residents write, and the telephone numbers among it."""

import re
import unicodedata

from surveys.core.cleaning import clean_text

MAX_COMMENT = 500
MAX_TELEPHONE = 20
TELEPHONE = re.compile(r"^\+?\d{5,19}$")
TELEPHONE_MARKS = str.maketrans("", "", " -()（）－–\t")


def clean_telephone(text: str) -> str:
    """Digits, with a leading plus if written; empty when it cannot be a telephone number."""
    digits = unicodedata.normalize("NFKC", clean_text(text)).translate(TELEPHONE_MARKS)
    return digits if TELEPHONE.match(digits) and digits.isascii() else ""
