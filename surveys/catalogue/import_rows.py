"""Turns rows of a catalogue file into wanted states, and compares them with what is kept.

A state is written in natural keys (codes, not row numbers), so that the file, the database and an export
are compared alike.
"""

import ipaddress
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError

from surveys.catalogue.models import (
    PLAIN_CODE,
    REGION_CODE,
    SERVICE_CODE,
    Organisation,
    PeerGroup,
    Region,
    Service,
    ServicePoint,
    ServiceVersion,
)
from surveys.core.text import LANGUAGES
from surveys.core.workbooks import CellError, Row

State = dict[str, Any]
PROMISES = ("handling_code", "statutory_days", "promised_days", "n_trips", "n_papers", "is_online")


@dataclass(slots=True)
class Item:
    """One wanted row: what it shall be, what it is now (None: not there), and where it stands in the file."""

    code: str
    row: Row
    wanted: State
    present: State | None = None
    names: dict[str, str] = field(default_factory=dict)

    @property
    def is_new(self) -> bool:
        return self.present is None

    @property
    def is_changed(self) -> bool:
        return self.present is not None and self.present != self.wanted

    def error(self, key: str, code: str, message: str, fix: str) -> CellError:
        return self.row.error(key, code, message, fix)


@dataclass(slots=True)
class WantedVersion:
    """One version a file asks for; `kept` is set where it is there already."""

    row: Row
    service: str
    facts: State
    kept: ServiceVersion | None = None


@dataclass(slots=True)
class Plan:
    """What a file would do: items by sheet, versions to add, and every fault."""

    items: dict[str, list[Item]] = field(default_factory=dict)
    versions: list[WantedVersion] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)
    n_rows: int = 0

    def count(self, test: Callable[[Item], bool]) -> int:
        return sum(test(item) for items in self.items.values() for item in items)


def names_of(row: Row, before: Mapping[str, str]) -> dict[str, str]:
    """The names of a row; a language whose column is absent keeps what it had."""
    found = {}
    for language in LANGUAGES:
        key = "name_" + language.replace("-", "_")
        text = (row.values[key] or "") if key in row.letters else before.get(language, "")
        if text:
            found[language] = text
    return found


def taken(row: Row, present: State | None, key: str, empty: Any) -> Any:
    """A cell's value; an absent column keeps what the row had."""
    if key not in row.letters:
        return present[key] if present else empty
    value = row.values[key]
    return empty if value is None else value


def networks_of(text: str) -> list[str]:
    """The networks of a cell; ValueError when one is none."""
    parts = [part.strip() for part in text.replace("，", ",").replace(";", ",").split(",")]
    return [str(ipaddress.ip_network(part)) for part in parts if part]


def present_regions() -> dict[str, State]:
    parents = dict(Region.objects.without_tree_fields().values_list("pk", "code"))
    return {
        row.code: {
            "names": row.names,
            "level": row.level,
            "parent": parents.get(row.parent_id, ""),
            "retired_on": row.retired_on,
        }
        for row in Region.objects.without_tree_fields()
    }


def present_groups() -> dict[str, State]:
    return {row.code: {"names": row.names, "retired_on": row.retired_on} for row in PeerGroup.objects.all()}


def present_organisations() -> dict[str, State]:
    rows = Organisation.objects.without_tree_fields().select_related("region", "peer_group")
    codes = {row.pk: row.code for row in rows}
    return {
        row.code: {
            "names": row.names,
            "parent": codes.get(row.parent_id, ""),
            "region": row.region.code if row.region else "",
            "peer_group": row.peer_group.code if row.peer_group else "",
            "telephone": row.telephone,
            "retired_on": row.retired_on,
        }
        for row in rows
    }


def present_services() -> dict[str, State]:
    return {
        row.code: {
            "names": row.names,
            "organisation": row.organisation.code,
            "retired_on": row.retired_on,
        }
        for row in Service.objects.select_related("organisation")
    }


def present_versions() -> dict[str, list[ServiceVersion]]:
    """Versions by service code, oldest first."""
    found: dict[str, list[ServiceVersion]] = {}
    for version in ServiceVersion.objects.select_related("service").order_by("service__code", "number"):
        found.setdefault(version.service.code, []).append(version)
    return found


def present_points() -> dict[str, State]:
    rows = ServicePoint.objects.select_related("organisation", "parent", "service")
    return {
        row.code: {
            "names": row.names,
            "organisation": row.organisation.code,
            "kind": row.kind,
            "parent": row.parent.code if row.parent else "",
            "service": row.service.code if row.service else "",
            "allowed_networks": row.allowed_networks,
            "retired_on": row.retired_on,
        }
        for row in rows
    }


def code_fault(kind: str, code: str) -> str:
    """Why a code cannot be used on that sheet; empty when it can."""
    try:
        {"regions": REGION_CODE, "services": SERVICE_CODE}.get(kind, PLAIN_CODE)(code)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def ordered(items: Iterable[Item], parent: Callable[[Item], str]) -> list[Item]:
    """Items with every parent before its children; what lies on a circle is left out."""
    waiting = {item.code: item for item in items}
    done: list[Item] = []
    while waiting:
        ready = [item for item in waiting.values() if parent(item) not in waiting]
        if not ready:
            break
        done += [waiting.pop(item.code) for item in ready]
    return done
