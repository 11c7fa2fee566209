"""Files are read strictly: every fault names file, row and column; what is written can be read back."""

import json
from dataclasses import replace

import numpy as np
import pytest

from scoring import files
from scoring.documents import read_json
from scoring.sheets import read_sheet
from scoring.types import ScoringError
from tests.scoring.build import scheme, write_csv


def refused(path, **changes):
    with pytest.raises(ScoringError) as caught:
        files.read_table(path, scheme(**changes))
    text = str(caught.value)
    assert text.startswith(str(path))
    return text.removeprefix(str(path))


def data(tmp_path, *rows, header=("unit", "a", "b")):
    return write_csv(tmp_path / "data.csv", [header, *rows])


def test_a_file_is_read_with_gaps_extras_and_errors(tmp_path):
    header = ("unit", "note", "a", "b", "se:a", "n:b", "late", "kind")
    path = data(
        tmp_path,
        ("x", "free text", "1", "", "0.5", "10", "2", " big "),
        ("y ", "", "n/a", "-2.5e-1", "", "20", "N/A", "small"),
        header=header,
    )
    events = [{"code": "d", "kind": "deduction", "node": "total", "column": "late"}]
    found = files.read_table(path, scheme(adjustments=events, rank={"within": "kind"}))
    assert found.units == ("x", "y")
    assert found.values[1, 1] == -0.25
    assert np.isnan(found.values[0, 1])
    assert found.not_applicable.tolist() == [[False, False], [True, False]]
    assert found.se[0, 0] == 0.5
    assert np.isnan(found.se[1]).all()
    assert found.n[:, 1].tolist() == [10, 20]
    assert found.columns["late"].tolist() == [2, 0]
    assert found.groups["kind"] == ("big", "small")


def test_a_byte_order_mark_and_quoted_line_breaks_are_fine(tmp_path):
    path = tmp_path / "data.csv"
    path.write_bytes('\ufeffunit,a,b\r\n"x\ny",1,2\r\nz,3,oops\r\n'.encode())
    assert refused(path) == ", row 4, column b: 'oops' is not a number"


@pytest.mark.parametrize("cell", ["inf", "-Infinity", "1_000", "1,5", "٣", "0x10", "abc", "1e"])
def test_what_is_not_a_plain_number_is_refused_with_its_cell(tmp_path, cell):
    path = data(tmp_path, ("x", "1", "2"), ("y", cell, "2"))
    assert refused(path) == f", row 3, column a: {cell!r} is not a number"


@pytest.mark.parametrize("cell", ["NaN", "NA", "null", "-"])
def test_words_for_missing_are_refused_with_the_remedy(tmp_path, cell):
    path = data(tmp_path, ("x", "1", "2"), ("y", cell, "2"))
    assert "leave the cell empty" in refused(path)


def test_too_large_a_number_is_refused(tmp_path):
    assert "too large" in refused(data(tmp_path, ("x", "1", "2"), ("y", "1e999", "2")))


def test_a_missing_column_is_named_with_those_there(tmp_path):
    path = data(tmp_path, ("x", "1"), ("y", "2"), header=("unit", "a"))
    assert refused(path) == ", column b: the column is missing; the file has unit, a"
    assert "column iso3" in refused(data(tmp_path, ("x", "1", "2")), unit="iso3")


def test_an_error_column_of_an_unknown_code_is_refused(tmp_path):
    path = data(tmp_path, ("x", "1", "2", "3"), header=("unit", "a", "b", "se:c"))
    assert refused(path) == ", row 1, column se:c: c is not an indicator of the scheme"


def test_rows_are_whole_and_units_named_once(tmp_path):
    assert refused(data(tmp_path, ("x", "1"))) == ", row 2: the row has 2 cells, the header 3"
    twice = data(tmp_path, ("x", "1", "2"), ("y", "1", "2"), ("x ", "1", "2"))
    assert refused(twice) == ", row 4, column unit: unit x is there twice, first in row 2"
    assert (
        refused(data(tmp_path, ("x", "1", "2"), ("", "1", "2"))) == ", row 3, column unit: the unit has no id"
    )


def test_a_row_that_says_nothing_and_a_single_unit_are_refused(tmp_path):
    empty = data(tmp_path, ("x", "1", "2"), ("y", "", ""), ("z", "n/a", "1"))
    assert refused(empty).startswith(", row 3: unit y has no value")
    assert refused(data(tmp_path, ("x", "1", "2"))) == ": there is one unit only (x); a ranking needs two"


def test_headers_are_sound(tmp_path):
    assert "column a: the column a is there twice" in refused(
        data(tmp_path, ("x", "1", "2"), header=("unit", "a", "a"))
    )
    assert "column 3 of the header has no name" in refused(
        data(tmp_path, ("x", "1", "2"), header=("unit", "a", ""))
    )
    assert "at least one row" in refused(data(tmp_path))


def test_files_that_cannot_be_read_are_refused(tmp_path):
    assert "cannot be read" in refused(tmp_path / "none.csv")
    (tmp_path / "latin.csv").write_bytes(b"unit,a,b\nx\xe9,1,2\n")
    assert "not UTF-8" in refused(tmp_path / "latin.csv")
    (tmp_path / "open.csv").write_text('unit,a,b\nx,"1,2\n', encoding="utf-8")
    assert "not sound CSV" in refused(tmp_path / "open.csv")


