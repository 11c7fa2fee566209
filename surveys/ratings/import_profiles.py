"""What many rows of a ratings file share - service, channel, level, reasons, marks - worked out once each."""

import json
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from surveys.catalogue.enums import CHANNEL_MODE, Channel, Identity
from surveys.catalogue.models import Organisation, Service
from surveys.core.workbooks.cells import shown
from surveys.instruments.queries import current_version, definition_of
from surveys.ratings.enums import PRIVACY_OF_IDENTITY, Origin, Privacy, RatingKind, Screening, Stage
from surveys.ratings.import_columns import Columns
from surveys.ratings.keys import BY_DEFAULT, rest_of_key

SEPARATORS = re.compile(r"[;；,，、|\s]+")
PROFILE = (
    "service_code", "unit_code", "stage", "service_no", "rating_no", "channel", "mode", "identity", "level",
    "reason_codes", "is_default", "is_valid",
)  # fmt: skip

Cell = tuple[Any, ...]
Problem = tuple[str, str, str, str]
"""Column, code, message, fix."""


class Profile(NamedTuple):
    """The shared part of ratings; the fields up to `screening` stand in the order in which they are written."""

    privacy: str
    matter_id: int | None
    service_id: int
    organisation_id: int
    point_id: int | None
    channel: str
    mode: str
    stage: str
    kind: str
    origin: str
    level: int
    tags: str
    screening: str
    service_no: int
    rest: str


N_WRITTEN = 13


class Profiles:
    """The distinct profiles of a file and their numbers."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.definition = definition_of(current_version().pk)
        self.services = {row.code: row for row in Service.objects.order_by("pk")}
        self.units = dict(Organisation.objects.order_by("pk").values_list("code", "pk"))
        self.numbers: dict[Cell, int] = {}
        self.found: list[Profile] = []

    def read(self, cells: Sequence[Cell]) -> "Profiles":
        """Work out every distinct profile; a profile with a problem is told in each of its rows."""
        problems: dict[Cell, list[Problem]] = {}
        for cell in dict.fromkeys(cells):
            faults: list[Problem] = []
            profile = self._profile(cell, faults)
            self.numbers[cell] = len(self.found)
            if faults:
                problems[cell] = faults
            if profile is not None:
                self.found.append(profile)
        for place, cell in enumerate(cells if problems else ()):
            for problem in problems.get(cell, ()):
                self.columns.error(place, *problem)
        return self

    def _profile(self, cell: Cell, faults: list[Problem]) -> Profile | None:
        (
            code,
            unit_code,
            stage,
            service_no,
            rating_no,
            channel,
            mode,
            identity,
            level,
            reasons,
            default,
            valid,
        ) = cell
        service = self._service(code, faults)
        unit = self._unit(unit_code, service, faults)
        mode = mode or (CHANNEL_MODE[Channel(channel)] if channel else None)
        tags = self._tags(reasons, level, mode, faults)
        if service is None or unit is None or mode is None or level is None:
            return None
        stage = stage or Stage.COMPLETION
        number = BY_DEFAULT if default else (rating_no or 1)
        return Profile(
            privacy=PRIVACY_OF_IDENTITY[Identity(identity)] if identity else Privacy.UNLINKED,
            matter_id=None,
            service_id=service.pk,
            organisation_id=unit,
            point_id=None,
            channel=channel,
            mode=mode,
            stage=stage,
            kind=RatingKind.SUPPLEMENTARY if rating_no == 2 else RatingKind.INITIAL,
            origin=Origin.DEFAULT if default else Origin.ACTIVE,
            level=level,
            tags=tags,
            screening=Screening.SET_ASIDE if valid is False else Screening.KEPT,
            service_no=service_no or 1,
            rest=rest_of_key(stage, service_no or 1, number),
        )

    def _service(self, code: str | None, faults: list[Problem]) -> Service | None:
        service = self.services.get(code or "")
        if service is None and code is not None:
            message = _("There is no service “%(code)s”.") % {"code": shown(code)}
            fix = _("Use a code of the catalogue, or add the service there first.")
            faults.append(("service_code", "unknown_service", message, fix))
        return service

    def _unit(self, code: str | None, service: Service | None, faults: list[Problem]) -> int | None:
        if code is None:
            return service.organisation_id if service else None
        if code not in self.units:
            message = _("There is no organisation “%(code)s”.") % {"code": shown(code)}
            fix = _("Use a code of the catalogue, or leave the cell empty.")
            faults.append(("unit_code", "unknown_unit", message, fix))
            return None
        return int(self.units[code])

    def _tags(self, reasons: str | None, level: int | None, mode: str | None, faults: list[Problem]) -> str:
        codes = [code for code in SEPARATORS.split(reasons or "") if code]
        if not codes or level is None or mode is None:
            return "[]"
        fitting = self.definition.tag_codes(level, mode)
        strange = [code for code in codes if code not in fitting]
        if strange:
            message = _("The reason “%(code)s” does not belong to level %(level)d and this channel.")
            fix = _("Use one of: %(codes)s.") % {"codes": ", ".join(sorted(fitting))}
            values = {"code": shown(strange[0]), "level": level}
            faults.append(("reason_codes", "reason_does_not_fit", message % values, fix))
        return json.dumps(sorted(set(codes)))
