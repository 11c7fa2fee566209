"""Moves of a cycle: create, open, lock, score, object, step back, archive; each legal move or none."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from evaluation.cycles.enums import BACKWARD, MOVES, CycleState
from evaluation.cycles.models import Cycle, CycleMove, SchemeDocument, Unit
from surveys.catalogue.models import Organisation
from surveys.core.calendar import add_working_days
from surveys.core.log import record
from surveys.core.models import User

OBJECTION_DAYS = 5


class MoveRefusedError(Exception):
    """A move that the rules do not allow; carries the sentence why."""


class CycleRefusedError(Exception):
    """A cycle that cannot be made as asked; carries the sentence why."""


def _why(before: str, after: str) -> str:
    """The sentence for a move out of order: what has to come first."""
    label = CycleState(before).label
    first = {
        CycleState.OPEN: _("Only a draft can be opened; this cycle is: {state}."),
        CycleState.LOCKED: _("Only an open cycle can be locked; this cycle is: {state}."),
        CycleState.SCORED: _("Lock the cycle before it is scored; this cycle is: {state}."),
        CycleState.OBJECTION: _(
            "Score the cycle before the objection period begins; this cycle is: {state}."
        ),
        CycleState.PUBLISHED: _("Results are published after the objection period; this cycle is: {state}."),
        CycleState.ARCHIVED: _("Only a published cycle can be archived; this cycle is: {state}."),
    }
    if before == after == CycleState.PUBLISHED:
        return _("This cycle is published already.")
    if before == CycleState.ARCHIVED:
        return _("This cycle is archived; nothing in it changes any more.")
    return first.get(CycleState(after), _("A cycle never becomes a draft again.")).format(state=label)


def lock_row(cycle: Cycle) -> Cycle:
    """The cycle read again under a row lock that serialises all its moves; call inside a transaction."""
    return Cycle.objects.select_for_update(of=("self",)).select_related("scheme").get(pk=cycle.pk)


def check_move(cycle: Cycle, after: CycleState, reason: str = "") -> None:
    """Refuse a move that is out of order, or backward without a reason."""
    before = CycleState(cycle.state)
    if after not in MOVES[before]:
        raise MoveRefusedError(_why(before, after))
    if (before, after) in BACKWARD and not reason.strip():
        raise MoveRefusedError(_("Going back needs a reason; it is kept in the record."))


def move(cycle: Cycle, after: CycleState, *, actor: User | None, now: dt.datetime, reason: str = "") -> None:
    """Save a legal move of a cycle whose row is locked, and record it; part of the caller's transaction."""
    check_move(cycle, after, reason)
    before = cycle.state
    cycle.state = after
    cycle.save()
    CycleMove.objects.create(
        cycle=cycle, before=before, after=after, reason=reason, moved_by=actor, moved_at=now
    )
    record(
        actor=actor,
        verb=f"cycle.{after}",
        obj=f"cycle:{cycle.code}",
        now=now,
        before={"state": before},
        after={"state": after, "scheme": cycle.scheme_digest},
        detail={"from": before, "to": str(after), "reason": reason},
    )


@transaction.atomic
def create_cycle(
    *,
    code: str,
    names: dict[str, str],
    starts_on: dt.date,
    ends_on: dt.date,
    scheme: SchemeDocument,
    organisations: Sequence[Organisation],
    actor: User | None,
    now: dt.datetime,
    previous: Cycle | None = None,
    notes: dict[str, Any] | None = None,
    is_synthetic: bool = False,
) -> Cycle:
    """A draft with its units; names and peer groups are taken over as they stand today."""
    if "." in code or not code.strip():
        raise CycleRefusedError(_("A cycle’s code is needed and has no dot: it is part of figure numbers."))
    if Cycle.objects.filter(code=code).exists():
        raise CycleRefusedError(_("There is already a cycle with the code {code}.").format(code=code))
    if ends_on < starts_on:
        raise CycleRefusedError(_("The last day comes before the first."))
    if not organisations:
        raise CycleRefusedError(_("Choose at least one organisation."))
    for organisation in organisations:
        if "." in organisation.code:
            raise CycleRefusedError(
                _("The code {code} has a dot and cannot be part of a figure number.").format(
                    code=organisation.code
                )
            )
    cycle = Cycle.objects.create(
        code=code,
        names=names,
        starts_on=starts_on,
        ends_on=ends_on,
        scheme=scheme,
        previous=previous,
        notes=notes or {},
        is_synthetic=is_synthetic,
    )
    Unit.objects.bulk_create(
        Unit(
            cycle=cycle,
            organisation=organisation,
            code=organisation.code,
            names=organisation.names,
            peer_group=organisation.peer_group,
        )
        for organisation in organisations
    )
    units = sorted(organisation.code for organisation in organisations)
    after = {"starts_on": starts_on, "ends_on": ends_on, "scheme": scheme.digest, "units": units}
    record(actor=actor, verb="cycle.created", obj=f"cycle:{code}", now=now, after=after)
    return cycle


