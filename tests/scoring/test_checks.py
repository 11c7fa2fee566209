"""A table is refused when it does not hold what the scheme reads; schemes built by hand are checked as well."""

from dataclasses import replace

import numpy as np
import pytest

from scoring.checks import check_scheme, check_table
from scoring.types import ScoringError
from tests.scoring.build import scheme, table

EVENTS = [{"code": "d", "kind": "deduction", "node": "total", "column": "late"}]


def refused(data, **changes):
    with pytest.raises(ScoringError) as caught:
        check_table(data, scheme(**changes))
    return str(caught.value)


def test_a_sound_table_passes():
    check_table(table([[1, 2], [3, np.nan]]), scheme())


def test_missing_columns_are_named():
    assert "no indicator column b" in refused(table([[1], [2]], codes="a"))
    assert "no number column late" in refused(table([[1, 2], [3, 4]]), adjustments=EVENTS)
    assert "no group column kind" in refused(table([[1, 2], [3, 4]]), rank={"within": "kind"})


def test_units_are_there_and_different():
    assert "no units" in refused(table(np.empty((0, 2))))
    assert "unit x is there twice" in refused(table([[1, 2], [3, 4]], units=["x", "x"]))


def test_infinite_and_negative_numbers_are_named_by_unit_and_column():
    assert refused(table([[1, 2], [3, np.inf]])) == "column b: the value of unit u1 is too large"
    bad = table([[1, 2], [3, 4]], se=np.array([[0, 0], [-1.0, 0]]))
    assert refused(bad) == "column se:a: the value of unit u1 should be zero or more, and finite"
    bad = table([[1, 2], [3, 4]], n=np.array([[0, 0], [0, np.inf]]))
    assert refused(bad) == "column n:b: the value of unit u1 should be zero or more, and finite"
    bad = table([[1, 2], [3, 4]], columns={"late": np.array([1.0, -2.0])})
    assert (
        refused(bad, adjustments=EVENTS)
        == "column late: the value of unit u1 should be zero or more, and finite"
    )


def test_groups_are_known():
    blank = table([[1, 2], [3, 4]], groups={"kind": ("big", "")})
    assert "unit u1 has no group" in refused(blank, rank={"within": "kind"})
    full_marks = {"column": "kind", "marks": {"big": 100}}
    other = table([[1, 2], [3, 4]], groups={"kind": ("big", "small")})
    assert "group small, which has no full marks" in refused(other, full_marks=full_marks)


def test_a_weight_below_zero_is_refused_however_the_scheme_was_made():
    sound = scheme()
    bad = replace(sound, indicators=(replace(sound.indicators[0], weight=-1.0), sound.indicators[1]))
    with pytest.raises(ScoringError, match="a: weight should be zero or more"):
        check_scheme(bad)


def test_arrays_of_another_shape_are_refused_on_making():
    with pytest.raises(ScoringError, match="se has shape"):
        table([[1, 2], [3, 4]], se=np.zeros((1, 2)))
    with pytest.raises(ScoringError, match="one number a unit"):
        table([[1, 2], [3, 4]], columns={"n": np.zeros(3)})
    with pytest.raises(ScoringError, match="one label a unit"):
        table([[1, 2], [3, 4]], groups={"g": ("x",)})


def test_an_error_names_its_place_once():
    error = ScoringError("is wrong", file="a.csv", row=3, column="b")
    assert str(error) == "a.csv, row 3, column b: is wrong"
    assert str(ScoringError("is wrong")) == "is wrong"
