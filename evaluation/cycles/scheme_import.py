"""Imports a scheme: one JSON file with the scheme's document and where each of its columns comes from."""

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from evaluation.cycles.actions import MoveRefusedError, check_scheme_file, choose_scheme, write_scheme
from evaluation.cycles.actions.schemes import SchemeRefusedError
from evaluation.cycles.models import Cycle, SchemeDocument
from evaluation.cycles.queries import presets
from surveys.core.digests import digest, file_digest
from surveys.core.files import keep
from surveys.core.imports import ImportRefusedError, ImportReport, register_importer
from surveys.core.models import User
from surveys.core.workbooks import CellError, Sheet

LARGEST = 1_000_000
JSON = "application/json"


def _error(code: str, message: str, fix: str) -> CellError:
    return CellError("", 0, "", code, message, fix)


class SchemeImporter:
    """An importer of one scheme; see surveys.core.imports for the protocol."""

    kind = "scheme"
    sheets: Sequence[Sheet] = ()

    def template(self, language: str) -> bytes:  # noqa: ARG002
        """The shipped default scheme, to be changed under a code and version of one's own."""
        preset = presets()["balanced"]
        body = {"document": preset["document"], "bindings": preset["bindings"]}
        return (json.dumps(body, ensure_ascii=False, indent=1) + "\n").encode()

    def check(self, content: bytes, file_name: str, *, cycle: str | None) -> ImportReport:  # noqa: ARG002
        try:
            found = self._read(content, cycle)
        except ImportRefusedError as error:
            return ImportReport(ok=False, errors=error.errors)
        return self._report(found, content)

    @transaction.atomic
    def commit(
        self, content: bytes, file_name: str, *, cycle: str | None, actor: User | None, now: dt.datetime
    ) -> ImportReport:
        found = self._read(content, cycle)
        report = self._report(found, content)
        try:
            scheme = write_scheme(
                document=found["document"],
                bindings=found["bindings"],
                actor=actor,
                now=now,
                is_verified=found.get("is_verified", False),
            )
            if cycle is not None:
                row = Cycle.objects.get(code=cycle)
                choose_scheme(cycle=row, scheme=scheme, actor=actor, now=now)
        except (SchemeRefusedError, MoveRefusedError) as error:
            fix = _("Give the scheme a new version, or choose a cycle that is still a draft.")
            raise ImportRefusedError([_error("scheme_refused", str(error), fix)]) from error
        keep(content, file_name, JSON, now)
        return report

    def _read(self, content: bytes, cycle: str | None) -> dict[str, Any]:
        if len(content) > LARGEST:
            fix = _("A scheme is a small text file; check that this is the right one.")
            raise ImportRefusedError([_error("too_large", _("The file is larger than 1 MB."), fix)])
        try:
            found = json.loads(content.decode("utf-8-sig"))
        except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
            fix = _("Start from the template and keep it a JSON file in UTF-8.")
            problem = _("The file is not readable as JSON: {fault}.").format(fault=error)
            raise ImportRefusedError([_error("not_json", problem, fix)]) from error
        fix = _("Correct this place in the file.")
        faults = [_error("scheme_fault", fault, fix) for fault in check_scheme_file(found)]
        if cycle is not None and not Cycle.objects.filter(code=cycle).exists():
            problem = _("There is no cycle with the code {code}.").format(code=cycle)
            faults.append(_error("cycle_unknown", problem, _("Leave the cycle out, or correct its code.")))
        if faults:
            raise ImportRefusedError(faults)
        return dict(found)

    def _report(self, found: dict[str, Any], content: bytes) -> ImportReport:
        document = found["document"]
        held = SchemeDocument.objects.filter(code=document["code"], version=document["version"]).first()
        same = held is not None and held.digest == digest(
            {"document": document, "bindings": found["bindings"]}
        )
        return ImportReport(
            ok=True,
            rows=1,
            created=int(held is None),
            updated=int(held is not None and not same),
            unchanged=int(same),
            digest=file_digest(content),
        )


importer = SchemeImporter()
register_importer(importer)
