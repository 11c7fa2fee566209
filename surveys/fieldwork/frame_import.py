"""Import of a sampling frame (KIND frame): every fault at once with its cell, all or nothing, contacts sealed."""

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from surveys.catalogue.models import Organisation
from surveys.core.imports import ImportRefusedError, ImportReport
from surveys.core.log import record
from surveys.core.models import User
from surveys.core.sealing import sealer
from surveys.core.workbooks import CellError, Reading, Row, read_sheets, write_template
from surveys.fieldwork.contacts import PURPOSE, ContactMalformedError, contact_hash, normal_contact
from surveys.fieldwork.enums import ContactKind
from surveys.fieldwork.models import Frame, FrameEntry, FrameStratum
from surveys.fieldwork.sheets import EXAMPLES, PEOPLE, SHEETS, STRATA, TRAITS

ALL = "all"
CODE = re.compile(r"[\w.-]{1,40}\Z")
BATCH = 2000


@dataclass(frozen=True)
class Person:
    """One clean row."""

    row: Row
    stratum: str
    kind: ContactKind
    contact: str
    organisation_id: int | None


@dataclass(frozen=True)
class Plan:
    """What a file would become, or what is wrong with it."""

    reading: Reading
    code: str
    people: tuple[Person, ...]
    errors: tuple[CellError, ...]


def plan(content: bytes, file_name: str) -> Plan:
    """Read and check a whole file; writes nothing."""
    reading = read_sheets(content, file_name, SHEETS)
    rows = reading.rows[PEOPLE]
    errors = list(reading.errors)
    code = next((row.values["frame"] for row in rows if row.values["frame"]), "")
    errors += _code_faults(rows, code)
    errors += _repeated(rows, "reference", _("The reference %(value)s stands in row %(row)d already."))
    people, faults = _people(rows)
    errors += faults + _strata_faults(reading, people)
    return Plan(reading, code, tuple(people), tuple(errors))


def _code_faults(rows: list[Row], code: str) -> list[CellError]:
    found = [
        row.error(
            "frame",
            "other_frame",
            _("This row belongs to frame %(found)s, the file to %(code)s.")
            % {"found": row.values["frame"], "code": code},
            _("Put one frame into one file."),
        )
        for row in rows
        if row.values["frame"] and row.values["frame"] != code
    ]
    if code and not CODE.match(code):
        found.append(
            rows[0].error(
                "frame",
                "not_a_code",
                _("A frame’s code has up to 40 letters, digits, dots, hyphens and underscores."),
                _("Choose another code."),
            )
        )
    if code and Frame.objects.filter(code=code).exists():
        found.append(
            rows[0].error(
                "frame",
                "frame_known",
                _("There is a frame %(code)s already, and a frame never changes.") % {"code": code},
                _("Give the new list a code of its own."),
            )
        )
    return found


def _repeated(rows: list[Row], key: str, sentence: str) -> list[CellError]:
    seen: dict[str, int] = {}
    found = []
    for row in rows:
        value = row.values[key]
        if value and value in seen:
            message = sentence % {"value": value, "row": seen[value]}
            found.append(row.error(key, "twice", message, _("Delete one of the two rows.")))
        elif value:
            seen[value] = row.number
    return found


def _people(rows: list[Row]) -> tuple[list[Person], list[CellError]]:
    known = dict(Organisation.objects.current().order_by("code").values_list("code", "pk"))
    people: list[Person] = []
    errors: list[CellError] = []
    seen: dict[str, int] = {}
    for row in rows:
        values = row.values
        if values["organisation"] and values["organisation"] not in known:
            errors.append(
                row.error(
                    "organisation",
                    "unknown_organisation",
                    _("There is no organisation %(code)s in the catalogue.")
                    % {"code": values["organisation"]},
                    _("Write the code of an organisation."),
                )
            )
        try:
            kind, contact = normal_contact(values["contact"] or "")
        except ContactMalformedError:
            errors.append(
                row.error(
                    "contact",
                    "malformed_contact",
                    _("This is neither a telephone number nor an e-mail address."),
                    _("Write it like 13800000001 or name@example.org, or leave it empty."),
                )
            )
            continue
        if contact and contact in seen:
            errors.append(
                row.error(
                    "contact",
                    "contact_twice",
                    _("The same contact stands in row %(row)d already.") % {"row": seen[contact]},
                    _("Keep one row for each person."),
                )
            )
        seen.setdefault(contact, row.number)
        stratum = values["stratum"] or ALL
        people.append(Person(row, stratum, kind, contact, known.get(values["organisation"] or "")))
    return people, errors


