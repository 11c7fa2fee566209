"""Reads an XLSForm workbook into a document and says what became of every row."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from surveys.core.text import LANGUAGES
from surveys.core.workbooks import FileRefusedError, Grid, read_grids
from surveys.core.workbooks.preflight import Limits
from surveys.instruments.interchange.languages import in_order, language_of
from surveys.instruments.interchange.names import code_like, document_code
from surveys.instruments.interchange.reports import Imported, InterchangeError, Line, finished
from surveys.instruments.interchange.xlsform_columns import Columns, read_columns
from surveys.instruments.interchange.xlsform_conditions import settle_conditions
from surveys.instruments.interchange.xlsform_lists import choice_columns, read_lists
from surveys.instruments.interchange.xlsform_parts import (
    CHOICES,
    HEADER_KEYS,
    REASONS,
    SETTINGS,
    SURVEY,
    unguarded,
)
from surveys.instruments.interchange.xlsform_rows import Survey, SurveyRows

LIMITS = Limits(file_bytes=5_000_000, text_bytes=50_000_000)
CARRIED = {"form_title", "form_id", "version", "default_language"}


def read_xlsform(content: bytes, code: str = "") -> Imported:
    """The document of a workbook with an account of every row; InterchangeError where it is no XLSForm.

    `code` is used where the file names none.
    """
    try:
        grids = {title.strip().lower(): grid for title, grid in read_grids(content, LIMITS).items()}
    except FileRefusedError as error:
        raise InterchangeError(f"{error} {error.fix}") from error
    if SURVEY not in grids:
        raise InterchangeError(_("There is no sheet “survey”: this is not an XLSForm."))
    return _Reading(grids, code).whole()


@dataclass
class _Settings:
    """The first row of the settings sheet."""

    line: Line | None
    row: Mapping[str, str]

    def get(self, key: str) -> str:
        return unguarded(self.row.get(key, ""))


class _Reading:
    """One run over a workbook."""

    def __init__(self, grids: Mapping[str, Grid], code: str) -> None:
        self.grids, self.code = grids, code
        self.lines: list[Line] = []
        self.settings = self._settings()

    def _settings(self) -> _Settings:
        grid = self.grids.get(SETTINGS)
        if grid is None or not grid.rows:
            return _Settings(None, {})
        number, row = grid.rows[0]
        line = Line(f"{grid.title}!{number}", row.get("form_title", "") or row.get("form_id", ""))
        left = sorted(key for key in row if key not in CARRIED and not key.startswith("eval_"))
        if left:
            line.change(_("Not carried: %(names)s.") % {"names": ", ".join(left)})
        return _Settings(line, row)

    def whole(self) -> Imported:
        survey_grid = self.grids[SURVEY]
        columns = read_columns(survey_grid.title, survey_grid.headings, self.lines)
        choices = self.grids.get(CHOICES)
        choice_heads = choice_columns(choices, self.lines)
        languages = self._languages(columns, choice_heads)
        lists = read_lists(choices, languages, choice_heads)
        found = SurveyRows(columns, lists, languages).read(survey_grid.title, survey_grid.rows)
        settle_conditions(found, lists)
        lists.note_unused()
        document = self._document(found, languages)
        self.lines += found.lines
        self.lines += [line for rows in lists.lines.values() for line in rows]
        self._other_sheets()
        return finished(document, self.lines, _places(found))

    def _languages(self, columns: Columns, choices: Columns) -> list[str]:
        said = self.settings.get("eval_languages").split()
        if said and set(said) <= set(LANGUAGES):
            return said
        found = columns.languages | choices.languages
        default = language_of(self.settings.get("default_language"))
        if columns.loose and default:
            found.add(default)
        return in_order(found) or [default or "en"]

    def _document(self, found: Survey, languages: Sequence[str]) -> dict[str, Any]:
        title = (
            self.settings.get("form_title") or self.settings.get("form_id") or self.code or "questionnaire"
        )
        names = {language: self.settings.get(f"eval_title_{language}") or title for language in languages}
        said = self.settings.get("form_id") or self.code
        code = document_code(said) if said else code_like(title)
        if self.settings.line is not None and said and code != said:
            self.settings.line.change(_("It is called “%(code)s” here.") % {"code": code})
        document: dict[str, Any] = {
            "instrument": 1,
            "code": code,
            "names": names,
            "languages": list(languages),
            "questions": [asked.question for asked in found.asked],
        }
        if found.sections:
            document["sections"] = [sectioned.section for sectioned in found.sections]
        document |= self._own_settings(languages)
        if tags := self._reasons(languages):
            document["tags"] = tags
        if self.settings.line is not None:
            self.lines.append(self.settings.line)
            grid = self.grids[SETTINGS]
            for number, row in grid.rows[1:]:
                line = Line(f"{grid.title}!{number}", row.get("form_title", "") or row.get("form_id", ""))
                line.refuse(_("Only the first row of this sheet counts."))
                self.lines.append(line)
        return document

    def _own_settings(self, languages: Sequence[str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, column in (("source", "eval_source"), ("date", "eval_date"), ("status", "eval_status")):
            if value := self.settings.get(column):
                found[key] = value
        warnings = {language: self.settings.get(f"eval_warning_{language}") for language in languages}
        if all(warnings.values()):
            found["warnings"] = warnings
        if self.settings.get("eval_header") == "yes":
            header = {key: self.settings.get(f"eval_{key}") for key in HEADER_KEYS}
            found["header"] = {key: value for key, value in header.items() if value}
        if scoring := self.settings.get("eval_scoring"):
            try:
                found["scoring"] = json.loads(scoring)
            except (ValueError, RecursionError):
                if self.settings.line is not None:
                    self.settings.line.change(_("Not carried: %(names)s.") % {"names": "eval_scoring"})
        return found

    def _reasons(self, languages: Sequence[str]) -> list[dict[str, Any]]:
        grid = self.grids.get(REASONS)
        if grid is None:
            return []
        columns = read_columns(grid.title, grid.headings, [])
        tags = []
        for number, row in grid.rows:
            self.lines.append(Line(f"{grid.title}!{number}", row.get("name", "")))
            tag: dict[str, Any] = {
                "code": row.get("name", ""),
                "group": row.get("group", ""),
                "levels": [int(level) for level in row.get("levels", "").split() if level.isdigit()],
                "modes": row.get("modes", "").split(),
                "texts": columns.texts(row, "label", languages),
            }
            tags.append(tag | {key: row[key] for key in ("dimension", "mirrors") if row.get(key)})
        return tags

    def _other_sheets(self) -> None:
        for name, grid in self.grids.items():
            if name not in {SURVEY, CHOICES, SETTINGS, REASONS} and grid.rows:
                line = Line(grid.title, grid.title)
                line.refuse(_("This sheet is not part of a questionnaire."))
                self.lines.append(line)


def _places(found: Survey) -> dict[str, Line]:
    """The lines of questions and sections by their place in the document."""
    places = {f"questions[{number}]": asked.line for number, asked in enumerate(found.asked)}
    return places | {f"sections[{number}]": one.line for number, one in enumerate(found.sections)}
