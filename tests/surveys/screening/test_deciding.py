"""Persons decide on flagged ratings; figures follow, and what was decided before stays on record."""

import datetime as dt
import uuid
from typing import Any

import pytest

from surveys.catalogue.models import ServicePoint
from surveys.core.models import LogEntry, User
from surveys.instruments.queries import current_version
from surveys.ratings.enums import Screening
from surveys.ratings.models import DirtyPeriod, Rating, Trace
from surveys.ratings.traces import TraceFacts, hashed, seal_trace
from surveys.screening.actions import (
    DecisionRefusedError,
    answer_proposal,
    decide,
    decide_signal,
    propose,
    screen_new,
)
from surveys.screening.models import Flag, Signal, Verdict
from surveys.screening.queries import n_waiting, rule_records, waiting
from surveys.tallies.actions import recount_dirty
from surveys.tallies.queries import counts
from tests.surveys.ratings.world import NOW, Town, build_town

DAY = dt.date(2026, 11, 23)
MONTH = {"starts_on": dt.date(2026, 11, 1), "ends_on": dt.date(2026, 11, 30)}


@pytest.fixture
def town(db: None) -> Town:
    return build_town()


@pytest.fixture
def people(db: None) -> tuple[User, User]:
    return User.objects.create(username="lin"), User.objects.create(username="chen")


def rate(
    town: Town, *, seconds: int = 60, device: str = "", level: int = 5, n: int = 1, **more: Any
) -> list[Rating]:
    values = {
        "privacy": "unlinked", "service": town.title, "organisation": town.office, "channel": "mobile_app",
        "mode": "online", "version": current_version(), "level": level, "rated_on": DAY,
    }  # fmt: skip
    rows = [Rating(id=uuid.uuid4(), **(values | more)) for _ in range(n)]
    Rating.objects.bulk_create(rows)
    for number, row in enumerate(rows):
        own = device or f"d{number}-{row.pk}"
        facts = TraceFacts(device=hashed("device", own, DAY), network=hashed("network", own, DAY))
        at = NOW + dt.timedelta(minutes=11 * number)
        sealed = seal_trace(facts, now=at, finished_at=at - dt.timedelta(seconds=seconds))
        Trace.objects.create(rating=row, sealed=sealed, made_on=DAY)
    return rows


def total() -> int:
    recount_dirty(now=NOW)
    return sum(row.n for row in counts(**MONTH))


def test_a_rating_before_completion_waits_and_does_not_count(town: Town) -> None:
    (early,), (fine,) = rate(town, seconds=-40), rate(town)
    assert screen_new(now=NOW) == 2
    assert [row.pk for row in waiting()] == [early.pk]
    assert Flag.objects.get().reasons["en"] == "Rated 40 seconds before the case was finished."
    assert Rating.objects.get(pk=fine.pk).screening == Screening.KEPT
    assert total() == 1


def test_keeping_a_rating_makes_it_count(town: Town, people: tuple[User, User]) -> None:
    (early,) = rate(town, seconds=-40)
    screen_new(now=NOW)
    decide(
        rating=early, outcome=Screening.KEPT, reason="The sender's clock was late.", actor=people[0], now=NOW
    )
    assert total() == 1
    assert n_waiting() == 0
    assert LogEntry.objects.filter(verb="rating.verdict", actor="lin").count() == 1
    assert screen_new(now=NOW) == 0


def test_overruling_takes_two_people_who_both_sign_in(town: Town, people: tuple[User, User]) -> None:
    lin, chen = people
    (early,) = rate(town, seconds=-40)
    screen_new(now=NOW)
    decide(rating=early, outcome=Screening.KEPT, reason="Clock.", actor=lin, now=NOW)
    told = {"rating": early, "outcome": Screening.SET_ASIDE, "reason": "Not so.", "actor": chen, "now": NOW}
    with pytest.raises(DecisionRefusedError, match="second person"):
        decide(**told)
    proposal = propose(**told, on_appeal=False)
    assert (Rating.objects.get().screening, n_waiting()) == (Screening.KEPT, 1)
    with pytest.raises(DecisionRefusedError, match="somebody else"):
        answer_proposal(proposal=proposal, agreed=True, reason="", actor=chen, now=NOW)
    with pytest.raises(DecisionRefusedError, match="waits already"):
        propose(**told, on_appeal=False)
    verdict = answer_proposal(proposal=proposal, agreed=True, reason="", actor=lin, now=NOW)
    assert verdict is not None
    assert (verdict.by_person, verdict.second_person) == (chen, lin)
    assert [row.outcome for row in Verdict.objects.order_by("pk")] == ["kept", "set_aside"]
    assert LogEntry.objects.filter(verb="rating.overrule", actor="lin").count() == 1
    assert (total(), n_waiting()) == (0, 0)
    with pytest.raises(DecisionRefusedError, match="decided already"):
        answer_proposal(proposal=proposal, agreed=False, reason="No.", actor=lin, now=NOW)


