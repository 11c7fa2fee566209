"""Documents of questionnaires: what is taken, and every fault with its place."""

import copy

import pytest

from surveys.catalogue.enums import Mode
from surveys.core.text import LANGUAGES
from surveys.instruments.definition import DefinitionError, parse
from surveys.instruments.shipped import preset_documents

TEXT = {"zh-hans": "好", "zh-hant": "好", "en": "Good"}
GOOD = {
    "instrument": 1,
    "code": "x",
    "names": TEXT,
    "questions": [{"code": "q1", "kind": "number", "texts": TEXT}],
}


def faults(change):
    document = copy.deepcopy(GOOD)
    change(document)
    with pytest.raises(DefinitionError) as caught:
        parse(document)
    return {fault.place for fault in caught.value.faults}


@pytest.mark.parametrize("document", preset_documents(), ids=lambda document: document["code"])
def test_every_preset_parses_with_three_languages_and_a_source(document):
    definition = parse(document)
    assert definition.languages == LANGUAGES
    assert definition.source
    assert definition.dated
    texts = [question.texts for question in definition.questions] + [tag.texts for tag in definition.tags]
    texts += [option.texts for question in definition.questions for option in question.options]
    assert all(set(text) == set(LANGUAGES) for text in texts)


def rating_form():
    return parse(next(doc for doc in preset_documents() if doc["code"] == "cn-haochaping-5"))


def test_the_codebook_has_the_reasons_of_the_standard():
    form = rating_form()
    assert [option.texts["zh-hans"] for option in form.question("overall").options] == [
        "非常不满意", "不满意", "基本满意", "满意", "非常满意",
    ]  # fmt: skip
    count = {
        (level, mode): len(form.tags_for(level, mode))
        for level in (1, 3, 5)
        for mode in ("offline", "online")
    }
    assert count == {
        (1, "offline"): 13, (1, "online"): 10, (3, "offline"): 7, (3, "online"): 7,
        (5, "offline"): 13, (5, "online"): 10,
    }  # fmt: skip


def test_every_level_and_mode_has_its_own_tags():
    form = rating_form()
    for mode in Mode.values:
        assert form.tag_codes(1, mode) == form.tag_codes(2, mode)
        assert form.tag_codes(4, mode) == form.tag_codes(5, mode)
        assert not form.tag_codes(1, mode) & form.tag_codes(5, mode)
        assert not form.tag_codes(3, mode) & (form.tag_codes(1, mode) | form.tag_codes(5, mode))
        assert form.tag_codes(1, mode)


def test_bad_tags_mirror_good_ones_of_the_same_dimension():
    form = rating_form()
    pairs = [(tag, form.tag(tag.mirrors)) for tag in form.tags if tag.mirrors]
    assert len(pairs) == 21
    assert all((bad.group, good.group) == ("bad", "good") for bad, good in pairs)
    assert all((bad.dimension, bad.modes) == (good.dimension, good.modes) for bad, good in pairs)


def test_faults_are_all_named_with_their_places():
    def change(document):
        document["questions"] = [
            {"code": "Q 1", "kind": "number", "texts": {"en": "Hi"}, "colour": "red"},
            {"code": "q2", "kind": "single", "texts": TEXT, "options": [{"value": "a", "texts": TEXT}]},
            {"code": "q2", "kind": "poem", "texts": TEXT, "minimum": "many", "max_length": 0},
        ]
        document["tags"] = [{"code": "t", "levels": [6], "modes": [], "group": "ugly", "texts": TEXT}]
        document["header"] = {"valid_until": "soon"}

    assert faults(change) == {
        "questions[0].code", "questions[0].colour", "questions[0].texts.zh-hans",
        "questions[0].texts.zh-hant", "questions[1].options", "questions[2].code", "questions[2].kind",
        "questions[2].minimum", "questions[2].max_length", "tags[0].levels", "tags[0].modes",
        "tags[0].group", "header.valid_until",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda d: d.update(instrument=2), "instrument"),
        (lambda d: d.update(languages=["fr"]), "languages"),
        (lambda d: d.update(status="rumour"), "status"),
        (lambda d: d.update(questions="none"), "questions"),
        (lambda d: d.update(code=""), "code"),
        (lambda d: d.update(extra=1), "document.extra"),
        (lambda d: d["questions"][0].update(required="yes"), "questions[0].required"),
        (lambda d: d["questions"][0].update(kind="matrix"), "questions[0].rows"),
        (lambda d: d["questions"][0].update(texts="Hello"), "questions[0].texts"),
    ],
)
def test_a_fault_is_named(change, place):
    assert place in faults(change)


def test_something_other_than_an_object_is_refused():
    with pytest.raises(DefinitionError):
        parse([1, 2])
