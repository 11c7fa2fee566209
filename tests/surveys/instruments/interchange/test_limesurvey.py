"""LimeSurvey's structure file: what it becomes, and every row accounted for."""

import pytest

from surveys.instruments.definition import parse
from surveys.instruments.interchange.limesurvey import read_limesurvey_file
from surveys.instruments.interchange.reports import InterchangeError

HEAD = [
    "class",
    "type/scale",
    "name",
    "relevance",
    "text",
    "help",
    "language",
    "validation",
    "mandatory",
    "other",
]


def body(language, words):
    """The rows of one language."""
    return [
        ["SL", "", "surveyls_title", "", words["title"], "", language],
        ["SL", "", "surveyls_urldescription", "", "x", "", language],
        ["G", "1", words["group"], "1", "", "", language],
        ["Q", "L", "Q1", "1", f"<p>{words['how']}</p>", words["help"], language, "", "Y"],
        ["A", "0", "A1", "", words["good"], "", language],
        ["A", "0", "A2", "", words["bad"], "", language],
        ["Q", "M", "Q2", 'Q1.NAOK == "A2"', words["what"], "", language, "", "", "Y"],
        ["SQ", "0", "web", "1", words["web"], "", language],
        ["SQ", "0", "desk", "1", words["desk"], "", language],
        ["Q", "F", "Q3", '((Q2_web.NAOK == "Y" and !is_empty(Q1.NAOK)))', words["how"], "", language],
        ["SQ", "0", "r1", "1", words["web"], "", language],
        ["A", "0", "1", "", words["good"], "", language],
        ["A", "0", "2", "", words["bad"], "", language],
        ["Q", "S", "Q4", 'Q3_r1.NAOK == "2"', words["what"], "", language, "/[a-z]/"],
        ["Q", "|", "Q5", "1", words["what"], "", language],
        ["Q", "T", "Q6", "Q5.NAOK != ''", words["what"], "", language],
        ["Q", "A", "Q7", "1", words["how"], "", language],
        ["SQ", "0", "r1", "1", words["desk"], "", language],
    ]


WORDS = dict.fromkeys(["title", "group", "how", "help", "good", "bad", "what", "web", "desk"])
EN = {key: key.title() for key in WORDS}
ZH = {key: f"{key}中" for key in WORDS}


def table(rows):
    return "\n".join("\t".join(row) for row in [HEAD, *rows]).encode("utf-8-sig")


FILE = table([["S", "", "language", "", "en"], ["S", "", "anonymized", "", "Y"], *body("en", EN), *body("zh-Hans", ZH),
              ["Q", "L", "Q1", "1", "Comment", "", "fr"], ["X", "", "y", "", "", "", "en"]])  # fmt: skip


def test_a_structure_file_becomes_a_questionnaire():
    found = read_limesurvey_file(FILE, "visits")
    assert found.faults == ()
    definition = parse(found.document)
    assert (definition.code, definition.languages) == ("visits", ("zh-hans", "en"))
    assert [(q.code, q.kind, q.relevant) for q in definition.questions] == [
        ("q1", "single", ""),
        ("q2", "multiple", "q1 = 'A2'"),
        ("q2_other", "short_text", "selected(q2, '-oth-')"),
        ("q3", "matrix", "selected(q2, 'web') and not q1 = ''"),
        ("q4", "short_text", "cell(q3, 'r1') = '2'"),
        ("q7", "matrix", ""),
    ]
    assert definition.question("q1").texts == {"en": "How", "zh-hans": "how中"}
    assert definition.question("q1").required
    assert definition.question("q7").values == ("1", "2", "3", "4", "5")
    assert [str(section.texts["zh-hans"]) for section in definition.sections] == ["group中"]


def test_every_row_is_accounted_for():
    found = read_limesurvey_file(FILE, "visits")
    assert len(found.lines) == 2 + 18 * 2 + 2
    by_name = {(line.place, line.name): (line.outcome.value, line.message) for line in found.lines}
    assert by_name["3", "anonymized"][0] == "refused"
    assert by_name["7", "Q1"][0] == "changed"
    assert "“|”" in by_name["18", "Q5"][1]
    assert "“Q5” is not a question that was taken" in by_name["19", "Q6"][1]
    assert by_name["40", "Q1"] == (
        "refused",
        "This language is not carried; known are English, 简体中文 and 繁體中文.",
    )
    assert "class “X”" in by_name["41", "y"][1]
    assert found.counts == {"taken": 25, "changed": 6, "refused": 9}


@pytest.mark.parametrize("content", [b"", b"a\tb\n1\t2\n", b"\xff\xfe", table([])])
def test_a_file_that_is_none_is_refused(content):
    with pytest.raises(InterchangeError):
        read_limesurvey_file(content)


def test_attributes_and_conditions_of_parts_are_told():
    head = [*HEAD, "default", "random_order", "hidden", "encrypted"]
    rows = [
        ["Q", "L", "Q1", "1", "How?", "", "en", "/a/", "", "", "A1", "1", "0", "Y"],
        ["A", "0", "A1", "", "Good", "", "en"],
        ["A", "0", "A2", "Q0 == 1", "Bad", "", "en"],
    ]
    content = "\n".join("\t".join(row + [""] * (len(head) - len(row))) for row in [head, *rows])
    found = read_limesurvey_file(content.encode())
    assert [(line.outcome.value, line.message) for line in found.lines] == [
        ("changed", "It is called “q1” here. Not carried: default, random_order, validation."),
        ("taken", ""),
        ("changed", "Not carried: relevance."),
    ]
