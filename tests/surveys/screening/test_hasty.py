"""Offices whose long questionnaires are filled in within seconds are signalled; honest haste is not."""

import datetime as dt
import math
import random
import uuid

import pytest
from django.utils import timezone

from surveys.catalogue.models import Organisation, Service
from surveys.instruments.models import QuestionnaireVersion
from surveys.instruments.queries import current_version, definition_of
from surveys.ratings.models import Rating, Trace
from surveys.ratings.traces import TraceFacts, seal_trace
from surveys.screening.actions import look_for_patterns, screen_new
from surveys.screening.models import Flag, Signal
from surveys.screening.rulebook import RULES
from tests.surveys.ratings.world import NOW, Town, build_town, names

TODAY = timezone.localdate(NOW)
DAY = TODAY - dt.timedelta(days=1)
LONG = "bench-5q"
USUAL, SPREAD = 35, 0.6


@pytest.fixture
def town(db: None) -> Town:
    return build_town()


def office(number: int) -> Service:
    unit = Organisation.objects.create(code=f"H{number}", names=names(f"Office {number}", "单位"))
    return Service.objects.create(code=f"33{number:04d}", names=names("Service", "事项"), organisation=unit)


def answered(
    service: Service, times: list[int | None], *, version: QuestionnaireVersion | None = None,
    n_items: int = 4, channel: str = "mobile_app", day: dt.date = DAY,
) -> list[Rating]:  # fmt: skip
    """One rating for each time on the page, with so many items answered besides the overall question."""
    form = version or current_version(LONG)
    answers = {item.code: "4" for item in definition_of(form.pk).items[:n_items]}
    rows = [
        Rating(
            id=uuid.uuid4(), privacy="unlinked", service=service, organisation=service.organisation,
            channel=channel, mode="online", version=form, level=4, rated_on=day, answers=answers,
        )
        for _seconds in times
    ]  # fmt: skip
    Rating.objects.bulk_create(rows)
    noon = NOW - dt.timedelta(days=(TODAY - day).days)
    Trace.objects.bulk_create(
        Trace(
            rating=row, made_on=day,
            sealed=seal_trace(
                TraceFacts(f"d{row.pk}"[:32], f"n{row.pk}"[:32], 0, seconds),
                now=noon + dt.timedelta(minutes=6 * place), finished_at=None,
            ),
        )
        for place, (row, seconds) in enumerate(zip(rows, times, strict=True))
    )  # fmt: skip
    return rows


def unhurried(rng: random.Random, usual: float, n: int) -> list[int | None]:
    return [int(rng.lognormvariate(usual, SPREAD)) for _ in range(n)]


def signalled() -> list[tuple[str, int]]:
    """(organisation, ratings looked at) of every signal of haste."""
    look_for_patterns(now=NOW)
    found = Signal.objects.filter(rule="hasty").order_by("pk")
    return [(signal.organisation.code, signal.n) for signal in found]


def test_a_hasty_office_is_signalled_with_its_numbers(town: Town) -> None:
    answered(office(1), [3] * 12 + [40] * 8)
    answered(office(2), [40] * 60)
    assert signalled() == [("H1", 20)]
    signal = Signal.objects.get(rule="hasty")
    assert (signal.rule_version, signal.starts_on, signal.ends_on) == (1, DAY, DAY)
    assert signal.reasons["en"].startswith("12 of 20 took under two seconds a question")
    assert signal.p_value is not None
    assert signal.p_value < 1e-4
    assert signal.q_value is not None
    assert set(signal.reasons) == {"en", "zh-hans", "zh-hant"}


def test_a_counter_and_the_online_ratings_of_its_office_are_told_apart(town: Town) -> None:
    service = office(1)
    for row in answered(service, [3] * 12, channel="qr_case"):
        row.point = town.window
        row.save()
    answered(service, [40] * 60)
    signals = signalled()
    assert (signals, Signal.objects.get(rule="hasty").point) == ([("H1", 12)], town.window)


