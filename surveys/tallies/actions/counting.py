"""Count ratings into tallies: the touched months, or everything; the database does the counting."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from surveys.core.log import record
from surveys.core.models import User
from surveys.instruments.enums import QuestionKind, VersionState
from surveys.instruments.models import QuestionnaireVersion
from surveys.instruments.queries import definition_of
from surveys.ratings.models import DirtyPeriod
from surveys.tallies import statements
from surveys.tallies.actions.ledger import recount_funnel
from surveys.tallies.enums import TallySource
from surveys.tallies.models import Tally, UnitTally
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
    _forget(organisation_ids, firsts)
    whole = organisation_ids is None
    n, given = 0, []
    for where, values in _slices(organisation_ids, firsts):
        if whole:
            n += _count_whole(where, values)
            given += _taken_down()
        else:
            n += _count(f"({statements.gathered(where)}) AS cells", values)
    _sum_up(organisation_ids, firsts)
    recount_funnel(organisation_ids=organisation_ids, months=firsts, given=given if whole else None)
    return n


def _count(cells: str, values: list[Any]) -> int:
    """Draw every kind of tally from the cells."""
    n = 0
    with connection.cursor() as cursor:
        for statement in statements.counting(_scaled_questions(), cells):
            cursor.execute(statement, values)
            n += max(cursor.rowcount, 0)
    return n


def _count_whole(where: str, values: list[Any]) -> int:
    """Gather many ratings once into a table, and count from there."""
    *before, gather = statements.set_down(where)
    with connection.cursor() as cursor:
        for statement in before:
            cursor.execute(statement)
        cursor.execute(gather, values)
    return _count(statements.CELLS, [])


def _forget(organisation_ids: Collection[int] | None, firsts: list[dt.date] | None) -> None:
    old: QuerySet[Any]
    for old in (Tally.objects.filter(source__in=COUNTED), UnitTally.objects.all()):
        wanted = old
        if organisation_ids is not None:
            wanted = wanted.filter(organisation__in=organisation_ids)
        if firsts is not None:
            wanted = wanted.filter(starts_on__in=firsts)
        wanted._raw_delete(wanted.db)


def _sum_up(organisation_ids: Collection[int] | None, firsts: list[dt.date] | None) -> None:
    """Sum the tallies of whole organisations."""
    wanted: list[str] = ["1 = 1"]
    values: list[Any] = []
    for column, among in (("organisation_id", organisation_ids), ("starts_on", firsts)):
        if among is not None:
            wanted.append(f"{column} IN ({', '.join(['%s'] * len(among)) or 'NULL'})")
            values += among
    with connection.cursor() as cursor:
        cursor.execute(statements.by_unit(" AND ".join(wanted)), values)


def _taken_down() -> list[dict[str, Any]]:
    """What the ledger asks of the table of cells, which is not needed after that."""
    names = ("month", "organisation_id", "service_id", "channel", "n_valid", "n_set_aside", "n_default")
    with connection.cursor() as cursor:
        cursor.execute(statements.ledger(statements.CELLS))
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        cursor.execute(f"DROP TABLE {statements.CELLS}")
    for row in rows:
        if isinstance(row["month"], str):
            row["month"] = dt.date.fromisoformat(row["month"])
    return rows


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
