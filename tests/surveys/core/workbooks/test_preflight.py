"""The pre-flight: hostile files are refused in one sentence, quickly and in little memory."""

import time
import tracemalloc
import zipfile

import pytest

from surveys.core.workbooks import FileRefusedError, Limits, inspect, read_sheets
from tests.surveys.core.workbooks.files import (
    KPIS,
    declared_smaller,
    overlapping,
    packed,
    parts_of,
    rewritten,
    with_part,
    workbook,
)

GOOD = workbook(["A", 1, None, None])
SHEET = "xl/worksheets/sheet1.xml"
RELS = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s</Relationships>'
)
LINK = (
    b'<Relationship Id="r1" Target="http://elsewhere.example/x" TargetMode="External" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s"/>'
)
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b"<worksheet>&b;</worksheet>"
)


def cells(reference):
    return (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="%d"><c r="%s"><v>1</v></c></row></sheetData></worksheet>'
    ) % (int(b"".join(bytes([b]) for b in reference if 48 <= b <= 57)), reference)


def encrypted_ole():
    return (
        bytes.fromhex("d0cf11e0a1b11ae1")
        + b"\x00" * 600
        + "EncryptedPackage".encode("utf-16-le")
        + b"\x00" * 99
    )


HOSTILE = {
    "encrypted_workbook": encrypted_ole(),
    "old_workbook": bytes.fromhex("d0cf11e0a1b11ae1") + b"\x00" * 2000,
    "zip_broken": GOOD[: len(GOOD) // 2],
    "not_a_workbook": packed({"readme.txt": b"hello"}),
    "not_a_table": b"%PDF-1.7 ...",
    "zip_names": with_part(GOOD, "../evil.xml", b"<a/>"),
    "zip_too_many_parts": packed(parts_of(GOOD) | {f"xl/x{n}.xml": b"<a/>" for n in range(600)}),
    "zip_overlap": overlapping(GOOD),
    "zip_size": declared_smaller(GOOD, SHEET, 10),
    "zip_method": packed(parts_of(GOOD), zipfile.ZIP_LZMA),
    "inflated_too_large": with_part(GOOD, "xl/media/a.xml", b"\x20" * 30_000_000),
    "dtd": rewritten(GOOD, SHEET, lambda _old: LAUGHS),
    "xml_encoding": rewritten(GOOD, SHEET, lambda old: old.decode().encode("utf-16")),
    "active_content": with_part(GOOD, "xl/vbaProject.bin", b"\xd0\xcf"),
    "external_link": with_part(GOOD, "xl/externalLinks/externalLink1.xml", b"<a/>"),
    "too_many_cells": rewritten(GOOD, SHEET, lambda _old: cells(b"XFD1048576")),
    "broken_sheet": rewritten(GOOD, SHEET, lambda old: old[:-40]),
}


@pytest.mark.parametrize("code", HOSTILE)
def test_a_hostile_file_is_refused_by_name(code):
    reading = read_sheets(HOSTILE[code], "a.xlsx", [KPIS])
    assert [error.code for error in reading.errors] == [code]
    assert reading.errors[0].message
    assert reading.errors[0].fix
    assert reading.rows == {"kpis": []}


@pytest.mark.parametrize("code", HOSTILE)
def test_a_refusal_takes_less_than_a_second_and_50_mb(code):
    content = HOSTILE[code]
    started = time.thread_time()
    read_sheets(content, "a.xlsx", [KPIS])
    spent = time.thread_time() - started
    tracemalloc.start()
    read_sheets(content, "a.xlsx", [KPIS])
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert spent < 1.0
    assert peak < 50_000_000


@pytest.mark.parametrize(
    "part", ["xl/embeddings/oleObject1.bin", "xl/activeX/activeX1.xml", "xl/macrosheets/s.xml"]
)
def test_objects_and_macro_sheets_are_refused(part):
    with pytest.raises(FileRefusedError) as refused:
        inspect(with_part(GOOD, part, b"<a/>"))
    assert refused.value.code == "active_content"


def test_a_macro_type_hidden_behind_a_plain_name_is_refused():
    types = "[Content_Types].xml"
    macro = rewritten(GOOD, types, lambda old: old.replace(b"sheet.main+xml", b"sheet.macroEnabled.main+xml"))
    with pytest.raises(FileRefusedError) as refused:
        inspect(macro)
    assert refused.value.code == "active_content"


@pytest.mark.parametrize(
    ("kind", "refused"), [(b"externalLinkPath", True), (b"image", True), (b"hyperlink", False)]
)
def test_links_to_other_files_are_refused_and_hyperlinks_are_not(kind, refused):
    content = with_part(GOOD, "xl/worksheets/_rels/sheet1.xml.rels", RELS % (LINK % kind))
    if refused:
        with pytest.raises(FileRefusedError) as error:
            inspect(content)
        assert error.value.code == "external_link"
    else:
        assert inspect(content) is not None


@pytest.mark.parametrize("mode", [b"&#69;xternal", b"External ", b"external"])
def test_a_link_is_refused_however_its_letters_are_written(mode):
    link = (LINK % b"image").replace(b"External", mode)
    with pytest.raises(FileRefusedError) as refused:
        inspect(with_part(GOOD, "xl/worksheets/_rels/sheet1.xml.RELS", RELS % link))
    assert refused.value.code == "external_link"


@pytest.mark.parametrize(("name", "code"), [("sheet1.XML", "dtd"), ("sheet1.dat", "broken_sheet")])
def test_a_sheet_under_another_ending_is_looked_at_all_the_same(name, code):
    parts = parts_of(GOOD)
    del parts[SHEET]
    parts[f"xl/worksheets/{name}"] = LAUGHS
    rels = "xl/_rels/workbook.xml.rels"
    parts[rels] = parts[rels].replace(b"sheet1.xml", name.encode())
    reading = read_sheets(packed(parts), "a.xlsx", [KPIS])
    assert [error.code for error in reading.errors] == [code]


def test_a_sheet_of_two_far_cells_is_refused_by_its_area():
    def change(old):
        return old.replace(
            b"</sheetData>", b'<row r="299999"><c r="ABC299999"><v>1</v></c></row></sheetData>'
        )

    reading = read_sheets(rewritten(GOOD, SHEET, change), "a.xlsx", [KPIS])
    assert [error.code for error in reading.errors] == ["too_many_cells"]


def test_too_many_cells_stop_the_scan_at_the_limit():
    reading = read_sheets(workbook(*[["A", 1, None, None]] * 50), "a.xlsx", [KPIS], Limits(cells=60))
    assert [error.code for error in reading.errors] == ["too_many_cells"]


def test_a_cell_that_lies_about_its_row_is_refused():
    moved = rewritten(GOOD, SHEET, lambda old: old.replace(b'<c r="A2"', b'<c r="A9"'))
    assert [e.code for e in read_sheets(moved, "a.xlsx", [KPIS]).errors] == ["broken_sheet"]


def test_a_file_above_the_size_limit_is_refused_by_its_size():
    with pytest.raises(FileRefusedError) as refused:
        inspect(GOOD, Limits(file_bytes=100))
    assert refused.value.code == "file_too_large"


def test_a_password_in_the_zip_itself_is_told_as_such():
    raw = bytearray(GOOD)
    raw[raw.find(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(FileRefusedError) as refused:
        inspect(bytes(raw))
    assert refused.value.code == "encrypted_workbook"


def test_text_passes_as_text():
    assert inspect(b"code,value\n") is None


@pytest.mark.prove
def test_random_damage_is_refused_or_read_but_never_breaks_the_reader():
    n_refused = 0
    for at in range(0, len(GOOD), 3):
        broken = bytearray(GOOD)
        broken[at] ^= 0x55
        n_refused += bool(read_sheets(bytes(broken), "a.xlsx", [KPIS]).errors)
    assert n_refused > len(GOOD) // 6