def test_a_signal_takes_no_rating_away_and_is_raised_once(town: Town) -> None:
    answered(office(1), [3] * 12)
    answered(office(2), [40] * 60)
    screen_new(now=NOW)
    assert signalled() == signalled() == [("H1", 12)]
    assert not RULES["hasty"].holds_back
    assert not Flag.objects.filter(rule="hasty").exists()
    assert set(Rating.objects.values_list("screening", flat=True)) == {"kept"}
    assert not Trace.objects.filter(made_on__lt=TODAY).exists()


@pytest.mark.parametrize(
    ("n_items", "found"), [(4, [("H1", 12)]), (3, []), (0, [])], ids=["five", "four", "overall alone"]
)
def test_only_who_answered_five_questions_can_be_hasty(
    town: Town, n_items: int, found: list[tuple[str, int]]
) -> None:
    answered(office(1), [3] * 12, n_items=n_items)
    answered(office(2), [40] * 60)
    assert signalled() == found


@pytest.mark.parametrize("seconds", [9, 10])
def test_two_seconds_a_question_are_no_haste_however_long_others_take(town: Town, seconds: int) -> None:
    answered(office(1), [seconds] * 12)
    answered(office(2), [60] * 60)
    assert signalled() == ([("H1", 12)] if seconds == 9 else [])


def test_every_day_has_its_own_signal(town: Town) -> None:
    hasty, calm = office(1), office(2)
    for day in (DAY - dt.timedelta(days=1), DAY):
        answered(hasty, [3] * 12, day=day)
        answered(calm, [40] * 60, day=day)
    assert signalled() == [("H1", 12), ("H1", 12)]


def test_short_questionnaires_are_never_judged(town: Town) -> None:
    short = current_version()
    assert len(definition_of(short.pk).items) + 1 < 5
    answered(office(1), [1] * 40, version=short)
    answered(office(2), [60] * 80, version=short)
    assert signalled() == []


@pytest.mark.parametrize("n", [17, 18])
def test_thirty_timed_answers_are_needed_to_know_what_is_usual(town: Town, n: int) -> None:
    answered(office(1), [3] * 12)
    answered(office(2), [40] * n + [None] * 50)
    assert signalled() == ([("H1", 12)] if n == 18 else [])


@pytest.mark.parametrize("n", [9, 10])
def test_fewer_than_ten_answers_of_one_place_tell_nothing(town: Town, n: int) -> None:
    answered(office(1), [3] * n)
    answered(office(2), [40] * 60)
    assert signalled() == ([("H1", 10)] if n == 10 else [])


def test_unknown_times_count_neither_for_nor_against(town: Town) -> None:
    answered(office(1), [None] * 40 + [3] * 12)
    answered(office(2), [40] * 60)
    assert signalled() == [("H1", 12)]


def test_a_place_is_held_against_the_others_of_its_day_only(town: Town) -> None:
    answered(office(1), [3] * 12)
    answered(office(2), [40] * 60, day=DAY - dt.timedelta(days=1))
    assert signalled() == []


def test_shared_devices_are_compared_with_each_other(town: Town) -> None:
    """Their page stands open before a person comes, so that their times say what is usual there alone."""
    answered(office(1), [3] * 12)
    answered(office(2), [40] * 60, channel="kiosk")
    assert signalled() == []


@pytest.mark.parametrize(("n_hasty", "found"), [(48, []), (90, [("H1", 600)])])
def test_a_large_office_a_little_quicker_than_others_is_left_alone(
    town: Town, n_hasty: int, found: list[tuple[str, int]]
) -> None:
    answered(office(1), [3] * n_hasty + [40] * (600 - n_hasty))
    answered(office(2), [3] * 12 + [40] * 588)
    assert signalled() == found


def test_where_everybody_is_quick_nobody_is(town: Town) -> None:
    answered(office(1), [6] * 20)
    answered(office(2), [7] * 60)
    assert signalled() == []


@pytest.mark.parametrize("apart", [0.15, 0.3])
def test_honest_offices_are_left_alone_on_99_days_of_100(town: Town, apart: float) -> None:
    rng = random.Random(7)
    days = [TODAY - dt.timedelta(days=back) for back in range(1, 16)]
    services = {office(number): rng.gauss(math.log(USUAL), apart) for number in range(8)}
    for day in days:
        for service, usual in services.items():
            answered(service, unhurried(rng, usual, 12), day=day)
    assert len(signalled()) <= 0.01 * len(days) * len(services)
