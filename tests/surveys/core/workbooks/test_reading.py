"""Reading workbooks and delimited text: every error with its cell, in any of the languages and encodings."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from surveys.core.workbooks import (
    Column,
    Findings,
    Sheet,
    read_sheets,
    stream_rows,
    write_template,
)
from tests.surveys.core.workbooks.files import HEADING, KPIS, workbook


def read(content, name="kpis.xlsx"):
    return read_sheets(content, name, [KPIS])


def places(reading):
    return [(error.row, error.column, error.code) for error in reading.errors]


def test_a_clean_workbook_gives_typed_values():
    reading = read(workbook(["A1", 12.5, "Up", dt.date(2026, 2, 13)], ["B2", None, "越低越好", "2026/2/3"]))
    assert reading.errors == []
    assert [row.values for row in reading.rows["kpis"]] == [
        {"code": "A1", "value": Decimal("12.5"), "direction": "up", "day": dt.date(2026, 2, 13)},
        {"code": "B2", "value": None, "direction": "down", "day": dt.date(2026, 2, 3)},
    ]


def test_every_error_is_told_at_once_with_its_cell():
    reading = read(
        workbook(
            ["A1", "12 days", "Higher", "2026-13-02"],
            [None, 5, None, None],
            ["TOO-LONG-CODE", -1, None, "2026-02-30"],
            ["C3", 1001, None, "soon"],
        )
    )
    assert places(reading) == [
        (2, "B", "not_a_number"),
        (2, "C", "not_a_choice"),
        (2, "D", "no_such_date"),
        (3, "A", "required"),
        (4, "A", "too_long"),
        (4, "B", "too_small"),
        (4, "D", "no_such_date"),
        (5, "B", "too_large"),
        (5, "D", "not_a_date"),
    ]
    first = reading.errors[0]
    assert (first.sheet, first.message, first.fix) == ("KPIs", "“12 days” is not a number.", "Write only 12.")
    assert reading.errors[2].message == "There is no month 13."


@pytest.mark.parametrize(
    "text", ["١٢", "1_0", "1e5", "NaN", "inf", "1,183", "0x1F", "५", "1.2.3", "--1", "½"]
)
def test_what_only_looks_like_a_number_is_refused(text):
    assert places(read(workbook(["A1", text, None, None]))) == [(2, "B", "not_a_number")]


@pytest.mark.parametrize(("text", "value"), [("１２．５", "12.5"), (" 12 ", "12"), ("+3", "3"), ("０", "0")])
def test_full_width_digits_and_spaces_are_accepted(text, value):
    reading = read(workbook(["A1", text, None, None]))
    assert reading.rows["kpis"][0].values["value"] == Decimal(value)


@given(st.text(max_size=12))
def test_a_number_cell_never_breaks_the_reader(text):
    column = Column("n", {"en": "n"}, "decimal", required=True)
    body = "n,x\n" + '"' + text.replace('"', '""').replace("\x00", "") + '",1\n'
    reading = read_sheets(body.encode("utf-8", "surrogatepass"), "n.csv", [Sheet("s", {}, [column])])
    clean = [row.values["n"] for row in reading.rows["s"] if not reading.errors]
    assert all(value.is_finite() for value in clean)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_simplified_text_is_read_in_every_office_encoding(encoding):
    body = "代码,数值,方向\n民政,１２,越高越好\n"
    reading = read(body.encode(encoding), "指标.csv")
    assert reading.errors == []
    assert reading.rows["kpis"][0].values["code"] == "民政"


def test_traditional_text_is_read_as_big5():
    reading = read("代碼,數值\n衛生局,7\n".encode("big5"), "kpis.csv")
    assert reading.errors == []
    assert reading.rows["kpis"][0].values["code"] == "衛生局"


def test_bytes_in_no_known_encoding_are_refused_in_one_sentence():
    reading = read(b"code,value\n\xff\xff\x80,1\n", "kpis.csv")
    assert [error.code for error in reading.errors] == ["unknown_encoding"]


@pytest.mark.parametrize(("name", "mark"), [("a.tsv", "\t"), ("a.csv", ";"), ("a.csv", ","), ("a.csv", "\t")])
def test_the_separator_is_found(name, mark):
    reading = read(f"code{mark}value\nA{mark}1\n".encode(), name)
    assert reading.rows["kpis"][0].values["value"] == Decimal(1)


def test_an_unclosed_quotation_mark_names_its_record():
    reading = read(b'code,value\nA,1\n"B,2\n', "a.csv")
    assert [(error.row, error.code) for error in reading.errors] == [(3, "broken_record")]


def test_a_stray_value_beyond_the_headings_is_an_error_in_text():
    reading = read(b"code,value\nA,1,2\n", "a.csv")
    assert places(reading) == [(2, "C", "too_many_values")]


def test_headings_are_found_below_a_title_and_in_any_language():
    reading = read("季度报表,,\n,,\n代碼,Value,\nA,3,\n".encode(), "a.csv")
    assert [(row.number, row.values["value"]) for row in reading.rows["kpis"]] == [(4, Decimal(3))]


def test_a_misspelt_heading_is_an_error_that_names_what_was_meant():
    reading = read(workbook(["A", 1, None, None], heading=["Code", "Valeu", "Direction", "Day"]))
    assert [(e.row, e.column, e.code, e.fix) for e in reading.errors] == [
        (1, "B", "column_misspelt", "Write “Value”.")
    ]


def test_an_unknown_column_is_noted_and_not_taken():
    reading = read(workbook(["A", 1, None, None, "x"], heading=[*HEADING, "Remarks of the clerk"]))
    assert reading.errors == []
    assert [(w.column, w.code) for w in reading.warnings] == [("E", "column_not_taken")]


def test_a_missing_required_column_and_a_double_one_are_errors():
    reading = read(workbook([1, 2], heading=["Value", "Value"]))
    assert sorted(error.code for error in reading.errors) == ["column_missing", "column_twice"]


def test_an_empty_file_and_an_empty_table_are_refused():
    assert [error.code for error in read(b"", "a.csv").errors] == ["file_empty"]
    assert [error.code for error in read(workbook()).errors] == ["no_rows"]


def test_a_workbook_without_the_sheet_names_what_is_expected():
    reading = read_sheets(
        workbook(["A"], title="Other", heading=["Colour"]), "a.xlsx", [KPIS, Sheet("b", {"en": "B"}, ())]
    )
    assert [error.code for error in reading.errors] == ["no_sheet"]
    assert "KPIs" in reading.errors[0].message


def test_formulas_hidden_rows_merged_cells_and_hidden_sheets_are_refused():
    def change(book, sheet):
        sheet["B2"] = "=1+1"
        sheet.row_dimensions[3].hidden = True
        sheet.merge_cells("A4:A5")

    reading = read(workbook(["A", 1, None, None], ["B", 2, None, None], ["C", 3, None, None], change=change))
    assert {(error.row, error.code) for error in reading.errors} == {
        (2, "formula"),
        (3, "hidden_row"),
        (4, "merged_cells"),
    }

    def hide(book, sheet):
        book.create_sheet("x")
        sheet.sheet_state = "hidden"

    assert [e.code for e in read(workbook(["A", 1, None, None], change=hide)).errors] == ["hidden_sheet"]


def test_error_values_and_formulas_without_a_value_are_not_taken_for_empty_cells():
    def change(book, sheet):
        sheet["B2"] = "#DIV/0!"
        sheet["A3"], sheet["B3"] = "=A2", "#N/A"

    reading = read(workbook(["A", 1, None, None], ["B", 2, None, None], change=change))
    assert {(error.row, error.column, error.code) for error in reading.errors} == {
        (2, "B", "cell_error"),
        (3, "A", "formula"),
        (3, "B", "cell_error"),
    }


def test_a_hidden_column_is_taken_with_a_warning():
    def change(book, sheet):
        sheet.column_dimensions["B"].hidden = True

    reading = read(workbook(["A", 1, None, None], change=change))
    assert reading.errors == []
    assert [(w.column, w.code) for w in reading.warnings] == [("B", "hidden_column")]


def test_a_long_code_stored_as_a_number_is_refused_not_rounded():
    reading = read_sheets(
        workbook([1234567890123456789.0], heading=["Code"]),
        "a.xlsx",
        [Sheet("s", {"en": "KPIs"}, (Column("code", {"en": "Code"}),))],
    )
    assert [error.code for error in reading.errors] == ["digits_lost"]


def test_a_code_turned_into_a_date_is_refused():
    assert places(read(workbook([dt.date(2026, 1, 2), 1, None, None]))) == [(2, "A", "turned_into_date")]


def test_a_time_without_offset_is_local_time():
    sheet = Sheet("s", {}, (Column("at", {"en": "At"}, "datetime"),))
    reading = read_sheets(b"at\n2026-02-13 14:05\n2026-02-13T14:05:00Z\n", "a.csv", [sheet])
    local, utc = (row.values["at"] for row in reading.rows["s"])
    assert local == timezone.make_aware(dt.datetime(2026, 2, 13, 14, 5))  # noqa: DTZ001
    assert utc == dt.datetime(2026, 2, 13, 14, 5, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("word", "value"), [("是", True), ("no", False), ("否", False), ("TRUE", True), (1, True)]
)
def test_yes_and_no_are_read_in_words(word, value):
    sheet = Sheet("s", {"en": "KPIs"}, (Column("ok", {"en": "OK"}, "yesno"),))
    reading = read_sheets(workbook([word], heading=["OK"]), "a.xlsx", [sheet])
    assert [row.values["ok"] for row in reading.rows["s"]] == [value]


@pytest.mark.parametrize("text", ['{"a": NaN}', "{", "[" * 3000])
def test_broken_json_is_refused(text):
    sheet = Sheet("s", {}, (Column("j", {"en": "j"}, "json"), Column("k", {"en": "k"})))
    body = f'j,k\n"{text.replace(chr(34), chr(34) * 2)}",1\n'
    reading = read_sheets(body.encode(), "a.csv", [sheet])
    assert [error.code for error in reading.errors] == ["not_json"]


def test_a_row_can_report_a_later_error_in_its_cell():
    row = read(workbook(["A", 1, None, None])).rows["kpis"][0]
    error = row.error("value", "unknown", "No such value.", "Write another.")
    assert (error.sheet, error.row, error.column) == ("KPIs", 2, "B")


def test_streaming_gives_the_same_rows_as_reading():
    body = ("code,value\n" + "".join(f"A{n},{n}\n" for n in range(500))).encode()
    findings = Findings()
    rows = list(stream_rows(body, "a.csv", KPIS, findings))
    assert rows == read(body, "a.csv").rows["kpis"]
    assert findings.errors == []


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_a_filled_template_is_read_back(language):
    content = write_template(
        [KPIS], language=language, examples={"kpis": [{"code": "A", "value": Decimal("1.5")}]}
    )
    reading = read(content)
    assert (reading.errors, reading.warnings) == ([], [])
    assert reading.rows["kpis"][0].values["value"] == Decimal("1.5")


def test_formulas_beyond_counting_are_still_refused():
    def change(book, sheet):
        for row in range(2, 2100):
            sheet.cell(row, 5, "=1+1")
        sheet["B2099"] = "=1+1"

    heading = [*HEADING, "Sums of the clerk"]
    reading = read(
        workbook(*[[f"A{n}", n, None, None, None] for n in range(900)], heading=heading, change=change)
    )
    assert (0, "B", "formula") in places(reading)
