"""Public pages answer from frozen editions alone, in three languages, and hold up under odd requests."""

import re
from collections.abc import Callable

import pytest
from defusedxml.ElementTree import fromstring
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from evaluation.portal import queries
from evaluation.rankings.models import Edition
from tests.evaluation.portal import world
from tests.worlds.clock import days_later

pytestmark = pytest.mark.django_db
RESULTS = f"/results/{world.CODE}/"
FROM = re.compile(r'(?:FROM|JOIN) "(\w+)"')
TABLES_ALLOWED = ("rankings_", "reports_", "improvement_", "cycles_cycle", "core_storedfile")


def body(address: str, **headers: str) -> str:
    answer = Client(headers={"accept-language": "en"} | headers).get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_results_page_shows_places_reasons_and_fingerprint() -> None:
    world.publish()
    text = body(RESULTS)
    assert "Alder leads. Birch and Cedar trail." in text
    assert "Audit: not audited" in text
    assert "11111111 11111111" in text


def test_every_published_number_of_the_table_is_a_door() -> None:
    world.publish()
    text = body(RESULTS)
    for unit in "ABC":
        assert f'href="{RESULTS}figures/{world.CODE}.{unit}.residents.raw/"' in text


def test_unit_page_parts_sum_to_the_score() -> None:
    world.publish()
    text = body(f"{RESULTS}B/")
    for points in ("33.00", "28.00", "61.00"):
        assert points in text


def test_passport_shows_calculation_inputs_and_exclusions() -> None:
    world.publish()
    text = body(f"{RESULTS}figures/{world.CODE}.B.residents.raw/")
    for words in ("1 − 180 ÷ 400 = 0.550000", "ratings.csv", "4" * 64, "Set aside by us", "Wilson"):
        assert words in text


@pytest.mark.parametrize(
    "path",
    [
        "nothing/",
        f"{world.CODE}/Z/",
        f"{world.CODE}/figures/none/",
        f"{world.CODE}/files/x.zip",
        f"{world.CODE}/editions/9/",
    ],
)
def test_what_is_not_published_is_not_found(path: str) -> None:
    world.publish()
    assert Client().get(f"/results/{path}").status_code == 404


@pytest.mark.parametrize(
    "query", ["?x=1", "?page=%00", "?number[]=2", "?edition=99&format=json", "?lang=xx", "?elder=yes"]
)
def test_unknown_query_parameters_are_ignored(query: str) -> None:
    world.publish()
    assert Client().get(RESULTS + query).status_code == 200


def test_pages_read_only_frozen_tables() -> None:
    world.publish()
    queries._read.cache_clear()
    for path in (
        "/",
        RESULTS,
        f"{RESULTS}B/",
        f"{RESULTS}figures/{world.CODE}.B.residents.raw/",
        "/data/",
        "/methods/",
    ):
        with CaptureQueriesContext(connection) as caught:
            body(path + "?fresh=1")
        for query in caught.captured_queries:
            tables = FROM.findall(query["sql"])
            assert [name for name in tables if not name.startswith(TABLES_ALLOWED)] == []


@pytest.mark.parametrize("n_units", [1, 3])
def test_number_of_queries_does_not_grow_with_rows(
    n_units: int, django_assert_max_num_queries: Callable[..., object]
) -> None:
    rows = [world.row(unit) for unit in list("ABC")[:n_units]]
    world.publish(world.pages(ranking=rows))
    with django_assert_max_num_queries(8):
        body(RESULTS)


def test_hostile_names_stay_text() -> None:
    evil = "<script>alert(1)</script>{{7*7}}"
    rows = [world.row("A") | {"names": {"en": evil}}, world.row("B"), world.row("C")]
    world.publish(world.pages(ranking=rows))
    for path in (RESULTS, f"{RESULTS}A/", "/", "/search/?q=script"):
        text = body(path)
        assert "<script>alert" not in text
        assert "{{7*7}}" in text or evil not in text


def test_search_finds_by_name_in_any_language_and_by_code() -> None:
    world.publish()
    assert f'href="{RESULTS}C/"' in body("/search/?q=cedar署")
    assert f'href="{RESULTS}C/"' in body("/search/?q=C")
    assert "Nothing is called" in body("/search/?q=oak")


def test_feed_names_each_edition_with_its_fingerprint() -> None:
    edition = world.publish()
    root = fromstring(body("/editions.atom"))
    entries = root.findall("{http://www.w3.org/2005/Atom}entry")
    ids = [entry.findtext("{http://www.w3.org/2005/Atom}id") for entry in entries]
    assert ids == [f"urn:sha256:{edition.digest}"]


def test_withdrawal_leaves_a_stone_and_takes_the_figures_away() -> None:
    edition = world.publish()
    body(RESULTS)
    Edition.objects.filter(pk=edition.pk).update(
        withdrawn_at=days_later(1),
        withdrawal_reason={"en": "A file was wrong.", "zh-hans": "x", "zh-hant": "x"},
    )
    text = body(RESULTS + "?later=1")
    assert "This edition was withdrawn." in text
    assert "A file was wrong." in text
    assert Client().get(f"{RESULTS}B/").status_code == 404
    assert Client().get(f"{RESULTS}figures/{world.CODE}.B.residents.raw/").status_code == 404


def test_a_correction_is_a_new_edition_and_the_old_one_stays() -> None:
    world.publish()
    world.publish(world.pages(ranking=[world.row("A"), world.row("B")]), now=days_later(2))
    assert "A newer edition corrects this one." in body(f"{RESULTS}editions/1/")
    assert "A newer edition corrects this one." not in body(RESULTS)


def test_only_reading_is_allowed() -> None:
    world.publish()
    assert Client().post(RESULTS).status_code == 405
