"""Reads cycles, their units and the scheme they are bound to."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from evaluation.cycles.bindings import Binding, parse_bindings
from evaluation.cycles.enums import BindingSource, CycleState
from evaluation.cycles.models import Cycle, SchemeDocument, Unit
from scoring.schemes import scheme_from_json
from scoring.types import Scheme

PRESETS = Path(__file__).parent / "presets"


class CycleUnknownError(ObjectDoesNotExist):
    """No cycle has this code."""

    def __init__(self, code: str) -> None:
        super().__init__(_("There is no cycle with the code {code}.").format(code=code))


@dataclass(frozen=True)
class BoundScheme:
    """A scheme as it was frozen for a cycle, read, with where its columns come from."""

    document: dict[str, Any]
    scheme: Scheme
    bindings: dict[str, Binding]
    digest: str


def cycle_by_code(code: str) -> Cycle:
    """The cycle with its scheme; CycleUnknownError carries the sentence to show."""
    found = Cycle.objects.select_related("scheme", "previous").filter(code=code).first()
    if found is None:
        raise CycleUnknownError(code)
    return found


def units_of(cycle: Cycle) -> QuerySet[Unit]:
    """The cycle's units in the order of their codes, with organisation and peer group."""
    return (
        Unit.objects.filter(cycle=cycle).select_related("organisation", "peer_group").order_by("code", "pk")
    )


def audit_names(cycle: Cycle) -> dict[str, dict[str, str]]:
    """What the cycle's scheme calls each audit it takes points from, by the audit's code."""
    document, bindings = cycle.frozen_scheme, cycle.frozen_bindings
    if document is None or bindings is None:
        document, bindings = cycle.scheme.document, cycle.scheme.bindings
    names = {row["code"]: row.get("name") or {} for row in document.get("indicators", [])}
    return {
        bound["audit"]: names[code]
        for code, bound in bindings.items()
        if bound.get("from") == BindingSource.AUDIT and names.get(code)
    }


def bound_scheme(cycle: Cycle) -> BoundScheme:
    """The frozen scheme of an open cycle; of a draft, the scheme it would open with."""
    if cycle.frozen_scheme is not None:
        document, written, digest = cycle.frozen_scheme, cycle.frozen_bindings, cycle.scheme_digest
    else:
        document, written, digest = cycle.scheme.document, cycle.scheme.bindings, cycle.scheme.digest
    bindings, _faults = parse_bindings(written)
    return BoundScheme(document, scheme_from_json(document), bindings, digest)


def bound_by(scheme: SchemeDocument) -> BoundScheme:
    """A scheme as it stands, whatever cycle it is tried on."""
    bindings, _faults = parse_bindings(scheme.bindings)
    return BoundScheme(scheme.document, scheme_from_json(scheme.document), bindings, scheme.digest)


def drafts_without(scheme: SchemeDocument) -> QuerySet[Cycle]:
    """Planned cycles that could still take this version."""
    return Cycle.objects.filter(state=CycleState.DRAFT).exclude(scheme=scheme).order_by("code")


@lru_cache(maxsize=1)
def presets() -> dict[str, dict[str, Any]]:
    """The shipped schemes by code: {code, names, version, source, date, is_verified, document, bindings}."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(PRESETS.glob("*.json"))]
    return {preset["document"]["code"]: preset for preset in found}
