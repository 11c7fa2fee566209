"""Tokens and codes of respondents: the token opens the questionnaire, the code finds it again from anywhere."""

from typing import Any

from surveys.ratings.receipts import receipt_code, receipt_hash
from surveys.ratings.tokens import new_nonce, token_hash, token_of

SURVEY = "survey"


def code_of(nonce: bytes) -> str:
    """The code a person writes down, such as 7K3P-9QX2-M4; made from the nonce, so it is not stored."""
    return receipt_code(token_of(nonce), SURVEY)


def token_columns() -> dict[str, Any]:
    """The columns of a fresh respondent."""
    nonce = new_nonce()
    return {
        "nonce": nonce,
        "token_hash": token_hash(token_of(nonce)),
        "code_hash": receipt_hash(code_of(nonce)),
    }
