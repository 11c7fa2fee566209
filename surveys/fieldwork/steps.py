"""One request in, one page of the questionnaire out: the same steps for residents and interviewers.

In large print a page is one question: the way is made of stops (flow.Stop), pages or single questions alike.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from surveys.fieldwork.actions.answering import IncompleteError, finish, keep_page
from surveys.fieldwork.models import Response
from surveys.instruments.answering import Cleaned, clean, is_blank
from surveys.instruments.enums import QuestionKind
from surveys.instruments.flow import Progress, Stop, declined, is_empty, pages, stops
from surveys.instruments.pageforms import page_form
from surveys.instruments.pageshapes import PageForm
from surveys.instruments.queries import definition_of
from surveys.instruments.shapes import Definition


@dataclass(frozen=True)
class Turn:
    """What to show next: a stop with its form, the end (`finished`), or word that all is kept (`later`)."""

    response: Response
    page: int = 0
    only: str = ""
    form: PageForm | None = None
    progress: Progress | None = None
    has_previous: bool = False
    finished: bool = False
    later: bool = False
    status: int = 200
    told: str = ""

    @property
    def is_last(self) -> bool:
        return self.progress is not None and self.progress.position == self.progress.total

    @property
    def is_tapped(self) -> bool:
        """Whether one tap answers and leads on; never on the last question, which is sent on purpose."""
        fields = self.form.fields if self.form is not None and self.only else ()
        return not self.is_last and bool(fields) and fields[0].takes_a_tap


def show(
    response: Response, language: str, at: Stop | None = None, *, one_each: bool = False, **more: Any
) -> Turn:
    """The stop where the respondent stands; one that branching has hidden since leads to the next open one."""
    definition = definition_of(response.version_id)
    way = stops(definition, response.answers, one_each=one_each)
    here = _resumed(definition, way, response) if at is None else _next(way, at.place - 1) or way[-1]
    status, told = more.pop("status", 200), more.pop("told", "")
    form = page_form(
        definition,
        here.page,
        language,
        answers=response.answers,
        orders=response.orders,
        only=here.only,
        **more,
    )
    return Turn(
        response,
        here.page,
        here.only,
        form,
        Progress(way.index(here) + 1, len(way)),
        way[0] != here,
        status=status,
        told=told,
    )


def _next(way: Sequence[Stop], place: int) -> Stop | None:
    return next((stop for stop in way if stop.place > place), None)


def _resumed(definition: Definition, way: Sequence[Stop], response: Response) -> Stop:
    """The stop to go on at: on the page that was kept, the first question without an answer."""
    rest = [stop for stop in way if stop.page >= response.page]
    here = [stop for stop in rest if stop.page == rest[0].page] if rest else []
    return next((stop for stop in here if _is_open(definition, stop, response)), here[0] if here else way[-1])


def _is_open(definition: Definition, stop: Stop, response: Response) -> bool:
    question = definition.questions[stop.place]
    return question.kind != QuestionKind.INFORMATION and is_empty(response.answers.get(question.code))


def turn(
    response: Response,
    data: QueryDict,
    language: str,
    *,
    now: dt.datetime,
    today: dt.date,
    one_each: bool = False,
) -> Turn:
    """Take what was sent: go back, change language or size, keep for later, or keep the answers and go on."""
    definition = definition_of(response.version_id)
    at = posted(definition, data)
    cleaned = clean(definition, data, at.page, language, answers=response.answers, today=today, only=at.only)

    def keep(page: int) -> Response:
        return keep_page(response=response, answers=cleaned.answers, page=page, language=language, now=now)

    def go(to: Stop, **more: Any) -> Turn:
        """Keep the answers and show a stop, or in the usual size the page it is on."""
        here = to if one_each else Stop(to.page, _first(definition, to.page))
        return show(keep(to.page), language, here, one_each=one_each, **more)

    if "stay" in data:
        same = bool(at.only) == one_each
        return show(response, language, at, one_each=one_each, data=data) if same else go(at)
    way = stops(definition, cleaned.answers, one_each=one_each or bool(at.only))
    if "back" in data:
        return go(next((stop for stop in reversed(way) if stop.place < at.place), way[0]))
    following = None if declined(definition, cleaned.answers) else _next(way, _end(definition, at))
    if "later" in data and not _spoilt(definition, cleaned, data):
        resumed = at if cleaned.faults or following is None else following
        return Turn(keep(resumed.page), later=True)
    if cleaned.faults:
        return show(response, language, at, one_each=one_each, data=data, faults=cleaned.faults, status=422)
    if following is not None:
        return go(following)
    try:
        done = finish(response=response, answers=cleaned.answers, language=language, now=now)
    except IncompleteError as error:
        each = stops(definition, cleaned.answers, one_each=True)
        gap = next(stop for stop in each if stop.only == error.code)
        return go(gap, told=_("Some questions still need an answer."), status=422)
    return Turn(done, finished=True)


def _spoilt(definition: Definition, cleaned: Cleaned, data: QueryDict) -> bool:
    """Whether something was written that cannot be kept; what is merely missing can wait."""
    return any(not is_blank(definition.question(fault.code), data) for fault in cleaned.faults)


def posted(definition: Definition, data: QueryDict) -> Stop:
    """The stop a form came from; anything else is the first."""
    page = page_number(data, len(pages(definition)))
    first = _first(definition, page)
    codes = [question.code for question in pages(definition)[page].questions]
    only = data.get("at", "")
    return Stop(page, first + codes.index(only), only) if only in codes else Stop(page, first)


def _first(definition: Definition, page: int) -> int:
    """The place of a page's first question."""
    return sum(len(earlier.questions) for earlier in pages(definition)[:page])


def _end(definition: Definition, at: Stop) -> int:
    """The place of the last question of a stop."""
    return at.place if at.only else _first(definition, at.page + 1) - 1


def page_number(data: QueryDict, n_pages: int) -> int:
    """The page a form came from; anything else is the first."""
    text = data.get("page", "")
    return min(int(text), n_pages - 1) if text.isascii() and text.isdigit() and len(text) < 5 else 0
