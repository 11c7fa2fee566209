"""A zip that can be written in one way only: stored entries in the order of their names, one time, nothing extra."""

import re
import struct
import zlib

LOCAL = struct.Struct("<4sHHHHHIIIHH")
CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
END = struct.Struct("<4sHHHHIIH")
VERSION, MADE_BY = 10, (3 << 8) | 10
TIME, DATE = 0, (0 << 9) | (1 << 5) | 1
MODE = 0o100644 << 16
MOST_FILES = 20_000
PLAIN = re.compile(r"[^/\\\x00-\x1f]+(/[^/\\\x00-\x1f]+)*")


class NotCanonicalError(ValueError):
    """Bytes that this writer would not have written; the message names the first wrong byte."""


def write(files: dict[str, bytes]) -> bytes:
    """The one encoding of these files; names are plain ASCII paths."""
    parts, central, offset = [], [], 0
    for name in sorted(files):
        raw, data = name.encode("ascii"), files[name]
        crc, size = zlib.crc32(data), len(data)
        head = LOCAL.pack(b"PK\3\4", VERSION, 0, 0, TIME, DATE, crc, size, size, len(raw), 0) + raw
        central.append(
            CENTRAL.pack(
                b"PK\1\2",
                MADE_BY,
                VERSION,
                0,
                0,
                TIME,
                DATE,
                crc,
                size,
                size,
                len(raw),
                0,
                0,
                0,
                0,
                MODE,
                offset,
            )
            + raw
        )
        parts += [head, data]
        offset += len(head) + size
    directory = b"".join(central)
    end = END.pack(b"PK\5\6", 0, 0, len(files), len(files), len(directory), offset, 0)
    return b"".join([*parts, directory, end])


def read(content: bytes) -> dict[str, bytes]:
    """The files in the order of the zip, taken from the entries themselves; checksums are not looked at here."""
    files: dict[str, bytes] = {}
    offset, before = 0, ""
    while content[offset : offset + 4] == b"PK\3\4":
        if offset + LOCAL.size > len(content):
            raise NotCanonicalError(f"byte {offset}: the file ends in the middle of an entry")
        *_head, size, _full, n_name, _extra = LOCAL.unpack_from(content, offset)
        start = offset + LOCAL.size + n_name
        if start + size > len(content):
            raise NotCanonicalError(f"byte {offset + 18}: an entry says it is longer than the file")
        try:
            name = content[offset + LOCAL.size : start].decode("ascii")
        except UnicodeDecodeError as error:
            raise NotCanonicalError(f"byte {offset + LOCAL.size}: a name is not plain ASCII") from error
        if not PLAIN.fullmatch(name) or ".." in name.split("/"):
            raise NotCanonicalError(f"byte {offset + LOCAL.size}: {name!r} is not a plain path")
        if name <= before or len(files) >= MOST_FILES:
            raise NotCanonicalError(
                f"byte {offset + LOCAL.size}: {name!r} does not follow {before!r} in order"
            )
        files[name], before = content[start : start + size], name
        offset = start + size
    if not files:
        raise NotCanonicalError("byte 0: this is not a zip file")
    if content[offset : offset + 4] != b"PK\1\2":
        raise NotCanonicalError(f"byte {offset}: neither a further entry nor the directory begins here")
    return files


def check(content: bytes, files: dict[str, bytes]) -> None:
    """NotCanonicalError naming the first byte that differs from the one encoding of these files."""
    wanted = write(files)
    if content == wanted:
        return
    place = next(
        (i for i, (a, b) in enumerate(zip(content, wanted, strict=False)) if a != b),
        min(len(content), len(wanted)),
    )
    raise NotCanonicalError(f"byte {place}: not as the canonical encoding has it")
