"""Open a case for every kept bad rating that has none; a bad rating after the fix reopens its case."""

import random
import secrets
from datetime import date, datetime

from django.db import connection, transaction
from django.utils.timezone import localdate

from surveys.cases.actions.effects import CaseRefusedError
from surveys.cases.actions.moving import apply_move
from surveys.cases.clocks import due_after
from surveys.cases.enums import Clock, Move, Seat
from surveys.cases.models import Case, CaseMove
from surveys.cases.queries import days_to_log, ratings_after_a_fix, ratings_without_case
from surveys.cases.shapes import Details
from surveys.cases.transitions import FIRST
from surveys.catalogue.models import Organisation
from surveys.catalogue.queries import duty_of
from surveys.core.log import record
from surveys.ratings.enums import BAD_LEVELS, Privacy
from surveys.ratings.models import Rating

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
BATCH = 500


def open_cases(*, now: datetime) -> int:
    """Open cases for a batch of kept bad ratings, in random order; returns how many."""
    ratings = list(ratings_without_case(localdate(now))[:BATCH])
    random.SystemRandom().shuffle(ratings)
    for rating in ratings:
        open_case(rating=rating, now=now)
    return len(ratings)


@transaction.atomic
def open_case(*, rating: Rating, now: datetime) -> Case:
    """Open the case of one bad rating; asked again, it returns the case that is there.

    Nothing here holds a time of day; the first step of a case and the log's entry are written when the day
    is over, for all of its cases together.
    """
    case, _made = Case.objects.get_or_create(rating=rating, defaults=_facts(rating, localdate(now)))
    return case


def _facts(rating: Rating, today: date) -> dict[str, object]:
    return {
        "code": new_code(today),
        "service": rating.service,
        "organisation": owner(rating),
        "level": rating.level,
        "tags": list(rating.tags),
        "is_named": rating.privacy == Privacy.LINKED or hasattr(rating, "contact"),
        "opened_on": today,
        "state": FIRST,
        "state_on": today,
        "clock": Clock.ACKNOWLEDGE,
        "clock_on": today,
        "due_on": due_after(Clock.ACKNOWLEDGE, today),
    }


def owner(rating: Rating) -> Organisation:
    """Who answers: by the hand-over log in the rated organisation's region, else the rated organisation."""
    duty = duty_of(rating.service, rating.rated_on, rating.organisation.region)
    return duty or rating.organisation


def new_code(day: date) -> str:
    """A number such as C-2611-7K3P; random, because a running number would tell the order of ratings."""
    while True:
        code = f"C-{day:%y%m}-" + "".join(secrets.choice(ALPHABET) for _place in range(4))
        if not Case.objects.filter(code=code).exists():
            return code


def reopen_after_bad_supplements(*, now: datetime) -> int:
    """Note ratings given after the fix; a bad one reopens its closed case."""
    n = 0
    for case, rating in ratings_after_a_fix():
        n += _note_supplement(case, rating, now)
    return n


@transaction.atomic
def _note_supplement(case: Case, rating: Rating, now: datetime) -> int:
    Case.objects.filter(pk=case.pk).update(again=rating)
    if rating.level not in BAD_LEVELS:
        return 0
    fresh = Case.objects.get(pk=case.pk)
    try:
        apply_move(
            case=fresh,
            move=Move.REOPEN,
            seen=fresh.version,
            actor=None,
            seat=Seat.RESIDENT,
            now=now,
            details=Details(),
        )
    except CaseRefusedError:
        return 0
    return 1


def close_opening_days(*, now: datetime) -> int:
    """For each past day write the first step of its cases and one entry in the log; returns how many days."""
    days = days_to_log(localdate(now))
    for day in days:
        _close(day, now)
    return len(days)


@transaction.atomic
def _close(day: date, now: datetime) -> None:
    """All in random or sorted order, in one transaction, so that no row tells which case came first."""
    _mix(day)
    cases = list(Case.objects.filter(opened_on=day).exclude(moves__move=Move.OPEN).order_by("pk"))
    CaseMove.objects.bulk_create(
        CaseMove(
            case=case,
            number=1,
            move=Move.OPEN,
            to_state=FIRST,
            seat=Seat.SYSTEM,
            moved_on=day,
            organisation_id=case.organisation_id,
        )
        for case in cases
    )
    codes = sorted(case.code for case in cases)
    record(actor=None, verb="case.open", obj=f"day {day}", now=now, detail={"codes": codes})


def _mix(day: date) -> None:
    """PostgreSQL keeps rows where they were written: write the day's anew, by their random keys.

    SQLite keeps this table by key alone.
    """
    if connection.vendor != "postgresql":
        return
    table = Case._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE")
        cursor.execute(
            f"WITH gone AS (DELETE FROM {table} WHERE opened_on = %s RETURNING *) "
            f"INSERT INTO {table} SELECT * FROM gone ORDER BY id",
            [day],
        )
