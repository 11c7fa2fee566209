"""The choices sheet of an XLSForm: lists of options, each row accounted for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from surveys.core.text import OWN_NAMES
from surveys.core.workbooks import Grid
from surveys.instruments.interchange.reports import Line
from surveys.instruments.interchange.xlsform_columns import Columns, read_columns

YES = {"yes", "true", "true()", "1"}
MAX_VALUE = 40


@dataclass
class ChoiceLists:
    """Every list by its name: options as they stand in a document, and the rows nobody has asked for yet."""

    options: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    lines: dict[str, list[Line]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    values: dict[str, str] = field(default_factory=dict)

    def take(self, name: str) -> list[dict[str, Any]] | None:
        """The options of a list; None when there is no such list."""
        self.used.add(name)
        found = self.options.get(name)
        return [dict(option) for option in found] if found is not None else None

    def note_unused(self) -> None:
        """Refuse the rows of lists that no question uses."""
        for name in self.lines.keys() - self.used:
            for line in self.lines[name]:
                line.refuse(_("No question that was taken uses the list “%(name)s”.") % {"name": name})


def read_lists(grid: Grid | None, languages: Sequence[str], columns: Columns) -> ChoiceLists:
    """The lists of a choices sheet."""
    lists = ChoiceLists()
    if grid is None:
        return lists
    for number, row in grid.rows:
        name, value = columns.value(row, "list_name"), columns.value(row, "name")
        line = Line(f"{grid.title}!{number}", f"{name}: {value}")
        lists.lines.setdefault(name, []).append(line)
        options = lists.options.setdefault(name, [])
        own = columns.value(row, "eval_value") or value
        if not name or not own or len(own) > MAX_VALUE:
            line.refuse(_("An option needs a list and a name of up to 40 characters."))
        elif any(option["value"] == own for option in options):
            line.refuse(_("The name “%(name)s” stands twice in its list.") % {"name": own})
        else:
            columns.note_left_out(row, line)
            options.append(_option(row, own, columns, languages, line))
            if own != value:
                lists.values[value] = own
    return lists


def _option(row: Any, value: str, columns: Columns, languages: Sequence[str], line: Line) -> dict[str, Any]:
    texts = columns.texts(row, "label", languages)
    if not texts:
        texts = dict.fromkeys(languages, value)
        line.change(_("It has no label; its name is shown."))
    for language in languages:
        if language not in texts:
            line.change(_("The text in %(language)s is missing.") % {"language": OWN_NAMES[language]})
    return {"value": value, "texts": texts, **marks(row, columns)}


def marks(row: Any, columns: Columns) -> dict[str, Any]:
    """Points and marks of an option or row of a grid, where our own columns give them."""
    found: dict[str, Any] = {}
    if points := columns.value(row, "eval_points"):
        found["points"] = number_of(points)
    for key in ("exclusive", "fixed"):
        if columns.value(row, f"eval_{key}") in YES:
            found[key] = True
    return found


def number_of(text: str) -> int | str:
    """A number as a document holds it: whole ones as numbers, others as written."""
    return int(text) if text.lstrip("-").isdigit() else text


def choice_columns(grid: Grid | None, lines: list[Line]) -> Columns:
    """The headings of the choices sheet."""
    return read_columns(grid.title, grid.headings, lines) if grid else Columns()
