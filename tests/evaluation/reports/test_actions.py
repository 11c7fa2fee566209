"""Files of a published edition: page, Excel, CSV, API and package tell the same figures; builds repeat."""

import csv
import io
import json
import re
from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from evaluation.rankings.models import Edition, Figure, Run
from evaluation.reports import tasks
from evaluation.reports.actions import ReportRefusedError, build, build_package, content_of
from evaluation.reports.models import ReportFile
from evaluation.reports.package import canon, ed25519
from evaluation.reports.queries import pages_for
from evaluation.reports.verify import verify_package
from surveys.core import numerals
from surveys.core.jobs import periodic_work, run_due
from surveys.core.log import verify_chain
from surveys.core.models import Job, StoredFile
from surveys.core.text import LANGUAGES
from tests.worlds import edition as world
from tests.worlds.clock import days_later

pytestmark = [pytest.mark.django_db, pytest.mark.prove]
NOW = days_later(15)


@pytest.fixture(scope="module")
def edition(django_db_setup: None, django_db_blocker) -> Iterator[Edition]:
    """The city's edition with its package, built once for all these tests and rolled back after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        found = world.published()
        build_package(edition=found, now=NOW)
        yield Edition.objects.select_related("cycle", "run", "package").get(pk=found.pk)
        transaction.set_rollback(True)


def content(edition: Edition, kind: str, language: str = "en") -> bytes:
    row = ReportFile.objects.get(run=edition.run, kind=kind, language=language)
    return bytes(row.file.content)


def package(edition: Edition) -> dict[str, bytes]:
    return canon.read(bytes(StoredFile.objects.get(pk=edition.package_id).content))


def figures_of_csv(edition: Edition, language: str) -> dict[str, Decimal]:
    files = canon.read(content(edition, "opendata", language))
    rows = csv.DictReader(io.StringIO(files["figures.csv"].decode("utf-8-sig")))
    return {row["figure"]: Decimal(row["value"]) for row in rows}


def figures_of_workbook(edition: Edition) -> dict[str, float]:
    """Score, rank, points and raw values as the sheets hold them, by the figure's code."""
    book = load_workbook(io.BytesIO(content(edition, "workbook")), data_only=True)
    code, root = edition.cycle.code, edition.pages["scheme"]["root"]
    found: dict[str, float] = {}
    for row in book["Ranking"].iter_rows(min_row=5, max_col=4, values_only=True):
        if row[1]:
            found |= {f"{code}.{row[1]}.{root}.rank": row[0], f"{code}.{row[1]}.{root}.score": row[3]}
    points = book["Points"]
    heads = [cell.value for cell in points[13]]
    for row in points.iter_rows(min_row=14, values_only=True):
        for head, value in list(zip(heads, row, strict=True))[3:]:
            found[f"{code}.{row[0]}.{head}.points"] = value
    shares = {n["code"]: n["display"] in ("share", "count_of") for n in edition.pages["nodes"]}
    for title in ("Residents", "Internal KPIs", "Audits"):
        for row in book[title].iter_rows(min_row=5, max_col=5, values_only=True):
            if row[0] and row[4] is not None:
                found[f"{code}.{row[2]}.{row[0]}.raw"] = row[4] / 100 if shares[row[0]] else row[4]
    return {key: value for key, value in found.items() if isinstance(value, int | float)}


