"""Reads LimeSurvey's tab-separated survey structure into a document and says what became of every row."""

import csv
import io
from typing import Any

from django.utils.translation import gettext as _

from surveys.instruments.expressions.nodes import ExpressionError
from surveys.instruments.expressions.writing import write_condition
from surveys.instruments.interchange.languages import in_order
from surveys.instruments.interchange.limesurvey_conditions import Known, read_limesurvey
from surveys.instruments.interchange.limesurvey_rows import Rows
from surveys.instruments.interchange.reports import Imported, InterchangeError, Line, Outcome, finished

MAX_BYTES = 5_000_000
MAX_ROWS = 20_000
COLUMNS = {"class", "type/scale", "name", "relevance", "text", "language"}


def read_limesurvey_file(content: bytes, code: str = "") -> Imported:
    """The document of a .txt structure export with an account of its rows; InterchangeError where it is none."""
    if len(content) > MAX_BYTES:
        raise InterchangeError(_("The file is larger than 5 MB."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InterchangeError(_("The file is not text in UTF-8.")) from error
    try:
        rows = list(csv.DictReader(io.StringIO(text), delimiter="\t"))
    except csv.Error as error:
        raise InterchangeError(_("The file is not a table separated by tabs.")) from error
    if not rows or not set(rows[0]) >= COLUMNS:
        raise InterchangeError(_("These are not the columns of a LimeSurvey structure file."))
    if len(rows) > MAX_ROWS:
        raise InterchangeError(_("The file has more than %(n)d rows.") % {"n": MAX_ROWS})
    found = Rows()
    for number, row in enumerate(rows, 2):
        cells = {key: value.strip() for key, value in row.items() if isinstance(value, str) and key}
        line = Line(f"{number}", cells.get("name", "") or cells.get("class", ""))
        found.lines.append(line)
        found.row(cells, line)
    found.add_other()
    return _Settling(found).document(code)


class _Settling:
    """Reads the conditions once every row is known."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows

    def known(self) -> Known:
        codes = {name: one.question["code"] for name, one in self.rows.questions.items()}
        parts = {
            f"{name}_{part['value']}": (one.question["code"], part["value"], one.letter in {"M", "P"})
            for name, one in self.rows.questions.items()
            for part in one.question.get("options" if one.letter in {"M", "P"} else "rows", ())
        }
        return Known(codes, parts)

    def settle(self) -> None:
        """Read every condition; what cannot be carried is refused, and what looks at it falls too."""
        while True:
            known, fallen = self.known(), []
            for name, one in self.rows.questions.items():
                try:
                    tree = read_limesurvey(one.relevance, known)
                    if tree is not None:
                        one.question["relevant"] = write_condition(tree)
                except ExpressionError as error:
                    one.refuse(_("Its condition cannot be carried: %(reason)s") % {"reason": error.message})
                    fallen.append(name)
            if not fallen:
                return
            for name in fallen:
                self.rows.questions.pop(name)
                self.rows.questions.pop(f"{name}\n", None)

    def settle_sections(self) -> list[dict[str, Any]]:
        kept = []
        for line, section, relevance in self.rows.sections.values():
            try:
                tree = read_limesurvey(relevance, self.known())
                if tree is not None:
                    section["relevant"] = write_condition(tree)
            except ExpressionError as error:
                line.refuse(_("Its condition cannot be carried: %(reason)s") % {"reason": error.message})
                for name, one in list(self.rows.questions.items()):
                    if one.section == section["code"]:
                        one.refuse(_("The group it stands in was refused."))
                        self.rows.questions.pop(name)
                continue
            if any(one.section == section["code"] for one in self.rows.questions.values()):
                kept.append({key: value for key, value in section.items() if value})
            elif line.outcome != Outcome.REFUSED:
                line.refuse(_("None of its questions was taken."))
        return kept

    def document(self, code: str) -> Imported:
        self.settle()
        sections = self.settle_sections()
        languages = in_order(self.rows.languages) or ["en"]
        title = next(iter(self.rows.names.values()), code or "survey")
        document: dict[str, Any] = {
            "instrument": 1,
            "code": code or "survey",
            "names": {language: self.rows.names.get(language, title) for language in languages},
            "languages": languages,
            "questions": [one.question for one in self.rows.questions.values()],
        }
        if sections:
            document["sections"] = sections
            for one in self.rows.questions.values():
                one.question["section"] = one.section
        places = {f"questions[{number}]": one.line for number, one in enumerate(self.rows.questions.values())}
        begun = {section["code"]: line for line, section, _relevance in self.rows.sections.values()}
        places |= {f"sections[{number}]": begun[one["code"]] for number, one in enumerate(sections)}
        return finished(document, self.rows.lines, places)
