"""Writes what a catalogue plan says, in one transaction and with one entry in the log."""

from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction

from surveys.catalogue.import_rows import Item, Plan
from surveys.catalogue.models import (
    Organisation,
    PeerGroup,
    Region,
    Service,
    ServicePoint,
    ServiceVersion,
)
from surveys.core.log import record
from surveys.core.models import User

BATCH = 500
Keys = dict[str, dict[str, int]]

MODELS: dict[str, type[models.Model]] = {
    "regions": Region,
    "peer_groups": PeerGroup,
    "organisations": Organisation,
    "services": Service,
    "points": ServicePoint,
}
REFERS = {
    "region": "regions",
    "peer_group": "peer_groups",
    "organisation": "organisations",
    "service": "services",
}


@transaction.atomic
def apply(plan: Plan, *, digest: str, actor: User | None, now: datetime) -> None:
    """Create and change rows sheet by sheet; parents come before children."""
    keys: Keys = {}
    for kind, model in MODELS.items():
        keys[kind] = dict(model._default_manager.order_by().values_list("code", "pk"))
        _create(kind, model, [item for item in plan.items[kind] if item.is_new], keys)
        _change(kind, model, [item for item in plan.items[kind] if item.is_changed], keys)
    _add_versions(plan, keys["services"])
    record(
        actor=actor,
        verb="catalogue.import",
        obj=f"file {digest}",
        now=now,
        detail={
            kind: {
                "created": sum(item.is_new for item in items),
                "updated": sum(item.is_changed for item in items),
            }
            for kind, items in plan.items.items()
        },
    )


def _values(kind: str, item: Item, keys: Keys) -> dict[str, Any]:
    """The columns of a row, with the codes it refers to as keys."""
    values: dict[str, Any] = {}
    for key, value in item.wanted.items():
        if key == "parent":
            values["parent_id"] = keys[kind].get(value)
        elif key in REFERS:
            values[f"{key}_id"] = keys[REFERS[key]].get(value)
        else:
            values[key] = value
    return values


def _create(kind: str, model: type[models.Model], items: list[Item], keys: Keys) -> None:
    """Insert in waves, so that each row's parent has its key already."""
    waiting = items
    while waiting:
        new = {item.code for item in waiting}
        wave = [item for item in waiting if item.wanted.get("parent", "") not in new]
        rows = [model(code=item.code, **_values(kind, item, keys)) for item in wave]
        for row in model._default_manager.bulk_create(rows, batch_size=BATCH):
            keys[kind][row.code] = row.pk  # type: ignore[attr-defined]
        placed = {item.code for item in wave}
        waiting = [item for item in waiting if item.code not in placed]


def _change(kind: str, model: type[models.Model], items: list[Item], keys: Keys) -> None:
    if not items:
        return
    rows = []
    for item in items:
        row = model(pk=keys[kind][item.code], code=item.code, **_values(kind, item, keys))
        rows.append(row)
    fields = [name.removesuffix("_id") for name in _values(kind, items[0], keys)]
    model._default_manager.bulk_update(rows, fields, batch_size=BATCH)


def _add_versions(plan: Plan, services: dict[str, int]) -> None:
    """Add new versions in the order of their days; each ends the one before it."""
    last: dict[int, ServiceVersion] = {}
    for version in ServiceVersion.objects.order_by("service", "number"):
        last[version.service_id] = version
    added, ended = [], {}
    for wanted in plan.versions:
        if wanted.kept is not None:
            continue
        service = services[wanted.service]
        before = last.get(service)
        if before is not None:
            before.valid_to = wanted.facts["valid_from"] - timedelta(days=1)
            if before.pk is not None:
                ended[before.pk] = before
        version = ServiceVersion(
            service_id=service, number=before.number + 1 if before else 1, **wanted.facts
        )
        last[service] = version
        added.append(version)
    ServiceVersion.objects.bulk_update(ended.values(), ["valid_to"], batch_size=BATCH)
    ServiceVersion.objects.bulk_create(added, batch_size=BATCH)
