"""A pile of paper: keyed by one person, keyed again by another, compared, settled, and stored in one go."""

import datetime as dt
import uuid
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys.catalogue.enums import CHANNEL_MODE, Channel
from surveys.catalogue.models import Organisation, Service
from surveys.core.log import record
from surveys.core.models import User
from surveys.instruments.queries import current_version, definition_of
from surveys.ratings.actions.submitting import AlreadyRatedError, MatterUnknownError, rate_matter
from surveys.ratings.checking import RatingRefusedError, checked
from surveys.ratings.enums import PaperState, Privacy, Stage
from surveys.ratings.models import Matter, PaperBatch, PaperSheet, Rating
from surveys.ratings.paperwork import FIRST, SECOND, SETTLED, disagreements, final_sheets
from surveys.ratings.shapes import Entry

TURN_OF_STATE = {PaperState.FIRST: FIRST, PaperState.SECOND: SECOND}


class PaperRefusedError(ValueError):
    """Something that cannot be done with a pile; carries the sentence why."""


@dataclass(frozen=True)
class Keyed:
    """One form as it was keyed."""

    case_no: str = ""
    level: int | None = None
    tags: tuple[str, ...] = ()
    answers: dict[str, object] = field(default_factory=dict)
    comment: str = ""
    left_out: str = ""


@transaction.atomic
def open_pile(
    *,
    name: str,
    channel: str,
    organisation: Organisation,
    service: Service | None,
    collected_on: dt.date,
    n_sheets: int,
    actor: User,
    now: dt.datetime,
) -> PaperBatch:
    """Begin a pile; whoever opens it keys it first."""
    batch = PaperBatch.objects.create(
        name=name, channel=channel, organisation=organisation, service=service, version=current_version(),
        collected_on=collected_on, n_sheets=n_sheets, first_by=actor, opened_at=now,
    )  # fmt: skip
    record(actor=actor, verb="paper.open", obj=f"paper {batch.pk}", now=now, detail={"n": n_sheets})
    return batch


@transaction.atomic
def key_sheet(*, batch: PaperBatch, number: int, keyed: Keyed, actor: User, now: dt.datetime) -> PaperBatch:
    """Keep one form of the turn that is under way; after the last one the next turn begins."""
    fresh = PaperBatch.objects.select_for_update().get(pk=batch.pk)
    turn = _turn_for(fresh, actor)
    if not 1 <= number <= fresh.n_sheets:
        raise PaperRefusedError(_("This pile has no form of that number."))
    PaperSheet.objects.update_or_create(batch=fresh, number=number, turn=turn, defaults=_columns(keyed))
    if turn == SECOND and fresh.second_by_id is None:
        fresh.second_by = actor
    if PaperSheet.objects.filter(batch=fresh, turn=turn).count() == fresh.n_sheets:
        fresh.state = PaperState.SECOND if turn == FIRST else PaperState.COMPARE
        record(actor=actor, verb="paper.keyed", obj=f"paper {fresh.pk}", now=now, detail={"turn": turn})
    fresh.save(update_fields=["second_by", "state"])
    return fresh


def _turn_for(batch: PaperBatch, actor: User) -> int:
    """The turn this person may key now."""
    turn = TURN_OF_STATE.get(PaperState(batch.state))
    if turn is None:
        raise PaperRefusedError(_("This pile has been keyed already."))
    keyer = batch.first_by_id if turn == FIRST else batch.second_by_id
    if turn == SECOND and batch.first_by_id == actor.pk:
        raise PaperRefusedError(_("You keyed this pile first; the second entry is for another person."))
    if keyer not in {None, actor.pk}:
        raise PaperRefusedError(_("Another person is keying this pile."))
    return turn


@transaction.atomic
def settle_sheet(*, batch: PaperBatch, number: int, keyed: Keyed, actor: User) -> PaperSheet:
    """Say what a form really says, after looking at it again, or why it is left out."""
    fresh = PaperBatch.objects.select_for_update().get(pk=batch.pk)
    _to_be_compared(fresh, actor)
    if keyed.left_out.strip() == "" and keyed.level is None:
        raise PaperRefusedError(_("A form without a level cannot be counted; say why it is left out."))
    sheet, _created = PaperSheet.objects.update_or_create(
        batch=fresh, number=number, turn=SETTLED, defaults=_columns(keyed)
    )
    return sheet


def _to_be_compared(batch: PaperBatch, actor: User) -> None:
    if batch.state != PaperState.COMPARE:
        raise PaperRefusedError(_("This pile is not being compared."))
    if actor.pk not in {batch.first_by_id, batch.second_by_id}:
        raise PaperRefusedError(_("One of the two people who keyed this pile settles it."))


