"""Looks at an uploaded file before anything parses it: cheap questions first, each refusal one sentence.

Order: size, magic bytes, zip directory (count, names, overlaps, declared and streamed inflated size), DTD,
macros, OLE objects and external links. The cell guard (guard.py) follows. Nothing is inflated into memory.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn
from xml.parsers import expat

from django.utils.translation import gettext as _

CHUNK = 1 << 16
ZIP = b"PK\x03\x04"
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
LOCAL_HEADER = struct.Struct("<4s5H3L2H")
NAME = re.compile(r"[A-Za-z0-9_\-.\[\] ()/&@+]+")
DTD = re.compile(rb"<!(DOCTYPE|ENTITY)")
ENCODING = re.compile(rb"""^\s*<\?xml[^>]*encoding\s*=\s*["']([^"']+)""")
ACTIVE = (
    "vbaproject", "vbadata", "macrosheets/", "dialogsheets/", "xl/embeddings/", "activex/", "ctrlprops/",
    "externallinks/", "connections.xml", "querytables/", "customui/",
)  # fmt: skip
MACRO_TYPES = re.compile(r"macroEnabled|vbaProject|ms-excel\.intlmacrosheet|oleObject|activeX", re.IGNORECASE)
XML = (".xml", ".rels", ".vml")


@dataclass(frozen=True)
class Limits:
    """What a workbook may hold; beyond it the file is refused before it is read."""

    file_bytes: int = 50_000_000
    text_bytes: int = 600_000_000
    parts: int = 500
    inflated_bytes: int = 250_000_000
    part_bytes: int = 220_000_000
    ratio: int = 200
    ratio_from_bytes: int = 2_000_000
    cells: int = 3_000_000
    rows: int = 300_000
    columns: int = 500
    area: int = 9_000_000


class FileRefusedError(Exception):
    """The file as a whole is refused; carries what is wrong and how to mend it."""

    def __init__(self, code: str, message: str, fix: str, *, sheet: str = "", row: int = 0) -> None:
        self.code, self.message, self.fix, self.sheet, self.row = code, message, fix, sheet, row
        super().__init__(message)


def _refuse(code: str, message: str, fix: str | None = None) -> NoReturn:
    raise FileRefusedError(code, message, fix or _("Save the table again as an Excel workbook (.xlsx)."))


def _looks_like(content: bytes, limits: Limits) -> bool:
    """True for a zip, False for text; everything else is refused by its first bytes."""
    if not content:
        _refuse("file_empty", _("The file is empty."), _("Choose the file again."))
    if content.startswith(OLE):
        if ENCRYPTED_STREAM in content[: 1 << 20] or ENCRYPTED_STREAM in content[-(1 << 20) :]:
            _refuse(
                "encrypted_workbook",
                _("The workbook is protected by a password and cannot be read."),
                _("Open it, remove the password under File › Info, save it, and send it again."),
            )
        _refuse(
            "old_workbook",
            _("This is a workbook of the old kind (.xls)."),
            _("Open it and save it as an Excel workbook (.xlsx)."),
        )
    zipped = content.startswith(ZIP)
    most = limits.file_bytes if zipped else limits.text_bytes
    if len(content) > most:
        _refuse(
            "file_too_large",
            _("The file has %(n)s MB; at most %(most)s MB can be taken.")
            % {"n": len(content) // 1_000_000, "most": most // 1_000_000},
            _("Split it into several files."),
        )
    if not zipped and content.startswith(
        (b"PK", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"7z\xbc", b"<")
    ):
        _refuse("not_a_table", _("This is not a table: the file is of another kind."))
    return zipped


def _directory(content: bytes, limits: Limits) -> list[zipfile.ZipInfo]:
    try:
        infos = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, OverflowError):
        _refuse("zip_broken", _("The workbook is damaged and cannot be opened."))
    if len(infos) > limits.parts:
        _refuse(
            "zip_too_many_parts",
            _("The workbook has %(n)s parts, too many to be a table.") % {"n": len(infos)},
        )
    names = [info.filename for info in infos]
    folded = {name.casefold() for name in names}
    unsafe = [n for n in names if not NAME.fullmatch(n) or n.startswith("/") or ".." in n.split("/")]
    if unsafe or len(folded) != len(names):
        _refuse("zip_names", _("The workbook holds parts with unsafe or repeated names."))
    if any(info.flag_bits & 1 for info in infos):
        _refuse(
            "encrypted_workbook",
            _("The workbook is protected by a password and cannot be read."),
            _("Remove the password, save it, and send it again."),
        )
    if any(info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for info in infos):
        _refuse("zip_method", _("The workbook is packed in a way Excel does not use."))
    declared = sum(info.file_size for info in infos)
    swollen = [
        i for i in infos
        if i.file_size > limits.ratio_from_bytes and i.file_size > limits.ratio * max(i.compress_size, 1)
    ]  # fmt: skip
    if declared > limits.inflated_bytes or swollen or any(i.file_size > limits.part_bytes for i in infos):
        _refuse(
            "inflated_too_large",
            _("Unpacked, the workbook would be far larger than a table of this kind can be."),
            _("Delete empty formatted rows and columns, or split the table into several files."),
        )
    return infos


def _data_range(content: bytes, info: zipfile.ZipInfo) -> tuple[int, int]:
    """Where a part's packed bytes begin and end, by its local header, which must agree with the directory."""
    head = content[info.header_offset : info.header_offset + LOCAL_HEADER.size]
    if len(head) < LOCAL_HEADER.size:
        _refuse("zip_broken", _("The workbook is damaged and cannot be opened."))
    magic, _version, _flags, method, *_rest, n_name, n_extra = LOCAL_HEADER.unpack(head)
    name_at = info.header_offset + LOCAL_HEADER.size
    name = content[name_at : name_at + n_name]
    start = name_at + n_name + n_extra
    if magic != ZIP or method != info.compress_type or name != info.orig_filename.encode("utf-8"):
        _refuse("zip_broken", _("The workbook's table of contents does not match its parts."))
    return start, start + info.compress_size


def _check_overlaps(content: bytes, infos: list[zipfile.ZipInfo]) -> None:
    end = 0
    for info in sorted(infos, key=lambda i: i.header_offset):
        start, stop = _data_range(content, info)
        if info.header_offset < end or stop > len(content):
            _refuse("zip_overlap", _("Parts of the workbook overlap each other."))
        end = stop
        del start


def inflate(content: bytes, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """A part's bytes in chunks; refuses when they are not exactly as many as declared."""
    start, stop = _data_range(content, info)
    packed = memoryview(content)[start:stop]
    total = 0
    if info.compress_type == zipfile.ZIP_STORED:
        if len(packed) != info.file_size:
            _refuse("zip_size", _("The workbook declares a wrong size for one of its parts."))
        for at in range(0, len(packed), CHUNK):
            yield bytes(packed[at : at + CHUNK])
        return
    engine = zlib.decompressobj(-15)
    feed: bytes | memoryview = packed[:CHUNK]
    at = len(feed)
    while not engine.eof:
        try:
            chunk = engine.decompress(feed, CHUNK)
        except zlib.error:
            _refuse("zip_broken", _("The workbook is damaged and cannot be opened."))
        total += len(chunk)
        if total > info.file_size:
            break
        yield chunk
        feed = engine.unconsumed_tail
        if not feed and not engine.eof:
            feed = packed[at : at + CHUNK]
            at += len(feed)
            if not feed and not chunk:
                break
    if total != info.file_size or not engine.eof:
        _refuse("zip_size", _("The workbook declares a wrong size for one of its parts."))


def _check_xml(content: bytes, info: zipfile.ZipInfo) -> None:
    """Refuse document types, entities, other encodings and links to other files in one XML part."""
    tail = b""
    first = True
    names_parts = info.filename.casefold().endswith((".rels", "[content_types].xml"))
    parser = expat.ParserCreate()
    parser.StartElementHandler = _check_named
    for chunk in inflate(content, info):
        window = tail + chunk
        if first and chunk:
            first = False
            declared = ENCODING.match(window.removeprefix(b"\xef\xbb\xbf"))
            if (
                b"\x00" in chunk[:4]
                or chunk[:2] in {b"\xff\xfe", b"\xfe\xff"}
                or (declared and declared[1].lower() not in {b"utf-8", b"us-ascii"})
            ):
                _refuse("xml_encoding", _("The workbook is written in an encoding Excel does not use."))
        if DTD.search(window):
            _refuse("dtd", _("The workbook holds a document type definition, which tables never need."))
        if names_parts:
            _parse(parser, chunk)
        tail = window[-16:]
    if names_parts:
        _parse(parser, b"", last=True)


def _parse(parser: expat.XMLParserType, chunk: bytes, *, last: bool = False) -> None:
    try:
        parser.Parse(chunk, last)
    except expat.ExpatError:
        _refuse("zip_broken", _("The workbook is damaged and cannot be opened."))


def _check_named(_tag: str, attributes: dict[str, str]) -> None:
    """Refuse a part or link that a list of parts names, however its letters are written."""
    if MACRO_TYPES.search(attributes.get("ContentType", "")):
        _refuse_active()
    is_outside = attributes.get("TargetMode", "").strip().casefold() == "external"
    if is_outside and not attributes.get("Type", "").endswith("/hyperlink"):
        _refuse_external()


def _refuse_active() -> NoReturn:
    _refuse(
        "active_content",
        _("The workbook holds macros or embedded objects."),
        _("Save it as an Excel workbook without macros (.xlsx), with values only."),
    )


def _refuse_external() -> NoReturn:
    _refuse(
        "external_link",
        _("The workbook takes data from other files or from the network."),
        _("Under Data › Edit Links break the links, save it, and send it again."),
    )


def _check_parts(infos: list[zipfile.ZipInfo]) -> None:
    names = {info.filename.casefold() for info in infos}
    if "[content_types].xml" not in names or "xl/workbook.xml" not in names:
        _refuse("not_a_workbook", _("This is not an Excel workbook (.xlsx)."))
    for name in names:
        if "externallinks/" in name or "connections.xml" in name or "querytables/" in name:
            _refuse_external()
        if any(mark in name for mark in ACTIVE) or (
            name.endswith((".bin", ".exe", ".dll")) and "printersettings" not in name
        ):
            _refuse_active()


def inspect(content: bytes, limits: Limits | None = None) -> list[zipfile.ZipInfo] | None:
    """The parts of a safe workbook, or None for delimited text; raises FileRefusedError."""
    bounds = limits or Limits()
    if not _looks_like(content, bounds):
        return None
    infos = _directory(content, bounds)
    _check_overlaps(content, infos)
    _check_parts(infos)
    for info in infos:
        if info.filename.casefold().endswith(XML):
            _check_xml(content, info)
    return infos
