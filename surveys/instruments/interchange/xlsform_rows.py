"""The survey sheet of an XLSForm, row by row: questions, groups, grids, and what is refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from surveys.instruments.enums import QuestionKind
from surveys.instruments.interchange.names import Names
from surveys.instruments.interchange.reports import Line
from surveys.instruments.interchange.words import OTHER_WHAT
from surveys.instruments.interchange.xlsform_columns import Columns
from surveys.instruments.interchange.xlsform_kinds import Asked, question_of
from surveys.instruments.interchange.xlsform_lists import YES, ChoiceLists, marks
from surveys.instruments.interchange.xlsform_types import Type, read_type

Row = Mapping[str, str]


@dataclass
class Group:
    """An open group: a section, an inner group, a grid, a repeat or a group repeated in it."""

    kind: str
    line: Line
    name: str
    relevants: list[str]
    asked: Asked | None = None


@dataclass
class Sectioned:
    """A section as it stands in a document, with the condition it came with."""

    line: Line
    section: dict[str, Any]
    relevant: str


@dataclass
class Survey:
    """What the survey sheet came to, before its conditions are read."""

    lines: list[Line] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    sections: list[Sectioned] = field(default_factory=list)
    names: Names = field(default_factory=Names)
    cells: dict[str, tuple[str, str]] = field(default_factory=dict)


class SurveyRows:
    """Goes through the rows with the groups that are open."""

    def __init__(self, columns: Columns, lists: ChoiceLists, languages: Sequence[str]) -> None:
        self.columns, self.lists, self.languages = columns, lists, languages
        self.found = Survey()
        self.open: list[Group] = []

    def read(self, title: str, rows: Sequence[tuple[int, Row]]) -> Survey:
        """Every row; afterwards the groups that were never closed."""
        for number, row in rows:
            name = self.columns.value(row, "name")
            line = Line(f"{title}!{number}", name or self.columns.value(row, "type"))
            self.found.lines.append(line)
            self.row(row, name, line)
        for group in self.open:
            group.line.change(_("The group is never closed; it was closed at the end."))
        return self.found

    def row(self, row: Row, name: str, line: Line) -> None:
        written = self.columns.value(row, "type")
        kind = read_type(written)
        if not kind.edge and self.columns.value(row, "disabled").lower() in YES:
            line.refuse(_("The row is switched off there."))
        elif kind.edge == "begin":
            self.begin(kind, row, name, line)
        elif kind.edge == "end":
            self.end(kind, line)
        elif self.repeat is not None:
            self.refuse_repeated(self.repeat, line)
        elif not written:
            line.refuse(_("The row has no type."))
        else:
            self.question(kind, row, name, line)

    @staticmethod
    def refuse_repeated(repeat: Group, line: Line) -> None:
        line.refuse(
            _("It stands in the repeat “%(name)s”; one response holds one answer a question.")
            % {"name": repeat.name}
        )

    @property
    def repeat(self) -> Group | None:
        return next((group for group in self.open if group.kind == "repeat"), None)

    @property
    def grid(self) -> Group | None:
        return self.open[-1] if self.open and self.open[-1].kind == "grid" else None

    def begin(self, kind: Type, row: Row, name: str, line: Line) -> None:
        relevant = [text] if (text := self.columns.value(row, "relevant")) else []
        if self.repeat is not None and kind.name == "group":
            self.refuse_repeated(self.repeat, line)
            self.open.append(Group("repeated", line, name, []))
            return
        if kind.name != "group":
            line.refuse(_("Repeats are not carried: one response holds one answer a question."))
            self.open.append(Group("repeat", line, name, []))
            return
        self.columns.note_left_out(row, line)
        if self.columns.value(row, "eval_kind") == QuestionKind.MATRIX:
            asked = question_of(kind, row, name, line, self)
            self.open.append(Group("grid", line, name, [], asked))
            self.keep(asked)
        elif any(group.kind == "section" for group in self.open):
            self.inner(row, name, line, relevant)
        else:
            self.section(row, name, line, relevant)

    def section(self, row: Row, name: str, line: Line, relevant: list[str]) -> None:
        wanted = self.columns.value(row, "eval_value") or name or f"section_{len(self.found.sections) + 1}"
        section: dict[str, Any] = {"code": self.section_code(wanted)}
        for key, column in (("texts", "label"), ("hints", "hint")):
            if texts := self.columns.texts(row, column, self.languages):
                section[key] = texts
        self.found.sections.append(Sectioned(line, section, relevant[0] if relevant else ""))
        self.open.append(Group("section", line, name, []))

    def section_code(self, name: str) -> str:
        """A code no other section has."""
        taken = Names()
        taken.used = {known.section["code"] for known in self.found.sections}
        return taken.take(name)

    def inner(self, row: Row, name: str, line: Line, relevant: list[str]) -> None:
        line.change(_("A group inside a group: its questions stay, its condition applies to each of them."))
        self.open.append(Group("inner", line, name, relevant))
        if texts := self.columns.texts(row, "label", self.languages):
            code = self.found.names.take(name or "group")
            heading = {"code": code, "kind": QuestionKind.INFORMATION.value, "texts": texts}
            line.change(_("Its heading becomes a text."))
            self.keep(Asked(line, heading, self.relevants))

    @property
    def relevants(self) -> list[str]:
        """The conditions of the inner groups that are open."""
        return [text for group in self.open for text in group.relevants]

    def end(self, kind: Type, line: Line) -> None:
        closes = "repeat" if kind.name != "group" else "group"
        if not self.open or (self.open[-1].kind == "repeat") != (closes == "repeat"):
            line.refuse(_("There is no open group that this row could close."))
            return
        group = self.open.pop()
        line.name = line.name if line.name != self.found.lines[-1].name else group.name or line.name
        if group.kind == "repeat":
            line.refuse(_("Repeats are not carried: one response holds one answer a question."))
        elif group.kind == "repeated" and self.repeat is not None:
            self.refuse_repeated(self.repeat, line)

    def question(self, kind: Type, row: Row, name: str, line: Line) -> None:
        if not name:
            line.refuse(_("The row has no name."))
            return
        if name in self.found.names.code_of or name in self.found.cells:
            line.refuse(_("The name “%(name)s” stands twice; the first row was taken.") % {"name": name})
            return
        if self.grid is not None:
            self.grid_row(kind, row, name, line)
            return
        asked = question_of(kind, row, name, line, self)
        if asked is not None:
            self.columns.note_left_out(row, line)
            asked.relevants = [*self.relevants, *asked.relevants]
            self.keep(asked)
            if kind.has_other:
                self.keep(self.other(asked, name, line))

    def other(self, asked: Asked, name: str, line: Line) -> Asked:
        """The text that follows a list with "other"."""
        line.change(_("“Other” becomes an option, and what it is becomes a question of its own."))
        code = self.found.names.take(f"{name}_other")
        question = {
            "code": code,
            "kind": QuestionKind.SHORT_TEXT.value,
            "texts": {language: OTHER_WHAT[language] for language in self.languages},
        }
        return Asked(line, question, [*asked.relevants, f"selected(${{{name}}}, 'other')"])

    def grid_row(self, kind: Type, row: Row, name: str, line: Line) -> None:
        """A question in a grid: a row of it."""
        grid = self.grid
        asked = grid.asked if grid else None
        if asked is None:
            line.refuse(_("The grid it stands in was refused."))
            return
        options = self.lists.take(kind.list_name) if kind.name == "select_one" else None
        if options is None:
            line.refuse(_("A grid holds questions with one answer from one list."))
            return
        if asked.question.get("allows_dont_know"):
            options = [option for option in options if option["value"] != "dk"]
        if asked.question["rows"] and options != asked.question["options"]:
            line.refuse(_("The rows of a grid share one list of options."))
            return
        value = self.columns.value(row, "eval_value") or name
        texts = self.columns.texts(row, "label", self.languages)
        asked.question["rows"].append({"value": value, "texts": texts, **marks(row, self.columns)})
        asked.question["options"] = options
        if self.columns.value(row, "required") in YES:
            asked.question["required"] = True
        asked.rows.append(line)
        asked.list_name = kind.list_name
        self.found.cells[name] = (asked.question["code"], value)

    def keep(self, asked: Asked | None) -> None:
        if asked is not None:
            inside = any(group.kind == "section" for group in self.open)
            asked.section = self.found.sections[-1].section["code"] if inside else ""
            self.found.asked.append(asked)
