"""Public pages answer from frozen editions alone, in three languages, and hold up under odd requests."""

import json
import re
from collections.abc import Callable

import pytest
from defusedxml.ElementTree import fromstring
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from evaluation.portal import queries
from evaluation.rankings.models import Edition
from evaluation.reports.actions import store
from evaluation.reports.package import canon
from tests.evaluation.portal import world
from tests.worlds.clock import NOON, days_later

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


def test_feed_keeps_a_correction_beside_what_it_corrected() -> None:
    first = world.publish()
    second = world.publish(world.pages(ranking=[world.row("A")]), now=days_later(2))
    Edition.objects.filter(pk=second.pk).update(changes={"en": "A typing error in B."})
    root = fromstring(body("/editions.atom"))
    entries = root.findall("{http://www.w3.org/2005/Atom}entry")
    ids = [entry.findtext("{http://www.w3.org/2005/Atom}id") for entry in entries]
    assert ids == [f"urn:sha256:{edition.digest}" for edition in (second, first)]
    assert (entries[0].findtext("{http://www.w3.org/2005/Atom}summary") or "").startswith(
        "A typing error in B."
    )


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


def test_the_stone_shows_no_figure_and_gives_no_file() -> None:
    edition = world.publish()
    store(
        run=edition.run, kind="package", language="", name=f"{world.CODE}-package.zip", content=b"x", now=NOON
    )
    assert Client().get(f"{RESULTS}files/{world.CODE}-package.zip").status_code == 200
    Edition.objects.filter(pk=edition.pk).update(
        withdrawn_at=days_later(1), withdrawal_reason={"en": "A file was wrong."}
    )
    text = body(RESULTS)
    assert "Edition 1 was withdrawn on" in text
    assert "Alder" not in text
    assert edition.digest[:8] in text
    assert Client().get(f"{RESULTS}files/{world.CODE}-package.zip").status_code == 404


def test_a_correction_names_each_figure_it_changed() -> None:
    world.publish()
    told = [
        {"unit": "B", "node": "", "measure": "rank", "before": 2, "after": 1},
        {"unit": "B", "node": "residents", "measure": "raw", "before": 0.5, "after": 0.55},
        {"unit": "B", "node": "residents", "measure": "points", "before": 50, "after": 55},
    ]
    world.publish(world.pages(corrections=told), now=days_later(2))
    text = body(RESULTS)
    assert "2 published figures were corrected" in text
    assert "Residents, value" in text
    for shown in ("50.00\xa0%", "55.00\xa0%"):
        assert shown in text
    labelled = re.findall(r'aria-labelledby="(\w+)"', text)
    assert len(labelled) == len(set(labelled)), "two regions of a page have one name"
    assert "corrected" not in body(f"{RESULTS}editions/1/")


def test_the_package_stands_before_its_verifier_and_the_head_of_the_log() -> None:
    edition = world.publish()
    for end in ("-head.json", "-verify.py", ".zip"):
        store(
            run=edition.run, kind="package", language="", name=f"{world.CODE}-package{end}",
            content=b'{"package":"","edition":"","key":"abcd","log":{}}', now=NOON,
        )  # fmt: skip
    text = body("/data/")
    places = [
        text.index(words)
        for words in (
            "Package to recompute this edition",
            "Signed head of the log",
            "Verifier of the package",
        )
    ]
    assert places == sorted(places)
    assert "Public key of the office" in text


SERVICES = {
    "s1": {"names": {"en": "Felling"}, "unit": "B", "points": 71, "margin": 8, "from": 30, "to": 99,
           "period": {"en": "2026"}, "missing": {}},
    "s2": {"names": {"en": "Planting"}, "unit": "B", "points": None, "margin": None, "from": None, "to": None,
           "period": {}, "missing": {"en": "too few answers to show"}},
}  # fmt: skip


def test_a_service_has_a_page_with_band_margin_and_its_neighbours() -> None:
    world.publish(world.pages(services=SERVICES))
    text = body(f"{RESULTS}services/s1/")
    for words in (
        "On average 71 of 100 points",
        "30 to 99 ratings",
        "± 8",
        "Planting",
        "too few answers to show",
    ):
        assert words in text
    assert f'href="{RESULTS}services/s1/"' in body(f"{RESULTS}B/")
    assert f'href="{RESULTS}services/s2/"' in body("/search/?q=plant")
    assert "Too few ratings" in body(f"{RESULTS}services/s2/")
    assert Client().get(f"{RESULTS}services/s3/").status_code == 404


@pytest.mark.parametrize(
    ("then", "told"), [(40, "+31 points since Trees 2026."), (66, "a change this small may be chance")]
)
def test_a_service_is_compared_within_its_series_only(then: int, told: str) -> None:
    earlier = SERVICES | {"s1": SERVICES["s1"] | {"points": then}}
    world.publish(world.pages(services=earlier), code="before")
    world.publish(world.pages(services=SERVICES, previous="before"))
    assert told in body(f"{RESULTS}services/s1/")
    broken = world.pages(services=SERVICES, previous="before")
    broken["units"]["B"]["change"] = {
        "cycle": "before", "names": {"en": "Before"}, "comparable": False, "why_not": {"en": "another scale"},
    }  # fmt: skip
    world.publish(broken)
    text = body(f"{RESULTS}services/s1/")
    assert "another scale" in text
    assert "points since" not in text


def test_charts_stand_on_a_page_with_their_figures() -> None:
    edition = world.publish()
    files = {
        "charts.json": json.dumps([{"name": "ranking", "title": "Alder leads", "alt": "Alder first"}]).encode(),
        "ranking.csv": b"Unit,Place\nAlder,1\n", "ranking.svg": b"<svg/>", "ranking.png": b"png", "x.txt": b"no",
    }  # fmt: skip
    assert Client().get(f"{RESULTS}charts/").status_code == 404
    store(run=edition.run, kind="charts", language="en", name="c.zip", content=canon.write(files), now=NOON)
    text = body(f"{RESULTS}charts/")
    assert 'alt="Alder first"' in text
    assert '<th scope="row">Alder</th><td class="r">1</td>' in text
    told = Client(headers={"accept-language": "en"}).get(f"{RESULTS}charts/ranking.svg")
    assert (told.content, told["Content-Type"]) == (b"<svg/>", "image/svg+xml")
    for name in ("x.txt", "none.svg", "charts.json"):
        assert Client(headers={"accept-language": "en"}).get(f"{RESULTS}charts/{name}").status_code == 404


def test_a_correction_is_a_new_edition_and_the_old_one_stays() -> None:
    world.publish()
    world.publish(world.pages(ranking=[world.row("A"), world.row("B")]), now=days_later(2))
    assert "A newer edition corrects this one." in body(f"{RESULTS}editions/1/")
    assert "A newer edition corrects this one." not in body(RESULTS)


def test_only_reading_is_allowed() -> None:
    world.publish()
    assert Client().post(RESULTS).status_code == 405
