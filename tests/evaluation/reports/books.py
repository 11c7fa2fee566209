"""Books for workbook tests: any scheme and table scored by the engine, with cells as the panel would make them."""

import random
from typing import Any

from evaluation.rankings.cells import Cell, Origin
from evaluation.reports.book import Book, BookRow, Fact, TargetLine
from scoring.files import table_from_json
from scoring.outputs import score_document
from scoring.recipe import evaluate
from scoring.schemes import scheme_from_json
from scoring.types import Scheme

SOURCE = {"survey": "tally", "kpi": "kpi", "audit": "audit", None: "kpi"}


def scored(
    document: dict[str, Any], data: dict[str, Any], *, draws: int = 50
) -> tuple[Scheme, dict[str, Any]]:
    """What `python -m scoring score` prints for a scheme and a table {"columns", "rows"}."""
    scheme = scheme_from_json(document)
    result = evaluate(table_from_json(data, scheme, "data"), scheme)
    return scheme, score_document(result, document, draws=draws, seed=1)


def book_of(
    document: dict[str, Any],
    data: dict[str, Any],
    language: str = "en",
    *,
    lines: tuple[TargetLine, ...] = (),
    **more: Any,
) -> Book:
    scheme, result = scored(document, data)
    names = {part.code: _name(part, language) for part in (*scheme.nodes, *scheme.indicators)}
    sets = result["rank_sets"] or {"lower": {}, "upper": {}}
    rows = [
        BookRow(
            unit,
            status["state"] == "ranked",
            status["reason"] or "",
            sets["lower"][i] if sets["lower"] else None,
            sets["upper"][i] if sets["upper"] else None,
            (result["tiers"] or {i: ""})[i] or "",
        )
        for i, (unit, status) in enumerate(zip(result["units"], result["status"], strict=True))
    ]
    ranks = dict(zip(result["units"], result["ranks"], strict=True))
    rows.sort(key=lambda row: (ranks[row.unit] is None, ranks[row.unit] or 0, row.unit))
    fields: dict[str, Any] = {
        "code": "test-2026", "title": "A test ranking", "finding": "Two share first place",
        "facts": (Fact("Period", "2026"),), "trail": (Fact("Run", "1"),),
        "units": {unit: f"Unit {unit}" for unit in result["units"]},
        "cells": _cells(scheme, result),
    } | more  # fmt: skip
    return Book(
        language=language, scheme=scheme, result=result, names=names, rows=tuple(rows), lines=lines, **fields
    )


def _name(part: Any, language: str) -> str:
    return part.name[language] if isinstance(part.name, dict) else part.code


def _cells(scheme: Scheme, result: dict[str, Any]) -> dict[str, dict[str, Cell]]:
    sources = {indicator.code: SOURCE.get(indicator.source, "kpi") for indicator in scheme.indicators}
    data = result["data"]
    plain = [c for c in data["columns"][1:] if ":" not in c]
    found: dict[str, dict[str, Cell]] = {}
    for column in plain:
        at = data["columns"].index(column)
        values = [row[at] for row in data["rows"]]
        if any(isinstance(value, str) and value != "n/a" for value in values):
            continue
        for row, value in zip(data["rows"], values, strict=True):
            missing = value in (None, "n/a")
            found.setdefault(column, {})[row[0]] = Cell(
                row[0], column, sources.get(column, "kpi"), "kpi_value",
                value=None if missing else value, applies=value != "n/a", reason="no_value" if missing else "",
                n=40.0, se=1.5, excluded={"too_late": 3}, origins=(Origin("file.xlsx", "ab" * 32, source="A source"),),
            )  # fmt: skip
    return found


def table(
    codes: list[str], units: list[str], seed: int, *, gaps: float = 0.1, **columns: Any
) -> dict[str, Any]:
    """A seeded table with some missing values and standard errors."""
    dice = random.Random(seed)
    head = ["unit", *codes, *(f"se:{code}" for code in codes), *columns]
    rows: list[list[Any]] = []
    for i, unit in enumerate(units):
        values: list[Any] = [None if dice.random() < gaps else round(dice.uniform(5, 99), 3) for _ in codes]
        if all(value is None for value in values):
            values[0] = 50.0
        rows.append([unit, *values, *(2.0 for _ in codes), *(make(dice, i) for make in columns.values())])
    return {"columns": head, "rows": rows}
