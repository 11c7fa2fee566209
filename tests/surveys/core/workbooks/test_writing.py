"""Writing workbooks and CSV: safe to open, the same bytes each time."""

import datetime as dt
import io
import zipfile
from decimal import Decimal

import pytest
from openpyxl import Workbook, load_workbook

from surveys.core.workbooks import csv_lines, save_workbook, text_cell, write_rows, write_template
from tests.surveys.core.workbooks.files import KPIS

DANGEROUS = ["=1+1", "+1", "-2+3", "@SUM(A1)", "=cmd|' /C calc'!A0", "\t=1", "\r=1"]


@pytest.mark.parametrize("text", DANGEROUS)
def test_text_is_never_a_formula_in_a_workbook(text):
    book = Workbook()
    text_cell(book.active, 1, 1, text)
    raw = save_workbook(book)
    sheet = zipfile.ZipFile(io.BytesIO(raw)).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert load_workbook(io.BytesIO(raw)).active["A1"].data_type == "s"


@pytest.mark.parametrize("text", DANGEROUS)
def test_text_is_never_a_formula_in_csv(text):
    body = "".join(csv_lines(["a"], [[text]])).removeprefix("\ufeff").split("\r\n", 1)[1]
    assert body.lstrip('"').startswith("'")


def test_numbers_and_dates_stay_what_they_are():
    raw = write_rows("x", ["a", "b", "c"], [[Decimal("-1.5"), dt.date(2026, 1, 2), None]])
    row = [cell.value for cell in load_workbook(io.BytesIO(raw)).active[2]]
    assert row == [-1.5, dt.datetime(2026, 1, 2), None]  # noqa: DTZ001
    assert "".join(csv_lines(["a", "b"], [[Decimal("-1.5"), None]])) == "\ufeffa,b\r\n-1.5,\r\n"


def test_control_characters_do_not_break_the_file():
    raw = write_rows("x", ["a"], [["a\x00b\x0bc"]])
    assert load_workbook(io.BytesIO(raw)).active["A2"].value == "abc"


def test_two_builds_are_the_same_bytes():
    one, two = (write_template([KPIS], language="zh-hant") for _n in range(2))
    assert one == two
    times = {info.date_time for info in zipfile.ZipFile(io.BytesIO(one)).infolist()}
    assert times == {(2000, 1, 1, 0, 0, 0)}


def test_the_template_offers_its_choices_and_explains_its_columns():
    book = load_workbook(io.BytesIO(write_template([KPIS], language="zh-hans")))
    assert book.sheetnames[0] == "指标"
    assert [cell.value for cell in book.worksheets[0][1]] == ["代码", "数值", "方向", "日期"]
    rules = book.worksheets[0].data_validations.dataValidation
    assert [rule.formula1 for rule in rules] == ['"越高越好,越低越好"']
    assert book.worksheets[0].freeze_panes == "A2"
