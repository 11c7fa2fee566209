"""Reads what report files are made from: the frozen pages of a run and, for workbooks, the run itself."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from evaluation.cycles.enums import BindingSource
from evaluation.rankings.cells import Cell
from evaluation.rankings.disclosure import Release
from evaluation.rankings.evidence_cells import read_evidence
from evaluation.rankings.fingerprints import SEALED
from evaluation.rankings.formulas import TEXTS
from evaluation.rankings.freeze import pages_of
from evaluation.rankings.frozen_levels import guarded
from evaluation.rankings.kpi_cells import target_lines
from evaluation.rankings.models import Edition, Run
from evaluation.rankings.queries import RunView, run_view
from evaluation.rankings.reasons import text_of
from evaluation.reports.book import Book, BookRow, Fact, TargetLine
from evaluation.reports.models import ReportFile
from surveys.core import numerals
from surveys.core.text import localized

FEW = "few_answers"
SMALL = 10


def edition_of_run(run: Run) -> Edition | None:
    """The edition frozen from a run, if it was published."""
    return Edition.objects.filter(run=run).first()


def pages_for(run: Run) -> dict[str, Any]:
    """The frozen pages of a published run; of another run, the pages it would have."""
    edition = edition_of_run(run)
    return edition.pages if edition is not None else pages_of(run_view(run))


def files_of(run: Run) -> QuerySet[ReportFile]:
    """Every file built from a run, without contents."""
    rows = ReportFile.objects.filter(run=run).select_related("file").defer("file__content")
    return rows.order_by("kind", "language", "name", "pk")


def book_for(
    run: Run,
    pages: Mapping[str, Any],
    language: str,
    pictures: Sequence[tuple[bytes, str]] = (),
    *,
    finding: str = "",
) -> Book:
    """The book of a run in one language; what the pages hide, the book hides too."""
    rough = frozenset(pages.get("rough_errors") or [])
    view = guarded(run_view(run), Release(counted=rough))
    with translation.override(language):
        hidden = frozenset(_hidden(view, pages))
        names = _names(view, language)
        return Book(
            language=language,
            code=view.cycle.code,
            title=localized(view.cycle.names, language) or view.cycle.code,
            scheme=view.scheme,
            result=run.result | ({"trail": []} if pages["edition"]["is_sealed"] else {}),
            names=names,
            units={row.unit: localized(row.names, language) for row in view.rows},
            cells=_cells(view, hidden),
            rows=tuple(
                BookRow(
                    row.unit, row.is_ranked, localized(row.reason, language), row.lower, row.upper, row.tier
                )
                for row in view.rows
            ),
            finding=finding,
            facts=_facts(view, language),
            trail=_trail(run, edition_of_run(run)),
            notes=" ".join(localized(note, language) for note in pages["cycle"]["notes"]),
            is_synthetic=view.cycle.is_synthetic,
            lines=tuple(_lines(view, language)),
            reasons=_reasons(view, language),
            formulas={
                code: f"{localized(text.names, language)}: {localized(text.texts, language)}"
                for code, text in TEXTS.items()
            },
            grades=_grades(view, language),
            pictures=tuple(pictures),
            withheld=hidden,
        )


def withheld_of(run: Run, pages: Mapping[str, Any]) -> frozenset[tuple[str, str]]:
    """Values and scores (code, unit) that the run has and its pages do not show."""
    return frozenset(_hidden(run_view(run), pages))


def _hidden(view: RunView, pages: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Values, points and scores (code, unit) that the run has and the pages do not show, and small samples."""
    for row in pages["ranking"]:
        for code, shown in row["cells"].items():
            cell = view.cells.get(code, {}).get(row["unit"])
            has_raw = cell is not None and cell.value is not None
            has_points = view.by_unit[row["unit"]].values[code].points is not None
            if (has_raw and shown["raw"] is None) or (has_points and shown["points"] is None):
                yield code, row["unit"]
    for code, column in view.cells.items():
        for unit, cell in column.items():
            if cell.source == BindingSource.SAMPLE and 0 < (cell.value or 0) < SMALL:
                yield code, unit