LABELS = [
    {
        "code": "a",
        "parent": "total",
        "normalise": {"method": "table", "table": {"no": 0, "partly": 50, "yes": 100}},
    },
    {"code": "b", "parent": "total"},
]


def test_labels_become_positions_and_labels_again(tmp_path):
    path = data(tmp_path, ("y", "yes", "1"), ("x", "no", "2"), ("z", "", "3"))
    sound = scheme(indicators=LABELS)
    found = files.read_table(path, sound)
    assert found.values[:2, 0].tolist() == [2, 0]
    assert files.data_to_json(found, sound)["rows"] == [["x", "no", 2.0], ["y", "yes", 1.0], ["z", None, 3.0]]
    bad = data(tmp_path, ("x", "no", "1"), ("y", "maybe", "2"))
    assert "row 3, column a: 'maybe' is not in the table of the scheme (no, partly, yes)" in refused(
        bad, indicators=LABELS
    )


def test_data_written_can_be_read_back(tmp_path):
    header = ("unit", "a", "b", "se:a", "n:b", "late", "kind")
    path = data(
        tmp_path,
        ("y", "0.1", "n/a", "0.5", "10", "2", "big"),
        ("x", "", "-2.5", "", "20", "0", "small"),
        header=header,
    )
    events = [{"code": "d", "kind": "deduction", "node": "total", "column": "late"}]
    sound = scheme(adjustments=events, rank={"within": "kind"})
    first = files.read_table(path, sound)
    document = files.data_to_json(first, sound)
    again = files.table_from_json(json.loads(json.dumps(document)), sound, "old.json")
    assert files.data_to_json(again, sound) == document
    assert files.digest(document) == files.digest(files.data_to_json(again, sound))


def test_the_digest_of_data_does_not_depend_on_the_order_of_rows(tmp_path):
    one = files.read_table(data(tmp_path, ("x", "1", "2"), ("y", "3", "4")), scheme())
    two = files.read_table(data(tmp_path, ("y", "3", "4"), ("x", "1", "2")), scheme())
    assert files.data_to_json(one, scheme()) == files.data_to_json(two, scheme())


def test_broken_rows_of_an_output_are_refused():
    with pytest.raises(ScoringError, match="one cell a column"):
        files.table_from_json({"columns": ["unit", "a", "b"], "rows": [["x", 1]]}, scheme(), "old.json")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"a": 1, "a": 2}', "the key a is there twice"),
        ('{"a": NaN}', "NaN is not a number"),
        ('{"a": }', "row 1: the file is not sound JSON"),
        ("[" * 100000, "nested too deeply"),
    ],
)
def test_json_is_read_strictly(tmp_path, text, sentence):
    path = tmp_path / "scheme.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScoringError) as caught:
        read_json(path)
    assert sentence in str(caught.value)
    assert str(path) in str(caught.value)


def test_json_files_that_cannot_be_read_are_refused(tmp_path):
    with pytest.raises(ScoringError, match="cannot be read"):
        read_json(tmp_path / "none.json")
    (tmp_path / "bad.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ScoringError, match="not UTF-8"):
        read_json(tmp_path / "bad.json")


def test_a_fault_of_the_scheme_names_its_file(tmp_path):
    (tmp_path / "s.json").write_text('{"scheme": 1}', encoding="utf-8")
    with pytest.raises(ScoringError) as caught:
        files.read_scheme(tmp_path / "s.json")
    assert caught.value.file == str(tmp_path / "s.json")


def test_locate_adds_file_and_row_of_the_unit(tmp_path):
    path = data(tmp_path, ("x", "1", "2"), ("y", "3", "4"))
    error = files.locate(ScoringError("is wrong", unit="y", column="a"), path, "unit")
    assert str(error) == f"{path}, row 3, column a: is wrong"
    assert files.locate(error, "other.csv", "unit").file == str(path)


def test_output_appears_whole_or_not_at_all(tmp_path):
    target = tmp_path / "out.json"
    files.write_json({"x": 0.1 + 0.2}, target)
    assert json.loads(target.read_text(encoding="utf-8")) == {"x": 0.30000000000000004}
    assert [path.name for path in tmp_path.iterdir()] == ["out.json"]
    with pytest.raises(ScoringError, match="cannot be written"):
        files.write_json({}, tmp_path / "none" / "out.json")


def test_plain_has_no_nan_and_no_negative_zero():
    assert json.dumps(files.plain(np.array([-0.0, np.nan, 2.5]))) == "[0.0, null, 2.5]"


def test_numbers_without_gaps_are_asked_for(tmp_path):
    sheet = read_sheet(data(tmp_path, ("x", "1", "")))
    with pytest.raises(ScoringError, match="row 2, column b: the cell is empty"):
        sheet.numbers("b", gaps=False)


def test_an_n_a_denominator_is_unknown(tmp_path):
    indicators = [{"code": "a", "parent": "total", "denominator": "d"}, {"code": "b", "parent": "total"}]
    path = data(tmp_path, ("x", "1", "2", "n/a"), ("y", "1", "2", "4"), header=("unit", "a", "b", "d"))
    found = files.read_table(path, scheme(indicators=indicators))
    assert np.isnan(found.columns["d"][0])
    assert replace(found).columns["d"][1] == 4
