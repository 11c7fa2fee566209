"""Checks an answer against its questionnaire and says in words what to mend."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from surveys.core.cleaning import clean_text
from surveys.core.text import LANGUAGES
from surveys.instruments.definition import Definition, Question
from surveys.instruments.enums import QuestionKind
from surveys.instruments.shapes import DONT_KNOW
from surveys.ratings.shapes import Checked, Entry, Fault
from surveys.ratings.wording import MAX_COMMENT, MAX_TELEPHONE, clean_telephone

MAX_TEXT = 2000
LEVELS = {str(level): level for level in range(1, 6)}


class RatingRefusedError(ValueError):
    """An answer that cannot be stored as it is; carries every fault with its field."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(" ".join(fault.message for fault in faults))


def checked(entry: Entry, definition: Definition, mode: str, *, strict: bool) -> Checked:
    """The clean answer; RatingRefusedError names everything there is to mend.

    A page without script may send tags of a level chosen earlier, which its reader no longer sees: they are
    left out. Machines send what they mean, so `strict` refuses them.
    """
    faults: list[Fault] = []
    level = LEVELS.get(str(entry.level)) if not isinstance(entry.level, bool) else None
    if level is None:
        faults.append(Fault("level", _("Choose how satisfied you are")))
    tags = _tags(entry, definition, level, mode, faults, strict=strict)
    comment = clean_text(entry.comment)
    if len(comment) > MAX_COMMENT:
        faults.append(Fault("comment", _too_long(len(comment) - MAX_COMMENT)))
    answers = _answers(entry, definition, faults, strict=strict)
    telephone = ""
    if entry.telephone is not None:
        telephone = clean_telephone(entry.telephone[: 4 * MAX_TELEPHONE])
        if not telephone:
            faults.append(
                Fault("tel", _("Write the phone number with digits only, for example 138 0000 0000"))
            )
    if faults or level is None:
        raise RatingRefusedError(faults)
    language = entry.language.lower() if entry.language.lower() in LANGUAGES else ""
    return Checked(level, tags, comment, answers, language, telephone, entry.once[:64])


def _too_long(n: int) -> str:
    return ngettext(
        "The comment is %(n)s character too long; shorten it to 500.",
        "The comment is %(n)s characters too long; shorten it to 500.",
        n,
    ) % {"n": f"{n:,}"}


def _tags(
    entry: Entry, definition: Definition, level: int | None, mode: str, faults: list[Fault], *, strict: bool
) -> tuple[str, ...]:
    known = {tag.code for tag in definition.tags}
    unknown = [code for code in entry.tags if code not in known]
    if unknown:
        message = _("There is no reason “%(code)s” in this form.") % {"code": clean_text(unknown[0])[:40]}
        faults.append(Fault("tag", message))
    if level is None:
        return ()
    fitting = definition.tag_codes(level, mode)
    misfits = [code for code in entry.tags if code in known and code not in fitting]
    if strict and misfits:
        message = _("The reason “%(code)s” does not belong to level %(level)d.")
        faults.append(Fault("tag", message % {"code": misfits[0], "level": level}))
    return tuple(sorted({code for code in entry.tags if code in fitting}))


def _answers(entry: Entry, definition: Definition, faults: list[Fault], *, strict: bool) -> dict[str, object]:
    found: dict[str, object] = {}
    for question in definition.items:
        given = entry.answers.get(question.code)
        if given in (None, "", [], ()):
            if question.required:
                faults.append(Fault(question.code, _("Choose an answer")))
            continue
        value = _answer(question, given)
        if value is None:
            faults.append(Fault(question.code, _("This answer is not among the choices")))
        else:
            found[question.code] = value
    if strict and (stray := sorted(set(entry.answers) - {item.code for item in definition.items})):
        message = _("There is no question “%(code)s” in this form.") % {"code": clean_text(stray[0])[:40]}
        faults.append(Fault("answers", message))
    return found


def _answer(question: Question, given: object) -> object | None:
    if question.kind == QuestionKind.MULTIPLE:
        chosen = [str(value) for value in given] if isinstance(given, list | tuple) else [str(given)]
        fits = set(chosen) <= set(question.values) and len(set(chosen)) == len(chosen)
        return sorted(chosen) if fits else None
    text = str(given)
    if question.kind in {QuestionKind.SHORT_TEXT, QuestionKind.LONG_TEXT}:
        cleaned = clean_text(text)
        return cleaned if 0 < len(cleaned) <= (question.max_length or MAX_TEXT) else None
    if question.allows_dont_know and text == DONT_KNOW:
        return DONT_KNOW
    return text if text in question.values else None
