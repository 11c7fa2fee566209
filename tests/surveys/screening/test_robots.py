"""Ten thousand posts of robots within five minutes: what counts does not move, and the burst is listed."""

import datetime as dt
import secrets
from itertools import cycle

import pytest
from django.test import Client
from django.utils import timezone

from surveys.catalogue.models import ServicePoint
from surveys.ratings.enums import Screening
from surveys.ratings.models import Rating, Trace
from surveys.screening.actions import screen_new
from surveys.screening.models import Signal
from surveys.screening.queries import signals
from surveys.tallies.actions import rebuild_all, recount_dirty
from surveys.tallies.queries import counts
from tests.surveys.ratings.world import NOW, Town, build_town, invited

N_ROBOTS = 10_000
N_HONEST = 60
AGENTS = 400


def rated_honestly(town: Town) -> None:
    """Residents with invitations; they rated the day before and were looked at then."""
    for number in range(N_HONEST):
        now = NOW - dt.timedelta(minutes=7 * number)
        token = invited(town, f"H-{number}", now=now).token
        sent = {"level": str(1 + number % 5)}
        page = Client().post(f"/r/{token}", sent, headers={"user-agent": f"resident {number}"})
        assert page.status_code == 200


def figures() -> list[tuple[tuple[int, ...], int]]:
    """Every score's sufficient statistics, posted codes included."""
    while screen_new(now=timezone.now()):
        pass
    recount_dirty(now=timezone.now())
    today = timezone.localdate()
    year = {"starts_on": today - dt.timedelta(days=365), "ends_on": today}
    return [(row.vector, row.n) for row in counts(**year, by=("service", "channel"), with_posted=True)]


@pytest.mark.prove
@pytest.mark.django_db
def test_robots_move_no_figure_and_are_listed() -> None:
    town = build_town()
    ServicePoint.objects.filter(code="hall-1").update(allowed_networks=["10.9.0.0/24"])
    rated_honestly(town)
    Trace.objects.all().delete()
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    Rating.objects.update(screening=Screening.KEPT, rated_on=yesterday)
    rebuild_all(now=timezone.now())
    before = figures()
    assert sum(n for _vector, n in before) == N_HONEST

    robot, doors = Client(), cycle(("/k/ki-01", "/q/qr-01", "/r/"))
    statuses = set()
    for number in range(N_ROBOTS):
        door = next(doors)
        path = door if door != "/r/" else f"/r/{secrets.token_urlsafe(16)}"
        sent = {"level": "5", "service": "1100000001", "once": secrets.token_hex(8)}
        spoofed = {"user-agent": f"robot {number % AGENTS}", "x-forwarded-for": f"203.0.113.{number % 250}"}
        statuses.add(robot.post(path, sent, headers=spoofed).status_code)
    assert not [status for status in statuses if status >= 500]
    assert Rating.objects.count() > N_HONEST

    assert figures() == before
    held = Rating.objects.filter(screening=Screening.REVIEW)
    assert held.count() == Rating.objects.count() - N_HONEST
    listed = {signal.rule for signal in signals().filter(state="open")}
    assert "burst" in listed
    assert Signal.objects.filter(rule="burst").first().n > 1000
