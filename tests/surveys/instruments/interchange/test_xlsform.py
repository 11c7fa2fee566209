"""XLSForm both ways: nothing is lost, another reader accepts it, and every row of a foreign form is accounted for."""

import zipfile
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from pyxform.xls2xform import convert

from surveys.core.workbooks import write_grids
from surveys.instruments.definition import parse
from surveys.instruments.interchange.reports import InterchangeError
from surveys.instruments.interchange.xlsform_reading import read_xlsform
from surveys.instruments.interchange.xlsform_writing import xlsform
from surveys.instruments.shipped import preset_documents
from tests.surveys.instruments.documents import EVERY_KIND, document, options, question
from tests.surveys.instruments.strategies import definitions

EN, HANS, HANT = "label::English (en)", "label::简体中文 (zh-Hans)", "label::繁體中文 (zh-Hant)"


def accepted(content):
    """What another reader of XLSForms makes of a workbook; it raises where the form is not one."""
    return convert(content, file_type=".xlsx").xform


@pytest.mark.parametrize("shipped", [*preset_documents(), EVERY_KIND], ids=lambda shipped: shipped["code"])
def test_what_goes_out_comes_in_the_same_and_is_accepted_elsewhere(shipped):
    definition = parse(shipped)
    content = xlsform(definition)
    assert content == xlsform(definition)
    found = read_xlsform(content)
    assert parse(found.document) == definition
    assert {line.outcome.value for line in found.lines} == {"taken"}
    assert "<h:html" in accepted(content)


@given(definitions())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_questionnaire_goes_out_and_comes_in_the_same(definition):
    content = xlsform(definition)
    assert parse(read_xlsform(content).document) == definition
    assert accepted(content)


def test_options_with_blanks_are_called_back():
    given = document(
        question(
            "how",
            "single",
            options=[{"value": "very good", "texts": text} for text in [EVERY_KIND["names"]]]
            + options("bad"),
        ),
        question("why", "long_text", relevant="how = 'very good'"),
    )
    content = xlsform(parse(given))
    assert parse(read_xlsform(content).document) == parse(given)
    assert "very_good" in accepted(content)


def workbook(survey, choices=(), form=(), more=()):
    """A workbook as somebody would write it: each sheet a list of rows, the first its headings."""
    sheets = [("survey", survey), ("choices", choices), ("settings", form), *more]
    return write_grids((title, rows[0], rows[1:]) for title, rows in sheets if rows)


FOREIGN = workbook(
    [
        ["type", "name", EN, HANS, HANT, "hint", "required", "relevant", "constraint", "constraint_message",
         "appearance", "default", "repeat_count", "calculation"],
        ["start", "start"],
        ["begin_group", "respondent", "Respondent", "受访者", "受訪者"],
        ["text", "name", "What is your name?", "您的姓名？", "您的姓名？", "", "yes"],
        ["integer", "Age", "How old are you?", "您多大？", "您多大？", "In years", "yes", "", ". >= 0 and . <= 120",
         "Between 0 and 120"],
        ["begin_group", "contact", "Contact", "联系", "聯絡", "", "", "${Age} >= 18"],
        ["select_one yes_no", "may_call", "May we call?", "可以打电话吗？", "可以打電話嗎？", *[""] * 6, "yes"],
        ["end_group"],
        ["end_group"],
        ["select_multiple channels or_other", "used", "What did you use?", "用过什么？", "用過什麼？"],
        ["begin_repeat", "visits", "Visits", "走访", "走訪", "", "", "", "", "", "", "", "3"],
        ["date", "visited", "When?", "何时？", "何時？"],
        ["end_repeat"],
        ["note", "thanks", "Thank you", "谢谢", "謝謝", "", "", "selected(${used}, 'web')"],
        ["calculate", "total", "", "", "", "", "", "", "", "", "", "", "", "1 + 1"],
        ["text", "after", "And then?", "然后呢？", "然後呢？", "", "", "${visited} != ''"],
        ["range", "likely", "How likely?", "多大可能？", "多大可能？"],
        ["geopoint", "where", "Where?", "哪里？", "哪裡？"],
        ["text", "code", "Code?", "编号？", "編號？", "", "", "", "regex(., '[A-Z]+')"],
        ["acknowledge", "agree", "Agreed", "同意", "同意"],
    ],
    [
        ["list_name", "name", EN, HANS, HANT],
        ["yes_no", "yes", "Yes", "是", "是"],
        ["yes_no", "no", "No", "否", "否"],
        ["channels", "web", "Web", "网站", "網站"],
        ["channels", "desk", "Desk", "窗口", "窗口"],
        ["colours", "red", "Red", "红", "紅"],
    ],
    [["form_title", "form_id", "default_language", "style"], ["Visits", "visits-2026", "English (en)", "pages"]],
    [("entities", [["dataset"], ["people"]])],
)  # fmt: skip


