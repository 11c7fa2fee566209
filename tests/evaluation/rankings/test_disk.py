"""A disk that fills while an edition is written leaves none, and publishing works again once there is room."""

import pytest
from django.db import OperationalError, connection

from evaluation.rankings.actions import publish
from evaluation.rankings.models import Edition, Figure
from surveys.core.log import verify_chain
from surveys.core.models import LogEntry
from tests.worlds import edition
from tests.worlds.clock import days_later
from tests.worlds.people import person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.data]
NO_BOUND = 1_000_000_000


def limit_pages(more: int | None) -> None:
    """Let the database file grow by so many pages, or as it likes."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        bound = NO_BOUND if more is None else cursor.fetchone()[0] + more
        cursor.execute(f"PRAGMA max_page_count = {bound}")


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="only SQLite's file can be bounded from inside")
@pytest.mark.parametrize("room", [0, 5, 40])
def test_a_full_disk_leaves_no_edition_and_no_figure(room: int) -> None:
    cycle = edition.on_notice()
    before = LogEntry.objects.count()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
    limit_pages(room)
    try:
        with pytest.raises(OperationalError, match="full"):
            publish(cycle=cycle, actor=person("author"), now=days_later(14))
    finally:
        limit_pages(None)
    assert (Edition.objects.count(), Figure.objects.count()) == (0, 0)
    assert verify_chain().ok
    cycle.refresh_from_db()
    assert cycle.state == "objection"
    found = publish(cycle=cycle, actor=person("author"), now=days_later(14))
    assert Figure.objects.filter(edition=found).count() > 100
    assert LogEntry.objects.count() > before
    assert verify_chain().ok
