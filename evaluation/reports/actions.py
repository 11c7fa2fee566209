"""Building report files of a run, and the signed package of an edition; each kept once under its digest."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.db import transaction
from django.utils.translation import gettext as _

from evaluation.rankings.actions import attach_package
from evaluation.rankings.models import Edition, Figure, Run
from evaluation.reports.book import Book
from evaluation.reports.briefing import briefing_memo
from evaluation.reports.charts.edition import charts_of, tables_of
from evaluation.reports.charts.marks import Picture
from evaluation.reports.charts.sheet import render
from evaluation.reports.enums import ENDINGS, FROM_ABOVE, MEDIA_TYPES, ONE_FOR_ALL_LANGUAGES, ReportKind
from evaluation.reports.memo_docx import to_docx
from evaluation.reports.memo_html import to_html
from evaluation.reports.models import ReportFile
from evaluation.reports.opendata import open_data
from evaluation.reports.package import canon, contents, signing
from evaluation.reports.package.faults import canonical
from evaluation.reports.package.tallies import tallies_csv
from evaluation.reports.queries import book_for, edition_of_run, pages_for, withheld_of
from evaluation.reports.workbook import build_workbook
from surveys.core.files import keep
from surveys.core.log import record
from surveys.core.models import ChainHead, User
from surveys.core.text import LANGUAGES

IN_BOOK = ("ranking", "sources", "groups")
CHART_INDEX = "charts.json"
INSIDE = (ReportKind.WORKBOOK, ReportKind.CHARTS, ReportKind.OPENDATA)
"""What lies inside a package, in every language."""


class ReportRefusedError(Exception):
    """A report that cannot be built; carries the sentence why."""


class Worker(Protocol):
    """What building needs of a job's claim: to tell progress."""

    def progress(self, done: int, total: int, note: str = "") -> None: ...


@dataclass(frozen=True)
class Quiet:
    """Stands in for a job's claim where nobody waits."""

    def progress(self, done: int, total: int, note: str = "") -> None:
        """Nobody listens."""


def build(*, run: Run, kind: str, language: str, now: dt.datetime) -> ReportFile:
    """One file of a run in one language; the same run gives the same bytes, so it is built once."""
    if kind not in ReportKind.values:
        raise ReportRefusedError(_("There is no report of the kind {kind}.").format(kind=kind))
    if kind in ONE_FOR_ALL_LANGUAGES:
        edition = edition_of_run(run)
        if edition is None:
            raise ReportRefusedError(_("A package is made of a published edition; publish the cycle first."))
        return (build_audit if kind == ReportKind.AUDIT else build_package)(edition=edition, now=now)
    if kind in FROM_ABOVE:
        raise ReportRefusedError(_("The planning workbook is built where measures are kept."))
    if kind == ReportKind.BRIEFING:
        return build_briefing(run=run, language=language, now=now)
    content = content_of(run, kind, language)
    name = file_name(run.cycle.code, kind, language)
    return store(run=run, kind=kind, language=language, name=name, content=content, now=now)


def file_name(code: str, kind: str, language: str) -> str:
    """CYCLE-KIND-LANGUAGE.ext; a package is the same in every language."""
    middle = kind if kind in ONE_FOR_ALL_LANGUAGES else f"{kind}-{language}"
    return f"{code}-{middle}.{ENDINGS[ReportKind(kind)]}"


def content_of(run: Run, kind: str, language: str) -> bytes:
    """The bytes of one file."""
    pages = pages_for(run)
    if kind == ReportKind.WORKBOOK:
        return build_workbook(book(run, pages, language))
    if kind == ReportKind.CHARTS:
        return canon.write(chart_files(pages, language))
    if kind == ReportKind.OPENDATA:
        return canon.write(open_data(pages, figure_rows(run), language))
    return to_html(briefing_memo(pages, chart_files(pages, language), language))


def build_briefing(*, run: Run, language: str, now: dt.datetime) -> ReportFile:
    """The briefing as a printable page and, beside it, as DOCX; returns the page. Drawn before anything is locked."""
    pages = pages_for(run)
    memo = briefing_memo(pages, chart_files(pages, language), language)
    name = file_name(run.cycle.code, ReportKind.BRIEFING, language)
    document, page = to_docx(memo), to_html(memo)
    told: dict[str, Any] = {"run": run, "kind": ReportKind.BRIEFING, "language": language, "now": now}
    with transaction.atomic():
        store(name=f"{name.rpartition('.')[0]}.docx", content=document, **told)
        return store(name=name, content=page, **told)


def book(run: Run, pages: Mapping[str, Any], language: str) -> Book:
    """The book of a run with its first two charts."""
    charts = charts_of(pages, language, wide=True)
    shown = [charts[name] for name in IN_BOOK if name in charts]
    pictures = [(render(chart, "png"), chart.alt) for chart in shown]
    return book_for(run, pages, language, pictures, finding=shown[0].title if shown else "")


def chart_files(pages: Mapping[str, Any], language: str) -> dict[str, bytes]:
    """Every chart as SVG for phones and for wide pages, as PNG for documents, its table, and what it says in words."""
    found = {
        f"{name}.csv": contents.csv_of(table.heads, table.rows)
        for name, table in tables_of(pages, language).items()
    }
    said: list[str] = []
    index: list[dict[str, str]] = []
    for wide in (False, True):
        for name, chart in charts_of(pages, language, wide=wide).items():
            stem = f"{name}-wide" if wide else name
            found[f"{stem}.svg"] = render(chart, "svg")
            if wide:
                found[f"{name}.png"] = render(chart, "png")
                said += _said(name, chart)
                index.append({"name": name, "title": chart.title, "alt": chart.alt})
    found["charts.txt"] = ("\n".join(said) + "\n").encode()
    found[CHART_INDEX] = canonical(index) + b"\n"
    return found


