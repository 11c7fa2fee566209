"""Reads editions, figures and files for the public pages; nothing here touches live tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Max, QuerySet

from evaluation.improvement.models import Reply
from evaluation.portal.reading import read_edition
from evaluation.portal.records import Names
from evaluation.portal.shapes import EditionPage
from evaluation.rankings.models import Edition, Figure
from evaluation.reports.enums import PUBLIC_KINDS, ReportKind
from evaluation.reports.models import ReportFile
from evaluation.reports.package.proof import head_of
from surveys.cases.queries import last_published
from surveys.core.digests import digest

MOST_HITS = 100


class PageUnknownError(LookupError):
    """There is no such edition, unit, figure or file."""


@dataclass(frozen=True)
class Hit:
    """Something found by the search: an edition, or a unit or service in it."""

    page: EditionPage
    unit: str = ""
    service: str = ""

    @property
    def name(self) -> str:
        if self.service:
            return self.page.services[self.service].name
        return self.page.by_unit[self.unit].name if self.unit else self.page.name


@lru_cache(maxsize=32)
def _read(pk: int, _digest: str, _withdrawn: str) -> EditionPage:
    return read_edition(Edition.objects.get(pk=pk))


def fingerprint() -> str:
    """Changes whenever anything the portal shows does: an edition, a withdrawal, a built file."""
    editions = list(Edition.objects.order_by("pk").values_list("pk", "digest", "withdrawn_at"))
    files = ReportFile.objects.aggregate(last=Max("pk"))["last"]
    replies = Reply.objects.aggregate(last=Max("published_at"), gone=Max("withdrawn_at"))
    told = [[pk, code, withdrawn] for pk, code, withdrawn in editions]
    return digest([told, files, replies["last"], replies["gone"], last_published()])


def _page(pk: int, code: str, withdrawn: object) -> EditionPage:
    return _read(pk, code, str(withdrawn or ""))


def latest_editions() -> list[EditionPage]:
    """The newest edition of every cycle, newest publication first; withdrawn ones keep their stone."""
    seen: set[int] = set()
    found = []
    rows = Edition.objects.order_by("-published_at", "-pk").values_list(
        "pk", "cycle_id", "digest", "withdrawn_at"
    )
    for pk, cycle, code, withdrawn in rows:
        if cycle not in seen:
            seen.add(cycle)
            found.append(_page(pk, code, withdrawn))
    return found


def every_edition() -> list[EditionPage]:
    """All editions of all cycles, the newest first: corrections beside what they corrected."""
    rows = Edition.objects.order_by("-published_at", "-pk").values_list("pk", "digest", "withdrawn_at")
    return [_page(*row) for row in rows[:MOST_HITS]]


def edition_page(cycle: str, number: int | None = None) -> EditionPage:
    """The newest edition of a cycle, or the one of that number."""
    rows = Edition.objects.filter(cycle__code=cycle).order_by("-number")
    if number is not None:
        rows = rows.filter(number=number)
    found = rows.values_list("pk", "digest", "withdrawn_at").first()
    if found is None:
        raise PageUnknownError(cycle)
    return _page(*found)


def edition_before(page: EditionPage) -> EditionPage | None:
    """The newest standing edition of the cycle before, if there is one."""
    if not page.previous:
        return None
    rows = Edition.objects.filter(cycle__code=page.previous, withdrawn_at=None).order_by("-number")
    found = rows.values_list("pk", "digest", "withdrawn_at").first()
    return None if found is None else _page(*found)


def editions_of(cycle: str) -> list[EditionPage]:
    """All editions of a cycle, newest first: corrections never replace what stood before."""
    rows = Edition.objects.filter(cycle__code=cycle).order_by("-number")
    return [_page(*row) for row in rows.values_list("pk", "digest", "withdrawn_at")]


def figure_of(page: EditionPage, code: str) -> Figure:
    found = Figure.objects.filter(
        edition__cycle__code=page.cycle, edition__number=page.number, code=code
    ).first()
    if found is None:
        raise PageUnknownError(code)
    return found


def _public_files(page: EditionPage) -> QuerySet[ReportFile]:
    """Files of a standing edition that anyone may take away; never the audit package."""
    if page.withdrawn_at is not None:
        return ReportFile.objects.none()
    return ReportFile.objects.filter(
        run__edition__cycle__code=page.cycle, run__edition__number=page.number, kind__in=PUBLIC_KINDS
    )


def files_of(page: EditionPage) -> Sequence[ReportFile]:
    """Files built from the edition's run, without their contents."""
    rows = _public_files(page)
    return list(rows.select_related("file").defer("file__content").order_by("kind", "language", "name", "pk"))


def file_of(page: EditionPage, name: str) -> ReportFile:
    found = (
        _public_files(page)
        .select_related("file")
        .defer("file__content")
        .filter(name=name)
        .order_by("pk")
        .first()
    )
    if found is None:
        raise PageUnknownError(name)
    return found


@dataclass(frozen=True)
class Seal:
    """What must be known from elsewhere than the package: the office's public key, the verifier's digest."""

    key: str
    verifier: str


def seal_of(page: EditionPage) -> Seal | None:
    """The seal of an edition's package, where it is built."""
    head = _public_files(page).filter(name=f"{page.cycle}-package-head.json").select_related("file").first()
    verifier = _public_files(page).filter(name=f"{page.cycle}-package-verify.py").first()
    if head is None or verifier is None:
        return None
    return Seal(head_of(bytes(head.file.content))["key"], verifier.file_id)


def chart_file(page: EditionPage, language: str) -> str | None:
    """The digest of the charts in that language, where they are built."""
    found = _public_files(page).filter(kind=ReportKind.CHARTS, language=language).order_by("pk")
    return found.values_list("file_id", flat=True).first()


def search(text: str) -> list[Hit]:
    """Editions, units and services whose name, in any language, or code holds the text."""
    wanted = text.strip().casefold()
    if not wanted:
        return []

    def holds(code: str, names: Names) -> bool:
        return any(wanted in name.casefold() for name in (code, *names.values()))

    hits: list[Hit] = []
    for page in latest_editions():
        if holds(page.cycle, page.names):
            hits.append(Hit(page))
        if page.withdrawn_at is None:
            hits += [Hit(page, row.unit) for row in page.rows if holds(row.unit, row.names)]
            hits += [
                Hit(page, one.unit, one.code) for one in page.services.values() if holds(one.code, one.names)
            ]
    return hits[:MOST_HITS]
