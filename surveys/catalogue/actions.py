"""Verbs of the catalogue: create, change, hand over, retire. Nothing is ever deleted."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from surveys.catalogue.enums import PointKind, RegionLevel
from surveys.catalogue.models import (
    Duty,
    Organisation,
    PeerGroup,
    Region,
    Service,
    ServicePoint,
    ServiceVersion,
)
from surveys.catalogue.shapes import MAX_NAME, Promise
from surveys.core.log import record
from surveys.core.models import User
from surveys.core.text import LANGUAGES

Names = Mapping[str, str]
Kept = Region | PeerGroup | Organisation | Service | ServicePoint


class CatalogueRefusedError(ValueError):
    """A change of the catalogue that cannot be made; carries the sentence why."""


def checked_names(names: Names) -> dict[str, str]:
    """The names that are there, trimmed; refused when there is none or one is too long."""
    found = {language: str(names.get(language) or "").strip() for language in LANGUAGES}
    kept = {language: text for language, text in found.items() if text}
    if not kept:
        raise CatalogueRefusedError(_("Write the name in at least one language."))
    if any(len(text) > MAX_NAME for text in kept.values()):
        raise CatalogueRefusedError(_("A name may have up to %(limit)d characters.") % {"limit": MAX_NAME})
    return kept


def _save(row: Kept | Duty | ServiceVersion, *, verb: str, actor: User | None, now: datetime) -> None:
    """Validate, save and record once."""
    try:
        row.full_clean()
    except ValidationError as error:
        raise CatalogueRefusedError(" ".join(error.messages)) from error
    row.save()
    record(actor=actor, verb=verb, obj=_name(row), now=now, after=_facts(row))


def _name(row: Kept | Duty | ServiceVersion) -> str:
    """How the log calls a row: by its code, which no language changes."""
    return f"{row._meta.model_name} {getattr(row, 'code', row)}"


def _facts(row: Kept | Duty | ServiceVersion) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def _current(row: Kept | None) -> None:
    if row is not None and row.retired_on is not None:
        raise CatalogueRefusedError(_("“%(name)s” is retired and takes nothing new.") % {"name": row.name})


@transaction.atomic
def create_region(
    *, code: str, names: Names, level: int, parent: Region | None = None, actor: User | None, now: datetime
) -> Region:
    """Add a region under its parent."""
    if parent is not None and parent.level >= level:
        raise CatalogueRefusedError(_("A region lies under one of a higher level."))
    region = Region(code=code, names=checked_names(names), level=RegionLevel(level), parent=parent)
    _save(region, verb="catalogue.create", actor=actor, now=now)
    return region


@transaction.atomic
def create_peer_group(*, code: str, names: Names, actor: User | None, now: datetime) -> PeerGroup:
    """Add a group of organisations that are compared with each other."""
    group = PeerGroup(code=code, names=checked_names(names))
    _save(group, verb="catalogue.create", actor=actor, now=now)
    return group


@transaction.atomic
def create_organisation(
    *,
    code: str,
    names: Names,
    parent: Organisation | None = None,
    region: Region | None = None,
    peer_group: PeerGroup | None = None,
    telephone: str = "",
    actor: User | None,
    now: datetime,
) -> Organisation:
    """Add an organisation, under another one or at the top."""
    _current(parent)
    organisation = Organisation(
        code=code,
        names=checked_names(names),
        parent=parent,
        region=region,
        peer_group=peer_group,
        telephone=telephone,
    )
    _save(organisation, verb="catalogue.create", actor=actor, now=now)
    return organisation


@transaction.atomic
def change_organisation(
    *,
    organisation: Organisation,
    names: Names,
    parent: Organisation | None,
    region: Region | None,
    peer_group: PeerGroup | None,
    telephone: str,
    actor: User | None,
    now: datetime,
) -> Organisation:
    """Rename or move an organisation; its code stays for good."""
    locked = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    if parent is not None and locked.code in Organisation.objects.path_of(parent.code):
        raise CatalogueRefusedError(_("An organisation cannot lie under itself."))
    locked.names, locked.parent, locked.region = checked_names(names), parent, region
    locked.peer_group, locked.telephone = peer_group, telephone
    _save(locked, verb="catalogue.change", actor=actor, now=now)
    return locked


@transaction.atomic
def create_service(
    *,
    code: str,
    names: Names,
    organisation: Organisation,
    valid_from: date,
    promise: Promise | None = None,
    actor: User | None,
    now: datetime,
) -> Service:
    """Add a service with its first version."""
    _current(organisation)
    service = Service(code=code, names=checked_names(names), organisation=organisation)
    _save(service, verb="catalogue.create", actor=actor, now=now)
    add_version(service=service, valid_from=valid_from, promise=promise or Promise(), actor=actor, now=now)
    return service


@transaction.atomic
def add_version(
    *, service: Service, valid_from: date, promise: Promise, actor: User | None, now: datetime
) -> ServiceVersion:
    """Write what the guide promises from a day on; the version before it ends the day before."""
    _current(service)
    last = service.versions.order_by("-number").first()
    if last is not None:
        if valid_from <= last.valid_from:
            raise CatalogueRefusedError(
                _("The new version must start after %(day)s, when the last one started.")
                % {"day": last.valid_from}
            )
        last.valid_to = valid_from - timedelta(days=1)
        last.save(update_fields=["valid_to"])
    version = ServiceVersion(
        service=service,
        number=last.number + 1 if last else 1,
        valid_from=valid_from,
        handling_code=promise.handling_code,
        statutory_days=promise.statutory_days,
        promised_days=promise.promised_days,
        n_trips=promise.n_trips,
        n_papers=promise.n_papers,
        is_online=promise.is_online,
    )
    _save(version, verb="catalogue.version", actor=actor, now=now)
    return version


@transaction.atomic
def hand_over(
    *,
    service: Service,
    organisation: Organisation,
    starts_on: date,
    region: Region | None = None,
    reason: str,
    actor: User | None,
    now: datetime,
) -> Duty:
    """Make another organisation answer for a service from a day on; who did before stays on record."""
    _current(service)
    _current(organisation)
    if not reason.strip():
        raise CatalogueRefusedError(_("Say why the service is handed over."))
    for open_duty in service.duties.filter(region=region, ends_on=None):
        if open_duty.starts_on >= starts_on:
            raise CatalogueRefusedError(
                _("The service was handed over on %(day)s already; choose a later day.")
                % {"day": open_duty.starts_on}
            )
        open_duty.ends_on = starts_on - timedelta(days=1)
        open_duty.save(update_fields=["ends_on"])
    duty = Duty(
        service=service, organisation=organisation, region=region, starts_on=starts_on, reason=reason.strip()
    )
    _save(duty, verb="catalogue.hand_over", actor=actor, now=now)
    return duty


@transaction.atomic
def create_point(
    *,
    code: str,
    names: Names,
    organisation: Organisation,
    kind: str,
    parent: ServicePoint | None = None,
    service: Service | None = None,
    allowed_networks: list[str] | None = None,
    actor: User | None,
    now: datetime,
) -> ServicePoint:
    """Add a hall, window, kiosk or posted code."""
    _current(organisation)
    point = ServicePoint(
        code=code,
        names=checked_names(names),
        organisation=organisation,
        kind=PointKind(kind),
        parent=parent,
        service=service,
        allowed_networks=allowed_networks or [],
    )
    _save(point, verb="catalogue.create", actor=actor, now=now)
    return point


@transaction.atomic
def retire_organisation(*, organisation: Organisation, actor: User | None, now: datetime) -> Organisation:
    """Close an organisation that has nothing current left below it."""
    if Organisation.objects.current().filter(parent=organisation).exists():
        raise CatalogueRefusedError(_("Retire or move the organisations below it first."))
    if organisation.services.current().exists():
        raise CatalogueRefusedError(_("Retire its services or hand them over first."))
    _retire(organisation, actor=actor, now=now)
    return organisation


@transaction.atomic
def retire_service(*, service: Service, actor: User | None, now: datetime) -> Service:
    """Close a service; what was said of it stays."""
    service.versions.filter(valid_to=None, valid_from__lte=localdate(now)).update(valid_to=localdate(now))
    _retire(service, actor=actor, now=now)
    return service


@transaction.atomic
def retire_point(*, point: ServicePoint, actor: User | None, now: datetime) -> ServicePoint:
    """Close a point; its posted code then leads to a polite page."""
    _retire(point, actor=actor, now=now)
    return point


def _retire(row: Kept, *, actor: User | None, now: datetime) -> None:
    _current(row)
    row.retired_on = localdate(now)
    row.save(update_fields=["retired_on"])
    record(
        actor=actor,
        verb="catalogue.retire",
        obj=_name(row),
        now=now,
    )
