"""Documents to test with: one question of every kind, a branching survey, and how to write texts quickly."""

from surveys.core.text import LANGUAGES


def text(words):
    """The same words in the three languages, told apart by their ending."""
    return {"zh-hans": f"{words}简", "zh-hant": f"{words}繁", "en": words}


def options(*values, **marks):
    return [{"value": value, "texts": text(value.title())} | marks.get(value, {}) for value in values]


def question(code, kind, **more):
    return {"code": code, "kind": kind, "texts": text(code.title())} | more


def document(*questions, **more):
    return {
        "instrument": 1, "code": "survey", "names": text("Survey"), "languages": list(LANGUAGES),
        "questions": list(questions),
    } | more  # fmt: skip


EVERY_KIND = document(
    question("agree", "consent", section="start", required=True),
    question("hello", "information", section="start"),
    question(
        "overall", "rating", section="main", required=True, scale="level5", options=options("1", "2", "3", "4", "5")
    ),
    question("stars", "rating", section="main", appearance="stars", options=options("1", "2", "3", "4")),
    question(
        "likert", "rating", section="main", appearance="likert", allows_dont_know=True,
        options=options(*map(str, range(1, 12))),
    ),
    question("district", "single", section="main", required=True, options=options("north", "south")),
    question(
        "used", "multiple", section="main", randomised=True, max_choices=2,
        options=options("web", "desk", "phone", "none", none={"exclusive": True}),
    ),
    question(
        "grid", "matrix", section="main", rows=options("speed", "staff"), options=options("bad", "good"),
        allows_dont_know=True,
    ),
    question(
        "first", "ranking", section="main", max_choices=3, randomised=True,
        options=options("streets", "parks", "police", "other", other={"fixed": True}),
    ),
    question("age", "number", section="main", minimum=18, maximum=110, constraint=". != 99",
             constraint_texts=text("Not 99")),
    question("moved", "date", section="main", constraint=". <= today()"),
    question("job", "short_text", section="main", max_length=40),
    question("why", "long_text", section="main", relevant="overall <= 2 and selected(used, 'web')"),
    question("recommend", "nps", section="end"),
    question("effort", "ces", section="end", hints=text("Think of all steps"), relevant="cell(grid, 'speed') = 'bad'"),
    sections=[
        {"code": "start"},
        {"code": "main", "texts": text("Main part"), "hints": text("Two minutes")},
        {"code": "end", "texts": text("End"), "relevant": "district != ''"},
    ],
    header={
        "form_number": "F-7", "making_body": "Office", "approving_body": "Bureau", "approval_number": "2026-12",
        "valid_until": "2026-12-31",
    },
)  # fmt: skip
