"""What to know before reading a ranking, in plain words: chance, few answers, breaks in the series, gaps."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluation.cycles.enums import BindingSource, Reading
from evaluation.rankings.queries import RankingRow, RunView, latest_run
from scoring.sensitivity import RELIABLE_FROM
from scoring.shrinkage import reliability
from surveys.core import numerals
from surveys.core.text import localized

FEW = 30


def warnings_of(view: RunView) -> list[str]:
    """What to know before reading the places, the weightiest first."""
    return [*_unreliable(view), *_few(view), *_break(view), *_readings(view), *_listed(view)]


def _unreliable(view: RunView) -> list[str]:
    known = [(row.score, row.se) for row in view.ranked if row.score is not None and row.se]
    if len(known) < 3:
        return []
    share = reliability([score for score, _se in known], [se**2 for _score, se in known])
    if share >= RELIABLE_FROM:
        return []
    text = _("Reliability %(share)s: less than half of the differences between scores is more than chance.")
    return [text % {"share": numerals.number(share, 2)}]


def _few(view: RunView) -> list[str]:
    few = [localized(row.names) for row in view.rows if 0 < _n_ratings(row) < FEW]
    if not few:
        return []
    return [_("Fewer than %(n)d ratings: %(units)s.") % {"n": FEW, "units": numerals.listed(few)}]


def _break(view: RunView) -> list[str]:
    """A change of scheme since the cycle before breaks the series."""
    previous = view.cycle.previous
    before = None if previous is None else latest_run(previous)
    if before is None or before.scheme_digest == view.run.scheme_digest:
        return []
    text = _(
        "The series breaks here: %(cycle)s was scored by another scheme, so differences are not progress."
    )
    return [text % {"cycle": before.cycle.name}]


def _readings(view: RunView) -> list[str]:
    """How finite lists are read decides how sure places can be."""
    parts = [
        localized(view.by_code[code].names)
        for code, binding in view.bindings.items()
        if binding.source == BindingSource.KPI_TARGETS
        and binding.reading == Reading.SAMPLE
        and code in view.by_code
    ]
    if not parts:
        return []
    text = _(
        "%(parts)s: the list of targets is read as a sample of what an office does, so its chance error counts. "
        "Read as a full count, places would look more certain."
    )
    return [text % {"parts": numerals.listed(parts)}]


def _listed(view: RunView) -> list[str]:
    n = len(view.listed)
    return (
        [ngettext("One unit is listed, not ranked.", "%(n)d units are listed, not ranked.", n) % {"n": n}]
        if n
        else []
    )


def _n_ratings(row: RankingRow) -> float:
    """Residents' answers behind a row."""
    return sum(
        (value.cell.n or 0.0)
        for value in row.values.values()
        if value.cell is not None and value.cell.source == "tally"
    )