def test_every_figure_is_the_same_in_database_csv_excel_api_and_package(
    edition: Edition, client: Client
) -> None:
    stored = {row.code: row.value for row in Figure.objects.filter(edition=edition)}
    assert len(stored) > 100
    for language in LANGUAGES:
        assert figures_of_csv(edition, language) == stored
    in_package = {
        one["code"]: Decimal(one["value"]) for one in json.loads(package(edition)["edition/figures.json"])
    }
    assert in_package == stored
    told = figures_of_workbook(edition)
    wanted = {c: v for c, v in stored.items() if not c.endswith(".contribution")}
    assert set(told) == set(wanted)
    for code, value in wanted.items():
        assert told[code] == pytest.approx(float(value), abs=1e-9), code
    for code, value in stored.items():
        assert client.get(f"/api/v1/figures/{code}").json()["value"] == pytest.approx(float(value), abs=1e-9)
    ranking = client.get(f"/api/v1/editions/{edition.cycle.code}/ranking").json()["results"]
    for row in ranking:
        if row["score"] is not None:
            code = f"{edition.cycle.code}.{row['unit']}.{edition.pages['scheme']['root']}.score"
            assert row["score"] == pytest.approx(float(stored[code]), abs=1e-9)


DOOR = re.compile(r'<a class="num[^"]*" href="/results/[^/]+/figures/([^/"]+)/"[^>]*>([^<]+)</a>')


def written(edition: Edition, figure: Figure) -> set[str]:
    """Every way in which a page may write a figure."""
    value = float(figure.value)
    display = {node["code"]: node["display"] for node in edition.pages["nodes"]}[figure.node]
    if figure.measure == "rank":
        return {str(int(value))}
    if figure.measure != "raw" or display == "points":
        return {numerals.number(value, places) for places in (0, 1, 2)}
    if display == "number":
        return {numerals.number(value, places) for places in (0, 1, 2)}
    cell = next(row for row in edition.pages["ranking"] if row["unit"] == figure.unit_code)["cells"][
        figure.node
    ]
    counted = {f"{cell['numerator']:.0f} of {cell['denominator']:.0f}"} if display == "count_of" else set()
    return {numerals.share(value, places).replace(numerals.NBSP, " ") for places in (0, 1)} | counted


def test_every_number_on_every_page_is_the_figure_it_opens(edition: Edition, client: Client) -> None:
    stored = {row.code: row for row in Figure.objects.filter(edition=edition)}
    base = f"/results/{edition.cycle.code}/"
    seen: set[str] = set()
    for path in (base, *(f"{base}{row['unit']}/" for row in edition.pages["ranking"])):
        for code, text in DOOR.findall(client.get(path).content.decode()):
            shown = text.strip().replace(numerals.NBSP, " ")
            assert shown in written(edition, stored[code]), (path, code, shown)
            seen.add(code)
    published = {row["figures"].get("score") for row in edition.pages["ranking"]} - {None}
    published |= {
        c["figure"] for row in edition.pages["ranking"] for c in row["cells"].values() if c["figure"]
    }
    assert published <= seen
    for code, figure in stored.items():
        page = client.get(f"{base}figures/{code}/")
        assert page.status_code == 200
        if figure.measure in {"raw", "score", "rank"}:
            text = page.content.decode()
            assert any(told.removesuffix(" %") in text for told in written(edition, figure)), code


def test_package_is_attached_verified_and_holds_everything(edition: Edition) -> None:
    files = package(edition)
    text, is_good = verify_package(bytes(StoredFile.objects.get(pk=edition.package_id).content))
    assert is_good, text
    for language in LANGUAGES:
        assert f"workbook/{edition.cycle.code}-workbook-{language}.xlsx" in files
        assert f"charts/{language}/ranking.svg" in files
        assert f"opendata/{language}/datapackage.json" in files
    assert {"verify.py", "README.txt", "data/table.csv", "scoring/recipe.py", "manifest.sig"} <= set(files)


def test_head_of_the_log_stands_beside_the_package_and_is_signed(edition: Edition) -> None:
    row = ReportFile.objects.get(name=f"{edition.cycle.code}-package-head.json")
    told, signature = bytes(row.file.content).decode().strip().split("\n")
    head = json.loads(told)
    assert head["package"] == edition.package_id
    assert head["edition"] == edition.digest
    assert verify_chain().n >= head["log"]["number"] > 0
    assert ed25519.verify(bytes.fromhex(head["key"]), told.encode(), bytes.fromhex(signature))


