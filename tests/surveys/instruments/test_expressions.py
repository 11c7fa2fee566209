"""The language of conditions: how it reads, what it means, and what it refuses with the place."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.instruments.definition import parse
from surveys.instruments.expressions.evaluation import holds, typed
from surveys.instruments.expressions.grammar import parse_condition
from surveys.instruments.expressions.nodes import (
    Binary,
    Call,
    ExpressionError,
    Literal,
    Name,
    Own,
    Unary,
)
from surveys.instruments.expressions.types import Typing
from surveys.instruments.expressions.writing import write_condition
from tests.surveys.instruments.documents import EVERY_KIND

DEFINITION = parse(EVERY_KIND)
QUESTIONS = {question.code: question for question in DEFINITION.questions}


def met(text, **answers):
    return holds(parse_condition(text), lambda code: typed(QUESTIONS[code], answers.get(code)))


@pytest.mark.parametrize(
    ("text", "answers", "expected"),
    [
        ("overall <= 2", {"overall": "2"}, True),
        ("overall <= 2", {"overall": "3"}, False),
        ("overall <= 2", {}, False),
        ("likert > 9", {"likert": "10"}, True),
        ("likert > 9", {"likert": "dk"}, False),
        ("likert = 'dk'", {"likert": "dk"}, True),
        ("district = 'north'", {"district": "north"}, True),
        ("district != 'north'", {}, True),
        ("district = ''", {}, True),
        ("district != ''", {"district": "south"}, True),
        ("selected(used, 'web')", {"used": ["web", "desk"]}, True),
        ("selected(used, 'web')", {"used": ["desk"]}, False),
        ("selected(used, 'web')", {}, False),
        ("count(used) >= 2", {"used": ["web", "desk"]}, True),
        ("count(used) = 0", {}, True),
        ("cell(grid, 'speed') = 'bad'", {"grid": {"speed": "bad"}}, True),
        ("cell(grid, 'speed') = 'bad'", {"grid": {"staff": "bad"}}, False),
        ("grid = ''", {}, True),
        ("age >= 18 and age < 30", {"age": "29.5"}, True),
        ("age + 1 > 30", {"age": "29.5"}, True),
        ("2 * age - 1 = 58", {"age": "29.5"}, True),
        ("age / 0 > 1", {"age": "29"}, False),
        ("-age < 0", {"age": "29"}, True),
        ("moved < '2026-01-01'", {"moved": "2025-12-31"}, True),
        ("moved = date('2025-12-31')", {"moved": "2025-12-31"}, True),
        ("length(job) > 3", {"job": "baker"}, True),
        ("not overall = 1 or district = 'north'", {"overall": "1", "district": "north"}, True),
        ("not (overall = 1 or district = 'north')", {"overall": "2", "district": "south"}, True),
        ("true or overall = 1", {}, True),
        ("selected(first, 'parks')", {"first": ["streets", "parks"]}, True),
    ],
)
def test_a_condition_means(text, answers, expected):
    assert met(text, **answers) is expected


@pytest.mark.parametrize(
    ("text", "at", "words"),
    [
        ("", 1, "empty"),
        ("overall <", 10, "is missing here"),
        ("overall < 2)", 12, "not expected"),
        ("(overall < 2", 13, "“)” is missing"),
        ("overall ; 2", 9, "does not belong"),
        ("1 < overall < 3", 13, "Join two comparisons"),
        ("__import__('os')", 1, "no function “__import__”"),
        ("eval('1')", 1, "no function"),
        ("selected(used)", 1, "takes 2 values"),
        ("a" * 2001, 1, "longer than"),
        ("(" * 41 + "1=1" + ")" * 41, 41, "nested too deeply"),
        ("not " * 60 + "true", 241, "nested too deeply"),
        (" or ".join(["overall = 1"] * 90), 900, "more than 300 parts"),
        ("overall = 'x", 11, "does not belong"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(text, at, words):
    with pytest.raises(ExpressionError, match=re.escape(words)) as caught:
        parse_condition(text)
    if "parts" not in words:
        assert caught.value.at == at


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nobody = 1", "no question “nobody”"),
        ("hello = 'x'", "without an answer"),
        ("overall", "does not say yes or no"),
        ("overall = 'great'", "not among the options"),
        ("district < 3", "number is needed"),
        ("district + 1 = 2", "number is needed"),
        ("age = 'old'", "different sorts"),
        ("moved > 3", "compared with a day"),
        ("date('soon') < moved", "Write the day"),
        ("count(age) > 1", "does not fit"),
        ("length(age) > 1", "does not fit"),
        ("selected(used, 'plane')", "not among the options"),
        ("selected(used, age)", "takes a text second"),
        ("selected('web', 'web')", "takes a question first"),
        ("cell(grid, 'price') = 'bad'", "not a row"),
        ("grid = 'bad'", "row by row"),
        (". > 3", "stands in constraints only"),
        ("moved < today()", "stands in constraints only"),
        ("not age", "yes or no is needed"),
        ("age and true", "yes or no is needed"),
    ],
)
def test_what_makes_no_sense_is_refused(text, words):
    with pytest.raises(ExpressionError, match=words):
        Typing(QUESTIONS).check(parse_condition(text))


literals = st.one_of(
    st.decimals(0, 999, places=2).map(lambda number: Literal(Decimal(f"{number:f}"))),
    st.text("abc '", max_size=5).map(Literal),
    st.booleans().map(Literal),
)
leaves = st.one_of(literals, st.sampled_from(["q1", "other"]).map(Name), st.just(Own()))


def grown(inner):
    return st.one_of(
        st.builds(
            Binary, st.sampled_from(["or", "and", "=", "!=", "<", ">=", "+", "-", "*", "/"]), inner, inner
        ),
        st.builds(Unary, st.sampled_from(["not", "-"]), inner),
        st.builds(lambda a, b: Call("selected", (a, b)), inner, inner),
    )


@given(st.recursive(leaves, grown, max_leaves=20))
def test_a_written_condition_means_what_it_was(node):
    text = write_condition(node)
    again = parse_condition(text)
    assert write_condition(again) == text
    values = {"q1": Decimal(2), "other": "abc"}
    assert holds(again, values.get, own="a") == holds(node, values.get, own="a")
