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
