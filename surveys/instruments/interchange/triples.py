"""A questionnaire as Triple-S 2.0 (XML), the exchange format of survey programs, for data in CSV."""

from datetime import date
from decimal import Decimal

from lxml import etree

from surveys.core.text import localized
from surveys.instruments.interchange.variables import Measure, Variable, variables
from surveys.instruments.shapes import Definition

TYPES = {
    Measure.CODED: "single",
    Measure.TICK: "logical",
    Measure.NUMBER: "quantity",
    Measure.DAY: "date",
    Measure.TEXT: "character",
}
WIDEST = Decimal(999_999_999)


def triple_s(definition: Definition, language: str, made_on: date, version: int = 1) -> bytes:
    """The sss document in one language, for a CSV with a heading row and the columns in this order."""
    root = etree.Element("sss", version="2.0")
    etree.SubElement(root, "date").text = made_on.isoformat()
    survey = etree.SubElement(root, "survey")
    etree.SubElement(survey, "name").text = definition.code
    etree.SubElement(survey, "version").text = str(version)
    etree.SubElement(survey, "title").text = localized(definition.names, language)
    record = etree.SubElement(survey, "record", ident="A", format="csv", skip="1")
    for number, variable in enumerate(variables(definition, language), 1):
        _variable(record, variable, number)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _variable(record: etree._Element, variable: Variable, number: int) -> None:
    found = etree.SubElement(record, "variable", ident=str(number), type=TYPES[variable.measure])
    if variable.measure == Measure.CODED and not variable.is_numeric:
        found.set("format", "literal")
    etree.SubElement(found, "name").text = variable.name
    etree.SubElement(found, "label").text = variable.label
    etree.SubElement(found, "position", start=str(number))
    if variable.condition:
        etree.SubElement(found, "filter").text = variable.condition
    if variable.measure == Measure.TEXT:
        etree.SubElement(found, "size").text = str(variable.width)
    elif variable.measure == Measure.CODED:
        values = etree.SubElement(found, "values")
        for code, words in variable.codes.items():
            _value(values, variable, code, words)
    elif variable.measure == Measure.NUMBER:
        question = variable.question
        low = -WIDEST if question.minimum is None else question.minimum
        high = WIDEST if question.maximum is None else question.maximum
        values = etree.SubElement(found, "values")
        etree.SubElement(
            values,
            "range",
            {"from": f"{_bound(low, whole=question.whole)}", "to": f"{_bound(high, whole=question.whole)}"},
        )


def _bound(number: Decimal, *, whole: bool) -> str:
    """A bound with as many decimals as the data may have."""
    return f"{number:f}" if whole else f"{number:.2f}"


def _value(values: etree._Element, variable: Variable, code: str, words: str) -> None:
    value = etree.SubElement(values, "value", code=code)
    value.text = words
    points = next((o.points for o in variable.question.options if o.value == code), None)
    if points is not None:
        value.set("score", f"{points:f}")