@transaction.atomic
def choose_scheme(*, cycle: Cycle, scheme: SchemeDocument, actor: User | None, now: dt.datetime) -> Cycle:
    """Another scheme or version for a draft; weights change only before the cycle opens."""
    cycle = lock_row(cycle)
    if cycle.state != CycleState.DRAFT:
        raise MoveRefusedError(_("The scheme was frozen when the cycle opened and no longer changes."))
    before, cycle.scheme = cycle.scheme.digest, scheme
    cycle.save(update_fields=["scheme"])
    record(
        actor=actor,
        verb="cycle.scheme_chosen",
        obj=f"cycle:{cycle.code}",
        now=now,
        before={"scheme": before},
        after={"scheme": scheme.digest},
    )
    return cycle


@transaction.atomic
def open_cycle(*, cycle: Cycle, actor: User | None, now: dt.datetime) -> Cycle:
    """Freeze the scheme and open intake; the scheme must have been approved by someone not its author."""
    cycle = lock_row(cycle)
    if cycle.state != CycleState.DRAFT:
        raise MoveRefusedError(_why(cycle.state, CycleState.OPEN))
    scheme = cycle.scheme
    if scheme.approved_at is None:
        raise MoveRefusedError(
            _(
                "The scheme {code} {version} has not been approved; someone other than its author must."
            ).format(code=scheme.code, version=scheme.version)
        )
    cycle.frozen_scheme = scheme.document
    cycle.frozen_bindings = scheme.bindings
    cycle.scheme_digest = scheme.digest
    cycle.opened_at = now
    move(cycle, CycleState.OPEN, actor=actor, now=now)
    return cycle


@transaction.atomic
def lock_cycle(*, cycle: Cycle, actor: User | None, now: dt.datetime) -> Cycle:
    """End intake: evidence and ratings of the period are fixed from here."""
    cycle = lock_row(cycle)
    if cycle.state != CycleState.OPEN:
        raise MoveRefusedError(_why(cycle.state, CycleState.LOCKED))
    cycle.locked_at = now
    move(cycle, CycleState.LOCKED, actor=actor, now=now)
    return cycle


@transaction.atomic
def mark_scored(*, cycle: Cycle, actor: User | None, now: dt.datetime) -> Cycle:
    """After a first official run of a locked cycle."""
    cycle = lock_row(cycle)
    if cycle.state != CycleState.LOCKED:
        raise MoveRefusedError(_why(cycle.state, CycleState.SCORED))
    move(cycle, CycleState.SCORED, actor=actor, now=now)
    return cycle


@transaction.atomic
def start_objection(
    *, cycle: Cycle, actor: User | None, now: dt.datetime, working_days: int = OBJECTION_DAYS
) -> Cycle:
    """Show the result to the departments; they may object until the last of these working days."""
    cycle = lock_row(cycle)
    if working_days < 1:
        raise MoveRefusedError(_("The objection period lasts at least one working day."))
    check_move(cycle, CycleState.OBJECTION)
    cycle.objection_ends_on = add_working_days(timezone.localdate(now), working_days)
    move(cycle, CycleState.OBJECTION, actor=actor, now=now)
    return cycle


@transaction.atomic
def step_back(*, cycle: Cycle, to: CycleState, reason: str, actor: User | None, now: dt.datetime) -> Cycle:
    """Go back one stage to mend something, with a reason that is kept; a published cycle reopens for a correction."""
    cycle = lock_row(cycle)
    if (CycleState(cycle.state), to) not in BACKWARD:
        raise MoveRefusedError(_why(cycle.state, to))
    if to == CycleState.SCORED:
        cycle.objection_ends_on = None
    move(cycle, to, actor=actor, now=now, reason=reason)
    return cycle


@transaction.atomic
def archive_cycle(*, cycle: Cycle, actor: User | None, now: dt.datetime) -> Cycle:
    """Close a published cycle for good."""
    cycle = lock_row(cycle)
    move(cycle, CycleState.ARCHIVED, actor=actor, now=now)
    return cycle