def test_building_again_gives_the_same_bytes(edition: Edition) -> None:
    for kind in ("workbook", "opendata", "charts", "briefing"):
        assert content_of(edition.run, kind, "zh-hant") == content_of(edition.run, kind, "zh-hant")
    before = edition.package_id
    again = build_package(edition=edition, now=days_later(40))
    assert again.file_id == before


def test_open_data_package_describes_every_column(edition: Edition) -> None:
    for language in LANGUAGES:
        files = canon.read(content(edition, "opendata", language))
        described = json.loads(files["datapackage.json"])
        assert described["licenses"][0]["name"] == "CC-BY-4.0"
        assert described["temporal"] == {"start": "2026-04-01", "end": "2026-09-30"}
        assert described["method"]["document"] == edition.run.scheme
        for resource in described["resources"]:
            rows = list(csv.reader(io.StringIO(files[resource["path"]].decode("utf-8-sig"))))
            fields = resource["schema"]["fields"]
            assert rows[0] == [field["name"] for field in fields]
            assert all(field["description"] for field in fields)
            assert all(len(row) == len(fields) for row in rows)


def test_open_data_keeps_missing_values_empty(edition: Edition) -> None:
    files = canon.read(content(edition, "opendata"))
    rows = list(csv.DictReader(io.StringIO(files["values.csv"].decode("utf-8-sig"))))
    police = next(row for row in rows if (row["unit"], row["node"]) == ("NYPD", "targets"))
    assert police["raw"] == police["points"] == ""
    assert police["missing"]


def test_an_unknown_kind_is_refused_with_its_name(edition: Edition) -> None:
    with pytest.raises(ReportRefusedError, match="There is no report of the kind poster"):
        build(run=edition.run, kind="poster", language="en", now=NOW)


def test_a_run_that_is_not_published_gets_no_package(edition: Edition) -> None:
    run = Run.objects.get(pk=edition.run_id)
    run.pk, run.number = None, 99
    run.save()
    with pytest.raises(ReportRefusedError, match="publish the cycle first"):
        build(run=run, kind="package", language="", now=NOW)


def test_pages_of_a_published_run_are_the_frozen_ones(edition: Edition) -> None:
    assert pages_for(edition.run) == edition.pages


def test_an_edition_without_package_is_found_and_built_by_a_job(edition: Edition) -> None:
    Edition.objects.filter(pk=edition.pk).update(package=None)
    assert "reports.packages" in {work.name for work in periodic_work()}
    tasks.find_editions_without_package(NOW)
    tasks.find_editions_without_package(NOW)
    job = Job.objects.get(kind="report")
    assert job.args["kind"] == "all"
    run_due(NOW)
    job.refresh_from_db()
    assert job.state == "done", job.error
    assert Edition.objects.get(pk=edition.pk).package_id == edition.package_id
    assert ReportFile.objects.filter(run=edition.run, kind="briefing").count() == 6
    assert (job.n_done, job.n_total) == (len(job.result["files"]), len(job.result["files"]))


def test_a_briefing_is_drawn_before_anything_is_locked(edition: Edition) -> None:
    with CaptureQueriesContext(connection) as asked:
        build(run=edition.run, kind="briefing", language="en", now=NOW)
    told = [query["sql"] for query in asked.captured_queries]
    first = next(place for place, sql in enumerate(told) if sql.startswith("SAVEPOINT"))
    assert any("rankings_" in sql for sql in told[:first])
    assert not [sql for sql in told[first:] if "rankings_" in sql]


def test_briefing_is_one_file_that_asks_nothing_of_others(edition: Edition) -> None:
    text = content_of(edition.run, "briefing", "en").decode()
    assert text.startswith("<!doctype html>")
    assert "http" not in re.sub(r'base64,[^"]+|http://www\.w3\.org/\S+', "", text)
    assert text.count("<img alt=") >= 4
    assert "Sanitation" in text
