"""A questionnaire as DDI-Codebook 2.5 (XML), as archives keep it: study, variables, categories, question texts."""

from lxml import etree

from surveys.core.text import localized
from surveys.instruments.enums import QuestionKind
from surveys.instruments.interchange.variables import Measure, Variable, variables
from surveys.instruments.pageforms import HTML_LANG
from surveys.instruments.shapes import DONT_KNOW, Definition, Texts

DDI = "ddi:codebook:2_5"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
INTERVALS = {Measure.NUMBER: "contin"}


def ddi_codebook(definition: Definition, language: str, version: int = 1) -> bytes:
    """The codeBook document; texts stand in every language of the questionnaire, codes in the given one."""
    root = etree.Element(f"{{{DDI}}}codeBook", nsmap={None: DDI}, version="2.5")
    root.set(XML_LANG, HTML_LANG[language])
    citation = _under(_under(root, "stdyDscr"), "citation")
    titles = _under(citation, "titlStmt")
    _under(titles, "titl", localized(definition.names, language))
    for code, name in definition.names.items():
        if code != language:
            _under(titles, "parTitl", name).set(XML_LANG, HTML_LANG[code])
    _under(titles, "IDNo", definition.code)
    if definition.header and definition.header.making_body:
        _under(_under(citation, "rspStmt"), "AuthEnty", definition.header.making_body)
    _under(_under(citation, "verStmt"), "version", str(version))
    if definition.source:
        study = root[0]
        _under(_under(_under(study, "method"), "dataColl"), "resInstru", definition.source)
    data = _under(root, "dataDscr")
    for number, variable in enumerate(variables(definition, language), 1):
        _variable(data, variable, language, number)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _under(parent: etree._Element, name: str, text: str = "") -> etree._Element:
    found = etree.SubElement(parent, f"{{{DDI}}}{name}")
    if text:
        found.text = text
    return found


def _variable(data: etree._Element, variable: Variable, language: str, number: int) -> None:
    found = _under(data, "var")
    found.set("ID", f"V{number}")
    found.set("name", variable.name)
    found.set("intrvl", INTERVALS.get(variable.measure, "discrete"))
    _under(found, "labl", variable.label).set(XML_LANG, HTML_LANG[language])
    question = _under(found, "qstn")
    for code, text in _texts_first(variable.question.texts, language).items():
        _under(question, "qstnLit", text).set(XML_LANG, HTML_LANG[code])
    if hint := localized(variable.question.hints, language):
        _under(question, "ivuInstr", hint)
    _limits(found, variable)
    if variable.condition:
        _under(found, "universe", variable.condition)
    for code, words in variable.codes.items():
        category = _under(found, "catgry")
        if code == DONT_KNOW and variable.question.allows_dont_know:
            category.set("missing", "Y")
            category.set("missType", "don't know")
        _under(category, "catValu", code)
        _under(category, "labl", words).set(XML_LANG, HTML_LANG[language])
    _format(found, variable)


def _texts_first(texts: Texts, language: str) -> dict[str, str]:
    return {code: texts[code] for code in sorted(texts, key=lambda code: (code != language, code))}


def _limits(found: etree._Element, variable: Variable) -> None:
    question = variable.question
    if question.kind != QuestionKind.NUMBER or (question.minimum is None and question.maximum is None):
        return
    limits = etree.SubElement(_under(found, "valrng"), f"{{{DDI}}}range")
    limits.set("UNITS", "INT" if question.whole else "REAL")
    if question.minimum is not None:
        limits.set("min", f"{question.minimum:f}")
    if question.maximum is not None:
        limits.set("max", f"{question.maximum:f}")


def _format(found: etree._Element, variable: Variable) -> None:
    form = _under(found, "varFormat")
    is_number = variable.measure in {Measure.NUMBER, Measure.TICK} or variable.is_numeric
    form.set("type", "numeric" if is_number else "character")
    if variable.measure == Measure.DAY:
        form.set("category", "date")
