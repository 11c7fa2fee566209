"""Questionnaires of any kind for property tests: every kind of question, sections, branching, languages."""

from hypothesis import strategies as st

from surveys.core.text import LANGUAGES
from surveys.instruments.definition import parse

WORDS = st.text(alphabet="abc XYZ09 好請=+-@'\"<>&{}%$|,;\n", min_size=1, max_size=12).filter(
    lambda words: words.strip() == words and "\n\n" not in words
)
VALUES = st.text(alphabet="abc019_好-", min_size=1, max_size=6)
POINTS = st.one_of(st.none(), st.integers(0, 100), st.sampled_from(["12.5", "-3"]))
OPTIONED = ("single", "multiple", "ranking", "rating", "matrix")
KINDS = (*OPTIONED, "number", "date", "short_text", "long_text", "nps", "ces", "consent", "information")


@st.composite
def texts(draw, languages):
    return {language: draw(WORDS) for language in languages}


@st.composite
def options(draw, languages, *, marked=True):
    values = draw(
        st.lists(VALUES, min_size=2, max_size=5, unique=True).filter(lambda found: "dk" not in found)
    )
    found = []
    for value in values:
        option = {"value": value, "texts": draw(texts(languages))}
        if (points := draw(POINTS)) is not None:
            option["points"] = points
        for mark in ("exclusive", "fixed") if marked else ():
            if draw(st.integers(0, 5)) == 0:
                option[mark] = True
        found.append(option)
    return found


@st.composite
def details(draw, kind, question):
    """What a kind may have beside its texts."""
    found = {}
    if kind in {"single", "multiple", "matrix", "ranking"} and draw(st.booleans()):
        found["randomised"] = True
    if kind in {"multiple", "ranking"} and draw(st.booleans()):
        most = draw(st.integers(1, len(question["options"])))
        found["max_choices"] = most
        found["min_choices"] = draw(st.integers(1, most))
    if kind == "rating":
        looks = ["", "stars", "likert", *(["faces"] if len(question["options"]) in {3, 5} else [])]
        found |= {
            "appearance": draw(st.sampled_from(looks)),
            "scale": draw(st.sampled_from(["", "k5", "level5"])),
        }
    if kind == "number":
        found |= draw(
            st.sampled_from(
                [{}, {"minimum": 0, "maximum": 120, "whole": True}, {"minimum": "0.5"}, {"maximum": 9}]
            )
        )
    if kind in {"short_text", "long_text"}:
        found |= draw(st.sampled_from([{}, {"max_length": 40}]))
    if kind not in {"matrix", "information"} and draw(st.integers(0, 3)) == 0:
        found |= {"constraint": CONSTRAINTS.get(kind, ". != ''")}
    return found


CONSTRAINTS = {
    "number": ". > 3 and . != 7", "date": ". <= today()", "short_text": "length(.) > 1", "long_text": "length(.) > 1",
    "multiple": "count(.) >= 1 or . = ''", "nps": ". != 5",
}  # fmt: skip


def condition(question):
    """A condition that looks at an earlier question."""
    kind, code = question["kind"], question["code"]
    if kind == "information":
        return "true"
    if kind == "matrix":
        row, option = question["rows"][0]["value"], question["options"][0]["value"]
        return f"cell({code}, '{row}') = '{option}'"
    if kind in {"multiple", "ranking"}:
        return f"selected({code}, '{question['options'][0]['value']}') and count({code}) > 0"
    if kind in {"single", "rating"}:
        return f"{code} = '{question['options'][0]['value']}'"
    if kind == "consent":
        return f"{code} = 'yes'"
    if kind in {"nps", "ces"}:
        return f"{code} <= 6 or {code} > 6"
    if kind == "number":
        return f"not {code} > 3 or ({code} + 1) * 2 = 4.5"
    return f"{code} != ''"


@st.composite
def questionnaires(draw):
    """A document that can be read, with conditions that look back."""
    languages = draw(st.sampled_from([LANGUAGES, ("zh-hans", "en"), ("en",)]))
    codes = [f"q{number}" for number in range(draw(st.integers(1, 5)))]
    questions = []
    for code in codes:
        kind = draw(st.sampled_from(KINDS))
        question = {"code": code, "kind": kind, "texts": draw(texts(languages))}
        if kind in OPTIONED:
            question["options"] = draw(options(languages))
        if kind == "matrix":
            question["rows"] = draw(options(languages))
        if draw(st.booleans()):
            question["hints"] = draw(texts(languages))
        if kind != "information":
            question |= {"required": draw(st.booleans()), "allows_dont_know": draw(st.booleans())}
        question |= draw(details(kind, question))
        if question.get("constraint") and draw(st.booleans()):
            question["constraint_texts"] = draw(texts(languages))
        if questions and draw(st.booleans()):
            question["relevant"] = condition(draw(st.sampled_from(questions)))
        question["dimension"] = draw(st.sampled_from(["", "speed"]))
        questions.append(question)
    document = {
        "instrument": 1, "code": "made", "names": draw(texts(languages)), "languages": list(languages),
        "questions": questions,
    }  # fmt: skip
    if draw(st.booleans()):
        document["sections"] = draw(sections(languages, questions))
    return document


@st.composite
def sections(draw, languages, questions):
    """One or two sections over all questions."""
    cut = draw(st.integers(1, len(questions)))
    for number, question in enumerate(questions):
        question["section"] = "one" if number < cut else "two"
    found = [{"code": "one"}, {"code": "two"}][: 1 if cut == len(questions) else 2]
    for number, section in enumerate(found):
        if draw(st.booleans()):
            section["texts"] = draw(texts(languages))
            section["hints"] = draw(texts(languages))
        if number and draw(st.booleans()):
            section["relevant"] = condition(questions[0])
    return found


def definitions():
    """The same as definitions."""
    return questionnaires().map(parse)
