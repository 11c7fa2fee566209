"""Writes the known results of formulas into a saved workbook, so that readers that do not calculate see them too."""

import io
import re
import zipfile
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from surveys.core.workbooks.writing import ZIP_TIME

FORMULA = re.compile(rb'<c r="([A-Z]+[0-9]+)"([^>]*)><f>(.*?)</f><v ?/?>(?:</v>)?</c>', re.DOTALL)
TYPE = re.compile(rb' t="[a-z]+"')


def with_results(content: bytes, known: Mapping[str, Mapping[str, Any]]) -> bytes:
    """The same zip, where every formula cell in `known` (part name, coordinate) carries its value."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
        for item in source.infolist():
            data = source.read(item)
            if item.filename in known:
                data = _fill(data, known[item.filename])
            info = zipfile.ZipInfo(item.filename, ZIP_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            info.create_system = 3
            target.writestr(info, data, compresslevel=6)
    return out.getvalue()


def _fill(sheet: bytes, known: Mapping[str, Any]) -> bytes:
    def one(match: re.Match[bytes]) -> bytes:
        place, attributes, formula = match[1], TYPE.sub(b"", match[2]), match[3]
        value = known.get(place.decode())
        if value is None:
            return match[0]
        kind = b""
        if isinstance(value, str):
            kind, text = b' t="str"', escape(value).encode()
        elif isinstance(value, bool):
            kind, text = b' t="b"', b"1" if value else b"0"
        else:
            text = repr(value).encode()
        return b'<c r="%b"%b%b><f>%b</f><v>%b</v></c>' % (place, attributes, kind, formula, text)

    return FORMULA.sub(one, sheet)
