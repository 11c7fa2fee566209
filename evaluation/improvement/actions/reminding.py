"""Reminds owners each working morning of measures and steps that are late or due today."""

import datetime as dt
from collections import Counter
from functools import partial

from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _

from evaluation.improvement.enums import OPEN_MEASURES, MeasureState
from evaluation.improvement.models import Measure, MeasureStep
from surveys.core.calendar import SATURDAY, Calendar, UnknownYearError
from surveys.core.models import User
from surveys.core.notices import tell, told_today

FIRST_HOUR = 8
"""The hour before which nobody is reminded."""


@transaction.atomic
def remind_owners(*, now: dt.datetime) -> int:
    """On each working day from eight o'clock, once; returns how many people were told."""
    today = localdate(now)
    if localtime(now).hour < FIRST_HOUR or not _is_working(today):
        return 0
    link = f"{reverse('improvement:measures')}?show=mine"
    told, late, due = told_today(link, today), Counter[int](), Counter[int]()
    for owner, on in _pressing(today):
        (late if on < today else due)[owner] += 1
    people = User.objects.filter(pk__in={*late, *due} - told, is_active=True).order_by("username")
    return sum(
        tell(people=[person], say=partial(_words, late[person.pk], due[person.pk]), link=link, now=now)
        for person in people
    )


def _pressing(today: dt.date) -> list[tuple[int, dt.date]]:
    """Owner and day of each open measure, and of each open step of one under way, whose day has come."""
    measures = Measure.objects.filter(state__in=OPEN_MEASURES, due_on__lte=today).order_by()
    steps = MeasureStep.objects.filter(
        measure__state=MeasureState.UNDER_WAY, done_at=None, due_on__lte=today
    ).order_by()
    return [*measures.values_list("owner", "due_on"), *steps.values_list("measure__owner", "due_on")]


def _words(n_late: int, n_today: int) -> str:
    if n_late and n_today:
        told = _("Your measures and their steps: %(late)d late, %(today)d due today.")
    elif n_late:
        told = _("Your measures and their steps: %(late)d late.")
    else:
        told = _("Your measures and their steps: %(today)d due today.")
    return told % {"late": n_late, "today": n_today}


def _is_working(today: dt.date) -> bool:
    try:
        return Calendar().is_working(today)
    except UnknownYearError:
        return today.weekday() < SATURDAY
