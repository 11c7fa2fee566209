"""Two hundred people press the button of one link at once: one rating, no error, on both databases."""

import json
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone

from tests.served import Served, postgres_database

N_THREADS = 200
N_ROBOT_POSTS = 10_000
N_ROBOTS = 16
STORED = """
import json
from surveys.ratings.models import Invitation, Rating, Trace
print(json.dumps([
    Rating.objects.count(), Trace.objects.count(), sorted(Invitation.objects.values_list("n_ratings", flat=True))
]))
"""


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    if request.param == "sqlite":
        served = Served(tmp_path / "state")
        served.prepare()
        with served.running():
            yield served
        return
    with postgres_database() as url:
        served = Served(tmp_path / "state", url)
        served.prepare()
        with served.running():
            yield served


def press(served: Served, link: str, n: int) -> Counter[int]:
    """So many posts of one link at the same moment."""
    gate, seen, lock = threading.Barrier(n), Counter[int](), threading.Lock()

    def one(number: int) -> None:
        gate.wait()
        status, _body = served.ask("POST", link, f"level={1 + number % 5}")
        with lock:
            seen[status] += 1

    threads = [threading.Thread(target=one, args=(number,)) for number in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seen


def rounds(served: Served, n_rounds: int) -> int:
    """Press each of so many links at once; how many rounds held."""
    links = served.links(n_rounds)
    for link in links:
        assert press(served, link, N_THREADS) == {200: 1, 409: N_THREADS - 1}
    assert json.loads(served.run(STORED)) == [n_rounds, n_rounds, [1] * n_rounds]
    return n_rounds


@pytest.mark.prove
def test_one_link_stores_one_rating(server: Served) -> None:
    assert rounds(server, 2) == 2


@pytest.mark.prove
def test_one_link_stores_one_rating_fifty_times(server: Served) -> None:
    assert rounds(server, 50) == 50


def test_one_request_sent_many_times_at_once_gets_one_receipt(server: Served) -> None:
    """A business system that loses patience sends again before the first answer is there."""
    server.links(1)
    headers = {
        "Authorization": f"Token {server.manage('apikey', 'hall', '--scope', 'intake').strip()}",
        "Content_Type": "application/json",
        "Idempotency_Key": "impatient",
    }
    case = json.loads(server.run(CASE))
    sent = json.dumps(case | {"level": 4, "channel": "window_pad", "rated_at": timezone.now().isoformat()})
    gate, answers = threading.Barrier(16), set[tuple[int, bytes]]()

    def one() -> None:
        gate.wait()
        answers.add(server.ask("POST", "/api/v1/ratings", sent, **headers))

    threads = [threading.Thread(target=one) for _turn in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [status for status, _receipt in answers] == [201]
    assert json.loads(server.run(STORED))[2] == [1]


@pytest.mark.prove
def test_a_robot_at_a_posted_code_changes_no_published_figure(server: Served) -> None:
    """Ten thousand posts within minutes are stored, held back and listed; what counts stays as it was."""
    for link in server.links(30):
        assert server.ask("POST", link, "level=2")[0] == 200
    done, lock = Counter[int](), threading.Lock()

    def robot(number: int) -> None:
        for turn in range(N_ROBOT_POSTS // N_ROBOTS):
            body = f"level=5&once=robot-{number}-{turn}"
            status, _body = server.ask("POST", "/q/qr-01", body)
            with lock:
                done[status] += 1

    threads = [threading.Thread(target=robot, args=(number,)) for number in range(N_ROBOTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == {200: N_ROBOT_POSTS}
    told = json.loads(server.run(SCREENED))
    assert told["held"] == N_ROBOT_POSTS
    assert told["listed"] >= 1
    assert told["published"] == {"2": 30}


CASE = """
import json
from surveys.ratings.models import Matter
print(json.dumps(Matter.objects.values("case_no", "stage", "service_no").get()))
"""
SCREENED = """
import datetime as dt, json
from django.utils import timezone
from surveys.ratings.models import Rating, Trace
from surveys.screening.actions import screen_new
from surveys.screening.models import Signal
from surveys.tallies.actions import rebuild_all
from surveys.tallies.queries import counts
Rating.objects.filter(channel="qr_case").update(screening="kept")
Trace.objects.filter(rating__channel="qr_case").delete()  # as for all that were looked at before
while screen_new(now=timezone.now()):
    pass
rebuild_all(now=timezone.now())
today = timezone.localdate()
rows = counts(starts_on=today - dt.timedelta(days=2), ends_on=today, with_posted=True)
print(json.dumps({
    "held": Rating.objects.filter(channel="qr_static", screening="review").count(),
    "listed": Signal.objects.filter(rule__in=["burst", "device"]).count(),
    "published": {option: n for row in rows for option, n in row.counts.items() if n},
}))
"""
