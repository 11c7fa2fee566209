"""A questionnaire as respondents will see it, once for each language, for reading before it is in force."""

from dataclasses import dataclass

from surveys.catalogue.enums import Mode
from surveys.core.text import OWN_NAMES, localized
from surveys.instruments.enums import QuestionKind
from surveys.instruments.shapes import Definition, Question

HTML_LANG = {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant", "en": "en"}
FACE_OF = {"level5": {str(n): n for n in range(1, 6)}, "k3": {"1": 1, "2": 3, "3": 5}}
SCALES = {QuestionKind.NPS: range(11), QuestionKind.CES: range(1, 8)}


@dataclass(frozen=True, slots=True)
class Choice:
    text: str
    face: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """One question in one language."""

    code: str
    kind: str
    text: str
    hint: str
    choices: list[Choice]
    rows: list[str]
    condition: str
    is_required: bool


@dataclass(frozen=True, slots=True)
class Reasons:
    """The reasons offered with some levels in one mode."""

    level: str
    mode: str
    texts: list[str]


@dataclass(frozen=True, slots=True)
class Frame:
    """The whole questionnaire in one language."""

    language: str
    html_lang: str
    name: str
    questions: list[Asked]
    reasons: list[Reasons]


def frames(definition: Definition) -> list[Frame]:
    """One frame a language, in the order of the document."""
    return [
        Frame(
            language,
            HTML_LANG[language],
            OWN_NAMES[language],
            [_asked(question, language) for question in definition.questions],
            _reasons(definition, language),
        )
        for language in definition.languages
    ]


def _asked(question: Question, language: str) -> Asked:
    faces = FACE_OF.get(question.scale, {}) if question.kind == QuestionKind.RATING else {}
    choices = [
        Choice(localized(option.texts, language), faces.get(option.value, 0)) for option in question.options
    ]
    if question.kind in SCALES:
        choices = [Choice(str(number)) for number in SCALES[QuestionKind(question.kind)]]
    if faces:
        choices.reverse()
    return Asked(
        code=question.code,
        kind=question.kind,
        text=localized(question.texts, language),
        hint=localized(question.hints, language),
        choices=choices,
        rows=[localized(row.texts, language) for row in question.rows],
        condition=question.relevant,
        is_required=question.required,
    )


def _reasons(definition: Definition, language: str) -> list[Reasons]:
    if not definition.tags:
        return []
    try:
        options = definition.question("overall").options
    except KeyError:
        return []
    words = {option.value: localized(option.texts, language) for option in options}
    found = []
    for levels in ((1, 2), (3,), (4, 5)):
        for mode in (Mode.OFFLINE, Mode.ONLINE):
            tags = definition.tags_for(levels[0], mode)
            if tags:
                level = " / ".join(words.get(str(level), str(level)) for level in levels)
                found.append(Reasons(level, mode, [localized(tag.texts, language) for tag in tags]))
    return found
