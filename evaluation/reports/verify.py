"""Checks a package inside the product, with its own engine and the cryptography library."""

from typing import Any

from evaluation.reports.package import canon, signing
from evaluation.reports.package.proof import ProofFailedError, Tools, describe, prove
from scoring.files import table_from_json
from scoring.outputs import score_document
from scoring.recipe import evaluate
from scoring.schemes import scheme_from_json

DRAWS = 20


def score(document: Any, data: Any) -> dict[str, Any]:
    """The engine's results for a scheme and table; rank sets are not compared, so few draws do."""
    scheme = scheme_from_json(document)
    result = evaluate(table_from_json(data, scheme, "data/table.json"), scheme)
    return score_document(result, document, draws=DRAWS)


TOOLS = Tools(canon.read, canon.check, signing.is_signed, score)


def verify_package(content: bytes, *, key: str = "", figure: str = "") -> tuple[str, bool]:
    """What was found in words, and whether everything agrees."""
    try:
        return describe(prove(content, TOOLS, key=key, figure=figure)), True
    except ProofFailedError as error:
        return str(error), False
