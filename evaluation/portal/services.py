"""Arranges the public page of one service, and the list of services on their organisation's page."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from evaluation.portal.records import ServiceRecord
from evaluation.portal.shapes import EditionPage, Row
from surveys.core import numerals
from surveys.core.text import localized

FULL = 100


@dataclass(frozen=True)
class ServiceLine:
    """One service in a list: how its answers number, its average with margin, or why nothing is told."""

    code: str
    name: str
    base: str
    points: int | None
    value: str
    lower: float | None
    upper: float | None
    missing: str
    is_own: bool

    @property
    def share(self) -> float:
        return (self.points or 0) / FULL


def lines_of(page: EditionPage, unit: str, own: str = "") -> list[ServiceLine]:
    """The services of an organisation by name; one whose page this is stands out."""
    found = [_line(service, own) for service in page.services.values() if service.unit == unit]
    return sorted(found, key=lambda line: (line.name, line.code))


def _line(service: ServiceRecord, own: str) -> ServiceLine:
    known = service.points is not None and service.margin is not None
    points, margin = service.points or 0, service.margin or 0
    return ServiceLine(
        code=service.code,
        name=service.name,
        base=band(service.least, service.most),
        points=service.points,
        value=value_of(service),
        lower=max(0, points - margin) / FULL if known else None,
        upper=min(FULL, points + margin) / FULL if known else None,
        missing=localized(service.missing),
        is_own=service.code == own,
    )


def band(least: int | None, most: int | None) -> str:
    """Between which bounds a number of answers lies."""
    if least is None:
        return ""
    if most is None:
        return _("%(n)s or more ratings") % {"n": numerals.number(least)}
    return _("%(low)s to %(high)s ratings") % {"low": numerals.number(least), "high": numerals.number(most)}


def value_of(service: ServiceRecord) -> str:
    """The average in whole points with its margin, as it is read."""
    if service.points is None:
        return ""
    return str(service.points) if service.margin is None else f"{service.points} ± {service.margin}"


@dataclass(frozen=True)
class ServiceView:
    page: EditionPage
    service: ServiceRecord
    earlier: EditionPage | None
    replies: Sequence[object]

    @cached_property
    def row(self) -> Row:
        return self.page.by_unit[self.service.unit]

    @cached_property
    def own(self) -> ServiceLine:
        return _line(self.service, self.service.code)

    @cached_property
    def base(self) -> str:
        return band(self.service.least, self.service.most)

    @cached_property
    def headline(self) -> str:
        """The average, or that too few people rated."""
        if self.service.points is None:
            return _("Too few ratings to show a figure for this service")
        return _("On average %(points)d of 100 points") % {"points": self.service.points}

    @cached_property
    def period(self) -> str:
        return localized(self.service.period)

    @cached_property
    def lines(self) -> list[ServiceLine]:
        return lines_of(self.page, self.service.unit, self.service.code)

    @cached_property
    def before(self) -> ServiceRecord | None:
        """The same service in the edition before, where both tell a figure."""
        found = self.earlier.services.get(self.service.code) if self.earlier else None
        is_told = found is not None and found.points is not None and self.service.points is not None
        return found if is_told else None

    @cached_property
    def break_reason(self) -> str:
        """Why the two editions form no series for this organisation; then no difference is told."""
        detail = self.page.details.get(self.service.unit)
        change = detail.change if detail else None
        return localized(change.why_not) if change is not None and not change.is_comparable else ""

    @cached_property
    def change_text(self) -> str:
        """What changed against the edition before, no more surely than the margins allow."""
        if self.before is None or self.earlier is None or self.break_reason:
            return ""
        change = (self.service.points or 0) - (self.before.points or 0)
        words = {"change": numerals.signed(change, 0), "cycle": self.earlier.name}
        margins = (self.service.margin, self.before.margin)
        if None in margins or abs(change) <= sum(margin or 0 for margin in margins):
            return _("%(change)s points since %(cycle)s: a change this small may be chance.") % words
        return _("%(change)s points since %(cycle)s.") % words
