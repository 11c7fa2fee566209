"""Count ratings into tallies: the touched months, or everything; the database does the counting."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import connection, transaction

from surveys.core.log import record
from surveys.core.models import User
from surveys.instruments.enums import QuestionKind, VersionState
from surveys.instruments.models import QuestionnaireVersion
from surveys.instruments.queries import definition_of
from surveys.ratings.models import DirtyPeriod
from surveys.tallies import statements
from surveys.tallies.actions.ledger import recount_funnel
from surveys.tallies.enums import TallySource
from surveys.tallies.models import Tally
from surveys.tallies.periods import month_end, month_start

COUNTED = (TallySource.RATINGS, TallySource.DEFAULT, TallySource.HELD)
SCALED = {QuestionKind.RATING, QuestionKind.SINGLE, QuestionKind.NPS, QuestionKind.CES}
MANY = 400
"""From so many touched months on, whole months are counted for all organisations at once."""


@transaction.atomic
def recount(
    *,
    organisation_ids: Collection[int] | None = None,
    months: Collection[dt.date] | None = None,
    now: dt.datetime,  # noqa: ARG001 - every verb is told the time
) -> int:
    """Count the ratings of these organisations and months again; returns how many cells there are now.

    None means all. Months are named by any of their days.
    """
    firsts = None if months is None else sorted({month_start(month) for month in months})
    old = Tally.objects.filter(source__in=COUNTED)
    if organisation_ids is not None:
        old = old.filter(organisation__in=organisation_ids)
    if firsts is not None:
        old = old.filter(starts_on__in=firsts)
    old._raw_delete(old.db)
    n = sum(
        _count(where, values, whole=organisation_ids is None)
        for where, values in _slices(organisation_ids, firsts)
    )
    recount_funnel(organisation_ids=organisation_ids, months=firsts)
    return n


def _count(where: str, values: list[Any], *, whole: bool) -> int:
    """Count one slice: a whole one is gathered once into a table, a narrow one straight from its index range."""
    cells = statements.CELLS if whole else f"({statements.gathered(where)}) AS cells"
    n = 0
    with connection.cursor() as cursor:
        if whole:
            *before, gather = statements.set_down(where)
            for statement in before:
                cursor.execute(statement)
            cursor.execute(gather, values)
        for statement in statements.counting(_scaled_questions(), cells):
            cursor.execute(statement, [] if whole else values)
            n += max(cursor.rowcount, 0)
        if whole:
            cursor.execute(f"DROP TABLE {statements.CELLS}")
    return n


def _slices(
    organisation_ids: Collection[int] | None, firsts: list[dt.date] | None
) -> list[tuple[str, list[Any]]]:
    """Conditions on the ratings, one a month, so that each walks one index range."""
    among, ids = "", list(organisation_ids or ())
    if organisation_ids is not None:
        among = f" AND organisation_id IN ({', '.join(['%s'] * len(ids)) or 'NULL'})"
    if firsts is None:
        return [(f"1 = 1{among}", [*ids])]
    return [(f"rated_on BETWEEN %s AND %s{among}", [month, month_end(month), *ids]) for month in firsts]


def _scaled_questions() -> list[tuple[int, str, str]]:
    """(version, question, scale) of every question whose answers are options."""
    versions = QuestionnaireVersion.objects.exclude(state=VersionState.DRAFT).order_by("pk")
    return [
        (version.pk, question.code, question.scale or "choice")
        for version in versions
        for question in definition_of(version.pk).items
        if question.kind in SCALED
    ]


def recount_dirty(*, now: dt.datetime) -> int:
    """Count the months that changed since they were last counted; returns how many there were."""
    with transaction.atomic():
        dirty = list(DirtyPeriod.objects.select_for_update().order_by("month", "organisation"))
        if not dirty:
            return 0
        DirtyPeriod.objects.filter(pk__in=[row.pk for row in dirty]).delete()
        months = sorted({row.month for row in dirty})
        if len(dirty) > MANY:
            recount(months=months, now=now)
            return len(dirty)
        for month in months:
            recount(
                organisation_ids=[row.organisation_id for row in dirty if row.month == month],
                months=[month],
                now=now,
            )
    return len(dirty)


@transaction.atomic
def rebuild_all(*, now: dt.datetime, actor: User | None = None) -> int:
    """Count everything again from the ratings; the result does not depend on what was there."""
    DirtyPeriod.objects.all().delete()
    n = recount(now=now)
    record(actor=actor, verb="tallies.rebuild", obj="tallies", now=now, detail={"cells": n})
    return n
