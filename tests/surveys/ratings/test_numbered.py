"""Every choice of the frozen form has one number, the same on paper, aloud and at the keyboard."""

import pytest

from surveys.instruments.queries import current_version
from surveys.ratings.numbered import (
    NumberUnknownError,
    keyed_answer,
    keyed_numbers,
    keyed_tags,
    numbers_of,
    sheet_of,
)
from tests.surveys.ratings.world import Town, build_town


@pytest.fixture
def town(db: None) -> Town:
    return build_town()


def test_a_number_means_one_reason_in_every_language(town: Town) -> None:
    sheets = [sheet_of(town.form.pk, "offline", language) for language in ("zh-hans", "zh-hant", "en")]
    assert sheets[0].tags == sheets[1].tags == sheets[2].tags
    assert sorted(sheets[0].tags) == list(range(1, len(sheets[0].tags) + 1))
    read = [line.number for lines in sheets[0].reasons.values() for line in lines]
    assert read == sorted(read)
    assert len(set(sheets[0].tags.values())) == len(sheets[0].tags)
    assert [line.number for line in sheets[0].question.lines] == [5, 4, 3, 2, 1]
    assert [sheet.question.lines[0].text for sheet in sheets] == ["非常满意", "非常滿意", "Very satisfied"]


def test_people_served_online_have_other_reasons(town: Town) -> None:
    online, offline = sheet_of(town.form.pk, "online"), sheet_of(town.form.pk, "offline")
    assert not set(online.tags.values()) & {"poor_attitude"}
    assert "poor_attitude" in offline.tags.values()


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [("", ()), ("12", (12,)), ("3 1", (1, 3)), ("3,1，2、2", (1, 2, 3)), ("１２ ３", (3, 12))],
)
def test_numbers_are_read_as_people_key_them(typed: str, numbers: tuple[int, ...]) -> None:
    assert keyed_numbers(typed) == numbers


@pytest.mark.parametrize("typed", ["x", "1-2", "1e3", "9999", "-1", "1 \u2028two"])
def test_anything_else_is_refused(typed: str) -> None:
    with pytest.raises(NumberUnknownError):
        keyed_numbers(typed)


def test_tags_are_keyed_and_shown_by_number(town: Town) -> None:
    sheet = sheet_of(town.form.pk, "offline")
    number = next(number for number, code in sheet.tags.items() if code == "poor_attitude")
    assert keyed_tags(sheet, f"1 {number}") == tuple(sorted((sheet.tags[1], "poor_attitude")))
    assert numbers_of(sheet, ["poor_attitude", sheet.tags[1]]) == f"1 {number}"
    with pytest.raises(NumberUnknownError):
        keyed_tags(sheet, str(len(sheet.tags) + 1))


def test_other_questions_are_keyed_by_number_too(town: Town) -> None:
    sheet = sheet_of(current_version("bench-5q").pk, "offline", "en")
    assert len(sheet.items) == 4
    block = sheet.items[0]
    assert keyed_answer(block, str(block.lines[-1].number)) == block.lines[-1].code
    with pytest.raises(NumberUnknownError):
        keyed_answer(block, "1 2")
