"""SurveyJS both ways: nothing is lost, and every part of a foreign survey is accounted for."""

import json

import pytest
from hypothesis import HealthCheck, given, settings

from surveys.instruments.definition import parse
from surveys.instruments.interchange.jsonfiles import read_json
from surveys.instruments.interchange.reports import InterchangeError
from surveys.instruments.interchange.surveyjs_reading import read_surveyjs_file
from surveys.instruments.interchange.surveyjs_writing import surveyjs
from surveys.instruments.shipped import preset_documents
from tests.surveys.instruments.documents import EVERY_KIND
from tests.surveys.instruments.strategies import definitions


def back(written):
    return read_surveyjs_file(json.dumps(written).encode())


def stripped(part):
    """The same without what only we understand, as another program may hand it back."""
    if isinstance(part, dict):
        return {key: stripped(value) for key, value in part.items() if key != "evaluation"}
    return [stripped(one) for one in part] if isinstance(part, list) else part


@pytest.mark.parametrize("shipped", [*preset_documents(), EVERY_KIND], ids=lambda shipped: shipped["code"])
def test_what_goes_out_comes_in_the_same(shipped):
    definition = parse(shipped)
    found = back(surveyjs(definition))
    assert parse(found.document) == definition
    assert {line.outcome.value for line in found.lines} == {"taken"}


@given(definitions())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_questionnaire_goes_out_and_comes_in_the_same(definition):
    assert parse(back(surveyjs(definition)).document) == definition


def test_without_our_own_marks_the_questions_options_and_conditions_stay():
    before = parse(EVERY_KIND)
    after = parse(back(stripped(surveyjs(before))).document)
    assert [q.code for q in after.questions] == [q.code for q in before.questions]
    assert after.question("why").relevant == before.question("why").relevant
    assert after.question("effort").relevant == before.question("effort").relevant
    assert after.question("age").constraint == before.question("age").constraint
    assert after.question("first").values == before.question("first").values
    assert after.question("grid").rows == before.question("grid").rows
    assert after.question("recommend").kind == "rating"


def test_a_condition_changed_elsewhere_wins_over_ours():
    written = surveyjs(parse(EVERY_KIND))
    why = next(e for page in written["pages"] for e in page["elements"] if e["name"] == "why")
    why["visibleIf"] = "{overall} > 3 && {district} notempty || !({used} contains 'web')"
    found = parse(back(written).document).question("why")
    assert found.relevant == "overall > 3 and district != '' or not selected(used, 'web')"


FOREIGN = {
    "title": {"default": "Visit", "zh-cn": "走访", "fr": "Visite"},
    "showProgressBar": True,
    "pages": [
        {
            "name": "First page",
            "elements": [
                {"type": "text", "name": "Age", "inputType": "number", "min": 18,
                 "title": {"default": "Age", "zh-cn": "年龄"}},
                {"type": "panel", "name": "p", "visibleIf": "{Age} >= 60", "elements": [
                    {"type": "dropdown", "name": "help", "choices": ["yes", {"value": "no", "text": "No"}],
                     "title": {"default": "Help?", "zh-cn": "帮助？"}, "showOtherItem": True},
                    {"type": "signaturepad", "name": "sign"},
                ]},
                {"type": "text", "name": "after", "visibleIf": "{sign} notempty"},
                {"type": "boolean", "name": "ok", "validators": [{"type": "regex", "regex": "a"}]},
                {"type": "rating", "name": "stars", "rateMax": 4, "visibleIf": "{ok} = 'yes'"},
                {"type": "text", "name": "Age"},
                "nonsense",
                {"type": "text"},
            ],
        },
    ],
}  # fmt: skip


def test_every_part_of_a_foreign_survey_is_accounted_for():
    found = back(FOREIGN)
    rows = {(line.place, line.name): (line.outcome.value, line.message) for line in found.lines}
    at = "pages[0].elements"
    assert [(place, outcome) for (place, _name), (outcome, _why) in rows.items()] == [
        ("survey", "changed"), (f"{at}[0]", "changed"), (f"{at}[1]", "changed"), (f"{at}[1].elements[0]", "changed"),
        (f"{at}[1].elements[1]", "refused"), (f"{at}[2]", "refused"), (f"{at}[3]", "changed"), (f"{at}[4]", "taken"),
        (f"{at}[5]", "refused"), (f"{at}[6]", "refused"), (f"{at}[7]", "refused"),
    ]  # fmt: skip
    assert rows[f"{at}[2]", "after"][1].endswith("“sign” is not a question that was taken.")
    definition = parse(found.document)
    assert definition.languages == ("zh-hans", "en")
    assert [(q.code, q.kind, q.relevant) for q in definition.questions] == [
        ("age", "number", ""), ("help", "single", "age >= 60"),
        ("help_other", "short_text", "age >= 60 and selected(help, 'other')"), ("ok", "single", ""),
        ("stars", "rating", "ok = 'yes'"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"7", b"[" * 100_000, b'{"a":' * 50 + b"1" + b"}" * 50, b'{"pages": 3}',
     b'{"a": [' + b"0," * 300_000 + b"0]}", b" " * 2_000_001, b"\xff\xfe\x00", b'{"n": ' + b"9" * 5000 + b"}"],
)  # fmt: skip
def test_a_bomb_or_no_survey_is_refused_with_a_sentence(content):
    with pytest.raises(InterchangeError) as caught:
        read_surveyjs_file(content)
    assert str(caught.value)


