"""The method sheet tells rules in words, and rows are as high as their text."""

from django.utils import translation
from openpyxl import Workbook

from evaluation.reports.workbook.grid import LINE_HEIGHT, LONG, Grid
from evaluation.reports.workbook.wording import adjustment_words, node_words, rank_words, scale_words
from scoring.rules import Adjustment, Normalise, RankRule


def test_a_scale_names_the_parameters_it_uses() -> None:
    with translation.override("en"):
        assert scale_words(Normalise("goalposts", lo=20, hi=85)).endswith("worst 20, best 85")
        assert "mean" not in scale_words(Normalise("none"))
        assert scale_words(Normalise("piecewise", points=((0, 0), (40, 10)))).endswith("0 → 0, 40 → 10")


def test_nodes_adjustments_and_places_are_told_without_codes() -> None:
    with translation.override("en"):
        assert node_words("amean", [("Targets", 0.25)]) == "weighted mean: Targets 0.25"
        bonus = Adjustment("b", "bonus", "T", "c", each=2, cap=5)
        assert adjustment_words(bonus) == "Bonus: 2 points for each, at most 5 points"
        veto = Adjustment("v", "veto", "T", "c", caps_grade_at="fail")
        assert adjustment_words(veto) == "Veto: the grade is at most fail"
        assert rank_words(RankRule("T", "dense", 2)).endswith("1 2 2 3, rounded to 2 decimals")


def test_a_row_is_as_high_as_its_longest_wrapped_text() -> None:
    sheet = Workbook().create_sheet()
    grid = Grid(sheet, "zh-hans")
    grid.row(1, ("a", "政务服务" * 10), LONG)
    grid.widths(10, 22)
    grid.fit_rows()
    assert sheet.row_dimensions[1].height == LINE_HEIGHT * 4 + 2
