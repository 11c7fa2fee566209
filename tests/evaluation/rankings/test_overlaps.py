"""A number of answers that, less told ones inside it, leaves a few is kept back; others are told."""

import datetime as dt

import pytest

from evaluation.rankings.overlaps import Told, is_open


def told(n: int | None, first: int, last: int | None = None, organisations: str = "ab", **more: str) -> Told:
    """Answers of the months first to last of the organisations, one letter each; None is kept back."""
    ends_on = dt.date(2025, last or first, 28)
    whose = frozenset(map(ord, organisations))
    return Told(
        more.get("unit", "u"), more.get("question", "overall"), whose, dt.date(2025, first, 1), ends_on, n
    )


@pytest.mark.parametrize(("november", "kept_back"), [(55, True), (59, True), (50, False), (60, False)])
def test_the_last_part_of_a_told_whole_is_kept_back_where_it_leaves_a_few(
    november: int, kept_back: bool
) -> None:
    """Of 460 answers of a year ten months have told 400; December is not told."""
    known = [told(460, 1, 12), *(told(40, month) for month in range(1, 11))]
    one = told(november, 11)
    assert is_open(known, one) is kept_back


def test_a_whole_is_kept_back_where_its_told_parts_leave_a_few() -> None:
    halves = [told(100, 1, 6), told(95, 7, 11)]
    assert is_open(halves, told(199, 1, 12))
    assert not is_open(halves, told(195, 1, 12))
    assert not is_open(halves, told(230, 1, 12))


def test_organisations_inside_others_count_like_months_inside_years() -> None:
    whole = told(120, 1, organisations="abc")
    assert is_open([whole], told(117, 1, organisations="ab"))
    assert not is_open([whole], told(60, 1, organisations="ab"))
    assert not is_open([whole], told(117, 2, organisations="ab"))
    other = told(117, 1, organisations="ab", question="speed")
    assert not is_open([whole], other)


def test_parts_that_share_answers_are_not_subtracted_together() -> None:
    parts = [told(60, 1, 2), told(55, 2, 3)]
    assert not is_open(parts, told(150, 1, 3))


def test_small_numbers_that_have_no_choice_are_kept_apart() -> None:
    """Two months kept back leave eighteen answers together: each must be nine."""
    hidden = [told(None, 11), told(None, 12)]
    whole = told(418, 1, 12)
    months = [told(40, month) for month in range(1, 11)]
    assert is_open([*months, *hidden], whole)
    assert not is_open([*months, *hidden], told(417, 1, 12))