def test_a_file_of_ordinary_depth_is_read():
    assert read_json(b'{"a": {"b": [1, 2]}}') == {"a": {"b": [1, 2]}}


def survey(*elements, **more):
    return {"pages": [{"name": "page", "elements": list(elements)}], **more}


def told(found):
    return {line.name: (line.outcome.value, line.message) for line in found.lines}


def test_what_a_language_or_a_title_lost_is_told():
    found = back(
        survey(
            {"type": "panel", "name": "box", "title": "About you", "state": "collapsed",
             "elements": [{"type": "text", "name": "a", "title": {"default": "A", "fr": "Un"}}]},
            {"type": "text", "name": "b", "title": {"fr": "Deux"}},
            {"type": "html", "name": "c", "html": "<b>Bold</b> &amp; plain"},
        )
    )  # fmt: skip
    rows = told(found)
    assert "Languages not carried: fr." in rows["survey"][1]
    assert rows["box"][1].endswith("Its heading becomes a text. Not carried: state.")
    assert rows["b"] == ("changed", "It has no label; its name is shown.")
    assert rows["c"] == ("changed", "The markup of the text was taken off.")
    questions = parse(found.document).questions
    assert [(q.code, q.texts["en"]) for q in questions] == [
        ("box", "About you"), ("a", "A"), ("b", "b"), ("c", "Bold & plain"),
    ]  # fmt: skip


def test_texts_without_a_default_count_for_their_languages():
    found = back(survey({"type": "text", "name": "a", "title": {"en": "A", "zh-tw": "甲"}}))
    assert parse(found.document).question("a").texts == {"zh-hant": "甲", "en": "A"}


def test_limits_and_words_of_switches_and_lists_come_in():
    found = back(
        survey(
            {"type": "text", "name": "born", "inputType": "date", "max": "2020-01-01"},
            {"type": "text", "name": "when", "inputType": "date", "min": "soon"},
            {"type": "boolean", "name": "ok", "labelTrue": "Sure", "labelFalse": "Never"},
            {"type": "rating", "name": "seven", "rateCount": 7},
            {"type": "checkbox", "name": "used", "choices": ["web", 3, None], "hasOther": True, "otherText": "Else",
             "visibleIf": "{ok} = true"},
            {"type": "text", "name": "why", "visibleIf": "{used} anyof ['web', 3] and {seven} < 3"},
        )
    )  # fmt: skip
    definition = parse(found.document)
    assert found.faults == ()
    assert definition.question("born").constraint == ". <= date('2020-01-01')"
    assert told(found)["when"] == ("changed", "Not carried: min.")
    assert [option.texts["en"] for option in definition.question("ok").options] == ["Sure", "Never"]
    assert len(definition.question("seven").options) == 7
    assert told(found)["seven"] == ("taken", "")
    assert definition.question("used").values == ("web", "3", "other")
    assert "An option without a value" in told(found)["used"][1]
    assert definition.question("used").relevant == "ok = 'yes'"
    assert (
        definition.question("why").relevant == "(selected(used, 'web') or selected(used, '3')) and seven < 3"
    )


def test_parts_of_the_wrong_sort_are_told_and_do_no_harm():
    found = back(
        survey(
            {"type": "text", "name": "a"},
            evaluation={"code": "x/y", "tags": 5, "scoring": [1], "header": "h"},
        )
    )
    assert found.lines[0].message == "It is called “x_y” here. Not carried: header, scoring, tags."
    assert found.faults == ()
    assert parse(found.document).code == "x_y"


def test_a_text_with_signs_of_markup_is_the_same_elsewhere_and_back():
    plain = dict(EVERY_KIND, questions=[dict(one) for one in EVERY_KIND["questions"]])
    shown = next(one for one in plain["questions"] if one["kind"] == "information")
    shown["texts"] = dict.fromkeys(shown["texts"], "1 < 2 & <b>3</b>")
    written = surveyjs(parse(plain))
    element = next(e for page in written["pages"] for e in page["elements"] if e["name"] == shown["code"])
    assert "1 &lt; 2 &amp; &lt;b&gt;3&lt;/b&gt;" in element["html"].values()
    assert parse(back(written).document) == parse(plain)