def _columns(keyed: Keyed) -> dict[str, object]:
    return {
        "case_no": keyed.case_no.strip(), "level": keyed.level, "tags": sorted(keyed.tags),
        "answers": keyed.answers, "comment": keyed.comment.strip(), "left_out": keyed.left_out.strip(),
    }  # fmt: skip


@transaction.atomic
def store_pile(*, batch: PaperBatch, actor: User, now: dt.datetime) -> PaperBatch:
    """Store every form as a rating, or none; what was keyed is deleted."""
    fresh = PaperBatch.objects.select_for_update().get(pk=batch.pk)
    _to_be_compared(fresh, actor)
    if disagreements(fresh):
        raise PaperRefusedError(_("Some forms are not settled yet."))
    sheets = final_sheets(fresh)
    stored = [sheet for sheet in sheets if not sheet.left_out]
    for sheet in stored:
        _store(fresh, sheet, now)
    left_out = {str(sheet.number): sheet.left_out for sheet in sheets if sheet.left_out}
    PaperSheet.objects.filter(batch=fresh).delete()
    fresh.state, fresh.n_stored, fresh.stored_at = PaperState.STORED, len(stored), now
    fresh.save(update_fields=["state", "n_stored", "stored_at"])
    record(
        actor=actor, verb="paper.store", obj=f"paper {fresh.pk}", now=now,
        detail={"n": len(stored), "left_out": left_out, "second": str(fresh.second_by)},
    )  # fmt: skip
    return fresh


def _store(batch: PaperBatch, sheet: PaperSheet, now: dt.datetime) -> None:
    mode = CHANNEL_MODE[Channel(batch.channel)]
    entry = Entry(level=sheet.level, comment=sheet.comment, answers=sheet.answers)
    try:
        if sheet.case_no:
            _store_for_case(batch, sheet, entry, mode, now)
        else:
            _store_alone(batch, sheet, entry, mode)
    except (MatterUnknownError, AlreadyRatedError, RatingRefusedError) as error:
        said = _("Form %(number)s: %(why)s") % {"number": sheet.number, "why": error}
        raise PaperRefusedError(said) from error


def _store_for_case(batch: PaperBatch, sheet: PaperSheet, entry: Entry, mode: str, now: dt.datetime) -> None:
    matter = Matter.objects.select_related("invitation").get(pk=matter_of(sheet.case_no).pk)
    fitting = definition_of(matter.invitation.version_id).tag_codes(sheet.level or 0, mode)
    said = Entry(
        entry.level, tuple(code for code in sheet.tags if code in fitting), entry.comment, entry.answers
    )
    rate_matter(
        case_no=matter.case_no, stage=matter.stage, service_no=matter.service_no, entry=said,
        channel=batch.channel, rated_at=_end_of(batch.collected_on, now), now=now, traced=False,
    )  # fmt: skip


def matter_of(case_no: str) -> Matter:
    """The stage of a case that a form without more than its number means: the latest that can be rated."""
    matter = Matter.objects.filter(case_no=case_no).order_by("-finished_at", "-pk").first()
    if matter is None:
        raise MatterUnknownError
    return matter


def _end_of(day: dt.date, now: dt.datetime) -> dt.datetime:
    return min(now, timezone.make_aware(dt.datetime.combine(day, dt.time(23, 59, 59))))


def _store_alone(batch: PaperBatch, sheet: PaperSheet, entry: Entry, mode: str) -> None:
    """A form that names no case: the pile says which service it is about."""
    assert batch.service is not None
    definition = definition_of(batch.version_id)
    fitting = definition.tag_codes(sheet.level or 0, mode)
    clean = checked(entry, definition, mode, strict=False)
    Rating.objects.create(
        id=uuid.uuid4(), privacy=Privacy.UNLINKED, service=batch.service, organisation=batch.organisation,
        channel=batch.channel, mode=mode, stage=Stage.COMPLETION, version_id=batch.version_id,
        level=clean.level, tags=sorted(code for code in sheet.tags if code in fitting),
        comment=clean.comment, answers=clean.answers, rated_on=batch.collected_on,
    )  # fmt: skip


@transaction.atomic
def give_up(*, batch: PaperBatch, reason: str, actor: User, now: dt.datetime) -> PaperBatch:
    """End a pile without storing it; what was keyed is deleted."""
    if not reason.strip():
        raise PaperRefusedError(_("Say why the pile is given up."))
    fresh = PaperBatch.objects.select_for_update().get(pk=batch.pk)
    if fresh.state in {PaperState.STORED, PaperState.GIVEN_UP}:
        raise PaperRefusedError(_("This pile has ended already."))
    PaperSheet.objects.filter(batch=fresh).delete()
    fresh.state = PaperState.GIVEN_UP
    fresh.save(update_fields=["state"])
    record(actor=actor, verb="paper.give_up", obj=f"paper {fresh.pk}", now=now, detail={"reason": reason})
    return fresh
