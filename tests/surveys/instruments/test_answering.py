"""What a page sends: what is kept, what is refused with its sentence, in the respondent's language."""

from datetime import date

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from surveys.instruments.answering import clean, clean_answers
from surveys.instruments.definition import parse
from tests.surveys.instruments.documents import EVERY_KIND, document, options, question

TODAY = date(2026, 11, 22)
DEFINITION = parse(EVERY_KIND)
MAIN = 2


def sent(text):
    return QueryDict(text, encoding="utf-8")


def post(text, language="en", answers=None):
    return clean(DEFINITION, sent(text), MAIN, language, answers=answers or {"agree": "yes"}, today=TODAY)


NEEDED = "q-overall=4&q-district=north"


def test_a_full_page_is_kept_in_the_stored_shapes():
    found = post(
        NEEDED + "&q-stars=2&q-likert=dk&q-used=desk&q-used=web&q-grid-speed=bad&q-grid-staff=dk"
        "&q-first-1=parks&q-first-2=other&q-first-3=&q-age=%EF%BC%93%EF%BC%90.50&q-moved=2024-02-29&q-job=+a++baker+"
    )
    assert found.faults == ()
    assert found.answers == {
        "agree": "yes", "overall": "4", "district": "north", "stars": "2", "likert": "dk", "used": ["web", "desk"],
        "grid": {"speed": "bad", "staff": "dk"}, "first": ["parks", "other"], "age": "30.5",
        "moved": "2024-02-29", "job": "a baker",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ("q-stars=9", "q-stars", "not among the choices"),
        ("q-stars=dk", "q-stars", "not among the choices"),
        ("q-used=web&q-used=none", "q-used", "“None” cannot be chosen together"),
        ("q-used=web&q-used=desk&q-used=phone", "q-used", "at most 2"),
        ("q-grid-speed=awful", "q-grid-speed", "not among the choices"),
        ("q-first-1=parks&q-first-2=parks", "q-first-2", "in two places"),
        ("q-first-2=parks", "q-first-1", "from the first on"),
        ("q-age=old", "q-age", "“old” is not a number"),
        ("q-age=1e9", "q-age", "is not a number"),
        ("q-age=NaN", "q-age", "is not a number"),
        ("q-age=" + "9" * 200, "q-age", "is not a number"),
        ("q-age=17", "q-age", "from 18 on"),
        ("q-age=111", "q-age", "up to 110"),
        ("q-age=99", "q-age", "Not 99"),
        ("q-moved=2026-02-30", "q-moved", "is not a day"),
        ("q-moved=2026-11-23", "q-moved", "does not fit"),
        ("q-job=" + "x" * 41, "q-job", "1 character too long"),
    ],
)
def test_a_wrong_answer_is_named_and_left_out(given, field, words):
    found = post(f"{NEEDED}&{given}")
    assert [fault.field for fault in found.faults] == [field]
    assert words in found.faults[0].message
    assert found.answers == {"agree": "yes", "overall": "4", "district": "north"}


def test_what_is_needed_is_asked_for_in_the_readers_language():
    assert [(f.code, f.message) for f in post("").faults] == [
        ("overall", "Choose an answer"), ("district", "Choose an answer"),
    ]  # fmt: skip
    assert "Not 99简" in post(f"{NEEDED}&q-age=99", "zh-hans").faults[0].message


def test_an_answer_taken_back_is_gone_and_other_pages_stay():
    found = post(NEEDED, answers={"agree": "yes", "job": "baker", "recommend": "9"})
    assert found.answers == {"agree": "yes", "overall": "4", "district": "north", "recommend": "9"}


def test_a_question_that_is_not_asked_is_not_looked_at():
    found = clean(
        DEFINITION, sent("q-effort=99"), 4, "en", answers={"agree": "yes", "district": "south"}, today=TODAY
    )
    assert (found.answers, found.faults) == ({"agree": "yes", "district": "south"}, ())


def test_a_needed_grid_names_the_open_row_and_a_needed_ranking_the_open_place():
    needed = parse(
        document(
            question("g", "matrix", required=True, rows=options("r1", "r2"), options=options("a", "b")),
            question("r", "ranking", required=True, options=options("a", "b")),
        )
    )
    found = clean(needed, sent("q-g-r1=a&q-r-1=b"), 0, "en", answers={}, today=TODAY)
    assert [fault.field for fault in found.faults] == ["q-g-r2", "q-r-2"]
    kept = clean(needed, sent("q-g-r1=a&q-g-r2=b&q-r-1=b&q-r-2=a"), 0, "en", answers={}, today=TODAY)
    assert kept.answers == {"g": {"r1": "a", "r2": "b"}, "r": ["b", "a"]}


def test_a_whole_response_is_checked_at_once():
    given = {"agree": "yes", "overall": "1", "district": "north", "used": ["web"], "why": "Slow", "moved": ""}
    found = clean_answers(DEFINITION, given, "en", today=TODAY)
    assert found.faults == ()
    assert found.answers == {key: value for key, value in given.items() if value}
    wrong = clean_answers(DEFINITION, {"agree": "yes", "overal": "1", "why": "hidden"}, "en", today=TODAY)
    assert [fault.code for fault in wrong.faults] == ["overall", "district", "overal"]
    assert wrong.answers == {"agree": "yes"}


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from([q.code for q in DEFINITION.questions]), anything))
def test_whatever_is_given_is_kept_or_refused_but_never_breaks(given):
    found = clean_answers(DEFINITION, given, "en", today=TODAY)
    again = clean_answers(DEFINITION, found.answers, "en", today=TODAY)
    assert again.answers == found.answers
