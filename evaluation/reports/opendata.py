"""Open data of an edition: CSV tables and one JSON data package that describes them, licence and method included."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from evaluation.rankings.formulas import TEXTS
from surveys.core.text import localized
from surveys.core.workbooks.writing import FORMULA_STARTS

JSON = Mapping[str, Any]
LICENCE = {"name": "CC-BY-4.0", "title": "Creative Commons Attribution 4.0",
           "path": "https://creativecommons.org/licenses/by/4.0/"}  # fmt: skip


@dataclass(frozen=True)
class Field:
    """One column: its key, Frictionless type, and what it holds."""

    key: str
    kind: str
    text: str


@dataclass(frozen=True)
class Table:
    name: str
    title: str
    fields: tuple[Field, ...]
    rows: tuple[tuple[Any, ...], ...]


def open_data(
    pages: JSON, figures: Iterable[tuple[str, str, str, str, str]], language: str
) -> dict[str, bytes]:
    """Files by name: one CSV a table and `datapackage.json`; figures are (code, unit, node, measure, value)."""
    with translation.override(language):
        tables = (
            _ranking(pages, language),
            _values(pages, language),
            _indicators(pages, language),
            _figures(figures),
        )
        files = {f"{table.name}.csv": to_csv(table) for table in tables}
        files["datapackage.json"] = _package(pages, tables, language)
        return files


def to_csv(table: Table) -> bytes:
    """UTF-8 with BOM; text that a spreadsheet would run gets an apostrophe; numbers in full."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([field.key for field in table.fields])
    for row in table.rows:
        writer.writerow([_cell(value) for value in row])
    return ("\ufeff" + out.getvalue()).encode()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    text = str(value)
    return "'" + text if text.startswith(FORMULA_STARTS) else text


def _ranking(pages: JSON, language: str) -> Table:
    fields = (
        Field("unit", "string", _("code of the unit")),
        Field("name", "string", _("name of the unit")),
        Field("state", "string", _("ranked, or listed without a place")),
        Field("reason", "string", _("why a unit is only listed")),
        Field("score", "number", _("score before rounding")),
        Field("se", "number", _("sampling error of the score")),
        Field("rank", "number", _("place")),
        Field("rank_lower", "integer", _("best place it may hold, all units judged at once")),
        Field("rank_upper", "integer", _("worst place it may hold, all units judged at once")),
        Field("tier", "string", _("top, middle (not certain) or bottom")),
        Field("grade", "string", _("grade")),
        Field("peer_group", "string", _("peer group")),
    )
    rows = tuple(
        (
            row["unit"], localized(row["names"], language), row["state"], localized(row["reason"], language),
            row["score"], row["se"], row["rank"], row["lower"], row["upper"], row["tier"], row["grade"],
            localized(row["peer_group"], language),
        )
        for row in pages["ranking"]
    )  # fmt: skip
    return Table("ranking", _("Ranking"), fields, rows)


def _values(pages: JSON, language: str) -> Table:
    """One row a unit and part: raw value, points, contribution, base, interval, period."""
    fields = (
        Field("unit", "string", _("code of the unit")),
        Field("node", "string", _("code of the part of the score")),
        Field("raw", "number", _("raw value; shares from 0 to 1")),
        Field("lower", "number", _("lower bound of the 95% interval of the raw value")),
        Field("upper", "number", _("upper bound of the 95% interval of the raw value")),
        Field("se", "number", _("sampling error of the raw value")),
        Field("n", "number", _("number of answers, targets or checks")),
        Field("points", "number", _("points after scaling")),
        Field("contribution", "number", _("points it gives to the score")),
        Field("missing", "string", _("why there is no value")),
        Field("period", "string", _("period of the value")),
        Field("figure", "string", _("identifier of the published figure")),
    )
    rows = tuple(
        (
            row["unit"], node["code"], cell["raw"], cell.get("lower"), cell.get("upper"), cell.get("se"),
            cell["n"], cell["points"], cell["contribution"], localized(cell["missing"], language),
            localized(cell.get("period") or {}, language), cell["figure"],
        )
        for row in pages["ranking"]
        for node in pages["nodes"]
        for cell in [row["cells"][node["code"]]]
    )  # fmt: skip
    return Table("values", _("Values"), fields, rows)


def _indicators(pages: JSON, language: str) -> Table:
    fields = (
        Field("node", "string", _("code of the part of the score")),
        Field("parent", "string", _("the part it belongs to")),
        Field("name", "string", _("its name")),
        Field("weight", "number", _("its share of the whole score")),
        Field("formula", "string", _("identifier of the formula of the raw value")),
        Field("meaning", "string", _("the formula in words")),
        Field("direction", "integer", _("1: more is better; -1: less is better")),
        Field("source", "string", _("kind of source")),
        Field("period", "string", _("period of the values")),
        Field("n", "number", _("number of answers, targets or checks over all units")),
    )
    rows = tuple(
        (
            node["code"], node["parent"], localized(node["names"], language), node["share"], node["formula"],
            localized(TEXTS[node["formula"]].texts, language) if node["formula"] in TEXTS else "",
            node["direction"], node["from"],
            "; ".join(localized(one["text"], language) for one in node["periods"]), node["n"],
        )
        for node in pages["nodes"]
    )  # fmt: skip
    return Table("indicators", _("Indicators"), fields, rows)


def _figures(figures: Iterable[tuple[str, str, str, str, str]]) -> Table:
    fields = (
        Field("figure", "string", _("identifier of the published figure")),
        Field("unit", "string", _("code of the unit")),
        Field("node", "string", _("code of the part of the score")),
        Field("measure", "string", _("what is measured: score, rank, raw, points, contribution")),
        Field("value", "string", _("value, decimal with ten places")),
    )
    return Table("figures", _("Figures"), fields, tuple(figures))


def _package(pages: JSON, tables: Sequence[Table], language: str) -> bytes:
    """The Frictionless description: what, when, licence, method, and every column in words."""
    cycle, scheme, edition = pages["cycle"], pages["scheme"], pages["edition"]
    document = {
        "profile": "tabular-data-package",
        "name": cycle["code"],
        "title": localized(cycle["names"], language),
        "description": _("Ranking with every figure behind it; missing values are empty, never zero."),
        "language": language,
        "licenses": [LICENCE],
        "temporal": {"start": cycle["starts_on"], "end": cycle["ends_on"]},
        "synthetic": cycle["is_synthetic"],
        "method": {
            "scheme": scheme["code"], "version": scheme["version"], "name": localized(scheme["names"], language),
            "source": scheme["source"], "document": scheme["document"],
            "small_numbers": _("Figures about fewer than 10 people are left out."),
        },
        "edition": edition,
        "sources": [
            {"title": item["origin"] or item["name"], "sha256": item["digest"]} for item in pages["sources"]
        ],
        "resources": [
            {
                "name": table.name, "title": table.title, "path": f"{table.name}.csv", "format": "csv",
                "mediatype": "text/csv", "encoding": "utf-8-sig", "profile": "tabular-data-resource",
                "schema": {
                    "fields": [
                        {"name": field.key, "type": field.kind, "description": field.text}
                        for field in table.fields
                    ],
                    "missingValues": [""],
                },
            }
            for table in tables
        ],
    }  # fmt: skip
    return (json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
