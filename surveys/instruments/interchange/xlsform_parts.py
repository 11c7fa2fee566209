"""What the XLSForm reader and writer share: headings, our own columns, conditions that follow from other columns."""

from collections.abc import Iterator

from surveys.instruments.enums import QuestionKind
from surveys.instruments.shapes import Question

SURVEY, CHOICES, SETTINGS, REASONS = "survey", "choices", "settings", "eval_reasons"
"""Our own columns and sheet begin with eval_; other programs leave them alone."""
QUESTION_COLUMNS = (
    "eval_kind", "eval_scale", "eval_dimension", "eval_look", "eval_dont_know", "eval_minimum", "eval_maximum",
    "eval_max_length", "eval_min_choices", "eval_max_choices", "eval_randomised", "eval_value", "eval_points",
    "eval_exclusive", "eval_fixed",
)  # fmt: skip
CHOICE_COLUMNS = ("eval_value", "eval_points", "eval_exclusive", "eval_fixed")
REASON_COLUMNS = ("name", "group", "levels", "modes", "dimension", "mirrors")
HEADER_KEYS = ("form_number", "making_body", "approving_body", "approval_number", "valid_until")
TYPES = {
    QuestionKind.RATING: "select_one",
    QuestionKind.SINGLE: "select_one",
    QuestionKind.CONSENT: "select_one",
    QuestionKind.MULTIPLE: "select_multiple",
    QuestionKind.RANKING: "rank",
    QuestionKind.DATE: "date",
    QuestionKind.SHORT_TEXT: "text",
    QuestionKind.LONG_TEXT: "text",
    QuestionKind.NPS: "range",
    QuestionKind.CES: "range",
    QuestionKind.INFORMATION: "note",
}
RANGES = {QuestionKind.NPS: (0, 10), QuestionKind.CES: (1, 7)}
CONSENT_LIST = "consent"


def implied(question: Question, safe: dict[str, str]) -> list[str]:
    """The XPath conditions that follow from the limits of a question; `safe` names its options."""
    found: list[str] = []
    if question.minimum is not None:
        found.append(f". >= {question.minimum:f}")
    if question.maximum is not None:
        found.append(f". <= {question.maximum:f}")
    if question.max_length is not None:
        found.append(f"string-length(.) <= {question.max_length}")
    if question.min_choices is not None:
        found.append(f"count-selected(.) >= {question.min_choices}")
    if question.max_choices is not None:
        found.append(f"count-selected(.) <= {question.max_choices}")
    if question.kind == QuestionKind.MULTIPLE:
        found += _alone(question, safe)
    return found


def _alone(question: Question, safe: dict[str, str]) -> Iterator[str]:
    for option in question.options:
        if option.exclusive:
            name = safe.get(option.value, option.value)
            yield f"not(selected(., '{name}') and count-selected(.) > 1)"


def joined(conditions: list[str], own: str) -> str:
    """The implied conditions and the question's own one in one cell."""
    if not conditions:
        return own
    return " and ".join([*conditions, *([f"({own})"] if own else [])])


def own_part(text: str, conditions: list[str]) -> str | None:
    """What is left of a cell without the implied conditions; None where they do not lead it."""
    head = " and ".join(conditions)
    if not conditions:
        return text
    if text == head:
        return ""
    rest = text.removeprefix(f"{head} and (")
    return rest[:-1] if rest != text and rest.endswith(")") else None


QUOTE, GUARD = "${", "$\u200b{"
"""How a text quotes an answer, and the same two signs where they are meant as they stand."""


def guarded(text: str) -> str:
    """A text whose “${” no other program takes for a reference."""
    return text.replace(QUOTE, GUARD)


def unguarded(text: str) -> str:
    return text.replace(GUARD, QUOTE)
