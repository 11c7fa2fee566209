"""What a sheet's columns hold, and the shapes in which a file's content and its errors are told."""

import datetime as dt
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

Kind = Literal["text", "integer", "decimal", "date", "datetime", "choice", "yesno", "json"]
Choice = str | tuple[Any, Any]
Bound = int | Decimal | dt.date | dt.datetime | None


def folded(text: object) -> str:
    """A title as it is compared: full-width forms, case and outer spaces do not matter."""
    return " ".join(unicodedata.normalize("NFKC", str(text)).casefold().split())


def letter(index: int) -> str:
    """The spreadsheet letters of a column; 0 is A."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass(frozen=True)
class Column:
    """One column: its key, its titles by language, what it accepts.

    `choices` are codes, or (code, name) pairs where the name is a text or a three-language mapping;
    a cell may hold the code or any of the names.
    """

    key: str
    titles: Mapping[str, str]
    kind: Kind = "text"
    required: bool = False
    choices: Sequence[Choice] = ()
    max_length: int | None = None
    minimum: Bound = None
    maximum: Bound = None
    hints: Mapping[str, str] = field(default_factory=dict)

    def names(self) -> set[str]:
        """Every heading under which the column is found, folded."""
        return {folded(self.key), *(folded(title) for title in self.titles.values())}


@dataclass(frozen=True)
class Sheet:
    """One sheet of a file; a required one must be there with its heading row."""

    key: str
    titles: Mapping[str, str]
    columns: Sequence[Column]
    required: bool = False

    def names(self) -> set[str]:
        return {folded(self.key), *(folded(title) for title in self.titles.values())}


@dataclass(frozen=True)
class CellError:
    """What is wrong in which cell and how to mend it; row 0 and an empty column mean the whole sheet."""

    sheet: str
    row: int
    column: str
    code: str
    message: str
    fix: str

    def as_json(self) -> dict[str, str | int]:
        return {
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "code": self.code,
            "message": self.message,
            "fix": self.fix,
        }


@dataclass(frozen=True, slots=True)
class Row:
    """One row of data: its number in the file and a value (or None) for every column's key."""

    number: int
    values: dict[str, Any]
    sheet: str = ""
    letters: Mapping[str, str] = field(default_factory=dict)

    def error(self, key: str, code: str, message: str, fix: str) -> CellError:
        """An error found later, in one cell of this row."""
        return CellError(self.sheet, self.number, self.letters.get(key, ""), code, message, fix)


@dataclass(frozen=True)
class Reading:
    """A file as read: rows by sheet key; when there are errors the rows must not be used."""

    rows: dict[str, list[Row]]
    errors: list[CellError]
    warnings: list[CellError]
    digest: str
