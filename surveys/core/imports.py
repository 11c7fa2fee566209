"""What every data import reports, refuses and offers; each app registers its own kinds."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from surveys.core.models import User
from surveys.core.workbooks import CellError, Sheet


@dataclass(frozen=True)
class ImportReport:
    """The outcome of a check or a commit: all or nothing, with every error at once."""

    ok: bool
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    warnings: tuple[CellError, ...] = ()
    errors: tuple[CellError, ...] = ()
    digest: str = ""

    def as_json(self) -> dict[str, Any]:
        """The public shape: counts and digest, or the errors; nothing else."""
        if not self.ok:
            return {"ok": False, "errors": [error.as_json() for error in self.errors]}
        return {
            "ok": True,
            "rows": self.rows,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "warnings": [warning.as_json() for warning in self.warnings],
            "digest": self.digest,
        }


class ImportRefusedError(Exception):
    """A file is refused; carries every error found, and nothing was written."""

    def __init__(self, errors: Sequence[CellError]) -> None:
        self.errors = tuple(errors)
        super().__init__("; ".join(error.message for error in self.errors[:3]))


class Importer(Protocol):
    """One kind of file: its sheets, its template, its check and its commit."""

    kind: str
    sheets: Sequence[Sheet]

    def template(self, language: str) -> bytes:
        """An empty workbook to fill in, with an example row."""

    def check(self, content: bytes, file_name: str, *, cycle: str | None) -> ImportReport:
        """Say what a commit would do; writes nothing."""

    def commit(
        self, content: bytes, file_name: str, *, cycle: str | None, actor: User | None, now: dt.datetime
    ) -> ImportReport:
        """Take the file in one transaction, or nothing of it."""


_importers: dict[str, Importer] = {}


def register_importer(importer: Importer) -> None:
    """Make a kind known under its name; a second one of the same name is a mistake."""
    known = _importers.setdefault(importer.kind, importer)
    if known is not importer:
        raise ValueError(f"the kind {importer.kind!r} is registered twice")


def importers() -> dict[str, Importer]:
    """Every registered kind, by name."""
    return dict(sorted(_importers.items()))
