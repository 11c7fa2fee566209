"""Comma- or tab-separated text in the encodings that offices use: UTF-8, UTF-16, GB18030, Big5."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from surveys.core.workbooks.columns import folded
from surveys.core.workbooks.preflight import FileRefusedError

BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
SAMPLE = 1 << 16
LEVEL_1 = {"gb18030": ("gb2312", 0xB0, 0xD7), "big5": ("big5", 0xA4, 0xC6)}


@dataclass(frozen=True)
class Decoded:
    """Text with the name of the encoding it was read in."""

    text: str
    encoding: str


def _commonness(text: str, encoding: str) -> float:
    """Share of the non-ASCII characters that belong to the encoding's set of common characters."""
    codec, low, high = LEVEL_1[encoding]
    wide = [char for char in text[:4000] if char > "\u2fff" and not "\uff00" <= char <= "\uffef"]
    hits = 0
    for char in wide:
        try:
            code = char.encode(codec)
        except UnicodeEncodeError:
            continue
        hits += len(code) == 2 and low <= code[0] <= high
    return hits / len(wide) if wide else 0.0


def _score(text: str, encoding: str, titles: frozenset[str]) -> tuple[int, float]:
    first = text.split("\n", 1)[0].replace("\t", ",").replace(";", ",").split(",")
    known = sum(folded(cell.strip('" \r')) in titles for cell in first)
    return known, _commonness(text, encoding)


def decode(content: bytes, titles: frozenset[str] = frozenset()) -> Decoded:
    """Read bytes as text: by its mark, else UTF-8, else whichever of GB18030 and Big5 makes sense."""
    for mark, encoding in BOMS:
        if content.startswith(mark):
            try:
                return Decoded(content.decode(encoding), encoding)
            except UnicodeDecodeError:
                break
    if b"\x00" in content:
        raise FileRefusedError(
            "not_text",
            _("The file is not a text table."),
            _("Save it as an Excel workbook (.xlsx) or as CSV in UTF-8."),
        )
    try:
        return Decoded(content.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        pass
    found = []
    for encoding in ("gb18030", "big5"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        found.append((_score(text, encoding, titles), Decoded(text, encoding)))
    if not found:
        raise FileRefusedError(
            "unknown_encoding",
            _("The file's characters are in none of UTF-8, UTF-16, GB18030 or Big5."),
            _("Save it as CSV in UTF-8 and send it again."),
        )
    return max(found, key=lambda pair: pair[0])[1]


def _delimiter(text: str, file_name: str) -> str:
    if file_name.lower().endswith((".tsv", ".tab")):
        return "\t"
    line = text[:SAMPLE].lstrip("\r\n").split("\n", 1)[0]
    return max((",", "\t", ";"), key=line.count)


def records(text: str, file_name: str) -> Iterator[list[str]]:
    """The records of the table; raises FileRefusedError naming the record whose quotes do not close."""
    source = io.StringIO(text, newline="")
    reader = csv.reader(source, delimiter=_delimiter(text, file_name), strict=True)
    number = 0
    try:
        for record in reader:
            number += 1
            yield record
    except csv.Error as error:
        raise FileRefusedError(
            "broken_record",
            _("Record %(number)s cannot be read: a quotation mark is missing or misplaced.")
            % {"number": number + 1},
            _("Open the file in a spreadsheet and save it as CSV again."),
            row=number + 1,
        ) from error