def account(found):
    return {(line.place, line.name): (line.outcome.value, line.message) for line in found.lines}


def test_every_row_of_a_foreign_form_is_accounted_for():
    found = read_xlsform(FOREIGN)
    rows = account(found)
    places = [line.place for line in found.lines]
    assert {f"survey!{number}" for number in range(2, 21)} <= set(places)
    assert {f"choices!{number}" for number in range(2, 7)} <= set(places)
    assert {"settings!2", "entities"} <= set(places)
    outcomes = {place: outcome for (place, _name), (outcome, _why) in rows.items()}
    assert [outcomes[f"survey!{number}"] for number in range(2, 21)] == [
        "refused", "taken", "taken", "changed", "changed", "changed", "taken", "taken", "changed", "refused", "refused",
        "refused", "taken", "refused", "refused", "changed", "refused", "changed", "changed",
    ]  # fmt: skip
    assert [outcomes[f"choices!{number}"] for number in range(2, 7)] == ["taken"] * 4 + ["refused"]
    assert "called “age” here" in rows["survey!5", "Age"][1]
    assert "one response holds one answer" in rows["survey!12", "visited"][1]
    assert "“visited” is not a question that was taken" in rows["survey!16", "after"][1]
    assert "no function “regex”" in rows["survey!19", "code"][1]
    assert "No question that was taken uses the list “colours”" in rows["choices!6", "colours: red"][1]
    assert "default" in rows["survey!7", "may_call"][1]
    assert rows["settings!2", "Visits"] == ("changed", "Not carried: style.")
    assert found.counts == {"taken": 9, "changed": 10, "refused": 9}


def test_a_foreign_form_becomes_a_questionnaire():
    found = read_xlsform(FOREIGN)
    definition = parse(found.document)
    assert found.faults == ()
    assert definition.languages == ("zh-hans", "zh-hant", "en")
    assert [(q.code, q.kind, q.section) for q in definition.questions] == [
        ("name", "short_text", "respondent"), ("age", "number", "respondent"), ("contact", "information", "respondent"),
        ("may_call", "single", "respondent"), ("used", "multiple", "part_2"), ("used_other", "short_text", "part_2"),
        ("thanks", "information", "part_2"), ("likely", "rating", "part_2"), ("code", "short_text", "part_2"),
        ("agree", "consent", "part_2"),
    ]  # fmt: skip
    age = definition.question("age")
    assert (age.whole, age.required, age.constraint) == (True, True, ". >= 0 and . <= 120")
    assert definition.question("may_call").relevant == "age >= 18"
    assert definition.question("used_other").relevant == "selected(used, 'other')"
    assert definition.question("likely").values == tuple(map(str, range(1, 11)))


PLAIN = ["type", "name", "label", "relevant"]


@pytest.mark.parametrize(
    ("rows", "place", "outcome", "words"),
    [
        ([["telepathy", "q", "Q"]], "survey!2", "refused", "type “telepathy” is not known"),
        ([["text", "q", "Q"], ["integer", "q", "Q"]], "survey!3", "refused", "stands twice"),
        ([["select_one nowhere", "q", "Q"]], "survey!2", "refused", "no list “nowhere”"),
        ([["select_multiple", "q", "Q"]], "survey!2", "refused", "names no list"),
        ([["text", "", "Q"]], "survey!2", "refused", "no name"),
        ([["", "q", "Q"]], "survey!2", "refused", "no type"),
        ([["begin_group", "g", "G"], ["text", "q", "Q"]], "survey!2", "changed", "never closed"),
        ([["end_group", ""], ["text", "q", "Q"]], "survey!2", "refused", "no open group"),
        ([["text", "q", ""]], "survey!2", "changed", "no label"),
        ([["text", "q", "Q", "${r} = 1"], ["integer", "r", "R", "${q} = ''"]], "survey!2", "changed",
         "in a circle: q → r → q"),
        ([["integer", "q", "Q", "${q} = 1"]], "survey!2", "changed", "in a circle: q → q"),
        ([["integer", "r", "R"], ["text", "q", "Q", "${r} = 'x'"]], "survey!3", "changed", "different sorts"),
        ([["text", "q", "Q", "pulldata('a', 'b')"]], "survey!2", "refused", "no function “pulldata”"),
        ([["text", "q", "Q", "(" * 60 + "1=1" + ")" * 60]], "survey!2", "refused", "nested too deeply"),
    ],
)  # fmt: skip
def test_a_broken_row_is_named(rows, place, outcome, words):
    found = read_xlsform(workbook([PLAIN, *rows]))
    line = next(line for line in found.lines if line.place == place)
    assert (line.outcome.value, words in line.message) == (outcome, True), line.message


