"""Arranges the front page: the latest finding first, then what was measured and what changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from evaluation.portal import findings, sidebyside
from evaluation.portal.shapes import EditionPage
from surveys.core import numerals


@dataclass(frozen=True)
class Change:
    """One unit against its edition before."""

    unit: str
    name: str
    text: str


@dataclass(frozen=True)
class Shelf:
    """One cycle's newest edition with its finding."""

    page: EditionPage
    headline: str
    lead: str


@dataclass(frozen=True)
class HomeView:
    editions: Sequence[EditionPage]

    @cached_property
    def shelves(self) -> list[Shelf]:
        return [
            Shelf(page, findings.headline(page), "" if page.withdrawn_at else findings.lead(page))
            for page in self.editions
        ]

    @cached_property
    def latest(self) -> EditionPage | None:
        """The newest standing edition of real data, else the newest standing one."""
        standing = [page for page in self.editions if page.withdrawn_at is None]
        real = [page for page in standing if not page.is_synthetic]
        return next(iter(real or standing), None)

    @property
    def headline(self) -> str:
        return findings.headline(self.latest) if self.latest else ""

    @property
    def lead(self) -> str:
        return findings.lead(self.latest) if self.latest else ""

    @cached_property
    def sources(self) -> list[sidebyside.Source]:
        return sidebyside.sources_of(self.latest) if self.latest else []

    @cached_property
    def others(self) -> list[Shelf]:
        return [shelf for shelf in self.shelves if shelf.page is not self.latest]

    @cached_property
    def changed(self) -> EditionPage | None:
        """The newest standing edition that can be compared with the one before."""
        return next(
            (page for page in self.editions if page.withdrawn_at is None and self._changes(page)), None
        )

    @cached_property
    def changes(self) -> list[Change]:
        return self._changes(self.changed) if self.changed else []

    @staticmethod
    def _changes(page: EditionPage) -> list[Change]:
        """The five units whose score changed most and comparably."""
        found = [
            (abs(change.score_change), row, change.score_change)
            for row in page.ranked
            if (detail := page.details.get(row.unit)) is not None
            and (change := detail.change) is not None
            and change.is_comparable
            and change.score_change is not None
        ]
        found.sort(key=lambda item: (-item[0], item[1].unit))
        return [
            Change(row.unit, row.short, _("%(points)s points") % {"points": numerals.signed(points, 1)})
            for _size, row, points in found[:5]
        ]
