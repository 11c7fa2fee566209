"""What an edition corrected of the one before, figure by figure, as its page writes it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from evaluation.portal.records import Correction
from evaluation.portal.shapes import EditionPage
from surveys.core import numerals

GRADES = {
    "excellent": _lazy("Excellent"),
    "good": _lazy("Good"),
    "pass": _lazy("Pass"),
    "fail": _lazy("Fail"),
}
MEASURES = {
    "score": _lazy("score"),
    "rank": _lazy("place"),
    "tier": _lazy("group"),
    "grade": _lazy("grade"),
    "state": _lazy("ranked or listed"),
    "raw": _lazy("value"),
    "n": _lazy("number of answers or checks"),
}


@dataclass(frozen=True)
class CorrectedRow:
    """One figure before and after a correction, as it is written."""

    unit: str
    figure: str
    before: str
    now: str


def corrected(page: EditionPage) -> list[CorrectedRow]:
    """Every corrected figure; points that only follow from raw values are left out."""
    names = {row.unit: row.short for row in page.rows}
    return [
        CorrectedRow(
            names.get(one.unit, one.unit), _name(page, one), _written(page, one, one.before),
            _written(page, one, one.after),
        )
        for one in page.corrections
        if one.measure != "points"
    ]  # fmt: skip


def _name(page: EditionPage, one: Correction) -> str:
    measure = str(MEASURES.get(one.measure, one.measure))
    node = page.by_code.get(one.node)
    return _("%(part)s, %(measure)s") % {"part": node.name, "measure": measure} if node else measure


def _written(page: EditionPage, one: Correction, value: float | str | None) -> str:
    """A figure of a correction as its page writes it; a dash where there was none."""
    if value is None or value == "":
        return numerals.DASH
    if isinstance(value, str):
        return str(GRADES.get(value, value))
    if one.measure in {"rank", "n"}:
        return numerals.number(value)
    node = page.by_code.get(one.node)
    is_share = one.measure == "raw" and node is not None and node.display in {"share", "count_of"}
    return numerals.share(value, 2) if is_share else numerals.number(value, 2)
