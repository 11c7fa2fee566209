"""The review queue: why a rating waits, and the decision."""

import pytest
from django.test import Client

from surveys.core.enums import Role
from surveys.ratings.enums import Screening
from surveys.ratings.models import Rating
from surveys.screening.actions import screen_new
from surveys.screening.models import Signal, Verdict
from tests.surveys.ratings.world import NOW, Town, build_town
from tests.surveys.screening.test_deciding import rate
from tests.surveys.tallies.test_pages import somebody


@pytest.fixture
def town(db: None) -> Town:
    return build_town()


def test_the_queue_says_what_waits_and_why(town: Town) -> None:
    rate(town, device="one phone", n=5)
    screen_new(now=NOW)
    page = somebody("lin", Role.OFFICE).get("/office/screening/").content.decode()
    assert "5 ratings and 1 signals wait for a decision" in page
    assert "5 ratings on one day from one device that is no kiosk." in page


def test_a_rating_is_decided(town: Town) -> None:
    (early,) = rate(town, seconds=-40)
    screen_new(now=NOW)
    client = somebody("lin", Role.OFFICE)
    address = f"/office/screening/ratings/{early.pk}/"
    assert client.post(address, {"outcome": "kept", "reason": ""}).status_code == 422
    assert client.post(address, {"outcome": "kept", "reason": "The clock was late."}).status_code == 302
    assert Rating.objects.get().screening == Screening.KEPT
    assert client.post(address, {"outcome": "set_aside", "reason": "It was not."}).status_code == 302
    assert Rating.objects.get().screening == Screening.KEPT
    assert "A colleague must agree before this holds." in client.get(address).content.decode()
    assert "Proposals that need a second person" in client.get("/office/screening/").content.decode()
    own = client.post(address, {"answer": "agree", "reason": ""})
    assert (own.status_code, Rating.objects.get().screening) == (422, Screening.KEPT)
    colleague = somebody("chen", Role.OFFICE)
    assert "lin proposes: Set aside" in colleague.get(address).content.decode()
    assert colleague.post(address, {"answer": "agree", "reason": ""}).status_code == 302
    assert Rating.objects.get().screening == Screening.SET_ASIDE


def test_a_signal_is_decided(town: Town) -> None:
    rate(town, device="one phone", n=5)
    screen_new(now=NOW)
    client, signal = somebody("lin", Role.OFFICE), Signal.objects.get()
    address = f"/office/screening/signals/{signal.pk}/"
    assert "5 of them wait" in client.get(address).content.decode()
    assert client.post(address, {"answer": "set_aside", "reason": "A clerk."}).status_code == 302
    assert Verdict.objects.filter(outcome=Screening.SET_ASIDE).count() == 5
    assert "100.0" in client.get("/office/screening/rules/").content.decode()


def test_an_auditor_looks_and_does_not_decide(town: Town) -> None:
    (early,) = rate(town, seconds=-40)
    screen_new(now=NOW)
    auditor = somebody("audit", Role.AUDITOR)
    address = f"/office/screening/ratings/{early.pk}/"
    assert "Write the decision down" not in auditor.get(address).content.decode()
    assert auditor.post(address, {"outcome": "kept", "reason": "Fine."}).status_code == 403
    assert not Verdict.objects.exists()
    assert somebody("bdc", Role.LEAD, "BDC").get(address).status_code == 403
    assert Client().get(address).status_code == 302
