"""Rates of hotline results and cases: what is left out or rests on few is not told, in no file."""

import pytest

from evaluation.rankings.cells import Cell
from evaluation.rankings.disclosure import Release
from evaluation.rankings.fingerprints import is_told_whole
from evaluation.rankings.freeze import is_small
from evaluation.rankings.frozen_levels import FEW, told_cell
from evaluation.rankings.models import Run
from evaluation.reports.package.contents import public_inputs, public_results, public_table


def hotline(unit: str, n: float, satisfied: float, **more: object) -> Cell:
    told: dict[str, object] = {
        "value": 100 * satisfied / n, "se": 4.123456, "n": n, "lower": 1.0, "upper": 99.0, "method": "Wilson",
        "numerator": satisfied, "denominator": n, "is_share": True, "included": int(n),
    }  # fmt: skip
    return Cell(unit, "hotline", "outcome", "satisfaction_rate", **(told | more))


FEW_CALLS = hotline("A", 7, 5)
MANY_CALLS = hotline("B", 70, 50, excluded={"unreasonable": 3})


def run() -> Run:
    return Run(
        scheme={"rank": {"node": "total"}},
        table={
            "columns": ["unit", "hotline", "se:hotline", "n:hotline"],
            "rows": [["A", 71.4, 4.123456, 7.0], ["B", 71.4, 4.123456, 70.0]],
            "inputs": [FEW_CALLS.as_json(), MANY_CALLS.as_json()],
        },
        result={
            "units": ["A", "B"], "scores": {"total": [71.4, 71.4]}, "normalised": {}, "se": [4.123456, 4.123456],
            "trail": [{"step": "read"}], "input_digest": "0" * 64,
        },
    )  # fmt: skip


def test_few_complaints_left_out_are_told_as_few() -> None:
    told = told_cell(MANY_CALLS, is_rough=False)
    assert told.excluded == {"unreasonable": FEW}
    assert (told.n, told.numerator) == (70, 50)


def test_a_rate_of_few_calls_tells_no_base() -> None:
    told = told_cell(FEW_CALLS, is_rough=False)
    hidden = (told.n, told.numerator, told.denominator, told.se, told.lower, told.upper, told.included)
    assert hidden == (None,) * 7
    assert told.value == FEW_CALLS.value


@pytest.mark.parametrize(
    ("n", "satisfied", "is_hidden"), [(7, 5, True), (7, 7, False), (7, 0, False), (70, 50, False)]
)
def test_a_rate_that_says_of_how_few_it_is_is_not_told(n: float, satisfied: float, is_hidden: bool) -> None:
    told = told_cell(hotline("A", n, satisfied), is_rough=False)
    assert is_small(told, None) is is_hidden


def test_the_package_tells_it_no_more_than_the_pages() -> None:
    rows = public_table(run(), frozenset())["rows"]
    assert rows == [["A", 71.4, None, None], ["B", 71.4, 4.123456, 70.0]]
    results = public_results(run(), frozenset())
    assert results["se"] == [4.1, 4.123456]
    assert not {"trail", "input_digest"} & results.keys()
    few, many = public_inputs(run(), frozenset())
    assert (few["n"], few["se"], many["n"]) == (None, None, 70)


def test_an_edition_that_keeps_a_base_back_seals_its_fingerprints() -> None:
    told = {"hotline": {cell.unit: told_cell(cell, is_rough=False) for cell in (FEW_CALLS, MANY_CALLS)}}
    assert not is_told_whole(Release(), {}, told)
    del told["hotline"]["A"]
    assert is_told_whole(Release(), {}, told)