def test_a_group_in_a_repeat_ends_where_it_ends():
    rows = [
        ["begin_repeat", "child", "Child"],
        ["begin_group", "about", "About"],
        ["text", "name", "Name"],
        ["end_group"],
        ["end_repeat"],
        ["text", "after", "After"],
        ["begin_group", "more", "More"],
        ["text", "last", "Last"],
        ["end_group"],
    ]
    found = read_xlsform(workbook([PLAIN, *rows]))
    assert [line.outcome.value for line in found.lines] == ["refused"] * 5 + ["taken"] * 4
    assert [q["code"] for q in found.document["questions"]] == ["after", "last"]
    assert all("repeat “child”" in line.message for line in found.lines[1:4])


def test_a_circle_is_told_beside_a_condition_that_cannot_be_read():
    rows = [
        ["integer", "a", "A", "${b} = 1"],
        ["integer", "b", "B", "${a} = 1"],
        ["text", "c", "C", "${a} = 'x'"],
    ]
    found = read_xlsform(workbook([PLAIN, *rows]))
    assert "in a circle: a → b → a" in found.lines[0].message
    assert "different sorts" in found.lines[2].message


def test_rows_that_count_nowhere_are_told():
    found = read_xlsform(
        workbook(
            [[*PLAIN, "disabled"], ["text", "q", "Q"], ["text", "off", "Off", "", "yes"]],
            (),
            [["form_title", "form_id"], ["T", "a/b"], ["U", "u"]],
        )
    )
    rows = account(found)
    assert rows["survey!3", "off"] == ("refused", "The row is switched off there.")
    assert rows["settings!2", "T"] == ("changed", "It is called “a_b” here.")
    assert rows["settings!3", "U"][0] == "refused"
    assert found.document["code"] == "a_b"


def test_an_option_without_a_translation_is_told_by_its_name():
    found = read_xlsform(
        workbook(
            [["type", "name", EN, HANS], ["select_one l", "q", "Q", "问"]],
            [["list_name", "name", EN, HANS], ["l", "web", "Web", "网"], ["l", "desk", "Desk", ""]],
        )
    )
    rows = account(found)
    assert rows["survey!2", "q"][1] == "desk: The text in 简体中文 is missing."
    assert rows["choices!3", "l: desk"] == ("changed", "The text in 简体中文 is missing.")


def test_what_looks_at_a_refused_question_falls_with_it():
    rows = [
        ["geopoint", "a", "A"],
        ["text", "b", "B", "${a} != ''"],
        ["text", "c", "C", "${b} != ''"],
        ["text", "d", "D"],
    ]
    found = read_xlsform(workbook([PLAIN, *rows]))
    assert [q["code"] for q in found.document["questions"]] == ["d"]
    assert [line.outcome.value for line in found.lines] == ["refused", "refused", "refused", "taken"]


def test_mixed_and_unknown_languages_are_told():
    found = read_xlsform(
        workbook([["type", "name", "label", EN, "label::French (fr)"], ["text", "q", "Loose", "", "Bonjour"]])
    )
    rows = account(found)
    assert rows["survey!1", "label"][0] == "changed"
    assert rows["survey!1", "label::French (fr)"][0] == "refused"
    assert found.document["questions"][0]["texts"] == {"en": "Loose"}


def test_a_circle_is_told_on_its_rows_beside_a_missing_translation():
    found = read_xlsform(
        workbook(
            [
                ["type", "name", EN, HANS, "relevant"],
                ["integer", "d", "D", "丁", "${e} > 1"],
                ["integer", "e", "E", "", "${d} > 1"],
            ]
        )
    )
    rows = account(found)
    assert "circle: d → e → d" in rows["survey!2", "d"][1]
    assert "missing" in rows["survey!3", "e"][1]


def test_a_missing_translation_is_told_and_keeps_the_draft_from_being_in_force():
    found = read_xlsform(
        workbook([["type", "name", EN, HANS], ["text", "q", "Q", ""], ["text", "r", "R", "问"]])
    )
    assert [
        (fault.place, line.outcome.value) for fault, line in zip(found.faults, found.lines, strict=False)
    ] == [("questions[0].texts.zh-hans", "changed")]


def bomb():
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("[Content_Types].xml", b"<a>" + b"x" * 80_000_000)
        target.writestr("xl/workbook.xml", b"<workbook/>")
    return content.getvalue()


@pytest.mark.parametrize(
    "content",
    [b"", b"type,name\n", b"PK\x03\x04 nothing", workbook([["a"], ["b"]])[:200], bomb(),
     write_grids([("other", ["type"], [["text"]])])],
)  # fmt: skip
def test_a_file_that_is_no_form_is_refused_with_a_sentence(content):
    with pytest.raises(InterchangeError) as caught:
        read_xlsform(content)
    assert str(caught.value)
