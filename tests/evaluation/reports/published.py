"""What a stranger can read of an edition: pages, API, tables, workbook, data package, in every language.

Each reader gives facts (kind, key …, value) of one edition; several readers tell the same fact, and must agree.
"""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from django.test import Client
from lxml import html
from openpyxl import load_workbook

from evaluation.rankings.models import Edition, Figure
from evaluation.reports.actions import figure_rows
from evaluation.reports.charts.edition import tables_of
from evaluation.reports.opendata import open_data
from evaluation.reports.package import contents
from evaluation.reports.queries import book_for, withheld_of
from evaluation.reports.workbook import build_workbook
from surveys.core.text import LANGUAGES

RESIDENTS = "residents"
Fact = tuple[Any, ...]
NUMBERS = re.compile(r"\d[\d,]*")


def facts_of(edition: Edition, client: Client) -> dict[tuple[Any, ...], float]:
    """Every fact of an edition by kind and key; readers that disagree are an error."""
    found: dict[tuple[Any, ...], float] = {}
    for reader in (from_api, from_package, from_tables, from_workbooks, from_pages):
        for *key, value in reader(edition, client):
            if value is not None:
                kept = found.setdefault(tuple(key), float(value))
                assert abs(kept - float(value)) < 1e-6 * max(1.0, abs(kept)), (
                    reader.__name__,
                    key,
                    kept,
                    value,
                )
    return found


def from_api(edition: Edition, client: Client) -> Iterator[Fact]:
    code = edition.cycle.code
    for row in client.get(f"/api/v1/editions/{code}/ranking").json()["results"]:
        yield from _row(row)
        unit = client.get(f"/api/v1/editions/{code}/units/{row['unit']}").json()
        yield from _levels(("level", row["unit"]), unit["details"]["levels"])
    for figure in Figure.objects.filter(edition=edition).order_by("pk").values_list("code", flat=True):
        told = client.get(f"/api/v1/figures/{figure}").json()["passport"]
        if told["node"] == RESIDENTS and told["measure"] == "raw":
            yield "n", told["unit"], told["n"]
            yield "value", told["unit"], told["value"]
            yield "bad", told["unit"], _bad(told)
            for reason, n in told["excluded"].items():
                assert not isinstance(n, int) or n == 0 or n >= 10, (figure, reason, n)


def from_package(edition: Edition, client: Client) -> Iterator[Fact]:
    """The data of the signed package: table, results, provenance, pages and figures."""
    del client
    files = contents.data_files(edition, withheld_of(edition.run, edition.pages))
    table, results = json.loads(files["data/table.json"]), json.loads(files["data/results.json"])
    rows = [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]
    assert [one["unit"] for one in csv.DictReader(io.StringIO(files["data/table.csv"].decode()))] == [
        row["unit"] for row in rows
    ]
    share = _scale(edition)
    for row in rows:
        yield "value", row["unit"], None if row[RESIDENTS] is None else row[RESIDENTS] * share
        yield "n", row["unit"], row.get(f"n:{RESIDENTS}")
    for at, unit in enumerate(results["units"]):
        yield "score", unit, results["scores"]["total"][at]
        yield "points", unit, results["normalised"][RESIDENTS][at]
    for one in json.loads(files["data/inputs.json"]):
        if one["column"] == RESIDENTS:
            yield "n", one["unit"], one["n"]
            yield "value", one["unit"], None if one["value"] is None else one["value"] * share
    pages = json.loads(files["edition/pages.json"])
    for row in pages["ranking"]:
        yield from _row(row)
        yield from _levels(("level", row["unit"]), pages["units"][row["unit"]]["levels"])
    yield from _levels(("all",), pages["facts"]["all_levels"])
    for unit, mix in pages["series"]["modes"].items():
        for way, part in mix.items():
            yield "way", unit, way, part
    for code, one in pages["services"].items():
        yield "service-from", code, one["from"]
        yield "service-to", code, one["to"]
        yield "service-points", code, one["points"]
        yield "service-hidden", code, float(one["points"] is None)
    for unit in pages["rough_errors"]:
        yield "rough", unit, 1.0
    for node in pages["nodes"]:
        if node["code"] == RESIDENTS:
            yield "n-all", node["n"]
    for figure in json.loads(files["edition/figures.json"]):
        if figure["node"] == RESIDENTS and figure["measure"] == "raw":
            yield "n", figure["unit"], figure["passport"]["n"]
            yield "value", figure["unit"], figure["value"]


