"""Checks a package inside the product, with its own engine and the cryptography library."""

from typing import Any

from evaluation.reports.package import canon, signing
from evaluation.reports.package.faults import ProofFailedError
from evaluation.reports.package.proof import Asked, Tools, describe, head_of, prove
from scoring.files import table_from_json
from scoring.outputs import score_document
from scoring.recipe import evaluate
from scoring.schemes import scheme_from_json
from surveys.core.log import verify_chain
from surveys.core.models import LogEntry

DRAWS = 20


def score(document: Any, data: Any) -> dict[str, Any]:
    """The engine's results for a scheme and table; rank sets are not compared, so few draws do."""
    scheme = scheme_from_json(document)
    result = evaluate(table_from_json(data, scheme, "data/table.json"), scheme)
    return score_document(result, document, draws=DRAWS)


TOOLS = Tools(canon.read, canon.check, signing.is_signed, score)


def verify_package(
    content: bytes, *, key: str = "", figure: str = "", receipt: bytes = b"", head: bytes = b""
) -> tuple[str, bool]:
    """What was found in words, and whether everything agrees."""
    try:
        return describe(prove(content, TOOLS, Asked(key, figure, receipt, head))), True
    except ProofFailedError as error:
        return str(error), False


def verify_log(head: bytes) -> tuple[str, bool]:
    """Whether this installation's log still holds all it held when the head was signed, and fits throughout."""
    log = head_of(head)["log"]
    report = verify_chain()
    if not report.ok:
        return f"the log does not fit at entry {report.first_bad}", False
    entry = LogEntry.objects.filter(number=log["number"]).first()
    if entry is None:
        return f"the log ends with entry {report.n}; entry {log['number']} was cut off", False
    if entry.hash != log["hash"]:
        return f"log entry {entry.number} is not the one that was signed: the log was written anew", False
    return f"the log still holds entry {entry.number}; {report.n} entries fit", True
