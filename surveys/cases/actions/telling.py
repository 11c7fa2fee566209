"""Who hears of which move: whoever has to act next, and whoever waited for it; never the one who moved."""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from surveys.cases.enums import Move
from surveys.cases.models import Case
from surveys.cases.people import days_of_people, leads_of, office_of
from surveys.core.calendar import SATURDAY, Calendar, UnknownYearError
from surveys.core.models import User
from surveys.core.notices import tell, told_today
from surveys.core.numerals import day

DAY_LINK = "/office/cases/?show=urgent"
FIRST_HOUR = 8
"""The hour before which nobody is reminded."""
People = QuerySet[User]


def _handler(case: Case) -> People:
    return User.objects.filter(cases=case, is_active=True)


def _department(case: Case) -> People:
    return User.objects.filter(Q(pk__in=_handler(case)) | Q(pk__in=leads_of(case))).order_by("username")


def _asker(case: Case) -> People:
    asked = case.requests.order_by("-pk").values("asked_by")[:1]
    return User.objects.filter(pk__in=asked, is_active=True)


def _deciders(case: Case) -> People:
    return User.objects.filter(Q(pk__in=leads_of(case)) | Q(pk__in=office_of(case))).order_by("username")


TOLD: dict[Move, Callable[[Case], People]] = {
    Move.REDIRECT: leads_of,
    Move.ASSIGN: _handler,
    Move.REASSIGN: _handler,
    Move.APPEAL: office_of,
    Move.UPHOLD: _department,
    Move.REJECT: _department,
    Move.FIND_INVALID: _department,
    Move.FINISH: leads_of,
    Move.NOT_SOLVED: _department,
    Move.REOPEN: _department,
    Move.ASK_EXTENSION: _deciders,
    Move.ASK_PAUSE: _deciders,
    Move.GRANT: _asker,
    Move.REFUSE: _asker,
}


def _sentence(case: Case, move: Move) -> str:
    """What happened and by when something is to be done, in the language in force."""
    words = {"code": case.code, "day": day(case.due_on, weekday=True, year=False) if case.due_on else "–"}
    return {
        Move.REDIRECT: _("Case %(code)s is now your organisation's. Take it up by %(day)s."),
        Move.ASSIGN: _("Case %(code)s is yours. Take it up by %(day)s."),
        Move.REASSIGN: _("Case %(code)s is yours now. Due on %(day)s."),
        Move.APPEAL: _("Case %(code)s: the department appeals. Decide by %(day)s."),
        Move.UPHOLD: _("Case %(code)s: the appeal is upheld."),
        Move.REJECT: _("Case %(code)s: the appeal is rejected. Verify by %(day)s."),
        Move.FIND_INVALID: _("Case %(code)s was found invalid by the evaluation office."),
        Move.FINISH: _("Case %(code)s is fixed. Ask the resident by %(day)s."),
        Move.NOT_SOLVED: _("Case %(code)s: the resident says it is not solved. Take it up by %(day)s."),
        Move.REOPEN: _("Case %(code)s is open again. Take it up by %(day)s."),
        Move.ASK_EXTENSION: _("Case %(code)s: more time is asked for. Somebody else decides."),
        Move.ASK_PAUSE: _("Case %(code)s: a pause is asked for. Somebody else decides."),
        Move.GRANT: _("Case %(code)s: your request is granted."),
        Move.REFUSE: _("Case %(code)s: your request is refused."),
    }[move] % words


def tell_of(*, case: Case, move: Move, actor: User | None, now: datetime) -> int:
    """Tell those concerned of one move; returns how many."""
    if move not in TOLD:
        return 0
    people = TOLD[move](case)
    if actor is not None:
        people = people.exclude(pk=actor.pk)
    return tell(
        people=people, say=partial(_sentence, case, move), link=f"/office/cases/{case.code}/", now=now
    )


def tell_of_many(*, n: int, handler: User, now: datetime) -> None:
    """One notice for all that were given in one go."""

    def say() -> str:
        return ngettext("One case is yours now.", "%(n)d cases are yours now.", n) % {"n": n}

    tell(people=[handler], say=say, link="/office/cases/?show=mine", now=now)


def _day_words(n_late: int, n_today: int, n_nobody: int) -> str:
    parts = [
        (n_late, ngettext("%(n)d late", "%(n)d late", n_late)),
        (n_today, ngettext("%(n)d due today", "%(n)d due today", n_today)),
        (n_nobody, ngettext("%(n)d with nobody in charge", "%(n)d with nobody in charge", n_nobody)),
    ]
    return _("Your cases: %(parts)s.") % {"parts": _(", ").join(text % {"n": n} for n, text in parts if n)}


def _is_working(today: date) -> bool:
    try:
        return Calendar().is_working(today)
    except UnknownYearError:
        return today.weekday() < SATURDAY


@transaction.atomic
def remind(*, now: datetime) -> int:
    """On each working day from eight o'clock, once: what is late, due today or in nobody's hands."""
    today = localdate(now)
    if localtime(now).hour < FIRST_HOUR or not _is_working(today):
        return 0
    told = told_today(DAY_LINK, today)
    return sum(
        tell(
            people=[line.person], link=DAY_LINK, now=now,
            say=partial(_day_words, line.n_late, line.n_today, line.n_nobody),
        )
        for line in days_of_people(today)
        if line.person.pk not in told
    )  # fmt: skip