def _cells(view: RunView, hidden: frozenset[tuple[str, str]]) -> dict[str, dict[str, Cell]]:
    return {
        code: {
            unit: Cell(unit, code, cell.source, cell.formula, reason=FEW) if (code, unit) in hidden else cell
            for unit, cell in column.items()
        }
        for code, column in view.cells.items()
    }


def _names(view: RunView, language: str) -> dict[str, str]:
    """Nodes and indicators by the scheme, events and samples by theirs, the scheme by its own."""
    found = {node.code: localized(node.names, language) for node in view.nodes}
    for rule in view.run.scheme.get("adjustments") or []:
        if isinstance(rule.get("name"), dict):
            found[rule["code"]] = localized(rule["name"], language)
            found.setdefault(rule["column"], localized(rule["name"], language))
    if view.scheme.samples:
        found.setdefault(view.scheme.samples.column, _("Number of ratings"))
    name = view.run.scheme.get("name")
    found[view.scheme.code] = localized(name, language) if isinstance(name, dict) else view.scheme.code
    return found


def _reasons(view: RunView, language: str) -> dict[str, str]:
    codes = {cell.reason for column in view.cells.values() for cell in column.values() if cell.reason}
    codes |= {key for column in view.cells.values() for cell in column.values() for key in cell.excluded}
    known = {code: localized(text_of(code), language) for code in sorted(codes)}
    return known | {FEW: _("Fewer than 10 people: not shown.")}


def _grades(view: RunView, language: str) -> dict[str, str]:
    """Names of the grades where the scheme's document has them, else of the grades in common use."""
    common = {
        "excellent": _("Excellent"), "good": _("Good"), "pass": _("Pass"), "fail": _("Fail"),
    }  # fmt: skip
    rule = view.run.scheme.get("grades") or {}
    for item in [*(rule.get("bands") or []), *(rule.get("shares") or [])]:
        if isinstance(item.get("name"), dict):
            common[item["code"]] = localized(item["name"], language)
    return common


def _facts(view: RunView, language: str) -> tuple[Fact, ...]:
    cycle, run = view.cycle, view.run
    edition = edition_of_run(run)
    return tuple(
        fact
        for fact in (
            Fact(_("Cycle"), cycle.code),
            Fact(_("Period"), numerals.span(cycle.starts_on, cycle.ends_on, language)),
            Fact(_("Edition"), str(edition.number) if edition else _("not published")),
            Fact(_("Ranked"), str(len(view.ranked))),
            Fact(_("Listed, not ranked"), str(len(view.listed))),
            Fact(_("Scheme"), f"{view.scheme.code} {view.scheme.version}"),
            Fact(_("Fingerprint"), edition.digest if edition else run.result_digest),
        )
        if fact.value
    )


def _trail(run: Run, edition: Edition | None) -> tuple[Fact, ...]:
    """Where the workbook comes from; of a published run the digests as its edition tells them."""
    told = edition.pages["edition"] if edition else {name: getattr(run, name) for name in SEALED}
    return (
        Fact(_("Run"), str(run.number)),
        Fact(_("Digest of the inputs"), told["input_digest"]),
        Fact(_("Digest of the scheme"), run.scheme_digest),
        Fact(_("Digest of the result"), told["result_digest"]),
        Fact(_("Code version"), run.code_version),
        Fact(_("Draws"), str(run.n_draws)),
        Fact(_("Seed"), str(run.seed)),
    )


def _lines(view: RunView, language: str) -> Iterator[TargetLine]:
    """Indicators with a target behind the columns that count targets met."""
    wanted = {c: b for c, b in view.bindings.items() if b.source == BindingSource.KPI_TARGETS}
    if not wanted:
        return
    evidence = read_evidence(view.cycle)
    units = list(view.cycle.units.select_related("organisation").order_by("code"))
    for column, binding in wanted.items():
        for unit, lines in sorted(target_lines(binding, evidence, units).items()):
            for line in lines:
                kpi = line.kpi
                yield TargetLine(
                    column=column,
                    unit=unit,
                    code=kpi.definition.code,
                    name=localized(kpi.definition.names, language),
                    period=kpi.period,
                    value=None if kpi.value is None else float(kpi.value),
                    target=float(kpi.target or 0),
                    direction=kpi.definition.direction,
                    met=line.met,
                    source=kpi.source,
                )
