"""Scheme files, data files and result files: strict readers that name file, row and column, and exact writers."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from scoring.checks import needed_columns
from scoring.documents import Part, read_json
from scoring.schemes import scheme_from_json
from scoring.sheets import Sheet, read_sheet
from scoring.types import Bools, Floats, Indicator, Scheme, ScoringError, Table

NOT_APPLICABLE = "n/a"


def read_scheme(path: str | Path) -> tuple[Scheme, Any]:
    """The scheme of a file and the document it was read from."""
    document = read_json(path)
    try:
        return scheme_from_json(document), document
    except ScoringError as error:
        error.file = str(path)
        raise


def read_table(path: str | Path, scheme: Scheme) -> Table:
    """The data a scheme reads from a CSV file, in the order of the file; other columns are left alone."""
    return table_from_sheet(read_sheet(path), scheme)


def table_from_sheet(sheet: Sheet, scheme: Scheme) -> Table:
    """The data a scheme reads from a sheet of text cells."""
    units = sheet.units(scheme.unit)
    for name in sheet.header:
        prefix, _, code = name.partition(":")
        if prefix in ("se", "n") and code and code not in scheme.codes:
            raise ScoringError(
                f"{code} is not an indicator of the scheme", file=sheet.file, row=1, column=name
            )
    numbers, groups = needed_columns(scheme)
    events = {adjustment.column for adjustment in scheme.adjustments}
    values = np.empty((len(units), len(scheme.codes)))
    nothing = np.zeros(values.shape, dtype=bool)
    for k, indicator in enumerate(scheme.indicators):
        values[:, k], nothing[:, k] = _indicator_column(sheet, indicator)
    found = Table(
        units=units,
        codes=scheme.codes,
        values=values,
        se=_optional(sheet, "se", scheme.codes, nothing),
        n=_optional(sheet, "n", scheme.codes, nothing),
        not_applicable=nothing if nothing.any() else None,
        columns={name: _number_column(sheet, name, event=name in events) for name in numbers},
        groups={name: tuple(cell.strip() for cell in sheet.column(name)) for name in groups},
    )
    _refuse_empty(sheet, found, nothing)
    return found


def labels_of(indicator: Indicator) -> list[str]:
    """Labels of an indicator whose points come from a table of labels; none for numbers."""
    return [key for key, _ in indicator.normalise.table if isinstance(key, str)]


def _indicator_column(sheet: Sheet, indicator: Indicator) -> tuple[list[float], list[bool]]:
    labels = labels_of(indicator)
    values, nothing = [], []
    for i, cell in enumerate(sheet.column(indicator.code)):
        text = cell.strip()
        nothing.append(text.lower() == NOT_APPLICABLE)
        if nothing[-1] or not text:
            values.append(float("nan"))
        elif not labels:
            values.append(sheet.number(cell, i, indicator.code))
        elif text in labels:
            values.append(float(labels.index(text)))
        else:
            known = ", ".join(labels)
            raise sheet.fault(f"{cell!r} is not in the table of the scheme ({known})", i, indicator.code)
    return values, nothing


def _optional(sheet: Sheet, prefix: str, codes: Sequence[str], nothing: Bools) -> Floats | None:
    """Errors or sample sizes; `n/a` may stand beside a value that is not applicable."""
    if not any(f"{prefix}:{code}" in sheet.header for code in codes):
        return None
    out = np.full((len(sheet.rows), len(codes)), np.nan)
    for k, code in enumerate(codes):
        name = f"{prefix}:{code}"
        if name not in sheet.header:
            continue
        for i, cell in enumerate(sheet.column(name)):
            if not (nothing[i, k] and cell.strip().lower() == NOT_APPLICABLE):
                out[i, k] = sheet.number(cell, i, name)
    return out


def _number_column(sheet: Sheet, name: str, *, event: bool) -> Floats:
    """Denominators, events and samples; `n/a` is no event, and otherwise no value."""
    none = 0.0 if event else float("nan")
    cells = sheet.column(name)
    return np.array(
        [
            none if c.strip().lower() == NOT_APPLICABLE else sheet.number(c, i, name)
            for i, c in enumerate(cells)
        ]
    )


def _refuse_empty(sheet: Sheet, table: Table, nothing: Bools) -> None:
    """An analyst's file with a single unit, or with a row that says nothing, is a mistake to mend."""
    empty = np.flatnonzero(np.isnan(table.values).all(axis=1) & ~nothing.all(axis=1))
    if empty.size:
        row = int(empty[0])
        message = f"unit {table.units[row]} has no value on any indicator; give values or leave the row out"
        raise ScoringError(message, file=sheet.file, row=sheet.lines[row])
    if len(table.units) < 2:
        raise ScoringError(f"there is one unit only ({table.units[0]}); a ranking needs two", file=sheet.file)


