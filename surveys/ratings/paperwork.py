"""Reads of a pile of paper: what comes next, where the two entries differ, what keeps a form from being stored."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from surveys.ratings.enums import InvitationState, PaperState
from surveys.ratings.models import Matter, PaperBatch, PaperSheet

FIRST, SECOND, SETTLED = 1, 2, 3
FIELDS = ("case_no", "level", "tags", "answers", "comment")


@dataclass(frozen=True)
class Disagreement:
    """One form that must be looked at again: both entries, and why."""

    number: int
    first: PaperSheet
    second: PaperSheet
    why: tuple[str, ...]


def piles() -> QuerySet[PaperBatch]:
    """Every pile, the newest first."""
    return PaperBatch.objects.select_related("organisation", "service", "first_by", "second_by").order_by(
        "-opened_at", "-pk"
    )


def next_number(batch: PaperBatch) -> int:
    """The first form not keyed yet in the turn under way; 0 when all are."""
    turn = FIRST if batch.state == PaperState.FIRST else SECOND
    keyed = set(batch.sheets.filter(turn=turn).values_list("number", flat=True))
    return next((number for number in range(1, batch.n_sheets + 1) if number not in keyed), 0)


def final_sheets(batch: PaperBatch) -> list[PaperSheet]:
    """Each form as it will be stored: as settled, else as keyed first."""
    found: dict[int, PaperSheet] = {}
    for sheet in batch.sheets.filter(turn__in=[FIRST, SETTLED]).order_by("number", "turn"):
        found[sheet.number] = sheet
    return [found[number] for number in sorted(found)]


def disagreements(batch: PaperBatch) -> list[Disagreement]:
    """The forms that keep the pile from being stored."""
    by_turn: dict[int, dict[int, PaperSheet]] = {FIRST: {}, SECOND: {}, SETTLED: {}}
    for sheet in batch.sheets.order_by("number", "turn"):
        by_turn[sheet.turn][sheet.number] = sheet
    final = [by_turn[SETTLED].get(number, sheet) for number, sheet in by_turn[FIRST].items()]
    obstacles = _obstacles(batch, final)
    found = []
    for sheet in final:
        first, second = by_turn[FIRST][sheet.number], by_turn[SECOND][sheet.number]
        why = _obstacle_of(sheet, obstacles, batch)
        if sheet.turn != SETTLED:
            why = [*_differences(first, second), *why]
        if why:
            found.append(Disagreement(sheet.number, first, second, tuple(why)))
    return found


def _differences(first: PaperSheet, second: PaperSheet) -> list[str]:
    words = {
        "case_no": _("The case numbers differ."),
        "level": _("The levels differ."),
        "tags": _("The reasons differ."),
        "answers": _("The other answers differ."),
        "comment": _("The words differ."),
    }
    return [words[name] for name in FIELDS if getattr(first, name) != getattr(second, name)]


def _obstacles(batch: PaperBatch, sheets: list[PaperSheet]) -> dict[str, str]:
    """Why a case cannot be rated, by its number."""
    wanted = {sheet.case_no for sheet in sheets if sheet.case_no}
    matters: dict[str, Matter] = {}
    for matter in (
        Matter.objects.select_related("invitation").filter(case_no__in=wanted).order_by("finished_at", "pk")
    ):
        matters[matter.case_no] = matter
    found = {}
    for case_no in wanted:
        why = _why_not(matters.get(case_no), batch)
        if why:
            found[case_no] = why
    return found


def _why_not(matter: Matter | None, batch: PaperBatch) -> str:
    if matter is None:
        return _("No finished case has this number.")
    if matter.invitation.state == InvitationState.USED:
        return _("This case has been rated already.")
    if matter.invitation.state != InvitationState.OPEN:
        return _("The invitation of this case was withdrawn.")
    if localdate(matter.invitation.expires_at) < batch.collected_on:
        return _("The time for rating this case was over.")
    return ""


def _obstacle_of(sheet: PaperSheet, obstacles: dict[str, str], batch: PaperBatch) -> list[str]:
    if sheet.left_out:
        return []
    why = []
    if sheet.level is None:
        why.append(_("No level is ticked."))
    if sheet.case_no in obstacles:
        why.append(obstacles[sheet.case_no])
    if not sheet.case_no and batch.service_id is None:
        why.append(_("The form names no case, and the pile names no service."))
    same = batch.sheets.filter(case_no=sheet.case_no, turn=FIRST, number__lt=sheet.number, left_out="")
    if sheet.case_no and same.exists():
        why.append(_("An earlier form of this pile has the same case number."))
    return why
