"""Workbooks as hostile or careless people make them, built part by part."""

import io
import struct
import zipfile

from openpyxl import Workbook

from surveys.core.workbooks import Column, Sheet
from surveys.core.workbooks.writing import repack

TITLES = {
    "code": {"en": "Code", "zh-hans": "代码", "zh-hant": "代碼"},
    "value": {"en": "Value", "zh-hans": "数值", "zh-hant": "數值"},
    "direction": {"en": "Direction", "zh-hans": "方向", "zh-hant": "方向"},
    "day": {"en": "Day", "zh-hans": "日期", "zh-hant": "日期"},
}
DIRECTIONS = (("up", {"en": "Up", "zh-hans": "越高越好"}), ("down", {"en": "Down", "zh-hans": "越低越好"}))
KPIS = Sheet(
    "kpis",
    {"en": "KPIs", "zh-hans": "指标", "zh-hant": "指標"},
    (
        Column("code", TITLES["code"], required=True, max_length=8),
        Column("value", TITLES["value"], "decimal", minimum=0, maximum=1000),
        Column("direction", TITLES["direction"], "choice", choices=DIRECTIONS),
        Column("day", TITLES["day"], "date"),
    ),
)
HEADING = ["Code", "Value", "Direction", "Day"]


def saved(book):
    """The same bytes at every hour: what is damaged below is damaged alike in every run."""
    raw = io.BytesIO()
    book.save(raw)
    return repack(raw.getvalue())


def workbook(*rows, title="KPIs", heading=HEADING, change=None):
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in (heading, *rows):
        sheet.append(row)
    if change:
        change(book, sheet)
    return saved(book)


def parts_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        return {item.filename: source.read(item) for item in source.infolist()}


def packed(parts, method=zipfile.ZIP_DEFLATED):
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", method) as target:
        for name, data in parts.items():
            target.writestr(name, data)
    return raw.getvalue()


def rewritten(content, name, change):
    parts = parts_of(content)
    parts[name] = change(parts[name])
    return packed(parts)


def with_part(content, name, data):
    return packed(parts_of(content) | {name: data})


def declared_smaller(content, name, size):
    """The same bytes with a lie about a part's unpacked size in the table of contents."""
    raw = bytearray(content)
    at = raw.rfind(name.encode()) - 46
    assert raw[at : at + 4] == b"PK\x01\x02"
    raw[at + 24 : at + 28] = struct.pack("<L", size)
    return bytes(raw)


def overlapping(content):
    """The first part claims more packed bytes than lie before the second part."""
    raw = bytearray(content)
    at = raw.find(b"PK\x01\x02") + 20
    (size,) = struct.unpack("<L", raw[at : at + 4])
    raw[at : at + 4] = struct.pack("<L", size + 100)
    return bytes(raw)
