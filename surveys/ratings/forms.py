"""The rating form: what its pages show, and what they send back. Plain shapes, because this page is the hot one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from surveys.core.text import localized
from surveys.instruments.definition import Definition, Question
from surveys.instruments.enums import QuestionKind
from surveys.instruments.queries import definition_of
from surveys.ratings.checking import LEVELS
from surveys.ratings.shapes import Entry, Fault

ITEM = "item-"
SCALED = {QuestionKind.RATING, QuestionKind.SINGLE, QuestionKind.NPS, QuestionKind.CES}
SHOWN = SCALED | {QuestionKind.MULTIPLE, QuestionKind.SHORT_TEXT, QuestionKind.LONG_TEXT}
MAX_ECHO = 2000
MAX_MARK = 64


@dataclass(frozen=True)
class Choice:
    """One option of a question as the page shows it."""

    value: str
    text: str
    chosen: bool = False


@dataclass(frozen=True)
class Group:
    """A question with its choices; `kind` is how it is drawn: levels, one, many or text."""

    name: str
    legend: str
    kind: str
    choices: tuple[Choice, ...] = ()
    css: str = "when-any"
    fault: str = ""
    text: str = ""
    required: bool = False


@dataclass(frozen=True)
class Sent:
    """What a page sent, unchecked."""

    level: str = ""
    tags: tuple[str, ...] = ()
    comment: str = ""
    answers: Mapping[str, object] = field(default_factory=dict)
    call: bool = False
    telephone: str = ""
    once: str = ""
    opened: str = ""
    first: str = ""

    @property
    def began_with(self) -> str:
        """The level chosen first, as far as a page of several steps or a shared device knows it."""
        return self.first or self.level

    def entry(self, language: str) -> Entry:
        """The same as the verbs take it; a number left behind an unticked box is not wanted."""
        telephone = self.telephone if self.call else None
        return Entry(self.level, self.tags, self.comment, self.answers, language, telephone, self.once)


@dataclass(frozen=True)
class FormPage:
    """Everything the form's template needs."""

    level: Group
    items: tuple[Group, ...]
    tags: tuple[Group, ...]
    sent: Sent
    faults: tuple[Fault, ...] = ()

    @property
    def by_field(self) -> dict[str, str]:
        return {fault.field: fault.message for fault in self.faults}


def read_sent(data: QueryDict) -> Sent:
    """The fields of a posted page."""
    answers: dict[str, object] = {}
    for name in data:
        if name.startswith(ITEM):
            values = data.getlist(name)
            answers[name.removeprefix(ITEM)] = values if len(values) > 1 else values[0]
    return Sent(
        level=data.get("level", ""),
        tags=tuple(data.getlist("tag")),
        comment=data.get("comment", ""),
        answers=answers,
        call=bool(data.get("call")),
        telephone=data.get("tel", ""),
        once=data.get("once", ""),
        opened=data.get("opened", "")[:MAX_MARK],
        first=first if (first := data.get("first", "")) in LEVELS else "",
    )


def _chosen(value: object, option: str) -> bool:
    return option in value if isinstance(value, list | tuple) else value == option


def _level_group(definition: Definition, sent: Sent, faults: Mapping[str, str]) -> Group:
    overall = definition.question("overall")
    choices = tuple(
        Choice(option.value, localized(option.texts), option.value == sent.level)
        for option in reversed(overall.options)
    )
    return Group("level", localized(overall.texts), "levels", choices, fault=faults.get("level", ""))


def _item_group(question: Question, sent: Sent, faults: Mapping[str, str]) -> Group:
    value = sent.answers.get(question.code)
    options: Iterable[Choice] = (
        Choice(option.value, localized(option.texts), _chosen(value, option.value))
        for option in (
            reversed(question.options) if question.kind == QuestionKind.RATING else question.options
        )
    )
    kind = "text"
    if question.kind in SCALED:
        kind = "one"
    elif question.kind == QuestionKind.MULTIPLE:
        kind = "many"
    return Group(
        name=f"{ITEM}{question.code}",
        legend=localized(question.texts),
        kind=kind,
        choices=tuple(options),
        fault=faults.get(question.code, ""),
        text=str(value or "")[:MAX_ECHO] if kind == "text" else "",
        required=question.required,
    )


def _tag_groups(definition: Definition, mode: str, sent: Sent) -> tuple[Group, ...]:
    legends = {
        "good": (_("What went well?"), "when-good"),
        "mid": (_("What could be better?"), "when-mid"),
        "bad": (_("What went wrong?"), "when-bad"),
    }
    groups = []
    for name, (legend, css) in legends.items():
        choices = tuple(
            Choice(tag.code, localized(tag.texts), tag.code in sent.tags)
            for tag in definition.tags
            if tag.group == name and mode in tag.modes
        )
        if choices:
            groups.append(Group("tag", legend, "many", choices, css))
    return tuple(groups)


def form_page(version_id: int, mode: str, sent: Sent | None = None, faults: Sequence[Fault] = ()) -> FormPage:
    """The form of a questionnaire version, with what was sent and what is to be mended."""
    definition = definition_of(version_id)
    given = sent or Sent()
    by_field = {fault.field: fault.message for fault in faults}
    items = tuple(
        _item_group(question, given, by_field) for question in definition.items if question.kind in SHOWN
    )
    return FormPage(
        level=_level_group(definition, given, by_field),
        items=items,
        tags=_tag_groups(definition, mode, given),
        sent=given,
        faults=tuple(faults),
    )


@lru_cache(maxsize=256)
def _empty_fields(version_id: int, mode: str, language: str) -> SafeString:
    with override(language):
        return render_to_string("ratings/_fields.html", {"form": form_page(version_id, mode)})


def empty_fields(version_id: int, mode: str) -> SafeString:
    """The fields of an untouched form; kept in memory per language, because frozen versions never change."""
    return _empty_fields(version_id, mode, get_language() or "en")