def from_tables(edition: Edition, client: Client) -> Iterator[Fact]:
    """Open data and the tables under the charts, in every language."""
    del client
    for language in LANGUAGES:
        files = open_data(edition.pages, figure_rows(edition.run), language)
        for row in csv.DictReader(io.StringIO(files["values.csv"].decode("utf-8-sig"))):
            if row["node"] == RESIDENTS:
                yield "n", row["unit"], _number(row["n"])
                yield "value", row["unit"], _number(row["raw"])
        for row in csv.DictReader(io.StringIO(files["ranking.csv"].decode("utf-8-sig"))):
            yield "score", row["unit"], _number(row["score"])
        names = {
            row["names"].get(language, row["names"]["en"]): row["unit"] for row in edition.pages["ranking"]
        }
        shown = tables_of(edition.pages, language)
        for row in shown["levels"].rows if "levels" in shown else ():
            for level, n in enumerate(row[1:6], 1):
                yield "level", names[row[0]], level, _number(n)


def from_workbooks(edition: Edition, client: Client) -> Iterator[Fact]:
    """The rows of residents' evidence, in every language."""
    del client
    share = _scale(edition)
    for language in LANGUAGES:
        book = build_workbook(book_for(edition.run, edition.pages, language))
        with zipfile.ZipFile(io.BytesIO(book)) as archive:
            assert not any("external" in name for name in archive.namelist())
        for sheet in load_workbook(io.BytesIO(book)).worksheets:
            for row in sheet.iter_rows(values_only=True):
                if row[0] == RESIDENTS and len(row) >= 21 and row[2] in edition.pages["units"]:
                    yield "n", row[2], row[7] if isinstance(row[7], int | float) else None
                    if isinstance(row[4], int | float):
                        yield "value", row[2], row[4] * share


def from_pages(edition: Edition, client: Client) -> Iterator[Fact]:
    """The pages of organisations and services as they are served, in every language."""
    code = edition.cycle.code
    for language in LANGUAGES:
        for row in edition.pages["ranking"]:
            page = _page(client, f"/results/{code}/{row['unit']}/", language)
            bars = page.xpath("//div[contains(@class, 'five')]/div/small")
            for level, bar in enumerate(reversed(bars), 1):
                yield "level", row["unit"], level, _number(bar.text_content())
            yield from _services(page)
        for service in edition.pages["services"]:
            yield from _services(_page(client, f"/results/{code}/services/{service}/", language))


def _page(client: Client, address: str, language: str) -> Any:
    answer = client.get(address, headers={"accept-language": language})
    assert answer.status_code == 200, address
    return html.fromstring(answer.content)


def _services(page: Any) -> Iterator[Fact]:
    """Rows of the table of services; a service's name is its code in this city."""
    for row in page.xpath("//table[contains(@class, 'stack')]/tbody/tr"):
        cells = [" ".join(cell.text_content().split()) for cell in row]
        code = cells[0].split()[0]
        if len(cells) != 4 or not code.isdigit():
            continue
        points = re.match(r"\d+", cells[3])
        yield "service-hidden", code, float(points is None)
        if points is not None:
            low, *high = [int(one.replace(",", "")) for one in NUMBERS.findall(cells[1])]
            yield "service-points", code, int(points[0])
            yield "service-from", code, low
            yield "service-to", code, high[0] if high else None


def _row(row: dict[str, Any]) -> Iterator[Fact]:
    cell = row["cells"][RESIDENTS]
    yield "n", row["unit"], cell["n"]
    yield "value", row["unit"], cell["raw"]
    yield "points", row["unit"], cell["points"]
    yield "score", row["unit"], row["score"]
    yield "rank", row["unit"], row["rank"]
    yield "ontime", row["unit"], row["cells"]["ontime"]["points"]
    if cell.get("numerator") is not None:
        yield "bad", row["unit"], cell["denominator"] - cell["numerator"]


def _bad(told: dict[str, Any]) -> float | None:
    return None if told["numerator"] is None else told["denominator"] - told["numerator"]


def _levels(key: tuple[Any, ...], told: dict[str, Any] | None) -> Iterator[Fact]:
    for row in (told or {"rows": []})["rows"]:
        yield *key, row["level"], row["n"]


def _scale(edition: Edition) -> float:
    """Values are percent in the data, shares from 0 to 1 on the pages."""
    node = next(one for one in edition.pages["nodes"] if one["code"] == RESIDENTS)
    return 0.01 if node["display"] == "share" else 1.0


def _number(text: str) -> float | None:
    plain = text.strip().replace(",", "")
    return float(plain) if plain else None