def test_a_refused_proposal_changes_nothing(town: Town, people: tuple[User, User]) -> None:
    lin, chen = people
    (fine,) = rate(town)
    screen_new(now=NOW)
    proposal = propose(
        rating=fine, outcome=Screening.SET_ASIDE, reason="They appeal.", on_appeal=True, actor=lin, now=NOW
    )
    with pytest.raises(DecisionRefusedError, match="Say why"):
        answer_proposal(proposal=proposal, agreed=False, reason=" ", actor=chen, now=NOW)
    assert answer_proposal(proposal=proposal, agreed=False, reason="No proof.", actor=chen, now=NOW) is None
    assert (Rating.objects.get().screening, Verdict.objects.count(), total()) == (Screening.KEPT, 0, 1)
    assert LogEntry.objects.filter(verb="rating.disagree", actor="chen").count() == 1


def test_a_decision_needs_a_reason(town: Town, people: tuple[User, User]) -> None:
    (early,) = rate(town, seconds=-40)
    with pytest.raises(DecisionRefusedError):
        decide(rating=early, outcome=Screening.KEPT, reason="  ", actor=people[0], now=NOW)
    with pytest.raises(DecisionRefusedError):
        decide(rating=early, outcome=Screening.REVIEW, reason="why", actor=people[0], now=NOW)


def test_a_device_that_rates_for_many_is_one_signal(town: Town, people: tuple[User, User]) -> None:
    rate(town, device="one phone", n=5)
    rate(town, device="family phone", n=3)
    screen_new(now=NOW)
    signal = Signal.objects.get()
    assert (signal.rule, signal.n, waiting().count()) == ("device", 5, 5)
    decide_signal(
        signal=signal, confirmed=True, set_aside=True, reason="A clerk's phone.", actor=people[0], now=NOW
    )
    assert Rating.objects.filter(screening=Screening.SET_ASIDE).count() == 5
    assert total() == 3
    (record,) = [record for record in rule_records() if record.code == "device"]
    assert (record.precision, record.n_signals_confirmed) == (1.0, 1)
    assert record.precision_bounds == pytest.approx((0.566, 1), abs=0.001)
    with pytest.raises(DecisionRefusedError):
        decide_signal(signal=signal, confirmed=False, reason="No.", actor=people[0], now=NOW)


def test_a_later_burst_never_undoes_a_person(town: Town, people: tuple[User, User]) -> None:
    first = rate(town, device="one phone", n=4)
    screen_new(now=NOW)
    decide(rating=first[0], outcome=Screening.KEPT, reason="A library computer.", actor=people[0], now=NOW)
    rate(town, device="one phone", n=2)
    screen_new(now=NOW)
    assert Rating.objects.get(pk=first[0].pk).screening == Screening.KEPT
    assert waiting().count() == 5


def test_touched_months_are_marked(town: Town) -> None:
    rate(town)
    screen_new(now=NOW)
    assert list(DirtyPeriod.objects.values_list("organisation", "month")) == [
        (town.office.pk, dt.date(2026, 11, 1))
    ]


def test_a_hall_device_used_from_elsewhere_is_held_back(town: Town) -> None:
    ServicePoint.objects.filter(code="hall-1").update(allowed_networks=["10.9.0.0/24"])
    at_window = {"channel": "window_pad", "mode": "offline", "point": town.window}
    rate(town, device="a phone at home", **at_window)
    (kiosk,) = rate(town, device="a kiosk without a listed hall", channel="kiosk", point=town.kiosk)
    screen_new(now=NOW)
    assert [flag.rule for flag in Flag.objects.order_by("pk")] == ["off_site"]
    assert Rating.objects.get(pk=kiosk.pk).screening == Screening.KEPT


def test_a_burst_tells_its_statistic_p_and_q(town: Town) -> None:
    rows = rate(town, n=14)
    at = NOW.replace(minute=30)
    for number, row in enumerate(rows):
        facts = TraceFacts(device=f"d{number}", network=f"n{number}")
        sealed = seal_trace(facts, now=at, finished_at=at - dt.timedelta(hours=3))
        Trace.objects.filter(rating=row).update(sealed=sealed)
    screen_new(now=NOW)
    signal = Signal.objects.get()
    assert (signal.rule, signal.rule_version, signal.statistic, signal.n) == ("burst", 1, 14, 14)
    assert signal.p_value is not None
    assert signal.p_value < 1e-5
    assert signal.q_value == pytest.approx(signal.p_value)
    assert "14 ratings within five minutes" in signal.reasons["en"]
