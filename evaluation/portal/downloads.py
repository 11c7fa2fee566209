"""Names the files of an edition for readers: what each holds, in which format, how large."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from evaluation.reports.models import ReportFile

LABELS: dict[str, str | Promise] = {
    "workbook": _("Workbook with live formulas"),
    "charts": _("Charts"),
    "briefing": _("Briefing"),
    "opendata": _("All figures with descriptions"),
    "package": _("Package to recompute this edition"),
}
BESIDE: dict[str, str | Promise] = {
    "-head.json": _("Signed head of the log"),
    "-verify.py": _("Verifier of the package"),
}
"""What stands beside a package, by the end of its name."""
FORMATS = {
    "xlsx": "Excel",
    "csv": "CSV",
    "zip": "ZIP",
    "json": "JSON",
    "svg": "SVG",
    "png": "PNG",
    "pdf": "PDF",
    "docx": "Word",
    "html": "HTML",
    "py": "Python",
    "sha256": "SHA-256",
}
ORDER = tuple(LABELS)


@dataclass(frozen=True)
class Download:
    name: str
    kind: str
    label: str
    format: str
    size: int
    language: str
    sha256: str


def label_of(file: ReportFile) -> str:
    """What the file is, in a word or two."""
    beside = next((label for end, label in BESIDE.items() if file.name.endswith(end)), None)
    return str(beside or LABELS.get(file.kind, file.name))


def described(files: Sequence[ReportFile]) -> list[Download]:
    """Files in the reader's language or in none, in the order of the shelf."""
    language = get_language() or ""
    found = [
        Download(
            name=file.name,
            kind=file.kind,
            label=label_of(file),
            format=FORMATS.get(file.name.rpartition(".")[2], file.name.rpartition(".")[2].upper()),
            size=file.file.size,
            language=file.language,
            sha256=file.file_id,
        )
        for file in files
        if file.language in {"", language}
    ]
    return sorted(
        found,
        key=lambda item: (
            ORDER.index(item.kind) if item.kind in ORDER else 99, item.name.endswith(tuple(BESIDE)), item.name,
        ),
    )  # fmt: skip


def media_type(file: ReportFile) -> str:
    return file.file.media_type or "application/octet-stream"
