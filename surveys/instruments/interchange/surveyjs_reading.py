"""Reads SurveyJS JSON into a document and says what became of every page and element."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

from django.utils.translation import gettext as _

from surveys.core.text import LANGUAGES
from surveys.instruments.enums import QuestionKind
from surveys.instruments.expressions.grammar import parse_condition
from surveys.instruments.expressions.nodes import Binary, Call, ExpressionError, Literal, Name, Node, Own
from surveys.instruments.expressions.writing import write_condition
from surveys.instruments.interchange.jsonfiles import read_json
from surveys.instruments.interchange.languages import in_order, language_of
from surveys.instruments.interchange.names import Names, code_like, document_code
from surveys.instruments.interchange.reports import Imported, InterchangeError, Line, Outcome, finished
from surveys.instruments.interchange.surveyjs_conditions import read_surveyjs, write_surveyjs
from surveys.instruments.interchange.surveyjs_elements import TEXTS, Element, Texts, question_of
from surveys.instruments.interchange.surveyjs_writing import OWN

KNOWN_PAGE = {"name", "elements", "questions", "title", "description", "visibleIf", OWN}
KNOWN_PANEL = {"type", "name", "elements", "title", "description", "visibleIf"}
KNOWN_SURVEY = {"title", "locale", "pages", "elements", "questions", OWN}
ABOUT = {
    "source": str, "date": str, "status": str, "warnings": dict, "scoring": dict, "header": dict, "tags": list,
}  # fmt: skip


def read_surveyjs_file(content: bytes, code: str = "") -> Imported:
    """The document of a SurveyJS file with an account of its parts; InterchangeError where it is none."""
    survey = read_json(content)
    pages = survey.get("pages")
    if pages is None:
        pages = [{"name": "page", "elements": survey.get("elements") or survey.get("questions") or []}]
    if not isinstance(pages, list) or not all(isinstance(page, dict) for page in pages):
        raise InterchangeError(_("There are no pages in this file: it is not a SurveyJS survey."))
    return _Reading(survey, pages, code).whole()


@dataclass
class _Section:
    line: Line
    section: dict[str, Any]
    visible_if: str
    own: Mapping[str, Any]
    filled: bool = False


@dataclass
class _Reading:
    """One run over a survey."""

    survey: Mapping[str, Any]
    pages: Sequence[dict[str, Any]]
    code: str
    lines: list[Line] = field(default_factory=list)
    elements: list[Element] = field(default_factory=list)
    sections: list[_Section] = field(default_factory=list)
    names: Names = field(default_factory=Names)

    def __post_init__(self) -> None:
        own = self.survey.get(OWN)
        self.own: Mapping[str, Any] = own if isinstance(own, dict) else {}
        self.texts = Texts(language_of(str(self.survey.get("locale", ""))) or "en")
        self.languages = self._languages()
        self.texts.languages = self.languages

    def _languages(self) -> list[str]:
        said = self.own.get("languages")
        if isinstance(said, list) and said and all(code in LANGUAGES for code in said):
            return said
        found: set[str] = {self.texts.default}
        waiting: list[Any] = [self.pages, {"title": self.survey.get("title")}]
        while waiting:
            part = waiting.pop()
            if isinstance(part, dict):
                for key, value in part.items():
                    if key in TEXTS and isinstance(value, dict):
                        found |= {code for name in value if (code := language_of(str(name)))}
                    else:
                        waiting.append(value)
            elif isinstance(part, list):
                waiting += part
        return in_order(found)

    def whole(self) -> Imported:
        self._note_survey()
        is_sectioned = len(self.pages) > 1 or any("title" in page or OWN in page for page in self.pages)
        for number, page in enumerate(self.pages):
            self._page(page, f"pages[{number}]", sectioned=is_sectioned)
        self._settle()
        document = self._document()
        if self.texts.left:
            named = {"names": ", ".join(sorted(self.texts.left))}
            self.lines[0].change(
                _("Languages not carried: %(names)s. Known are English, 简体中文 and 繁體中文.") % named
            )
        places = {f"questions[{number}]": one.line for number, one in enumerate(self.elements)}
        kept = [one for one in self.sections if one.filled]
        places |= {f"sections[{number}]": one.line for number, one in enumerate(kept)}
        return finished(document, self.lines, places)

    def _note_survey(self) -> None:
        line = Line("survey", str(self.texts.read(self.survey.get("title")) or ""))
        line.name = self.code or str(self.own.get("code", "")) or "survey"
        left = sorted(set(self.survey) - KNOWN_SURVEY)
        if left:
            line.change(_("Not carried: %(names)s.") % {"names": ", ".join(left)})
        self.lines.append(line)

    def _page(self, page: Mapping[str, Any], place: str, *, sectioned: bool) -> None:
        section = ""
        if sectioned:
            own = page.get(OWN) if isinstance(page.get(OWN), dict) else {}
            line = Line(place, str(page.get("name", "")))
            self.lines.append(line)
            taken = Names()
            taken.used = {one.section["code"] for one in self.sections}
            section = taken.take(str(page.get("name") or f"page{len(self.sections) + 1}"))
            found: dict[str, Any] = {"code": section}
            for key, name in (("texts", "title"), ("hints", "description")):
                if texts := self.texts.read(page.get(name)):
                    found[key] = texts
            self.sections.append(_Section(line, found, str(page.get("visibleIf") or ""), own or {}))
            if left := sorted(set(page) - KNOWN_PAGE):
                line.change(_("Not carried: %(names)s.") % {"names": ", ".join(left)})
        self._elements(page.get("elements") or page.get("questions"), place, section, [])

    def _elements(self, listed: Any, place: str, section: str, conditions: list[str]) -> None:
        for number, item in enumerate(listed if isinstance(listed, list) else []):
            where = f"{place}.elements[{number}]"
            line = Line(where, str(item.get("name", "")) if isinstance(item, dict) else "")
            self.lines.append(line)
            if not isinstance(item, dict):
                line.refuse(_("Write an object."))
            elif item.get("type") == "panel":
                inner = [*conditions, *([str(item["visibleIf"])] if item.get("visibleIf") else [])]
                self._panel(item, line, section, inner)
                self._elements(item.get("elements"), where, section, inner)
            else:
                self._element(item, line, section, conditions)

    def _panel(self, item: dict[str, Any], line: Line, section: str, conditions: list[str]) -> None:
        """What becomes of a panel itself: its title is shown as a text."""
        line.change(_("A panel is opened: its questions stay, its condition applies to each of them."))
        if texts := self.texts.read(item.get("title")):
            line.change(_("Its heading becomes a text."))
            code = self.names.free(code_like(str(item.get("name") or "panel")))
            heading = {"code": code, "kind": QuestionKind.INFORMATION.value, "texts": texts}
            if hints := self.texts.read(item.get("description")):
                heading["hints"] = hints
            self.elements.append(Element(line, heading, conditions, section=section))
        if left := sorted(set(item) - KNOWN_PANEL):
            line.change(_("Not carried: %(names)s.") % {"names": ", ".join(left)})

    def _element(self, item: dict[str, Any], line: Line, section: str, conditions: list[str]) -> None:
        name = str(item.get("name") or item.get("valueName") or "")
        if not name:
            line.refuse(_("The element has no name."))
        elif name in self.names.code_of:
            line.refuse(_("The name “%(name)s” stands twice; the first row was taken.") % {"name": name})
        else:
            for found in question_of(item, name, line, self.texts, self.names):
                found.section = section
                found.conditions = [*conditions, *found.conditions]
                self.elements.append(found)

    def _settle(self) -> None:
        """Read every condition; what cannot be carried is refused, and what looks at it falls too."""
        while True:
            known = {one.question["code"] for one in self.elements}
            fallen = [one for one in self.elements if not self._condition(one, known)]
            if not fallen:
                break
            self.elements = [one for one in self.elements if one not in fallen]
        for element in self.elements:
            self._constraint(element, known)
        for one in self.sections:
            self._section_condition(one, known)
        refused = {one.section["code"] for one in self.sections if one.line.outcome == Outcome.REFUSED}
        for element in self.elements:
            if element.section in refused:
                element.line.refuse(_("The page it stands on was refused."))
        self.elements = [one for one in self.elements if one.section not in refused]
        for one in self.sections:
            one.filled = any(element.section == one.section["code"] for element in self.elements)
            if not one.filled and one.line.outcome != Outcome.REFUSED:
                one.line.refuse(_("None of its questions was taken."))

    def _rename(self, known: set[str], own: str = "") -> Any:
        def rename(node: Name) -> Node:
            head, sign, row = node.code.partition(".")
            code = self.names.code_of.get(node.code) or self.names.code_of.get(head, "")
            if code not in known:
                raise ExpressionError(
                    _("“%(name)s” is not a question that was taken.") % {"name": node.code}, node.at
                )
            if sign and node.code not in self.names.code_of:
                return Call("cell", (Name(code, node.at), Literal(row, node.at)), node.at)
            return Own(node.at) if own and code == own else Name(code, node.at)

        return rename

    def _condition(self, one: Element, known: set[str]) -> bool:
        try:
            trees = [read_surveyjs(text, self._rename(known), self._switches) for text in one.conditions]
            ours = self._ours(one.own.get("relevant"), one.conditions)
        except ExpressionError as error:
            one.line.refuse(_("Its condition cannot be carried: %(reason)s") % {"reason": error.message})
            return False
        if ours:
            one.question["relevant"] = ours
        elif trees:
            one.question["relevant"] = write_condition(reduce(lambda a, b: Binary("and", a, b), trees))
        return True

    def _ours(self, text: object, conditions: Sequence[str], own: str = "") -> str:
        """Our own condition where it says the same as theirs, or where theirs has no word for it."""
        if not isinstance(text, str) or not text.strip():
            return ""
        tree = parse_condition(text)
        try:
            return text if [write_surveyjs(tree, own)] == list(conditions) else ""
        except ExpressionError:
            return "" if conditions else text

    def _constraint(self, one: Element, known: set[str]) -> None:
        code = one.question["code"]
        try:
            found = self._ours(one.own.get("constraint"), [one.constraint] if one.constraint else [], code)
            if not found and one.constraint:
                tree = read_surveyjs(one.constraint, self._rename(known, code), self._switches)
                found = write_condition(tree)
        except ExpressionError as error:
            one.line.change(_("Its constraint is not carried: %(reason)s") % {"reason": error.message})
            return
        if found:
            limits = one.question.get("constraint")
            one.question["constraint"] = f"{limits} and ({found})" if limits else found

    @property
    def _switches(self) -> dict[str, dict[object, str]]:
        return {one.question["code"]: one.values for one in self.elements if one.values}

    def _section_condition(self, one: _Section, known: set[str]) -> None:
        try:
            found = self._ours(one.own.get("relevant"), [one.visible_if] if one.visible_if else [])
            if not found and one.visible_if:
                tree = read_surveyjs(one.visible_if, self._rename(known), self._switches)
                found = write_condition(tree)
        except ExpressionError as error:
            one.line.refuse(_("Its condition cannot be carried: %(reason)s") % {"reason": error.message})
            return
        if found:
            one.section["relevant"] = found

    def _document(self) -> dict[str, Any]:
        title = self.texts.read(self.survey.get("title"))
        said = str(self.own.get("code") or self.code or "survey")
        code = document_code(said)
        if code != said:
            self.lines[0].change(_("It is called “%(code)s” here.") % {"code": code})
        words = next(iter(title.values()), code)
        document: dict[str, Any] = {
            "instrument": 1,
            "code": code,
            "names": {language: title.get(language, words) for language in self.languages},
            "languages": self.languages,
            "questions": [one.question for one in self.elements],
        }
        kept = [one.section for one in self.sections if one.filled]
        if kept:
            document["sections"] = kept
            for one in self.elements:
                one.question["section"] = one.section
        about = {key: self.own[key] for key in ABOUT if self.own.get(key)}
        odd = sorted(key for key, value in about.items() if not isinstance(value, ABOUT[key]))
        if odd:
            self.lines[0].change(_("Not carried: %(names)s.") % {"names": ", ".join(odd)})
        return document | {key: value for key, value in about.items() if key not in odd}
