"""One request in, one page of the questionnaire out: the same steps for residents and interviewers."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from surveys.fieldwork.actions.answering import IncompleteError, finish, keep_page
from surveys.fieldwork.models import Response
from surveys.instruments.answering import clean
from surveys.instruments.flow import Progress, declined, next_page, pages, previous_page, progress
from surveys.instruments.pageforms import PageForm, page_form
from surveys.instruments.queries import definition_of


@dataclass(frozen=True)
class Turn:
    """What to show next: a page with its form, or the end (`finished`)."""

    response: Response
    page: int = 0
    form: PageForm | None = None
    progress: Progress | None = None
    has_previous: bool = False
    finished: bool = False
    status: int = 200
    told: str = ""


def show(response: Response, language: str, page: int | None = None, **shown: Any) -> Turn:
    """The page where the respondent stands; one that branching has hidden since leads to the next open one."""
    definition = definition_of(response.version_id)
    wanted = response.page if page is None else page
    here = next_page(definition, response.answers, wanted - 1)
    if here is None:
        here = previous_page(definition, response.answers, len(pages(definition))) or 0
    status, told = shown.pop("status", 200), shown.pop("told", "")
    form = page_form(definition, here, language, answers=response.answers, orders=response.orders, **shown)
    return Turn(
        response,
        here,
        form,
        progress(definition, response.answers, here),
        previous_page(definition, response.answers, here) is not None,
        status=status,
        told=told,
    )


def turn(response: Response, data: QueryDict, language: str, *, now: dt.datetime, today: dt.date) -> Turn:
    """Take what a page sent: go back, change the language, or keep the answers and go on."""
    definition = definition_of(response.version_id)
    page = page_number(data, len(pages(definition)))
    if "stay" in data:
        return show(response, language, page, data=data)
    cleaned = clean(definition, data, page, language, answers=response.answers, today=today)
    if "back" in data:
        here = previous_page(definition, cleaned.answers, page)
        kept = keep_page(
            response=response, answers=cleaned.answers, page=here or 0, language=language, now=now
        )
        return show(kept, language)
    if cleaned.faults:
        return show(response, language, page, data=data, faults=cleaned.faults, status=422)
    following = None
    if not declined(definition, cleaned.answers):
        following = next_page(definition, cleaned.answers, page)
    if following is not None:
        kept = keep_page(
            response=response, answers=cleaned.answers, page=following, language=language, now=now
        )
        return show(kept, language)
    try:
        done = finish(response=response, answers=cleaned.answers, language=language, now=now)
    except IncompleteError as error:
        gap = next(
            found.number
            for found in pages(definition)
            if error.code in {question.code for question in found.questions}
        )
        kept = keep_page(response=response, answers=cleaned.answers, page=gap, language=language, now=now)
        return show(kept, language, told=_("Some questions still need an answer."), status=422)
    return Turn(done, finished=True)


def page_number(data: QueryDict, n_pages: int) -> int:
    """The page a form came from; anything else is the first."""
    text = data.get("page", "")
    return min(int(text), n_pages - 1) if text.isascii() and text.isdigit() and len(text) < 5 else 0
