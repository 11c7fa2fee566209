"""The planning workbook: live under other weights, ordered measures, safe text, same bytes, three languages."""

import datetime as dt
import io
from typing import Any

import pytest
from openpyxl import load_workbook

from evaluation.reports.planning import Deadline, Plan, PlannedDriver, PlannedMeasure, build_planning
from tests.evaluation.reports.books import book_of, scored, table
from tests.evaluation.reports.calc import convert, recalculated_all, sheets
from tests.evaluation.reports.test_workbook import HOSTILE, PRESETS, data_of, document_of

DAY = dt.date(2026, 11, 20)
MEASURES = (
    PlannedMeasure(
        "Second window", "Tax", "Li", "A weak indicator", "b1", "Planned", DAY, "Points of an indicator", 80.0,
        cost=20_000.0, n_reached=500, gain=2.0, verdict="helped", effect=-0.04, lower=-0.06, upper=-0.02,
    ),
    PlannedMeasure("No cost known", "Tax", "Li", "An alert", "", "Planned", DAY, "Share", 0.05, gain=1.0),
    PlannedMeasure("Cheap", "Water", "Wu", "A theme", "a1", "Under way", DAY, "Share", 0.05, cost=1_000.0, gain=1.0),
)  # fmt: skip
DRIVERS = (
    PlannedDriver("Speed", (0.6, 0.5, 0.7), (55.0, 52.0, 58.0)),
    PlannedDriver("Manner", (0.4, 0.3, 0.5), (80.0, 78.0, 82.0)),
)
DEADLINES = (Deadline(DAY + dt.timedelta(days=3), "Second window", "Tax", "Measure", "Planned"),)

DOCUMENT: dict[str, Any] = {
    "scheme": 1, "code": "plan", "version": "1", "unit": "unit",
    "nodes": [
        {"code": "T", "parent": None, "aggregate": "amean"},
        {"code": "A", "parent": "T", "weight": 3, "aggregate": "amean"},
        {"code": "B", "parent": "T", "weight": 1, "aggregate": "amean"},
    ],
    "indicators": [
        {"code": "a1", "parent": "A", "weight": 2,
         "normalise": {"method": "goalposts", "lo": 0, "hi": 100, "to": [0, 100]}},
        {"code": "a2", "parent": "A", "weight": 1, "direction": -1, "normalise": {"method": "minmax"}},
        {"code": "b1", "parent": "B", "normalise": {"method": "none"}},
    ],
    "missing": {"rule": "rescale", "availability": 0.5}, "rank": {"node": "T", "ties": "competition"},
}  # fmt: skip
UNITS = [f"U{i}" for i in range(8)]


def plan_for(document: dict[str, Any], data: dict[str, Any], language: str = "en", **more: Any) -> Plan:
    return Plan(
        book_of(document, data, language, **more), DAY, MEASURES, DEADLINES, DRIVERS, {("a1", "U0"): 90.0}
    )


def reweighed(content: bytes, changes: dict[str, float]) -> bytes:
    """The same file with other weights typed into its open cells."""
    book = load_workbook(io.BytesIO(content))
    ws = book["Weights"]
    for row in ws.iter_rows(min_row=5, max_col=5):
        if row[0].value in changes:
            assert not row[4].protection.locked
            row[4].value = changes[row[0].value]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_weights(document: dict[str, Any], changes: dict[str, float]) -> dict[str, Any]:
    parts = {
        key: [part | ({"weight": changes[part["code"]]} if part["code"] in changes else {}) for part in document[key]]
        for key in ("nodes", "indicators")
    }  # fmt: skip
    return document | parts


@pytest.mark.office
@pytest.mark.parametrize("changes", [{}, {"A": 1.0, "B": 4.0}, {"a1": 0.0, "a2": 5.0, "B": 2.5}])
def test_under_other_weights_libreoffice_gives_the_systems_places_scores_gains_and_gaps(
    changes: dict[str, float],
) -> None:
    data = table(["a1", "a2", "b1"], UNITS, 5)
    content = reweighed(build_planning(plan_for(DOCUMENT, data)), changes)
    (found,) = recalculated_all([content])
    document = with_weights(DOCUMENT, changes)
    _scheme, want = scored(document, data)
    _scheme, official = scored(DOCUMENT, data)
    rows = {row[0]: row for row in found["Scenario"][4:] if row[0]}
    for i, unit in enumerate(want["units"]):
        row = rows[unit]
        assert row[2] == official["ranks"][i]
        assert (row[4] or None) == want["ranks"][i]
        if None in (official["ranks"][i], want["ranks"][i]):
            assert row[6] in (None, "")
            continue
        assert row[5] == pytest.approx(want["scores"]["T"][i], abs=1e-9)
        assert row[6] == official["ranks"][i] - want["ranks"][i]
    whole = {
        code: want["weights"]["T"][parent] * want["weights"][parent][code]
        for code, parent in (("a1", "A"), ("a2", "A"), ("b1", "B"))
    }
    for row in found["Gaps"][4:]:
        points = want["normalised"][row[2]][want["units"].index(row[0])]
        if points is None:
            assert row[11] in (None, "")
        else:
            assert row[11] == pytest.approx(whole[row[2]] * max(0.0, row[10] - points), abs=1e-9)
    measures = {row[1]: row for row in found["Measures"][4:]}
    was = official["weights"]["T"]["B"] * official["weights"]["B"]["b1"]
    assert measures["Second window"][12] == pytest.approx(2.0 * whole["b1"] / was)
    assert measures["No cost known"][12] == 1.0
    for row in found["Importance"][5:8]:
        assert row[3] == pytest.approx(whole[row[0]])


