"""The importer of finished cases: each opens one invitation; a case fed before stays as it is."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys.catalogue.enums import CHANNEL_MODE, Channel, Identity
from surveys.catalogue.models import Organisation, Service, ServicePoint
from surveys.core.imports import ImportRefusedError, ImportReport, register_importer
from surveys.core.log import record
from surveys.core.models import User
from surveys.core.workbooks import CellError, Row, Sheet, read_sheets, write_template
from surveys.core.workbooks.cells import shown
from surveys.instruments.queries import current_version
from surveys.ratings.actions.matters import CLOCK_SKEW, RATING_DAYS
from surveys.ratings.enums import InvitationState, Stage
from surveys.ratings.import_cases import known_cases
from surveys.ratings.import_columns import no_collection
from surveys.ratings.import_writing import known_keys
from surveys.ratings.keys import rated_key
from surveys.ratings.models import Invitation, Matter
from surveys.ratings.sheets import EXAMPLES, MATTERS
from surveys.ratings.tokens import new_nonce, token_hash, token_of

BATCH = 2000
Key = tuple[str, str, int]


@dataclass(frozen=True)
class _Known:
    """The codes a row may name."""

    services: dict[str, Service]
    units: dict[str, int]
    points: dict[str, ServicePoint]


class MattersImporter:
    """One row a finished case, or a finished stage of one."""

    kind = "matters"
    sheets: Sequence[Sheet] = (MATTERS,)

    def template(self, language: str) -> bytes:
        """An empty workbook with an example row."""
        return write_template(self.sheets, language=language, examples=EXAMPLES)

    def check(self, content: bytes, file_name: str, *, cycle: str | None) -> ImportReport:
        """Say what a commit would do; writes nothing."""
        del cycle
        return _read(content, file_name, timezone.now())[1]

    def commit(
        self, content: bytes, file_name: str, *, cycle: str | None, actor: User | None, now: dt.datetime
    ) -> ImportReport:
        """Take the file whole, or refuse it with every error."""
        del cycle
        with no_collection(), transaction.atomic():
            matters, report = _read(content, file_name, now)
            if not report.ok:
                raise ImportRefusedError(report.errors)
            _store(matters)
            if matters:
                detail = {"file": file_name[-200:], "created": len(matters), "rows": report.rows}
                record(
                    actor=actor, verb="matters.import", obj=f"file {report.digest}", now=now, detail=detail
                )
        return report


def _read(content: bytes, file_name: str, now: dt.datetime) -> tuple[list[tuple[Matter, bool]], ImportReport]:
    reading = read_sheets(content, file_name, (MATTERS,))
    errors = list(reading.errors)
    known = _Known(
        {row.code: row for row in Service.objects.order_by("pk")},
        dict(Organisation.objects.order_by("pk").values_list("code", "pk")),
        {row.code: row for row in ServicePoint.objects.order_by("pk")},
    )
    rows = reading.rows["matters"]
    stored = known_cases([row.values["case_no"] for row in rows])
    seen: dict[Key, int] = {}
    fresh: list[tuple[Matter, bool]] = []
    for row in rows:
        values = row.values
        key = (values["case_no"], values["stage"] or Stage.COMPLETION, values["service_no"] or 1)
        if values["case_no"] and key in seen:
            errors.append(_twice(row, seen[key]))
        seen[key] = row.number
        matter = _matter(row, key, known, errors, now)
        if matter is not None and key not in stored:
            fresh.append((matter, values["invited"] is not False))
    errors.sort(key=lambda error: (error.row, error.column, error.code))
    report = ImportReport(
        ok=not errors,
        rows=len(rows),
        created=0 if errors else len(fresh),
        unchanged=0 if errors else len(rows) - len(fresh),
        warnings=tuple(reading.warnings),
        errors=tuple(errors),
        digest=reading.digest,
    )
    return ([] if errors else fresh), report


def _twice(row: Row, first: int) -> CellError:
    message = _("This case, stage and service number stands in row %(row)d already.") % {"row": first}
    return row.error("case_no", "case_twice", message, _("Delete one of the two rows."))


def _found(row: Row, key: str, table: dict[str, Any], errors: list[CellError]) -> Any:
    """What a code stands for; None for an empty cell, and an error where the catalogue has no such code."""
    code = row.values[key]
    if code is None:
        return None
    if code not in table:
        message = _("“%(code)s” is not in the catalogue.") % {"code": shown(code)}
        errors.append(
            row.error(key, "unknown_code", message, _("Use a code of the catalogue, or add it there."))
        )
        return None
    return table[code]


def _matter(row: Row, key: Key, known: _Known, errors: list[CellError], now: dt.datetime) -> Matter | None:
    values = row.values
    service = _found(row, "service_code", known.services, errors)
    unit = _found(row, "unit_code", known.units, errors)
    point = _found(row, "point_code", known.points, errors)
    finished_at = values["finished_at"]
    if finished_at is not None and finished_at > now + CLOCK_SKEW:
        message = _("The case would be finished in the future.")
        errors.append(
            row.error("finished_at", "in_future", message, _("Check the time, and the sender's clock."))
        )
    if service is None or finished_at is None or errors:
        return None
    channel = values["channel"] or Channel.QR_CASE
    return Matter(
        case_no=key[0],
        stage=key[1],
        service_no=key[2],
        service=service,
        organisation_id=unit or service.organisation_id,
        point=point,
        channel=channel,
        mode=values["mode"] or CHANNEL_MODE[Channel(channel)],
        identity=values["identity"] or Identity.ANONYMOUS,
        finished_at=finished_at,
        outcome=values["outcome"] or "",
    )


def _store(fresh: list[tuple[Matter, bool]]) -> None:
    """Cases and invitations; one that was rated elsewhere before has its invitation used up."""
    matters = [matter for matter, _invited in fresh]
    keys = [rated_key(matter.case_no, matter.stage, matter.service_no) for matter in matters]
    rated = known_keys(keys)
    Matter.objects.bulk_create(matters, batch_size=BATCH)
    version = current_version()
    invitations = []
    for (matter, invited), key in zip(fresh, keys, strict=True):
        nonce = new_nonce()
        used = key in rated
        state = InvitationState.OPEN if invited else InvitationState.REVOKED
        invitations.append(
            Invitation(
                matter=matter,
                nonce=nonce,
                token_hash=token_hash(token_of(nonce)),
                state=InvitationState.USED if used else state,
                n_ratings=1 if used else 0,
                version=version,
                expires_at=matter.finished_at + dt.timedelta(days=RATING_DAYS),
            )
        )
    Invitation.objects.bulk_create(invitations, batch_size=BATCH)


importer = MattersImporter()
register_importer(importer)
