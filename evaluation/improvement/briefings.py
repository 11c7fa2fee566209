"""Composes a leader's briefing of a day: what needs attention, alerts, measures, what residents write, the result."""

import datetime as dt
from collections.abc import Iterator

from django.utils import translation
from django.utils.translation import gettext as _

from evaluation.cycles.models import Cycle
from evaluation.improvement import listening
from evaluation.improvement.enums import OPEN_MEASURES, AlertState, EffectVerdict
from evaluation.improvement.leading import LeaderPage
from evaluation.improvement.models import Alert, Measure
from evaluation.improvement.queries import measures
from evaluation.improvement.wording import alert_words, trend_words
from evaluation.rankings.models import Run
from evaluation.rankings.queries import latest_run
from evaluation.reports.actions import chart_files
from evaluation.reports.briefing import result_blocks
from evaluation.reports.memo import Block, Heading, Memo, Paragraph, TextTable
from evaluation.reports.queries import pages_for
from surveys.core import numerals

MOST_ALERTS, MOST_MEASURES, MOST_THEMES, MOST_CHARTS, MOST_PLACES = 8, 15, 8, 3, 12


def newest_run() -> Run | None:
    """The latest run of the latest cycle that has one."""
    cycle = Cycle.objects.filter(runs__isnull=False).order_by("-ends_on", "code").first()
    return latest_run(cycle) if cycle else None


def memo_of(today: dt.date, run: Run | None, language: str) -> Memo:
    """The same state of the system gives the same memo."""
    with translation.override(language):
        title = _("Briefing of %(day)s") % {"day": numerals.day(today, language)}
        return Memo(language, title, tuple(_blocks(today, run, language)))


def _blocks(today: dt.date, run: Run | None, language: str) -> Iterator[Block]:
    yield from _attention(today)
    yield from _alerts()
    yield from _measures(today, language)
    yield from _themes(today)
    if run is not None:
        yield Heading(_("Result: %(cycle)s") % {"cycle": run.cycle.name})
        pages = pages_for(run)
        yield from result_blocks(pages, chart_files(pages, language), language, MOST_CHARTS)


def _attention(today: dt.date) -> Iterator[Block]:
    """The state of the day in one sentence, then organisations with open bad ratings, the latest first."""
    page = LeaderPage(today)
    yield Heading(page.headline)
    late = list(page.late)[:MOST_PLACES]
    if late:
        rows = tuple((line.name, numerals.number(line.n_open), numerals.number(line.n_late)) for line in late)
        heads = (_("Organisation"), _("Bad ratings open"), _("Late"))
        yield TextTable(heads, rows, frozenset({1, 2}))
    else:
        yield Paragraph(_("No bad rating is open."))


def _alerts() -> Iterator[Block]:
    yield Heading(_("Alerts"))
    names = listening.theme_names()
    rows = list(
        Alert.objects.exclude(state=AlertState.CLOSED)
        .select_related("organisation", "assigned_to")
        .order_by("-raised_at", "-pk")[:MOST_ALERTS]
    )
    if not rows:
        yield Paragraph(_("Nothing stands out."))
        return
    yield TextTable(
        (_("Organisation"), _("What was seen"), _("State")),
        tuple((row.organisation.name, alert_words(row, names), row.get_state_display()) for row in rows),
    )


def _measures(today: dt.date, language: str) -> Iterator[Block]:
    yield Heading(_("Measures"))
    rows = list(measures().filter(state__in=OPEN_MEASURES)[:MOST_MEASURES])
    proven = [row for row in measures() if _effect(row) == EffectVerdict.HELPED]
    if proven:
        yield Paragraph(
            _("Proven to help against the peers: %(names)s.")
            % {"names": numerals.listed([row.title for row in proven[:5]], language)}
        )
    if not rows:
        yield Paragraph(_("No measure is open."))
        return
    yield TextTable(
        (_("Measure"), _("Organisation"), _("State"), _("Due"), _("Effect against peers")),
        tuple(
            (
                row.title, row.organisation.name,
                _("overdue") if row.due_on < today else row.get_state_display(), numerals.day(row.due_on, language),
                str(EffectVerdict(_effect(row)).label) if _effect(row) else _("not counted yet"),
            )
            for row in rows
        ),
    )  # fmt: skip


def _effect(row: Measure) -> str:
    newest = next(iter(row.history), None)  # type: ignore[attr-defined]
    return newest.verdict if newest else ""


def _themes(today: dt.date) -> Iterator[Block]:
    """Themes with ten comments and more in six months, most bad ones first."""
    yield Heading(_("What residents write"))
    window = listening.Window.until(today)
    totals, names = listening.totals_at(None, window), listening.theme_names()
    rows = []
    for row in listening.themes_at(None, window)[:MOST_THEMES]:
        change = listening.change_of(row["n"], totals.n, row["n_before"], totals.n_before)
        rows.append(
            (
                names.get(row["theme"], row["theme"]), numerals.number(row["n"]), numerals.number(row["bad"]),
                trend_words(change),
            )
        )  # fmt: skip
    if not rows:
        yield Paragraph(_("No theme has ten comments yet."))
        return
    heads = (_("Theme"), _("Comments"), _("Bad"), _("Against the half-year before"))
    yield TextTable(heads, tuple(rows), frozenset({1, 2}))
