"""Who tries links is held back; whoever holds a genuine one never is, whatever came from the same address."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from surveys.core.guessing import MOST_WRONG, WAIT_SECONDS
from tests.surveys.ratings.world import build_town, invited

pytestmark = pytest.mark.django_db
HALL = "203.0.113.7"
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


@pytest.fixture
def guessed(client):
    """Every wrong link that one address may open before it is held back."""
    for n in range(MOST_WRONG):
        assert client.get(f"/r/{n:022d}", REMOTE_ADDR=HALL).status_code == 404


@pytest.mark.usefixtures("guessed")
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_address_that_tries_links_is_held_back_politely(client, method):
    answer = getattr(client, method)("/r/" + "x" * 22, REMOTE_ADDR=HALL)
    assert (answer.status_code, answer["Retry-After"]) == (429, str(WAIT_SECONDS))
    assert "Too many wrong codes came from here" in answer.content.decode()
    assert client.get("/r/" + "x" * 22, REMOTE_ADDR="203.0.113.8").status_code == 404


@pytest.mark.usefixtures("guessed")
def test_a_genuine_link_opens_and_counts_however_many_wrong_ones_came_from_its_address(client):
    link = f"/r/{invited(build_town(), now=timezone.now()).token}"
    assert client.get(link, REMOTE_ADDR=HALL).status_code == 200
    assert client.post(link, {"level": "4"}, REMOTE_ADDR=HALL).status_code == 200
    assert client.get(link, REMOTE_ADDR=HALL).status_code == 200


def test_a_genuine_link_never_asks_the_count(client, settings):
    """The count lives in the database here, so any look at it would show among the statements."""
    link = f"/r/{invited(build_town(), now=timezone.now()).token}"
    database = {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "site_cache"}
    settings.CACHES = settings.CACHES | {"default": database}
    with CaptureQueriesContext(connection) as seen:
        client.get(link)
    assert seen.captured_queries
    assert not [query for query in seen.captured_queries if "site_cache" in query["sql"]]


def test_the_door_of_a_hall_is_never_closed_by_a_count(client):
    """Posted codes and shared devices are judged afterwards, by screening: forty ratings from one address count."""
    build_town()
    for _n in range(MOST_WRONG + 10):
        page = client.get("/q/qr-01", REMOTE_ADDR=HALL).content.decode()
        sent = dict(HIDDEN.findall(page)) | {"level": "4"}
        assert client.post("/q/qr-01", sent, REMOTE_ADDR=HALL).status_code == 200


def test_holding_back_is_logged_once_without_the_links_tried(client, caplog):
    for _n in range(MOST_WRONG + 5):
        client.get("/r/" + "x" * 22, REMOTE_ADDR=HALL)
    told = [record.getMessage() for record in caplog.records if "Held back" in record.getMessage()]
    assert told == [f"Held back: {MOST_WRONG} wrong tries of a link from {HALL}"]


@pytest.mark.parametrize("end", ["", "/proof"])
def test_receipts_are_guessed_no_faster_by_way_of_their_proofs(client, end):
    for n in range(MOST_WRONG):
        assert client.get(f"/c/ZZZZ-ZZZ{n // 10}-Z{n % 10}/proof", REMOTE_ADDR=HALL).status_code == 404
    answer = client.get(f"/c/ZZZZ-ZZZZ-ZZ{end}", REMOTE_ADDR=HALL)
    assert (answer.status_code, answer["Retry-After"]) == (429, str(WAIT_SECONDS))
