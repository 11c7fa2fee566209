"""One page of a questionnaire as plain shapes for the templates: labels, choices, what was chosen, faults."""

from collections.abc import Mapping, Sequence

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from surveys.core.text import localized
from surveys.instruments.answering import AnswerFault, field_name, sent
from surveys.instruments.enums import QuestionKind
from surveys.instruments.flow import Answers, ordered, pages, shown
from surveys.instruments.pageshapes import WRITTEN, Choice, Field, PageForm, Part
from surveys.instruments.shapes import CONSENT_VALUES, DONT_KNOW, NUMBERED, Definition, Option, Question

HTML_LANG = {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant", "en": "en"}
FACES = {3: (1, 3, 5), 5: (1, 2, 3, 4, 5)}
"""The faces of a scale of three or five points, low to high."""
FACED_SCALES = {"level5": 5, "k3": 3}
"""Scales that are shown as faces unless the question says otherwise, with their number of points."""
MAX_ECHO = 4000


def page_form(
    definition: Definition,
    page: int,
    language: str,
    *,
    answers: Answers,
    orders: Mapping[str, Sequence[str]] | None = None,
    data: QueryDict | None = None,
    faults: Sequence[AnswerFault] = (),
    only: str = "",
) -> PageForm:
    """A page in one language with the answers so far, or as it was sent together with what to mend.

    `orders` is what flow.option_orders drew for this response. Only what is to be asked now is on the page;
    with `only` the one question of that code (the section's hint then stands with its first question).
    """
    whole = pages(definition)[page]
    form = single_form(
        shown(definition, answers, page, only),
        language,
        answers=answers,
        orders=orders,
        data=data,
        faults=faults,
    )
    if whole.section is None:
        return form
    is_first = only in {"", whole.questions[0].code}
    return PageForm(
        localized(whole.section.texts, language),
        localized(whole.section.hints, language) if is_first else "",
        form.fields, form.faults, form.language, form.html_lang,
    )  # fmt: skip


def single_form(
    questions: Sequence[Question],
    language: str,
    *,
    answers: Answers,
    orders: Mapping[str, Sequence[str]] | None = None,
    data: QueryDict | None = None,
    faults: Sequence[AnswerFault] = (),
) -> PageForm:
    """Any questions on one page (an interviewer's screen, a preview)."""
    messages = {fault.field: fault.message for fault in faults}
    with override(language):
        fields = tuple(
            _Drawing(question, language, messages, (orders or {}).get(question.code)).field(
                sent(question, data) if data is not None else answers.get(question.code)
            )
            for question in questions
        )
    return PageForm("", "", fields, tuple(faults), language, HTML_LANG[language])


def consent_words() -> dict[str, str]:
    """The answers to a consent in the active language."""
    return dict(zip(CONSENT_VALUES, (_("I agree"), _("I do not agree")), strict=True))


def dont_know_word() -> str:
    """The way out of a question in the active language."""
    return _("Don't know")


class _Drawing:
    """Draws one question in one language."""

    def __init__(
        self, question: Question, language: str, messages: Mapping[str, str], order: Sequence[str] | None
    ) -> None:
        self.question, self.language, self.messages, self.order = question, language, messages, order
        self.name = field_name(question)

    def field(self, value: object) -> Field:
        question = self.question
        shape = shape_of(question)
        single = shape in {"levels", "chips", "stars", "points", "checks"}
        return Field(
            name=self.name,
            code=question.code,
            shape=shape,
            label=localized(question.texts, self.language),
            hint=" ".join(filter(None, (localized(question.hints, self.language), self.counted()))),
            is_required=question.required,
            choices=self.choices(value) if single else (),
            parts=self.parts(value),
            text=str(value or "")[:MAX_ECHO] if shape in WRITTEN else "",
            fault=self.messages.get(self.name, ""),
            limit=question.max_length,
            ends=self.ends(),
        )

    def counted(self) -> str:
        """How many answers a question takes, in words."""
        question = self.question
        if question.kind != QuestionKind.MULTIPLE or not question.max_choices:
            return ""
        return ngettext(
            "Choose at most %(n)d answer.", "Choose at most %(n)d answers.", question.max_choices
        ) % {"n": question.max_choices}

    def ends(self) -> tuple[str, str] | tuple[()]:
        """What the ends of a scale of bare numbers mean."""
        if self.question.kind == QuestionKind.NPS:
            return _("0 = not at all likely"), _("10 = extremely likely")
        if self.question.kind == QuestionKind.CES:
            return _("1 = very hard"), _("7 = very easy")
        return ()

    def choices(self, value: object) -> tuple[Choice, ...]:
        """The choices as the reader meets them: the best level first, numbers from left to right."""
        question = self.question
        if question.kind in NUMBERED:
            found = [Choice(number, number, value == number) for number in question.answer_options]
        elif question.kind == QuestionKind.CONSENT:
            found = [Choice(option, word, value == option) for option, word in consent_words().items()]
        else:
            found = self.listed(value, ordered(question.options, self.order))
        return tuple(self.with_dont_know(found, value))

    def listed(self, value: object, options: Sequence[Option]) -> list[Choice]:
        faces = faces_of(self.question)
        has_stars = shape_of(self.question) == "stars"
        found = [
            Choice(
                option.value,
                localized(option.texts, self.language),
                _is_chosen(value, option.value),
                faces[place] if faces else 0,
                "★" * (place + 1) if has_stars else "",
            )
            for place, option in enumerate(options)
        ]
        return found[::-1] if shape_of(self.question) == "levels" else found

    def with_dont_know(self, found: list[Choice], value: object) -> list[Choice]:
        if not self.question.allows_dont_know:
            return found
        return [*found, Choice(DONT_KNOW, dont_know_word(), _is_chosen(value, DONT_KNOW))]

    def parts(self, value: object) -> tuple[Part, ...]:
        if self.question.kind == QuestionKind.MATRIX:
            return self.rows(value if isinstance(value, Mapping) else {})
        if self.question.kind == QuestionKind.RANKING:
            return self.places(list(value) if isinstance(value, list | tuple) else [])
        return ()

    def rows(self, value: Mapping[str, object]) -> tuple[Part, ...]:
        found = []
        for row in ordered(self.question.rows, self.order):
            name = field_name(self.question, row.value)
            given = value.get(row.value)
            choices = self.with_dont_know(self.listed(given, self.question.options), given)
            label = localized(row.texts, self.language)
            found.append(Part(name, label, tuple(choices), self.messages.get(name, "")))
        return tuple(found)

    def places(self, value: Sequence[object]) -> tuple[Part, ...]:
        options = ordered(self.question.options, self.order)
        found = []
        for place in range(self.question.n_places):
            name = field_name(self.question, place + 1)
            given = value[place] if place < len(value) else ""
            choices = tuple(self.listed(given, options))
            label = _("Place %(n)d") % {"n": place + 1}
            found.append(Part(name, label, choices, self.messages.get(name, "")))
        return tuple(found)


def _is_chosen(value: object, option: str) -> bool:
    return option in value if isinstance(value, list | tuple) else value == option


def faces_of(question: Question) -> tuple[int, ...]:
    """The faces of a rating's options, low to high; empty where it is shown without faces."""
    n = len(question.options)
    by_scale = FACED_SCALES.get(question.scale) == n and not question.appearance
    if question.kind == QuestionKind.RATING and n in FACES and (question.appearance == "faces" or by_scale):
        return FACES[n]
    return ()


SHAPES: Mapping[str, str] = {
    QuestionKind.SINGLE: "chips",
    QuestionKind.CONSENT: "chips",
    QuestionKind.NPS: "points",
    QuestionKind.CES: "points",
    QuestionKind.MULTIPLE: "checks",
    QuestionKind.MATRIX: "grid",
    QuestionKind.RANKING: "ranking",
    QuestionKind.NUMBER: "number",
    QuestionKind.DATE: "date",
    QuestionKind.SHORT_TEXT: "line",
    QuestionKind.LONG_TEXT: "text",
    QuestionKind.INFORMATION: "note",
}


def shape_of(question: Question) -> str:
    """How a question is drawn."""
    if question.kind != QuestionKind.RATING:
        return SHAPES.get(question.kind, "line")
    if faces_of(question):
        return "levels"
    return "stars" if question.appearance == "stars" else "chips"
