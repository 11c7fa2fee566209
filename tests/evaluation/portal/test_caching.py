"""What readers and caches between them may keep of files and searches."""

import pytest
from django.test import Client

from evaluation.reports.actions import store
from tests.evaluation.portal import world
from tests.worlds.clock import NOON

pytestmark = pytest.mark.django_db
RESULTS = f"/results/{world.CODE}/"


def test_a_file_one_has_already_is_not_sent_again() -> None:
    edition = world.publish()
    name = f"{world.CODE}-package.zip"
    store(run=edition.run, kind="package", language="", name=name, content=b"PK", now=NOON)
    first = Client().get(f"{RESULTS}files/{name}")
    assert (first.status_code, first.content) == (200, b"PK")
    for tag in (first["ETag"], f"W/{first['ETag']}", f'"other", {first["ETag"]}', "*"):
        again = Client().get(f"{RESULTS}files/{name}", headers={"if-none-match": tag})
        assert (again.status_code, again.content) == (304, b""), tag
        assert again["Cache-Control"] == first["Cache-Control"]
    assert Client().get(f"{RESULTS}files/{name}", headers={"if-none-match": '"other"'}).status_code == 200


def test_what_was_searched_is_kept_by_the_reader_alone() -> None:
    assert Client().get("/search/?q=a")["Cache-Control"] == "private, max-age=60"
