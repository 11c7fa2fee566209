"""The way through a questionnaire: pages, branching, consent, the header's last day, the shuffled order."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.instruments import flow
from surveys.instruments.definition import parse
from tests.surveys.instruments.documents import EVERY_KIND, document, options, question

DEFINITION = parse(EVERY_KIND)


def codes(questions):
    return [question.code for question in questions]


def test_pages_follow_sections_and_are_cut_before_what_they_decide():
    assert [codes(page.questions) for page in flow.pages(DEFINITION)] == [
        ["agree"],
        ["hello"],
        ["overall", "stars", "likert", "district", "used", "grid", "first", "age", "moved", "job"],
        ["why"],
        ["recommend", "effort"],
    ]


def test_the_way_skips_pages_with_nothing_to_ask():
    answers = {"agree": "yes", "overall": "5", "district": "north", "used": ["web"]}
    assert flow.next_page(DEFINITION, answers, None) == 0
    assert flow.next_page(DEFINITION, answers, 2) == 4
    assert flow.next_page(DEFINITION, answers, 4) is None
    assert flow.previous_page(DEFINITION, answers, 4) == 2
    assert flow.previous_page(DEFINITION, answers, 0) is None
    assert flow.progress(DEFINITION, answers, 4) == flow.Progress(4, 4)
    assert flow.next_page(DEFINITION, answers | {"overall": "1"}, 2) == 3


def test_a_section_with_a_condition_is_skipped_whole():
    assert "recommend" not in codes(flow.visible(DEFINITION, {"agree": "yes"}))
    assert "recommend" in codes(flow.visible(DEFINITION, {"agree": "yes", "district": "south"}))


def test_a_refused_consent_ends_the_survey():
    assert codes(flow.visible(DEFINITION, {"agree": "no"})) == ["agree"]
    assert flow.declined(DEFINITION, {"agree": "no"})
    assert not flow.declined(DEFINITION, {"agree": "yes"})
    assert flow.next_page(DEFINITION, {"agree": "no"}, 0) is None


def test_an_answer_that_branching_hides_counts_as_none_all_the_way_down():
    chain = parse(
        document(
            question("a", "single", options=options("x", "y")),
            question("b", "single", options=options("x", "y"), relevant="a = 'x'"),
            question("c", "number", relevant="b = 'x'"),
        )
    )
    answers = {"a": "y", "b": "x", "c": "3"}
    assert codes(flow.visible(chain, answers)) == ["a"]
    assert flow.settled(chain, answers) == {"a": "y"}
    assert flow.settled(chain, answers | {"a": "x"}) == answers | {"a": "x"}
    assert [codes(page.questions) for page in flow.pages(chain)] == [["a"], ["b"], ["c"]]


def test_what_is_needed_and_asked_and_open_is_missing():
    assert codes(flow.missing(DEFINITION, {"agree": "yes"})) == ["overall", "district"]
    assert codes(flow.missing(DEFINITION, {"agree": "yes", "overall": "1", "district": "north"})) == []


def test_nothing_is_collected_after_the_last_day():
    assert flow.may_collect(DEFINITION, date(2026, 12, 31))
    assert not flow.may_collect(DEFINITION, date(2027, 1, 1))
    assert flow.may_collect(parse(document(question("q", "number"))), date(2099, 1, 1))


@given(st.text(max_size=20))
def test_an_order_is_drawn_once_a_seed_and_leaves_fixed_options_alone(seed):
    drawn = flow.option_orders(DEFINITION, seed)
    assert drawn == flow.option_orders(DEFINITION, seed)
    assert set(drawn) == {"used", "first"}
    assert sorted(drawn["used"]) == ["desk", "none", "phone", "web"]
    assert drawn["used"][3] == "none"
    assert drawn["first"][3] == "other"


def test_every_place_is_drawn_about_as_often():
    firsts = [flow.option_orders(DEFINITION, f"seed {n}")["first"][0] for n in range(600)]
    assert all(150 < firsts.count(value) < 250 for value in ("streets", "parks", "police"))


def test_a_page_that_is_not_there_is_an_error():
    with pytest.raises(IndexError):
        flow.shown(DEFINITION, {}, 99)
