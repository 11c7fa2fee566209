"""Tallies equal a plain count of the ratings, whichever way they are asked for."""

import datetime as dt
import random
import uuid
from collections import Counter

import pytest
from django.db.models import Sum

from surveys.catalogue.enums import CHANNEL_MODE, Channel
from surveys.instruments.queries import current_version
from surveys.ratings.enums import Arrival, Origin, Privacy, RatingKind, Screening
from surveys.ratings.models import DirtyPeriod, Invitation, Rating, RatingBatch
from surveys.tallies.actions import rebuild_all, recount, recount_dirty
from surveys.tallies.models import Tally, UnitTally
from surveys.tallies.periods import split
from surveys.tallies.queries import AFTER_FIX, counts, coverage
from tests.surveys.ratings.world import NOW, Town, build_town, invited

YEAR = {"starts_on": dt.date(2026, 1, 1), "ends_on": dt.date(2026, 12, 31)}
CHANNELS = (Channel.QR_CASE, Channel.PC_PORTAL, Channel.QR_STATIC)


@pytest.fixture
def town(db: None) -> Town:
    return build_town()


def scatter(town: Town, n: int = 600) -> list[Rating]:
    """Ratings of every kind over four months."""
    rng, form = random.Random(7), current_version("bench-5q")
    rows = []
    for _ in range(n):
        channel = rng.choice(CHANNELS)
        default = rng.random() < 0.1
        rows.append(
            Rating(
                id=uuid.UUID(int=rng.getrandbits(128)), privacy=Privacy.UNLINKED,
                service=rng.choice([town.title, town.permit]),
                organisation=rng.choice([town.office, town.other]), channel=channel, mode=CHANNEL_MODE[channel],
                kind=rng.choices(list(RatingKind), [9, 1])[0], version=form, level=rng.randint(1, 5),
                tags=rng.sample(["kind_staff", "one_trip", "other_good"], rng.randint(0, 2)),
                answers=rng.choice([{}, {"efficiency": str(rng.randint(1, 5)), "attitude": "4"}]),
                origin=Origin.DEFAULT if default else Origin.ACTIVE,
                arrival=Arrival.IMPORTED if default else Arrival.OWN,
                rated_on=dt.date(2026, 8, 1) + dt.timedelta(days=rng.randrange(122)),
                screening=rng.choices(list(Screening), [1, 7, 1, 1])[0],
            )
        )  # fmt: skip
    return Rating.objects.bulk_create(rows)


def expected(rows: list[Rating], starts_on: dt.date, ends_on: dt.date) -> Counter[tuple[int, str]]:
    return Counter(
        (row.organisation_id, str(row.level))
        for row in rows
        if row.kind == RatingKind.INITIAL
        and row.origin == Origin.ACTIVE
        and row.screening == Screening.KEPT
        and row.channel != Channel.QR_STATIC
        and starts_on <= row.rated_on <= ends_on
    )


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (dt.date(2026, 1, 1), dt.date(2026, 12, 31)),
        (dt.date(2026, 8, 15), dt.date(2026, 10, 31)),
        (dt.date(2026, 9, 3), dt.date(2026, 9, 20)),
        (dt.date(2026, 8, 31), dt.date(2026, 11, 2)),
    ],
)
def test_counts_equal_a_plain_count(town: Town, first: dt.date, last: dt.date) -> None:
    rows = scatter(town)
    rebuild_all(now=NOW)
    found = counts(starts_on=first, ends_on=last)
    told = {(row.organisation_id, option): n for row in found for option, n in row.counts.items() if n}
    assert told == dict(expected(rows, first, last))
    assert all(row.n == sum(row.vector) and list(row.counts) == ["1", "2", "3", "4", "5"] for row in found)


def test_what_nobody_rated_and_what_is_held_comes_only_when_asked(town: Town) -> None:
    rows = scatter(town)
    rebuild_all(now=NOW)
    screened = [
        row for row in rows if row.kind == RatingKind.INITIAL and row.screening != Screening.UNSCREENED
    ]

    def total(**more: bool) -> int:
        return sum(row.n for row in counts(**YEAR, **more))

    default = sum(row.origin == Origin.DEFAULT and row.channel != Channel.QR_STATIC for row in screened)
    held = sum(
        row.origin == Origin.ACTIVE and row.screening != Screening.KEPT and row.channel != Channel.QR_STATIC
        for row in screened
    )
    assert total(with_default=True) - total() == default
    assert total(with_held=True) - total() == held
    assert total(with_default=True, with_held=True, with_posted=True) == len(screened)


