"""Changes of a draft's document: what each does, and that nothing else changes."""

import copy

import pytest

from surveys.instruments import designing, questionfields
from surveys.instruments.checklist import checklist, simple_conditions
from surveys.instruments.checks import publishing_faults
from surveys.instruments.definition import parse
from surveys.instruments.readymade import READY_MADE
from tests.surveys.instruments.documents import EVERY_KIND, document, options, question

LANGUAGES = ("zh-hans", "zh-hant", "en")
THREE = document(*(question(code, "number") for code in ("a", "b", "c")))


def codes(found):
    return [one["code"] for one in found["questions"]]


def sections(found):
    return [one.get("section", "") for one in found["questions"]]


def test_questions_are_added_moved_copied_and_removed():
    before = copy.deepcopy(THREE)
    added = designing.with_question(THREE, question("d", "date"))
    assert codes(added) == ["a", "b", "c", "d"]
    assert codes(designing.moved(THREE, "c", -1)) == ["a", "c", "b"]
    assert codes(designing.moved(THREE, "a", -1)) == ["a", "b", "c"]
    assert codes(designing.copied(THREE, "a")) == ["a", "a_2", "b", "c"]
    assert codes(designing.without_question(THREE, "b")) == ["a", "c"]
    assert before == THREE
    with pytest.raises(designing.DesignRefusedError, match="no question “x”"):
        designing.moved(THREE, "x", 1)


def test_sections_take_questions_in_and_let_them_go():
    one = designing.with_section(THREE, {"en": "First", "zh-hans": ""})
    assert one["sections"] == [{"code": "part_1", "texts": {"en": "First"}}]
    assert sections(one) == ["part_1"] * 3
    two = designing.with_section(one, {})
    moved = designing.moved(designing.with_question(two, question("d", "date", section="part_2")), "c", 1)
    assert (codes(moved), sections(moved)) == (["a", "b", "c", "d"], ["part_1", "part_1", "part_2", "part_2"])
    assert codes(designing.with_question(two, question("d", "date", section="part_1"))) == [
        "a",
        "b",
        "c",
        "d",
    ]
    gone = designing.without_section(moved, "part_2")
    assert sections(gone) == ["part_1"] * 4
    assert designing.without_section(one, "part_1") == THREE


@pytest.mark.parametrize("one", EVERY_KIND["questions"], ids=lambda one: one["code"])
def test_a_question_goes_through_its_form_unchanged(one):
    fields = questionfields.fields_from(one, LANGUAGES)
    after = questionfields.question_from(fields, LANGUAGES, one)
    changed = EVERY_KIND | {
        "questions": [after if q["code"] == one["code"] else q for q in EVERY_KIND["questions"]]
    }
    assert parse(changed) == parse(EVERY_KIND)


def test_options_are_one_line_each_in_every_language():
    fields = {"options_zh-hans": "好\n坏\n", "options_en": "Good", "option_values": "g", "exclusive": "2",
              "option_points": "3"}  # fmt: skip
    assert questionfields.listed(fields, "option", ("zh-hans", "en"), []) == [
        {"value": "g", "texts": {"zh-hans": "好", "en": "Good"}, "points": 3},
        {"value": "2", "texts": {"zh-hans": "坏"}, "exclusive": True},
    ]
    with pytest.raises(designing.DesignRefusedError, match="more lines in one language"):
        questionfields.listed(
            {"options_zh-hans": "好", "options_en": "a\nb"}, "option", ("zh-hans", "en"), []
        )


def test_a_ready_made_scale_needs_no_typing():
    fields = {"kind": "single", "ready": "level5", "text_en": "How was it?", "text_zh-hans": "怎么样？"}
    made = questionfields.question_from(fields, ("zh-hans", "en"), {})
    assert (made["kind"], made["scale"], len(made["options"])) == ("rating", "level5", 5)
    assert made["options"][0]["texts"] == {"zh-hans": "非常不满意", "en": "Very dissatisfied"}


def test_texts_are_translated_by_place():
    places = dict(designing.texts_of(EVERY_KIND))
    assert len(places) == len(list(designing.texts_of(EVERY_KIND)))
    found = designing.translated(
        EVERY_KIND, {"questions.2.options.0.texts:en": "One", "names:en": "", "nothing:en": "x"}, LANGUAGES
    )
    assert found["questions"][2]["options"][0]["texts"]["en"] == "One"
    assert "en" not in found["names"]
    assert EVERY_KIND["names"]["en"] == "Survey"