def _strata_faults(reading: Reading, people: list[Person]) -> list[CellError]:
    rows = reading.rows.get(STRATA, [])
    listed = Counter(person.stratum for person in people)
    found = _repeated(rows, "stratum", _("The stratum %(value)s stands in row %(row)d already."))
    told = set()
    for row in rows:
        code, size = row.values["stratum"], row.values["population"]
        told.add(code)
        if code and code not in listed:
            message = _("Nobody on the list belongs to stratum %(code)s.") % {"code": code}
            found.append(row.error("stratum", "empty_stratum", message, _("Merge it with another.")))
        elif code and size is not None and size < listed[code]:
            message = _("The list holds %(n)d people of this stratum, more than it stands for.") % {
                "n": listed[code]
            }
            found.append(row.error("population", "too_small", message, _("Write the whole population.")))
    if rows:
        found += [
            rows[0].error(
                "stratum",
                "stratum_missing",
                _("The stratum %(code)s of the list has no row here.") % {"code": code},
                _("Add it with its population."),
            )
            for code in sorted(set(listed) - told)
        ]
    return found


class FrameImporter:
    """Takes one frame a file; a frame never changes afterwards."""

    kind = "frame"
    sheets = SHEETS

    def template(self, language: str) -> bytes:
        return write_template(SHEETS, language=language, examples=EXAMPLES)

    def check(self, content: bytes, file_name: str, *, cycle: str | None = None) -> ImportReport:
        del cycle
        found = plan(content, file_name)
        return ImportReport(ok=False, errors=found.errors) if found.errors else _report(found)

    @transaction.atomic
    def commit(
        self,
        content: bytes,
        file_name: str,
        *,
        cycle: str | None = None,
        actor: User | None,
        now: dt.datetime,
    ) -> ImportReport:
        del cycle
        found = plan(content, file_name)
        if found.errors:
            raise ImportRefusedError(found.errors)
        frame = Frame.objects.create(
            code=found.code,
            names={"en": found.code, "zh-hans": found.code, "zh-hant": found.code},
            digest=found.reading.digest,
            imported_at=now,
            n_entries=len(found.people),
        )
        _write(frame, found, now)
        record(
            actor=actor,
            verb="frame.import",
            obj=f"frame {frame.code}",
            now=now,
            after={"file": found.reading.digest},
            detail={"file": file_name, "people": frame.n_entries},
        )
        return _report(found)


def _report(found: Plan) -> ImportReport:
    return ImportReport(
        ok=True,
        rows=len(found.people),
        created=len(found.people),
        warnings=tuple(found.reading.warnings),
        digest=found.reading.digest,
    )


def _write(frame: Frame, found: Plan, now: dt.datetime) -> None:
    """The file itself is not kept: it holds contacts in the clear."""
    month = now.date().replace(day=1)
    seal = sealer(PURPOSE, month)
    FrameEntry.objects.bulk_create(
        (
            FrameEntry(
                frame=frame,
                reference=person.row.values["reference"],
                stratum=person.stratum,
                attributes={trait: person.row.values[trait] for trait in TRAITS if person.row.values[trait]},
                organisation_id=person.organisation_id,
                language=person.row.values["language"] or "",
                contact_kind=person.kind,
                sealed=seal(person.contact.encode()) if person.contact else None,
                month=month,
                contact_hash=contact_hash(person.contact),
            )
            for person in found.people
        ),
        batch_size=BATCH,
    )
    listed = Counter(person.stratum for person in found.people)
    told = {row.values["stratum"]: row.values for row in found.reading.rows.get(STRATA, [])}
    FrameStratum.objects.bulk_create(
        FrameStratum(
            frame=frame,
            code=code,
            n_population=told[code]["population"] if code in told else n,
            spread=float(told[code]["spread"]) if code in told and told[code]["spread"] is not None else None,
        )
        for code, n in sorted(listed.items())
    )


importer = FrameImporter()