def _said(name: str, chart: Picture) -> list[str]:
    return [f"{name}: {chart.title}", f"    {chart.alt}"]


def figure_rows(run: Run) -> Iterator[tuple[str, str, str, str, str]]:
    """Published figures as open data tells them."""
    rows = Figure.objects.filter(edition__run=run).order_by("code", "pk")
    for row in rows.iterator(chunk_size=1000):
        yield row.code, row.unit_code, row.node, row.measure, f"{row.value:.10f}"


@transaction.atomic
def store(*, run: Run, kind: str, language: str, name: str, content: bytes, now: dt.datetime) -> ReportFile:
    """Keep the bytes and point the run's file of that name to them."""
    file = keep(content, name, MEDIA_TYPES[name.rpartition(".")[2]], now)
    row, _created = ReportFile.objects.update_or_create(
        run=run, kind=kind, language=language, name=name, defaults={"file": file},
        create_defaults={"file": file, "built_at": now},
    )  # fmt: skip
    return row


def build_package(
    *, edition: Edition, now: dt.datetime, actor: User | None = None, claim: Worker | None = None
) -> ReportFile:
    """The signed public package of an edition; the files inside it are built and kept on the way."""
    worker, run = claim or Quiet(), edition.run
    total = len(LANGUAGES) * len(INSIDE) + 1
    files: dict[str, bytes] = {}
    steps = [(language, kind) for language in LANGUAGES for kind in INSIDE]
    for done, (language, kind) in enumerate(steps):
        worker.progress(done, total, f"{ReportKind(kind).label}, {language}")
        row = build(run=run, kind=kind, language=language, now=now)
        content = bytes(row.file.content)
        if kind == ReportKind.WORKBOOK:
            files[f"workbook/{row.name}"] = content
        else:
            files |= dict(contents.named(canon.read(content), f"{kind}/{language}"))
    files |= contents.data_files(edition, withheld_of(run, edition.pages))
    key = signing.public_key()
    whole = contents.signed(edition, files, key=key, signature_of=signing.sign)
    worker.progress(total - 1, total, _("Signing and keeping"))
    return _keep_package(edition, whole, key, actor=actor, now=now)


def build_audit(*, edition: Edition, now: dt.datetime) -> ReportFile:
    """The signed audit package with every count; made once, so that late ratings cannot change what was audited."""
    name = file_name(edition.cycle.code, ReportKind.AUDIT, "")
    known = ReportFile.objects.filter(run=edition.run, kind=ReportKind.AUDIT, name=name).first()
    if known is not None:
        return known
    files = contents.audit_files(edition, tallies_csv(edition.cycle))
    whole = contents.signed(
        edition, files, key=signing.public_key(), signature_of=signing.sign, kind=ReportKind.AUDIT
    )
    return store(
        run=edition.run, kind=ReportKind.AUDIT, language="", name=name, content=canon.write(whole), now=now
    )


@transaction.atomic
def issue_audit(*, file: ReportFile, actor: User, now: dt.datetime) -> bytes:
    """Hand out an audit package; each handing out enters the log with who took it."""
    record(
        actor=actor,
        verb="edition.audit_issued",
        obj=f"run:{file.run.cycle.code}:{file.run.number}",
        now=now,
        after=file.file_id,
        detail={"file": file.file_id},
    )
    return bytes(file.file.content)


@transaction.atomic
def _keep_package(
    edition: Edition, files: Mapping[str, bytes], key: str, *, actor: User | None, now: dt.datetime
) -> ReportFile:
    """Keep the package, its verifier and the head of the log side by side, and point the edition to it."""
    code = edition.cycle.code

    def kept(name: str, content: bytes) -> ReportFile:
        return store(
            run=edition.run, kind=ReportKind.PACKAGE, language="", name=name, content=content, now=now
        )

    row = kept(file_name(code, ReportKind.PACKAGE, ""), canon.write(dict(files)))
    kept(f"{code}-package-verify.py", files["verify.py"])
    if edition.package_id != row.file_id:
        attach_package(edition=edition, file=row.file, actor=actor, now=now)
    head = ChainHead.objects.filter(pk=1).first()
    log = {"number": head.number if head else 0, "hash": head.hash if head else ""}
    told = canonical({"package": row.file_id, "edition": edition.digest, "key": key, "log": log})
    kept(f"{code}-package-head.json", told + b"\n" + signing.sign(told).hex().encode() + b"\n")
    return row


def build_all(
    *, run: Run, languages: tuple[str, ...], now: dt.datetime, claim: Worker | None = None
) -> list[ReportFile]:
    """Every file of a run; where the run is published the package builds what lies inside it in all languages."""
    worker = claim or Quiet()
    edition = edition_of_run(run)
    kinds = [
        kind
        for kind in ENDINGS
        if kind not in ONE_FOR_ALL_LANGUAGES | FROM_ABOVE and (edition is None or kind not in INSIDE)
    ]
    wanted = [(kind, language) for kind in kinds for language in languages]
    found = []
    for done, (kind, language) in enumerate(wanted):
        worker.progress(done, len(wanted) + 1, f"{kind.label}, {language}")
        found.append(build(run=run, kind=kind, language=language, now=now))
    if edition is not None:
        found.append(build_package(edition=edition, now=now, claim=claim))
        found.append(build_audit(edition=edition, now=now))
    return found