def locate(error: ScoringError, path: str | Path, unit_column: str) -> ScoringError:
    """The same error with the data file and the row of the unit it names."""
    if error.file is None:
        error.file = str(path)
        if error.unit is not None and error.row is None:
            sheet = read_sheet(path)
            error.row = sheet.lines[sheet.column(unit_column).index(error.unit)]
    return error


def canonical(document: Any) -> str:
    """JSON with sorted keys and no spaces: the same content gives the same bytes."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest(document: Any) -> str:
    return hashlib.sha256(canonical(document).encode()).hexdigest()


def data_to_json(table: Table, scheme: Scheme) -> dict[str, Any]:
    """The data a result was computed from, rows sorted by unit; `table_from_json` reads it back."""
    table = table.sorted()
    columns: dict[str, list[Any]] = {}
    for indicator in scheme.indicators:
        k, labels = table.codes.index(indicator.code), labels_of(indicator)
        cells = plain(table.values[:, k])
        if labels:
            cells = [None if cell is None else labels[int(cell)] for cell in cells]
        if table.not_applicable is not None:
            for row in np.flatnonzero(table.not_applicable[:, k]).tolist():
                cells[row] = NOT_APPLICABLE
        columns[indicator.code] = cells
    for prefix, block in (("se", table.se), ("n", table.n)):
        for k, code in enumerate(table.codes):
            if block is not None and code in scheme.codes and not np.isnan(block[:, k]).all():
                columns[f"{prefix}:{code}"] = plain(block[:, k])
    numbers, groups = needed_columns(scheme)
    for name in numbers:
        columns.setdefault(name, plain(table.columns[name]))
    for name in groups:
        columns.setdefault(name, list(table.groups[name]))
    rows = [[unit, *cells] for unit, *cells in zip(table.units, *columns.values(), strict=True)]
    return {"columns": [scheme.unit, *columns], "rows": rows}


def table_from_json(data: Any, scheme: Scheme, file: str) -> Table:
    """The table of a `score` output, read by the same rules as a CSV file."""
    part = Part(data, "data")
    header, rows = part.texts("columns"), part.items("rows")
    if any(not isinstance(row, list) or len(row) != len(header) for row in rows):
        raise ScoringError("data: every row should have one cell a column", file=file)
    cells = tuple(tuple("" if cell is None else _cell_text(cell) for cell in row) for row in rows)
    return table_from_sheet(Sheet(file, header, cells, tuple(range(1, len(rows) + 1))), scheme)


def _cell_text(cell: Any) -> str:
    return cell if isinstance(cell, str) else repr(cell)


def plain(values: Iterable[Any]) -> list[Any]:
    """Floats as they are, NaN as null, no negative zero."""
    found = (values + 0.0).tolist() if isinstance(values, np.ndarray) else list(values)
    return [None if value != value else value for value in found]  # noqa: PLR0124 - NaN is not itself


def write_json(document: Any, path: str | Path | None) -> str:
    """Full precision, stable order; to a file it appears whole or not at all."""
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
    if path is not None:
        target = Path(path)
        part = target.with_name(f".{target.name}.part")
        try:
            part.write_text(text, encoding="utf-8")
            part.replace(target)
        except OSError as error:
            raise ScoringError(f"the file cannot be written ({error.strerror})", file=str(path)) from error
    return text