@pytest.mark.office
def test_what_readers_that_do_not_calculate_see_is_what_is_calculated() -> None:
    content = build_planning(plan_for(DOCUMENT, table(["a1", "a2", "b1"], UNITS, 5)))
    shown, (found,) = sheets(content), recalculated_all([content])
    for sheet in ("Scenario", "Gaps", "Measures"):
        for told, counted in zip(shown[sheet], found[sheet], strict=True):
            for a, b in zip(told, counted, strict=False):
                assert (a or None) == (pytest.approx(b, abs=1e-9) if isinstance(b, float) else b or None), (
                    sheet
                )


@pytest.mark.office
def test_every_preset_makes_a_planning_workbook_without_errors() -> None:
    books = []
    for path in PRESETS:
        document = document_of(path)
        books.append(build_planning(plan_for(document, data_of(document))))
    for found in recalculated_all(books):
        errors = [
            (name, cell) for name, rows in found.items() for row in rows for cell in row
            if isinstance(cell, str) and cell.startswith("#")
        ]  # fmt: skip
        assert errors == []


def test_gaps_point_to_the_better_side_and_to_the_peers() -> None:
    data = {
        "columns": ["unit", "a1", "a2", "b1"],
        "rows": [["U0", 80, 10, 5], ["U1", 60, 30, 6], ["U2", None, 20, 7]],
    }
    rows = {(row[0], row[2]): row for row in sheets(build_planning(plan_for(DOCUMENT, data)))["Gaps"][4:]}
    assert rows["U0", "a1"][4:9] == [80, 90, -10, 60, 20]
    assert rows["U0", "a2"][4:9] == [10, None, None, 25, 15]
    assert rows["U2", "a1"][4:9] == [None, None, None, 70, None]
    assert [rows["U0", code][10] for code in ("a1", "a2", "b1")] == [100, 100, 100]
    assert rows["U0", "b1"][11] == pytest.approx(0.25 * 95)


def test_the_same_plan_gives_the_same_bytes_and_text_never_runs() -> None:
    data = table(["a1", "a2", "b1"], UNITS, 5)
    nasty = tuple(PlannedMeasure(text, text, text, text, "a1", text, DAY, text, 1.0) for text in HOSTILE)
    plan = Plan(book_of(DOCUMENT, data), DAY, nasty, tuple(Deadline(DAY, t, t, t, t) for t in HOSTILE))
    content = build_planning(plan)
    assert content == build_planning(plan)
    book = load_workbook(io.BytesIO(content))
    for name, column in (("Measures", "B"), ("Deadlines", "B")):
        cells = [book[name][f"{column}{5 + i}"] for i in range(len(HOSTILE))]
        assert {cell.data_type for cell in cells} == {"s"}


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_charts_are_native_and_inputs_alone_are_open(language: str) -> None:
    content = build_planning(plan_for(DOCUMENT, table(["a1", "a2", "b1"], UNITS, 5), language))
    book = load_workbook(io.BytesIO(content))
    assert len(book.worksheets) == 11
    assert sum(len(ws._charts) for ws in book.worksheets) == 2
    unlocked = [
        (ws.title, cell.coordinate)
        for ws in book.worksheets
        for row in ws.iter_rows()
        for cell in row
        if not cell.protection.locked
    ]
    assert {title for title, _cell in unlocked} == {book.worksheets[6].title}
    assert all(ws.protection.sheet for ws in book.worksheets)


@pytest.mark.office
def test_it_prints() -> None:
    content = build_planning(plan_for(DOCUMENT, table(["a1", "a2", "b1"], UNITS, 5)))
    assert convert(content, "pdf").startswith(b"%PDF")
