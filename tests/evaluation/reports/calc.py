"""Has LibreOffice recalculate a workbook and reads what it found."""

import io
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice") or ""


def convert(content: bytes, kind: str, source: str = "xlsx") -> bytes:
    """The workbook or document as LibreOffice writes it again (xlsx) or prints it (pdf)."""
    return convert_all([content], kind, source)[0]


def convert_all(contents: Sequence[bytes], kind: str, source: str = "xlsx") -> list[bytes]:
    """Many at once, with a profile of their own: starting LibreOffice is what takes time."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        files = [place / f"book{i}.{source}" for i in range(len(contents))]
        for file, content in zip(files, contents, strict=True):
            file.write_bytes(content)
        command = [
            SOFFICE, "--headless", "--norestore", f"-env:UserInstallation=file://{place}/profile",
            "--convert-to", kind, "--outdir", str(place / "out"), *map(str, files),
        ]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True, timeout=600)
        return [(place / "out" / f"{file.stem}.{kind}").read_bytes() for file in files]


def forgotten(content: bytes) -> bytes:
    """The workbook without any known result, so that what is read afterwards was calculated."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
        for item in source.infolist():
            data = source.read(item)
            if item.filename.startswith("xl/worksheets/"):
                data = re.sub(rb' t="str"([^>]*)><f>(.*?)</f><v>[^<]*</v>', rb"\1><f>\2</f>", data)
                data = re.sub(rb"<f>(.*?)</f><v>[^<]*</v>", rb"<f>\1</f>", data)
            target.writestr(item.filename, data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def recalculated(content: bytes) -> dict[str, list[list[Any]]]:
    """Every sheet's values after LibreOffice calculated everything."""
    return sheets(convert(forgotten(content), "xlsx"))


def recalculated_all(contents: Sequence[bytes]) -> list[dict[str, list[list[Any]]]]:
    return [sheets(content) for content in convert_all([forgotten(content) for content in contents], "xlsx")]


def sheets(content: bytes) -> dict[str, list[list[Any]]]:
    book = load_workbook(io.BytesIO(content), data_only=True)
    return {ws.title: [[cell.value for cell in row] for row in ws.iter_rows()] for ws in book.worksheets}


def ranking(found: dict[str, list[list[Any]]], sheet: str = "Ranking") -> dict[str, dict[str, Any]]:
    """Unit -> place, score, grade of the sheet people read."""
    return {
        str(row[1]): {"rank": row[0] or None, "score": row[3], "grade": row[7] or None}
        for row in found[sheet][4:]
        if row[1]
    }
