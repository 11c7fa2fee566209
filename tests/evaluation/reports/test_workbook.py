"""The workbook computes what the engine computes, also after a change, and is a clean file."""

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from openpyxl import load_workbook

from evaluation.rankings.cells import Cell
from evaluation.reports.book import TargetLine
from evaluation.reports.workbook import build_workbook
from tests.evaluation.reports.books import book_of, scored, table
from tests.evaluation.reports.calc import convert, ranking, recalculated, recalculated_all, sheets

PRESETS = sorted((Path(__file__).parents[3] / "evaluation" / "cycles" / "presets").glob("*.json"))
UNITS = [f"U{i:02}" for i in range(14)]
HOSTILE = ('=HYPERLINK("http://x","y")', "+1", "-1", "@SUM(A1)", "＝1+1", "\t=1", "a\x00b")


def document_of(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["document"]
    return document


def data_of(document: dict[str, Any], seed: int = 3) -> dict[str, Any]:
    """A table with everything the scheme reads: events, sample sizes, groups."""
    columns: dict[str, Any] = {}
    for rule in document.get("adjustments") or []:
        columns[rule["column"]] = lambda dice, i: float(dice.choice([0, 0, 1, 2, 9]))
    if document.get("samples"):
        sizes = (5, 20, 60, 200, 400)
        columns[document["samples"]["column"]] = lambda dice, i: float(dice.choice(sizes))
    groups = {(document.get("full_marks") or {}).get("column"), document["rank"].get("within")} - {None}
    marks = (document.get("full_marks") or {}).get("marks", {"x": 1, "y": 1})
    for name in groups:
        columns[name] = lambda dice, i: sorted(marks)[i % 2]
    codes = [indicator["code"] for indicator in document["indicators"]]
    return table(codes, UNITS, seed, **columns)


def expected(document: dict[str, Any], data: dict[str, Any]) -> dict[str, dict[str, Any]]:
    _scheme, result = scored(document, data)
    node = document["rank"]["node"]
    return {
        unit: {"rank": result["ranks"][i], "score": result["scores"][node][i], "grade": result["grades"][i]}
        for i, unit in enumerate(result["units"])
    }


def check_same(found: dict[str, dict[str, Any]], wanted: dict[str, dict[str, Any]]) -> None:
    assert set(found) == set(wanted)
    for unit, want in wanted.items():
        here = found[unit]
        assert here["rank"] == want["rank"], unit
        assert (here["grade"] or None) == want["grade"], unit
        if want["score"] is None:
            assert here["score"] in (None, ""), unit
        else:
            assert here["score"] == pytest.approx(want["score"], abs=1e-9), unit


@pytest.mark.office
def test_every_preset_recalculates_to_the_engines_scores_places_and_grades() -> None:
    assert len(PRESETS) >= 11
    cases = [(document, data_of(document)) for document in map(document_of, PRESETS)]
    found = recalculated_all([build_workbook(book_of(document, data)) for document, data in cases])
    for (document, data), values in zip(cases, found, strict=True):
        check_same(ranking(values), expected(document, data))


@pytest.mark.office
def test_general_methods_recalculate_too() -> None:
    document = {
        "scheme": 1, "code": "mixed", "version": "1", "unit": "unit",
        "nodes": [{"code": "T", "parent": None, "aggregate": "amean"},
                  {"code": "A", "parent": "T", "weight": 3, "aggregate": "amean"},
                  {"code": "B", "parent": "T", "weight": 2, "aggregate": "sum"}],
        "indicators": [
            {"code": "a", "parent": "A", "weight": 2, "direction": -1, "normalise": {"method": "minmax"}},
            {"code": "b", "parent": "A", "normalise": {"method": "zscore", "mean": 50, "sd": 10}},
            {"code": "c", "parent": "A", "normalise": {"method": "target", "target": 50, "to": [0, 100]}},
            {"code": "d", "parent": "B", "weight": 0.5,
             "normalise": {"method": "piecewise", "points": [[0, 0], [40, 10], [90, 100]]}},
            {"code": "e", "parent": "B", "weight": 0.5, "direction": -1,
             "normalise": {"method": "goalposts", "lo": 0, "hi": 60, "to": [0, 100]}},
            {"code": "f", "parent": "T", "direction": -1},
        ],
        "missing": {"rule": "rescale", "availability": 0.5},
        "adjustments": [{"code": "v", "kind": "veto", "node": "T", "column": "ev", "sets_to": 0},
                        {"code": "g", "kind": "deduction", "node": "A", "column": "ev", "each": 2, "cap": 3}],
        "rank": {"node": "T", "ties": "average", "decimals": 0, "best": "high"},
        "grades": {"by": "bands", "bands": [{"code": "x", "from": 40}, {"code": "y"}]},
    }  # fmt: skip
    data = table(
        list("abcdef"), UNITS, 5, gaps=0.2, ev=lambda dice, i: dice.choice([0.0, 0.0, 0.0, 1.0, None])
    )
    data["rows"][3][1] = "n/a"
    content = build_workbook(book_of(document, data))
    check_same(ranking(recalculated(content)), expected(document, data))


@pytest.mark.office
def test_methods_without_formulas_are_values_and_say_so() -> None:
    document = {
        "scheme": 1, "code": "g", "version": "1", "unit": "unit",
        "nodes": [{"code": "T", "parent": None, "aggregate": "gmean"}],
        "indicators": [{"code": "a", "parent": "T", "normalise": {"method": "rank"}}, {"code": "b", "parent": "T"}],
        "rank": {"node": "T", "ties": "dense", "best": "high"},
    }  # fmt: skip
    data = table(["a", "b"], UNITS, 6, gaps=0)
    found = recalculated(build_workbook(book_of(document, data)))
    check_same(ranking(found), expected(document, data))
    told = {row[0]: row[2] for row in found["Method"][4:]}
    assert (
        told["Points of a"]
        == told["Score of T"]
        == told["Places"]
        == ("values only: this method is not written as a formula")
    )
    assert told["Points of b"] == "live formula"


def changed_case(name: str) -> tuple[bytes, dict[str, Any], dict[str, Any]]:
    """A workbook with another weight and another raw value, and scheme and data changed alike."""
    document = document_of(next(path for path in PRESETS if path.stem == name))
    data = data_of(document)
    book = book_of(document, data)
    content = build_workbook(book)
    changed = load_workbook(io.BytesIO(content))
    weights = changed["Weights"]
    code = document["indicators"][0]["code"]
    row = next(r for r in range(5, 60) if weights.cell(r, 1).value == code)
    weights.cell(row, 5).value = 77.5
    place = changed["Values"]["D16"].value
    sheet, cell = re.match(r"=IF\('([^']+)'!\$([A-Z]+\$\d+)=", place).groups()
    changed[sheet][cell.replace("$", "")].value = 55.125
    out = io.BytesIO()
    changed.save(out)
    document["indicators"][0]["weight"] = 77.5
    unit = book.result["units"][2]
    first = changed["Values"]["D13"].value
    for line in data["rows"]:
        if line[0] == unit:
            line[data["columns"].index(first)] = 55.125
    return out.getvalue(), document, data


@pytest.mark.office
def test_a_changed_weight_and_value_give_what_the_engine_gives_for_them() -> None:
    cases = [changed_case(name) for name in ("balanced", "nyc_three_sources", "hotline_points")]
    found = recalculated_all([content for content, _document, _data in cases])
    for (_content, document, data), values in zip(cases, found, strict=True):
        check_same(ranking(values), expected(document, data))


@pytest.mark.office
def test_evidence_counts_are_live_from_target_lines() -> None:
    document = document_of(next(path for path in PRESETS if path.stem == "nyc_three_sources"))
    data = table(["residents", "targets", "audit"], ["A", "B", "C"], 1, gaps=0)
    met = {"A": (3, 4), "B": (1, 3), "C": (0, 2)}
    cells = {
        "targets": {
            unit: Cell(unit, "targets", "kpi_targets", "targets_met", value=100 * x / n, numerator=float(x),
                       denominator=float(n), is_share=True, n=float(n), se=4.0)
            for unit, (x, n) in met.items()
        }
    }  # fmt: skip
    for row in data["rows"]:
        row[2] = cells["targets"][row[0]].value
    lines = tuple(
        TargetLine("targets", unit, f"k{i}", f"KPI {i}", "FY2023", 10.0 if i < x else 9.0, 10.0, 1, i < x)
        for unit, (x, n) in met.items()
        for i in range(n)
    )
    base = book_of(document, data)
    book = book_of(document, data, lines=lines, cells={**base.cells, **cells})
    content = build_workbook(book)
    check_same(ranking(recalculated(content)), expected(document, data))
    changed = load_workbook(io.BytesIO(content))
    assert changed["Targets"]["B11"].value == "B"
    changed["Targets"]["G11"].value = 10
    out = io.BytesIO()
    changed.save(out)
    for row in data["rows"]:
        if row[0] == "B":
            row[2] = 100 * 2 / 3
    check_same(ranking(recalculated(out.getvalue())), expected(document, data))


def plain_book(language: str = "en", **more: Any) -> Any:
    document = document_of(next(path for path in PRESETS if path.stem == "balanced"))
    return book_of(document, data_of(document), language, **more)


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_two_builds_are_byte_identical(language: str) -> None:
    assert build_workbook(plain_book(language)) == build_workbook(plain_book(language))


def test_results_are_written_beside_formulas_for_readers_that_do_not_calculate() -> None:
    document = document_of(next(path for path in PRESETS if path.stem == "balanced"))
    data = data_of(document)
    check_same(ranking(sheets(build_workbook(book_of(document, data)))), expected(document, data))


def test_hostile_names_stay_text() -> None:
    names = {unit: HOSTILE[i % len(HOSTILE)] for i, unit in enumerate(UNITS)}
    content = build_workbook(plain_book(units=names, title="=1+1", notes="@x", finding="-2"))
    book = load_workbook(io.BytesIO(content))
    for ws in book.worksheets:
        for row in ws.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert not re.search(r"HYPERLINK|SUM\(A1\)|＝", str(cell.value))
                elif isinstance(cell.value, str) and cell.value[:1] in "=+-@＝":
                    assert cell.quotePrefix, cell.coordinate
    assert book["Summary"]["A1"].value == "=1+1"
    assert book["Summary"]["A1"].data_type == "s"


def test_sheets_are_protected_and_only_weights_open() -> None:
    book = load_workbook(io.BytesIO(build_workbook(plain_book())))
    assert all(ws.protection.sheet and not ws.protection.password for ws in book.worksheets)
    unlocked = {
        (ws.title, cell.column_letter)
        for ws in book.worksheets
        for row in ws.iter_rows()
        for cell in row
        if cell.value is not None and not cell.protection.locked
    }
    assert unlocked == {("Weights", "E")}


def test_sheets_are_set_up_for_print_and_reading() -> None:
    book = load_workbook(io.BytesIO(build_workbook(plain_book())))
    for ws in book.worksheets:
        assert ws.page_setup.orientation == "landscape"
        assert ws.page_setup.paperSize == 9
        assert ws.sheet_properties.pageSetUpPr.fitToPage
    assert [ws.freeze_panes for ws in book.worksheets][:3] == [None, "D5", "E5"]
    assert len(book["Ranking"]._charts) == 1


def test_parts_are_well_formed_and_sheet_names_are_legal() -> None:
    for language in ("en", "zh-hans", "zh-hant"):
        content = build_workbook(plain_book(language))
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert archive.testzip() is None
            assert {item.date_time for item in archive.infolist()} == {(2000, 1, 1, 0, 0, 0)}
        names = load_workbook(io.BytesIO(content)).sheetnames
        assert len(set(names)) == len(names)
        assert all(len(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name) for name in names)


def test_hidden_units_show_no_score() -> None:
    document = document_of(next(path for path in PRESETS if path.stem == "balanced"))
    data = data_of(document)
    _scheme, result = scored(document, data)
    hidden = [u for u, s in zip(result["units"], result["status"], strict=True) if s["reason"] == "not_shown"]
    assert hidden
    found = sheets(build_workbook(book_of(document, data)))
    shown = {row[0]: row[3] for row in found["Scores"][13:]}
    assert {shown[unit] for unit in hidden} == {"not shown"}
    ranks = ranking(found)
    assert {ranks[unit]["score"] for unit in hidden} <= {None, ""}


@pytest.mark.office
def test_workbook_prints() -> None:
    with translation.override("en"):
        assert convert(build_workbook(plain_book()), "pdf").startswith(b"%PDF")


def test_reasons_and_files_stand_beside_the_numbers() -> None:
    found = sheets(
        build_workbook(plain_book(reasons={"no_value": "no value reported", "too_late": "too late"}))
    )
    head, *rows = found["Internal KPIs"][3:]
    missing = [dict(zip(head, row, strict=True)) for row in rows if row[4] is None]
    assert missing
    assert {row["Why there is none"] for row in missing} == {"no value reported"}
    assert {row["Left out"] for row in missing} == {"too late: 3"}
    assert {row["File digest"] for row in missing} == {"abababababababab"}
