"""The rows of a LimeSurvey structure file: groups, questions, subquestions, answers, in every language."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from surveys.instruments.enums import QuestionKind
from surveys.instruments.interchange.languages import in_order, language_of
from surveys.instruments.interchange.limesurvey_conditions import ALWAYS
from surveys.instruments.interchange.names import Names
from surveys.instruments.interchange.reports import Line
from surveys.instruments.interchange.words import OTHER, OTHER_WHAT, UNCERTAIN, YES_NO

KINDS = {
    "L": QuestionKind.SINGLE, "!": QuestionKind.SINGLE, "O": QuestionKind.SINGLE, "Y": QuestionKind.SINGLE,
    "5": QuestionKind.RATING, "M": QuestionKind.MULTIPLE, "P": QuestionKind.MULTIPLE, "F": QuestionKind.MATRIX,
    "A": QuestionKind.MATRIX, "B": QuestionKind.MATRIX, "C": QuestionKind.MATRIX, "N": QuestionKind.NUMBER,
    "S": QuestionKind.SHORT_TEXT, "T": QuestionKind.LONG_TEXT, "U": QuestionKind.LONG_TEXT, "D": QuestionKind.DATE,
    "R": QuestionKind.RANKING, "X": QuestionKind.INFORMATION,
}  # fmt: skip
FIXED = {"5": 5, "A": 5, "B": 10}
"""Types whose points are not listed, with how many there are."""
READ = {
    "id", "related_id", "class", "type/scale", "name", "relevance", "text", "help", "language", "mandatory", "other",
    "encrypted", "same_default", "same_script",
}  # fmt: skip
UNSET = {"", "0", "N"}
"""What an attribute says that is not set."""
BLANK_LINES = re.compile(r"\s*\n\s*\n\s*")


@dataclass
class Question:
    """A question as it stands in a document, with every row that belongs to it."""

    line: Line
    question: dict[str, Any]
    letter: str
    relevance: str
    section: str
    parts: dict[str, dict[str, Any]] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)

    def refuse(self, reason: str) -> None:
        """Refuse the question in every language, with its options and rows."""
        for line in self.lines:
            line.refuse(reason)


class Rows:
    """One run over the rows; the first language comes first, the others repeat the same rows."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.languages: set[str] = set()
        self.base = ""
        self.names: dict[str, str] = {}
        self.taken, self.section_names = Names(), Names()
        self.sections: dict[str, tuple[Line, dict[str, Any], str]] = {}
        self.questions: dict[str, Question] = {}
        self.here = self.group = ""
        self.n_groups = 0

    def row(self, cells: Mapping[str, str], line: Line) -> None:
        kind = cells.get("class", "")
        if kind == "S":
            self.setting(cells, line)
            return
        language = language_of(cells.get("language", ""))
        if language is None:
            line.refuse(_("This language is not carried; known are English, 简体中文 and 繁體中文."))
            return
        self.base = self.base or language
        if language not in self.languages:
            self.languages.add(language)
            self.n_groups = 0
        if kind == "SL":
            self.title(cells, line, language)
        elif kind in {"G", "Q", "SQ", "A"}:
            {"G": self.grouped, "Q": self.asked, "SQ": self.part, "A": self.option}[kind](
                cells, line, language
            )
        else:
            line.refuse(_("Rows of the class “%(name)s” are not carried.") % {"name": kind})

    def setting(self, cells: Mapping[str, str], line: Line) -> None:
        if cells.get("name") not in {"language", "additional_languages"}:
            line.refuse(_("A setting of the other system."))

    def title(self, cells: Mapping[str, str], line: Line, language: str) -> None:
        if cells.get("name") == "surveyls_title":
            self.names[language] = self.words(cells.get("text", ""), line)
        else:
            line.refuse(_("A setting of the other system."))

    def words(self, text: str, line: Line) -> str:
        """A text without markup."""
        plain = BLANK_LINES.sub("\n\n", html.unescape(strip_tags(text)).replace("\xa0", " ")).strip()
        if plain != text.strip():
            line.change(_("The markup of the text was taken off."))
        return plain

    def grouped(self, cells: Mapping[str, str], line: Line, language: str) -> None:
        self.n_groups += 1
        self.group = cells.get("type/scale") or str(self.n_groups)
        if self.group not in self.sections:
            begun: dict[str, Any] = {
                "code": self.section_names.free(f"part_{len(self.sections) + 1}"),
                "texts": {},
                "hints": {},
            }
            self.sections[self.group] = (line, begun, cells.get("relevance", ""))
        section = self.sections[self.group][1]
        for key, column in (("texts", "name"), ("hints", "text")):
            if text := self.words(cells.get(column, ""), line):
                section[key][language] = text

    def asked(self, cells: Mapping[str, str], line: Line, language: str) -> None:
        name = self.here = cells.get("name", "")
        known = self.questions.get(name)
        if known is not None and language in known.question["texts"]:
            line.refuse(_("The name “%(name)s” stands twice; the first row was taken.") % {"name": name})
            return
        if known is None:
            known = self.begun(cells, line, name)
        if known is None:
            return
        if known.line is not line:
            known.lines.append(line)
        known.question["texts"][language] = self.words(cells.get("text", ""), line) or name
        if hint := self.words(cells.get("help", ""), line):
            known.question.setdefault("hints", {})[language] = hint

    def begun(self, cells: Mapping[str, str], line: Line, name: str) -> Question | None:
        letter = cells.get("type/scale", "")
        if letter not in KINDS or not name:
            line.refuse(_("There is no question of the type “%(type)s” here.") % {"type": letter or "?"})
            return None
        question: dict[str, Any] = {"code": self.taken.take(name), "kind": KINDS[letter].value, "texts": {}}
        if question["code"] != name:
            line.change(_("It is called “%(code)s” here.") % {"code": question["code"]})
        if cells.get("mandatory") == "Y" and letter != "X":
            question["required"] = True
        if left := sorted(key for key, value in cells.items() if key not in READ and value not in UNSET):
            line.change(_("Not carried: %(names)s.") % {"names": ", ".join(left)})
        if letter in {"O", "P"}:
            line.change(_("The comment beside the options is not carried."))
        section = self.sections[self.group][1]["code"] if self.group in self.sections else ""
        found = Question(line, question, letter, cells.get("relevance", ""), section)
        found.lines.append(line)
        self.questions[name] = found
        if cells.get("other") == "Y" and letter in {"L", "!", "M", "P"}:
            question["other"] = True
        return found

    def part(self, cells: Mapping[str, str], line: Line, language: str) -> None:
        """A subquestion: a row of a grid or an option of a question with several answers."""
        self.listed(
            cells,
            line,
            language,
            "options" if self.letter in {"M", "P"} else "rows",
            {"M", "P", "F", "A", "B", "C"},
        )

    def option(self, cells: Mapping[str, str], line: Line, language: str) -> None:
        self.listed(cells, line, language, "options", {"L", "!", "O", "F", "R"})

    @property
    def letter(self) -> str:
        return self.questions[self.here].letter if self.here in self.questions else ""

    def listed(
        self, cells: Mapping[str, str], line: Line, language: str, key: str, letters: set[str]
    ) -> None:
        known = self.questions.get(self.here)
        value = cells.get("name", "")
        if known is None or known.letter not in letters or not value:
            line.refuse(_("The question it belongs to was not taken, or takes no such rows."))
            return
        entry = known.parts.get(f"{key}:{value}")
        if entry is None:
            entry = known.parts[f"{key}:{value}"] = {"value": value, "texts": {}}
            known.question.setdefault(key, []).append(entry)
        elif language in entry["texts"]:
            line.refuse(_("The name “%(name)s” stands twice in its list.") % {"name": value})
            return
        if cells.get("relevance", "") not in ALWAYS:
            line.change(_("Not carried: %(names)s.") % {"names": "relevance"})
        known.lines.append(line)
        entry["texts"][language] = self.words(cells.get("text", ""), line) or value

    def add_other(self) -> None:
        """The options that LimeSurvey adds by itself, written out."""
        for name, one in list(self.questions.items()):
            question, languages = one.question, in_order(self.languages)
            if one.letter in FIXED:
                points = range(1, FIXED[one.letter] + 1)
                question["options"] = [
                    {"value": str(n), "texts": dict.fromkeys(languages, str(n))} for n in points
                ]
            if one.letter in {"Y", "C"}:
                words = {
                    "Y": YES_NO["yes"],
                    **({"U": UNCERTAIN} if one.letter == "C" else {}),
                    "N": YES_NO["no"],
                }
                question["options"] = [
                    {"value": value, "texts": {code: texts[code] for code in languages}}
                    for value, texts in words.items()
                ]
            if question.pop("other", False):
                self.other(name, one, languages)

    def other(self, name: str, one: Question, languages: list[str]) -> None:
        one.line.change(_("“Other” becomes an option, and what it is becomes a question of its own."))
        option = {"value": "-oth-", "texts": {code: OTHER[code] for code in languages}, "fixed": True}
        one.question.setdefault("options", []).append(option)
        code = self.taken.take(f"{name}_other")
        question = {"code": code, "kind": "short_text", "texts": {key: OTHER_WHAT[key] for key in languages}}
        question["relevant"] = f"selected({one.question['code']}, '-oth-')"
        found = Question(one.line, question, "S", "", one.section)
        places = list(self.questions)
        after = places.index(name) + 1
        entries = list(self.questions.items())
        self.questions = dict([*entries[:after], (f"{name}\n", found), *entries[after:]])
