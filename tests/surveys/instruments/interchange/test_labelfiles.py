"""Codebook, label files, DDI and Triple-S: every column of the data file is there, labelled and in order."""

import csv
import io
import re
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from surveys.core.workbooks import read_grids
from surveys.instruments.definition import parse
from surveys.instruments.interchange.codebook import codebook_csv, codebook_xlsx
from surveys.instruments.interchange.ddi import ddi_codebook
from surveys.instruments.interchange.labelfiles import r_script, spss
from surveys.instruments.interchange.triples import triple_s
from surveys.instruments.interchange.variables import Measure, variables
from tests.surveys.instruments.documents import EVERY_KIND, document, options, question
from tests.surveys.instruments.interchange.ddi_schema import departures
from tests.surveys.instruments.strategies import definitions

DEFINITION = parse(EVERY_KIND)
NAMES = [
    "agree", "overall", "stars", "likert", "district", "used_web", "used_desk", "used_phone", "used_none", "grid_speed",
    "grid_staff", "first_1", "first_2", "first_3", "age", "moved", "job", "why", "recommend", "effort",
]  # fmt: skip
DDI = "{ddi:codebook:2_5}"
QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def test_there_is_a_variable_for_everything_that_is_stored():
    found = variables(DEFINITION, "en")
    assert [variable.name for variable in found] == NAMES
    by_name = {variable.name: variable for variable in found}
    assert by_name["used_web"].measure == Measure.TICK
    assert by_name["used_web"].label == "Used: Web"
    assert by_name["grid_speed"].codes == {"bad": "Bad", "good": "Good", "dk": "Don't know"}
    assert by_name["effort"].condition == "district != '' and cell(grid, 'speed') = 'bad'"
    assert by_name["overall"].is_numeric
    assert not by_name["likert"].is_numeric


def test_the_codebook_is_the_same_as_csv_and_as_workbook():
    rows = list(csv.reader(io.StringIO(codebook_csv(DEFINITION, "en").removeprefix("\ufeff"))))
    grid = next(iter(read_grids(codebook_xlsx(DEFINITION, "en")).values()))
    assert list(grid.headings) == rows[0]
    assert [row.get("Variable") for _number, row in grid.rows] == [row[0] for row in rows[1:]]
    assert list(dict.fromkeys(row[0] for row in rows[1:])) == NAMES


def test_spss_syntax_names_every_variable_and_value_and_keeps_to_its_limits():
    long = document(
        question("q", "single", options=options("1", "2"))
        | {"texts": dict.fromkeys(("zh-hans", "zh-hant", "en"), 'Say "好"! ' * 60)}
    )
    text = spss(parse(long), "en")
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 256
    label = "".join(re.findall(r'"((?:[^"]|"")*)"', text.split("VALUE LABELS")[0])).replace('""', '"')
    assert len(label.encode()) <= 255
    assert label.startswith('Say "好"! Say')
    whole = spss(DEFINITION, "en")
    assert re.findall(r"^  /(\w+) \"", whole, re.MULTILINE) == NAMES
    assert '    1 "chosen"' in whole
    assert '    "dk" "Don\'t know"' in whole


def test_the_r_script_labels_every_column():
    text = r_script(DEFINITION, "en")
    assert re.findall(r"attr\(data\$(\w+),", text) == NAMES
    assert "data$age <- as.numeric(data$age)" in text
    assert "data$moved <- as.Date(data$moved)" in text
    assert text.count("(") == text.count(")")


def test_ddi_has_every_variable_in_the_order_of_the_standard():
    root = etree.fromstring(ddi_codebook(DEFINITION, "zh-hans"))
    assert (root.tag, root.get("version")) == (f"{DDI}codeBook", "2.5")
    found = root.findall(f"{DDI}dataDscr/{DDI}var")
    assert [variable.get("name") for variable in found] == NAMES
    age = found[NAMES.index("age")]
    assert dict(age.find(f"{DDI}valrng/{DDI}range").attrib) == {
        "UNITS": "REAL", "min": "18", "max": "110",
    }  # fmt: skip
    assert age.find(f"{DDI}labl").text == "Age简"
    assert [part.text for part in found[1].findall(f"{DDI}catgry/{DDI}catValu")] == ["1", "2", "3", "4", "5"]


def test_ddi_marks_dont_know_as_missing_and_keeps_to_the_schema():
    root = etree.fromstring(ddi_codebook(DEFINITION, "en", 3))
    assert departures(root) == []
    unsure = [one for one in root.iter(f"{DDI}catgry") if one.get("missing") == "Y"]
    assert {one.findtext(f"{DDI}catValu") for one in unsure} == {"dk"}
    wrong = etree.fromstring(ddi_codebook(DEFINITION, "en"))
    first = wrong.find(f".//{DDI}var")
    first.append(first[0])
    first.set("kind", "rating")
    assert departures(wrong) == ["var: labl stands too late", "var: attribute kind is not known"]


def test_triple_s_has_every_variable_with_its_type():
    root = etree.fromstring(triple_s(DEFINITION, "en", date(2026, 11, 22)))
    found = root.findall("survey/record/variable")
    assert [variable.findtext("name") for variable in found] == NAMES
    types = {variable.findtext("name"): variable.get("type") for variable in found}
    assert {types[name] for name in ("overall", "used_web", "age", "moved", "job")} == {
        "single", "logical", "quantity", "date", "character",
    }  # fmt: skip
    assert [variable.find("position").get("start") for variable in found] == [str(n) for n in range(1, 21)]
    assert found[3].get("format") == "literal"
    assert found[NAMES.index("job")].findtext("size") == "40"


@given(definitions())
@QUICK
def test_any_questionnaire_has_a_codebook_labels_and_well_formed_xml(definition):
    language = definition.languages[0]
    names = [variable.name for variable in variables(definition, language)]
    assert len(set(names)) == len(names)
    ddi = etree.fromstring(ddi_codebook(definition, language))
    assert len(ddi.findall(f".//{DDI}var")) == len(names)
    assert departures(ddi) == []
    assert len(
        etree.fromstring(triple_s(definition, language, date(2026, 1, 1))).findall(".//variable")
    ) == len(names)
    assert r_script(definition, language).count('"label")') == len(names)
    assert codebook_csv(definition, language)
    if names:
        assert spss(definition, language).count("\r\n  /") >= len(names)


@pytest.mark.parametrize("text", ["\x00\x01bell\x07", "\u202eturned", "\ud800"])
def test_texts_hold_nothing_that_xml_cannot(text):
    given = document(
        question("q", "number") | {"texts": dict.fromkeys(("zh-hans", "zh-hant", "en"), f"Say {text}")}
    )
    assert b"<name>q</name>" in triple_s(parse(given), "en", date(2026, 1, 1))
