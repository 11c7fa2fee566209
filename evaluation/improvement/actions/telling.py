"""Who hears of alerts, measures, replies and commissions: whoever has to act next, never the one who acted."""

import datetime as dt
from collections.abc import Callable
from functools import partial

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from evaluation.improvement.models import Alert, Commission, Measure, Reply
from evaluation.improvement.people import judges_of, office, seated
from surveys.core.enums import Role
from surveys.core.models import User
from surveys.core.notices import tell
from surveys.core.numerals import day


def _tell(
    people: QuerySet[User], actor: User | None, say: Callable[[], str], link: str, now: dt.datetime
) -> int:
    others = people if actor is None else people.exclude(pk=actor.pk)
    return tell(people=others, say=say, link=link, now=now)


def _person(pk: int | None) -> QuerySet[User]:
    return User.objects.filter(pk=pk or 0, is_active=True)


def tell_of_alert(*, alert: Alert, now: dt.datetime) -> int:
    """The leads of the organisation and the office."""

    def say() -> str:
        words = {"place": alert.organisation.name, "kind": alert.get_kind_display()}
        return _("Alert at %(place)s: %(kind)s.") % words

    people = seated(alert.organisation, Role.LEAD, Role.OFFICE)
    return _tell(people, None, say, reverse("improvement:alert", args=[alert.pk]), now)


def tell_of_given_alert(*, alert: Alert, actor: User, now: dt.datetime) -> int:
    """Whoever it was given to."""

    def say() -> str:
        words = {"kind": alert.get_kind_display()}
        return _("An alert is yours: %(kind)s. Look at it and say what came of it.") % words

    link = reverse("improvement:alert", args=[alert.pk])
    return _tell(_person(alert.assigned_to_id), actor, say, link, now)


def _of_measure(template: Callable[[], str], measure: Measure) -> str:
    words = {"title": measure.title, "day": day(measure.due_on, weekday=True, year=False)}
    return template() % words


def _tell_of_measure(
    people: QuerySet[User],
    measure: Measure,
    actor: User | None,
    template: Callable[[], str],
    now: dt.datetime,
) -> int:
    link = reverse("improvement:measure", args=[measure.pk])
    return _tell(people, actor, partial(_of_measure, template, measure), link, now)


def tell_owner(*, measure: Measure, actor: User | None, now: dt.datetime) -> int:
    """The owner of a new measure, or of one that was handed over."""
    return _tell_of_measure(
        _person(measure.owner_id), measure, actor,
        lambda: _("The measure “%(title)s” is yours; it is due on %(day)s."), now,
    )  # fmt: skip


def tell_judges(*, measure: Measure, actor: User, now: dt.datetime) -> int:
    """Those who may verify what was reported as done."""
    people = judges_of(measure.organisation).exclude(pk=measure.owner_id)
    return _tell_of_measure(
        people,
        measure,
        actor,
        lambda: _("The measure “%(title)s” is reported as done and waits for you."),
        now,
    )


def tell_of_verdict(*, measure: Measure, actor: User, is_verified: bool, now: dt.datetime) -> int:
    """The owner and whoever reported it."""
    concerned = {measure.owner_id, measure.done_by_id or measure.owner_id}
    people = User.objects.filter(pk__in=concerned, is_active=True)

    def template() -> str:
        if is_verified:
            return _("The measure “%(title)s” is verified.")
        return _("The measure “%(title)s” came back: something is still missing.")

    return _tell_of_measure(people.order_by("username"), measure, actor, template, now)


def tell_of_reply(*, reply: Reply, actor: User, now: dt.datetime) -> int:
    """Those who may publish it."""
    link = reverse("improvement:reply", args=[reply.pk])
    return _tell(
        judges_of(reply.organisation),
        actor,
        lambda: _("A public reply waits for a second person."),
        link,
        now,
    )


def tell_auditor(*, commission: Commission, actor: User | None, now: dt.datetime) -> int:
    """The auditor who was charged."""

    def say() -> str:
        until = day(commission.expires_on, year=True)
        return _("You have a new commission until %(day)s. Declare your independence first.") % {"day": until}

    return _tell(_person(commission.auditor_id), actor, say, reverse("improvement:audits"), now)


def tell_of_handing_in(*, commission: Commission, actor: User, now: dt.datetime) -> int:
    """The office, which takes the audit into the evidence."""

    def say() -> str:
        words = {"audit": commission.title, "who": str(commission.auditor)}
        return _("%(who)s handed in the audit “%(audit)s”.") % words

    return _tell(office(), actor, say, reverse("improvement:commissions"), now)
