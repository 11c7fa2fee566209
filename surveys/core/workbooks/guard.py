"""The cell guard: streams each sheet once, bounds its cells, and notes what a reader cannot see."""

import re
import zipfile
from dataclasses import dataclass, field
from xml.parsers import expat

from django.utils.translation import gettext as _

from surveys.core.workbooks.preflight import FileRefusedError, Limits, inflate

REFERENCE = re.compile(r"\$?([A-Za-z]{1,4})\$?(\d{1,8})", re.ASCII)
NOTED = 2_000


@dataclass
class SheetFacts:
    """What the XML of one sheet says beside its values; rows and columns count from 1 and 0."""

    name: str
    hidden: bool = False
    formulas: set[tuple[int, int]] = field(default_factory=set)
    formula_columns: set[int] = field(default_factory=set)
    has_more_formulas: bool = False
    errors: dict[int, set[int]] = field(default_factory=dict)
    """Rows of cells that show an error such as #DIV/0!, by column."""
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


def position(reference: str) -> tuple[int, int]:
    """'C7' -> (7, 2): row from 1, column from 0; raises ValueError."""
    match = REFERENCE.fullmatch(reference)
    if match is None:
        raise ValueError(reference)
    column = 0
    for char in match[1].upper():
        column = column * 26 + ord(char) - 64
    return int(match[2]), column - 1


class _Scan:
    """Expat handlers over one sheet."""

    def __init__(self, facts: SheetFacts, limits: Limits, n_before: int) -> None:
        self.facts, self.limits, self.n_cells = facts, limits, n_before
        self.row, self.column, self.last_row, self.last_column = 0, -1, 0, 0
        self.row_hidden = False
        self.parser = expat.ParserCreate("UTF-8")
        self.parser.StartElementHandler = self.start
        self.parser.buffer_text = True

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "c":
            self.cell(attributes.get("r"))
            if attributes.get("t") == "e":
                rows = self.facts.errors.setdefault(self.column, set())
                if len(rows) < NOTED:
                    rows.add(self.row)
        elif name in {"v", "is"}:
            self.filled()
        elif name == "f":
            self.formula()
        elif name == "row":
            self.row = int(attributes["r"]) if "r" in attributes else self.row + 1
            self.column = -1
            self.row_hidden = attributes.get("hidden") in {"1", "true"}
        elif name == "mergeCell":
            self.merge(attributes.get("ref", ""))
        elif name == "col" and attributes.get("hidden") in {"1", "true"}:
            low, high = int(attributes.get("min", "1")), int(attributes.get("max", "1"))
            self.facts.hidden_columns.update(range(low - 1, min(high, self.limits.columns)))

    def formula(self) -> None:
        """Note the place; of a great many only the columns, so that none goes unseen."""
        self.facts.formula_columns.add(self.column)
        if len(self.facts.formulas) < NOTED:
            self.facts.formulas.add((self.row, self.column))
        else:
            self.facts.has_more_formulas = True

    def cell(self, reference: str | None) -> None:
        self.n_cells += 1
        if self.n_cells > self.limits.cells:
            _too_many(self.facts.name, _("more than %(n)s cells") % {"n": self.limits.cells})
        if reference:
            row, self.column = position(reference)
            if row != self.row:
                raise ValueError(reference)
        else:
            self.column += 1

    def filled(self) -> None:
        self.last_row, self.last_column = max(self.last_row, self.row), max(self.last_column, self.column)
        if self.last_row > self.limits.rows:
            _too_many(self.facts.name, _("more than %(n)s rows") % {"n": self.limits.rows})
        if self.last_column >= self.limits.columns:
            _too_many(self.facts.name, _("more than %(n)s columns") % {"n": self.limits.columns})
        if self.last_row * (self.last_column + 1) > self.limits.area:
            _too_many(self.facts.name, _("an area of more than %(n)s cells") % {"n": self.limits.area})
        if self.row_hidden and len(self.facts.hidden_rows) < NOTED:
            self.facts.hidden_rows.add(self.row)

    def merge(self, reference: str) -> None:
        first, _colon, last = reference.partition(":")
        (top, left), (bottom, right) = position(first), position(last or first)
        if len(self.facts.merged) < NOTED:
            self.facts.merged.append((top, left, bottom, right))


def _too_many(sheet: str, what: str) -> None:
    raise FileRefusedError(
        "too_many_cells",
        _("The sheet has %(what)s.") % {"what": what},
        _("Delete empty formatted rows and columns, or split the table into several files."),
        sheet=sheet,
    )


def scan_sheet(
    content: bytes, info: zipfile.ZipInfo, facts: SheetFacts, limits: Limits, n_before: int
) -> int:
    """Fill `facts` from one sheet's XML; returns the number of cells seen so far in the file."""
    scan = _Scan(facts, limits, n_before)
    try:
        for chunk in inflate(content, info):
            scan.parser.Parse(chunk, False)
        scan.parser.Parse(b"", True)
    except (expat.ExpatError, ValueError) as error:
        raise _broken(facts.name) from error
    return scan.n_cells


def _broken(sheet: str) -> FileRefusedError:
    return FileRefusedError(
        "broken_sheet",
        _("The sheet is damaged and cannot be read."),
        _("Open the workbook, save it again as .xlsx, and send it again."),
        sheet=sheet,
    )


def _elements(content: bytes, info: zipfile.ZipInfo, wanted: str) -> list[dict[str, str]]:
    """The attributes of every element of that local name in a small part."""
    found: list[dict[str, str]] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == wanted:
            found.append({key.rpartition(":")[2]: value for key, value in attributes.items()})

    parser = expat.ParserCreate("UTF-8")
    parser.StartElementHandler = start
    try:
        for chunk in inflate(content, info):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise FileRefusedError(
            "zip_broken",
            _("The workbook is damaged and cannot be opened."),
            _("Save the table again as an Excel workbook (.xlsx)."),
        ) from error
    return found


def sheets_of(content: bytes, infos: list[zipfile.ZipInfo], limits: Limits) -> list[SheetFacts]:
    """The facts of every worksheet in the workbook's order; raises FileRefusedError at the first excess."""
    parts = {info.filename: info for info in infos}
    rels = parts.get("xl/_rels/workbook.xml.rels")
    targets = {
        item.get("Id", ""): item.get("Target", "")
        for item in (_elements(content, rels, "Relationship") if rels else [])
    }
    facts: list[SheetFacts] = []
    n_cells = 0
    for item in _elements(content, parts["xl/workbook.xml"], "sheet"):
        target = targets.get(item.get("id", ""), "")
        path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        sheet = SheetFacts(item.get("name", ""), hidden=item.get("state", "visible") != "visible")
        facts.append(sheet)
        if path in parts and not path.casefold().endswith(".xml"):
            raise _broken(sheet.name)
        if path in parts and "worksheets/" in path:
            n_cells = scan_sheet(content, parts[path], sheet, limits, n_cells)
    return facts
