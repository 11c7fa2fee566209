"""What is refused when a questionnaire is put in force: the place and the reason."""

import pytest

from surveys.instruments.checks import publishing_faults
from surveys.instruments.definition import DefinitionError, parse
from surveys.instruments.shipped import preset_documents
from tests.surveys.instruments.documents import EVERY_KIND, document, options, question, text


def faults(*questions, **more):
    return [(fault.place, fault.message) for fault in publishing_faults(parse(document(*questions, **more)))]


def places(*questions, **more):
    return [place for place, _message in faults(*questions, **more)]


A = question("a", "single", options=options("x", "y"))


@pytest.mark.parametrize("shipped", [*preset_documents(), EVERY_KIND], ids=lambda shipped: shipped["code"])
def test_what_ships_can_be_put_in_force(shipped):
    assert publishing_faults(parse(shipped)) == ()


def test_an_unknown_name_and_a_broken_condition_are_named_with_character():
    assert faults(A, question("b", "number", relevant="nobody = 1", constraint=". >")) == [
        ("questions[1].relevant", "There is no question “nobody”. (character 1)"),
        (
            "questions[1].constraint",
            "A question, a number or a text is missing here. (character 4)",
        ),
    ]


def test_a_circle_is_named_with_its_way():
    found = faults(
        question("a", "number", relevant="c > 1"),
        question("b", "number", relevant="a > 1"),
        question("c", "number", relevant="b > 1"),
    )
    assert found == [("questions[0].relevant", "The conditions go round in a circle: a → c → b → a.")]


def test_a_question_that_decides_about_itself_is_a_circle():
    found = faults(question("a", "number", relevant="a > 1"))
    assert found == [("questions[0].relevant", "The conditions go round in a circle: a → a.")]


def test_looking_ahead_is_refused():
    found = faults(question("a", "number", relevant="b > 1"), question("b", "number"))
    assert found == [("questions[0].relevant", "“b” is asked only later; look at earlier questions.")]


def test_a_section_looks_at_earlier_sections_only():
    sections = [{"code": "s1"}, {"code": "s2", "relevant": "c = 1"}]
    found = places(
        question("b", "number", section="s1"), question("c", "number", section="s2"), sections=sections
    )
    assert found == ["sections[1].relevant"]
    assert places(question("b", "number", section="s1"), sections=[*sections[:1], {"code": "s3"}]) == [
        "sections[1]"
    ]


AGE = question("age", "number", minimum=18, maximum=60)
NEEDED = question("a", "single", options=options("x", "y"), required=True)
USED = question(
    "used", "multiple", options=options("web", "desk", "none", none={"exclusive": True}), max_choices=2
)


@pytest.mark.parametrize(
    ("first", "condition"),
    [
        (A, "a = 'x' and a = 'y'"),
        (NEEDED, "a = ''"),
        (NEEDED, "not (a = 'x' or a = 'y')"),
        (AGE, "age < 18 and age != ''"),
        (AGE, "age > 60"),
        (AGE, "age > 20 and age < 20"),
        (USED, "selected(used, 'none') and selected(used, 'web')"),
        (USED, "count(used) > 2"),
        (A, "false"),
        (question("go", "consent", required=True), "go = 'no'"),
        (question("on", "date"), "on < '2026-01-01' and on > '2026-01-01'"),
        (
            question("g", "matrix", rows=options("r", "s"), options=options("a", "b")),
            "cell(g, 'r') = 'a' and cell(g, 'r') = 'b'",
        ),
    ],
)
def test_a_question_that_no_answers_lead_to_is_named(first, condition):
    found = faults(first, question("last", "number", relevant=condition))
    assert found == [("questions[1]", "No answers lead to “last”.")]


@pytest.mark.parametrize(
    ("first", "condition"),
    [
        (A, "a = ''"),
        (AGE, "age > 59 and age < 60"),
        (AGE, "age * 2 > 1000"),
        (USED, "selected(used, 'desk') and selected(used, 'web') and count(used) = 2"),
        (question("go", "consent"), "go = 'no'"),
        (question("name", "short_text"), "name != 'Li' and name != ''"),
        (question("on", "date"), "on > '2026-01-01' and on < '2026-01-03'"),
        (
            question("g", "matrix", rows=options("r", "s", "t"), options=options("a", "b", "c")),
            "cell(g, 'r') = 'a' and cell(g, 's') = 'b' and cell(g, 't') = 'c'",
        ),
        (question("n", "number"), "n < -5"),
    ],
)
def test_a_question_that_some_answers_lead_to_is_not(first, condition):
    assert faults(first, question("last", "number", relevant=condition)) == []


def test_a_question_is_out_of_reach_through_the_one_before_it():
    found = faults(
        A,
        question("b", "single", options=options("p", "q"), relevant="a = 'x'"),
        question("c", "number", relevant="b = 'p' and a = 'y'"),
    )
    assert found == [("questions[2]", "No answers lead to “c”.")]


def test_the_search_gives_the_benefit_of_the_doubt_when_it_takes_too_long():
    many = [question(f"q{n}", "single", options=options("a", "b", "c", "d")) for n in range(12)]
    condition = " and ".join(f"q{n} != 'a'" for n in range(12)) + " and q0 = 'a'"
    assert faults(*many, question("last", "number", relevant=condition)) == []


@pytest.mark.parametrize(
    ("item", "place"),
    [
        (question("and", "number"), "questions[0].code"),
        (question("a", "rating", options=options(*map(str, range(12)))), "questions[0].options"),
        (question("a", "rating", options=options("1", "2"), randomised=True), "questions[0].randomised"),
        (question("a", "rating", options=options("1", "2"), appearance="faces"), "questions[0].appearance"),
        (question("a", "number", appearance="stars"), "questions[0].appearance"),
        (question("a", "number", minimum=3, maximum=2), "questions[0].maximum"),
        (question("a", "number", max_choices=2), "questions[0].max_choices"),
        (question("a", "multiple", options=options("x", "y"), min_choices=3), "questions[0].min_choices"),
        (question("a", "number", section="s"), "questions[0].section"),
    ],
)
def test_parts_of_a_question_that_do_not_fit_are_named(item, place):
    with pytest.raises(DefinitionError) as caught:
        parse(document(item))
    assert [fault.place for fault in caught.value.faults] == [place]


def test_the_questions_of_a_section_stand_together():
    mixed = document(
        *(question(f"q{n}", "number", section=code) for n, code in enumerate("aba")),
        sections=[{"code": "a", "texts": text("A")}, {"code": "b"}],
    )
    with pytest.raises(DefinitionError) as caught:
        parse(mixed)
    assert [fault.place for fault in caught.value.faults] == ["questions[2].section"]