def test_a_template_loses_the_languages_that_are_not_wanted():
    found = designing.started(code="new", names={"en": "New"}, languages=["en"], template=EVERY_KIND)
    parse(found)
    assert found["sections"][1]["texts"] == {"en": "Main part"}
    assert "header" not in found


def test_a_questionnaire_without_a_code_gets_a_free_one_from_its_name():
    assert designing.free_name("Library visit", {"library_visit"}) == "library_visit_2"
    assert designing.free_name("图书馆", {"survey"}) == "survey_2"


def test_the_list_says_what_is_missing_and_where():
    broken = copy.deepcopy(EVERY_KIND)
    del broken["questions"][2]["texts"]["en"]
    broken["questions"][3]["relevant"] = "nobody = 1"
    complete, languages, conditions = checklist(broken)
    assert complete.is_met
    assert [(finding.code, finding.place) for finding in languages.findings] == [("overall", "texts.en")]
    assert [(finding.code, finding.message) for finding in conditions.findings] == [
        ("stars", "There is no question “nobody”. (character 1)")
    ]
    broken["questions"][4]["options"] = broken["questions"][4]["options"][:1]
    assert [finding.code for finding in checklist(broken)[0].findings] == ["likert"]
    assert all(check.is_met for check in checklist(EVERY_KIND))


def test_conditions_to_pick_from_look_back_only_and_can_be_read():
    offered = simple_conditions(parse(EVERY_KIND), "district")
    assert [name for name, _list in offered] == ["Agree", "Overall", "Stars", "Likert"]
    for _name, conditions in simple_conditions(parse(EVERY_KIND)):
        for condition, _words in conditions:
            last = question("last", "number", relevant=condition)
            assert checklist(document(*without_sections(), last))[2].is_met, condition


def without_sections():
    return [
        {key: value for key, value in one.items() if key not in {"section", "relevant"}}
        for one in EVERY_KIND["questions"]
    ]


def test_a_choice_with_an_apostrophe_is_not_offered():
    odd = parse(document(question("q", "single", options=options("it's", "b"))))
    assert [condition for condition, _words in simple_conditions(odd)[0][1]] == ["q = 'b'", "q != ''"]


def test_a_section_takes_a_heading_a_hint_and_a_condition():
    one = designing.with_section(THREE, {"en": "First"})
    changed = designing.section_changed(
        one, {"code": "part_1", "texts": {"en": "Again"}, "hints": {}, "relevant": "a > 1"}
    )
    assert changed["sections"] == [{"code": "part_1", "texts": {"en": "Again"}, "relevant": "a > 1"}]
    with pytest.raises(designing.DesignRefusedError, match="no section “x”"):
        designing.section_changed(one, {"code": "x"})


def test_a_section_moves_with_its_questions():
    two = designing.with_section(designing.with_section(THREE, {}), {})
    two = designing.with_question(two, question("d", "date", section="part_2"))
    moved = designing.section_moved(two, "part_2", -1)
    assert [one["code"] for one in moved["sections"]] == ["part_2", "part_1"]
    assert codes(moved) == ["d", "a", "b", "c"]
    assert designing.section_moved(moved, "part_1", -1) == two
    assert designing.section_moved(two, "part_1", -1) == two


def test_options_take_points_and_places_of_their_own():
    fields = {
        "kind": "single", "options_en": "Bad\nGood\nOther", "option_values": "bad\ngood\nother",
        "option_points": "0\n2.5\n-", "fixed": "other", "exclusive": "", "randomised": True, "text_en": "How?",
    }  # fmt: skip
    made = questionfields.question_from(fields, ["en"], {})
    assert made["options"] == [
        {"value": "bad", "texts": {"en": "Bad"}, "points": 0},
        {"value": "good", "texts": {"en": "Good"}, "points": 2.5},
        {"value": "other", "texts": {"en": "Other"}, "fixed": True},
    ]
    back = questionfields.fields_from(made, ["en"])
    assert (back["option_points"], back["fixed"]) == ("0\n2.5\n-", "other")
    for wrong, told in (("0\nmany", "line 2: “many” is not a number"), ("1\n2\n3\n4", "more points than options"),
                        ("NaN", "line 1")):  # fmt: skip
        with pytest.raises(designing.DesignRefusedError, match=told):
            questionfields.question_from(fields | {"option_points": wrong}, ["en"], {})


@pytest.mark.parametrize("ready", sorted(READY_MADE))
def test_every_ready_made_scale_can_be_put_in_force(ready):
    fields = {"kind": "rating", "ready": ready} | {f"text_{code}": "How?" for code in LANGUAGES}
    made = questionfields.question_from(fields, LANGUAGES, {}) | {"code": "how"}
    assert publishing_faults(parse(document(made))) == ()