def test_tags_and_further_answers_are_counted(town: Town) -> None:
    rows = scatter(town)
    rebuild_all(now=NOW)
    kept = [
        row for row in rows
        if row.screening == Screening.KEPT and row.origin == Origin.ACTIVE and row.channel != Channel.QR_STATIC
    ]  # fmt: skip
    tags = Counter(tag for row in kept for tag in row.tags)
    found: Counter[str] = Counter()
    for row in counts(**YEAR, question="tag"):
        found.update(row.counts)
    assert found == tags
    speed = Counter(
        row.answers["efficiency"] for row in kept if row.answers and row.kind == RatingKind.INITIAL
    )
    told: Counter[str] = Counter()
    for row in counts(**YEAR, question="efficiency"):
        assert row.scale == "level5"
        told.update({option: n for option, n in row.counts.items() if n})
    assert told == speed


def test_supplementary_ratings_are_a_question_of_their_own(town: Town) -> None:
    rows = scatter(town)
    rebuild_all(now=NOW)
    n = sum(
        row.kind == RatingKind.SUPPLEMENTARY and row.screening == Screening.KEPT
        and row.origin == Origin.ACTIVE and row.channel != Channel.QR_STATIC
        for row in rows
    )  # fmt: skip
    assert sum(row.n for row in counts(**YEAR, question=AFTER_FIX)) == n


def test_recounting_touched_months_gives_the_same_as_everything(town: Town) -> None:
    rows = scatter(town)
    rebuild_all(now=NOW)

    def cells() -> set[tuple[object, ...]]:
        return set(
            Tally.objects.values_list(*[f.attname for f in Tally._meta.concrete_fields if f.name != "id"])
        )

    def by_unit() -> set[tuple[object, ...]]:
        keys = ("source", "starts_on", "organisation_id", "channel", "question", "option")
        kept = Tally.objects.filter(source__in=("ratings", "default", "held")).order_by().values_list(*keys)
        summed = set(kept.annotate(total=Sum("n")))
        assert set(UnitTally.objects.order_by().values_list(*keys, "n")) == summed
        return summed

    before = cells()
    assert by_unit()
    changed = rows[0]
    Rating.objects.filter(pk=changed.pk).update(screening=Screening.SET_ASIDE)
    DirtyPeriod.objects.create(organisation_id=changed.organisation_id, month=changed.rated_on.replace(day=1))
    assert recount_dirty(now=NOW) == 1
    partly = cells()
    assert by_unit()
    assert recount_dirty(now=NOW) == 0
    rebuild_all(now=NOW)
    assert cells() == partly
    Rating.objects.filter(pk=changed.pk).update(screening=changed.screening)
    recount(organisation_ids=[changed.organisation_id], months=[changed.rated_on], now=NOW)
    assert cells() == before


def test_batches_on_their_own_scale_join_in(town: Town) -> None:
    RatingBatch.objects.create(
        organisation=town.office, starts_on=dt.date(2026, 4, 1), ends_on=dt.date(2026, 9, 30), scale="level2",
        counts={"satisfied_or_neutral": 41, "dissatisfied": 59}, n_dont_know=3, source="open data",
    )  # fmt: skip
    (row,) = counts(**YEAR)
    assert (row.vector, row.n, row.n_bad, row.n_dont_know) == ((59, 41), 100, 59, 3)
    assert (row.scale, row.sources, row.ends_on) == ("level2", ("batch",), dt.date(2026, 9, 30))
    assert counts(starts_on=dt.date(2026, 5, 1), ends_on=dt.date(2026, 12, 31)) == []


def test_the_ledger_counts_cases_and_ratings(town: Town) -> None:
    for number in range(5):
        invited(town, f"C{number}")
    Invitation.objects.filter(matter__case_no="C0").update(state="revoked")
    Invitation.objects.filter(matter__case_no="C1").update(state="used", n_ratings=1)
    scatter(town, 50)
    rebuild_all(now=NOW)
    (row,) = coverage(
        starts_on=dt.date(2026, 11, 1), ends_on=dt.date(2026, 11, 30), organisations=[town.office.pk]
    )
    assert (row.n_finished, row.n_invited, row.n_answered) == (5, 4, 1)
    assert row.active_rate == 0.2
    valid = Rating.objects.filter(
        organisation=town.office, rated_on__month=11, screening=Screening.KEPT, origin=Origin.ACTIVE
    )
    assert row.n_valid == valid.count()


def test_spans_are_cut_into_months_and_ends() -> None:
    whole = split(dt.date(2026, 2, 1), dt.date(2026, 2, 28))
    assert (whole.months, whole.edges) == ((dt.date(2026, 2, 1), dt.date(2026, 2, 28)), ())
    inside = split(dt.date(2026, 2, 3), dt.date(2026, 2, 20))
    assert (inside.months, inside.edges) == (None, ((dt.date(2026, 2, 3), dt.date(2026, 2, 20)),))
    both = split(dt.date(2026, 1, 31), dt.date(2026, 4, 1))
    assert both.months == (dt.date(2026, 2, 1), dt.date(2026, 3, 31))
    assert both.edges == (
        (dt.date(2026, 1, 31), dt.date(2026, 1, 31)),
        (dt.date(2026, 4, 1), dt.date(2026, 4, 1)),
    )
