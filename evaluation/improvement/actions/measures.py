"""Measures: open, plan steps, do them with evidence, have another person verify, drop; each legal move or none."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from evaluation.cycles.models import Cycle
from evaluation.improvement.actions.telling import tell_judges, tell_of_verdict, tell_owner
from evaluation.improvement.enums import MOVES, OPEN_MEASURES, MeasureState, Metric, Opened
from evaluation.improvement.models import Measure, MeasureMove, MeasureStep
from evaluation.improvement.observed import is_less_better
from surveys.catalogue.models import Organisation, Service
from surveys.core.log import record
from surveys.core.models import StoredFile, User

NEEDS_CODE = frozenset({Metric.KPI, Metric.SCORE})


class MeasureRefusedError(Exception):
    """Something a measure does not allow; carries the sentence why."""


def _locked(measure: Measure) -> Measure:
    return Measure.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=measure.pk)


def _object(measure: Measure) -> str:
    return f"measure:{measure.organisation.code}:{measure.pk}"


def _move(
    measure: Measure, after: MeasureState, *, actor: User | None, now: dt.datetime, reason: str = ""
) -> None:
    before = MeasureState(measure.state)
    if after not in MOVES[before]:
        raise MeasureRefusedError(
            _("This measure is: %(state)s. It cannot become: %(after)s.")
            % {"state": before.label, "after": after.label}
        )
    measure.state = after
    measure.save()
    MeasureMove.objects.create(
        measure=measure, before=before, after=after, reason=reason, moved_by=actor, moved_at=now
    )
    record(
        actor=actor,
        verb=f"measure.{after}",
        obj=_object(measure),
        now=now,
        before={"state": before},
        after={"state": after},
        detail={"reason": reason},
    )


def _check_words(title: str, problem: str) -> None:
    if not title.strip() or not problem.strip():
        raise MeasureRefusedError(_("Say what is to be done and what is to get better."))


def _check_aim(metric: str, metric_code: str, target: Decimal | None) -> Decimal:
    if metric not in Metric.values or target is None:
        raise MeasureRefusedError(_("Choose how the effect is measured and which value is to be reached."))
    if metric in NEEDS_CODE and not metric_code.strip():
        raise MeasureRefusedError(_("Name the KPI or the indicator that is measured."))
    return target


def _check_better(measure: Measure) -> None:
    if measure.baseline is None or measure.target is None:
        return
    gain = measure.target - measure.baseline
    if (-gain if is_less_better(measure) else gain) <= 0:
        raise MeasureRefusedError(
            _("The value to be reached is no better than today's, %(now)s; aim beyond it.")
            % {"now": measure.start_words}
        )


def _check_who_and_when(owner: User, due_on: dt.date, now: dt.datetime) -> None:
    if due_on < localdate(now):
        raise MeasureRefusedError(_("The due day has passed; choose a later one."))
    if not owner.is_active:
        raise MeasureRefusedError(_("The owner no longer works here; choose someone else."))


@transaction.atomic
def open_measure(
    *,
    organisation: Organisation,
    title: str,
    problem: str,
    opened_from: str,
    owner: User,
    metric: str,
    target: Decimal | None,
    due_on: dt.date,
    actor: User | None,
    now: dt.datetime,
    metric_code: str = "",
    reference: str = "",
    baseline: Decimal | None = None,
    expected_gain: Decimal | None = None,
    cost: Decimal | None = None,
    n_reached: int | None = None,
    service: Service | None = None,
    cycle: Cycle | None = None,
    assisting: Sequence[Organisation] = (),
    noticed_from: dt.date | None = None,
    carried_from: Measure | None = None,
) -> Measure:
    """A measure has an owner, a metric, a target and a due day, or it is not one."""
    _check_words(title, problem)
    aim = _check_aim(metric, metric_code, target)
    _check_who_and_when(owner, due_on, now)
    measure = Measure(
        organisation=organisation, service=service, cycle=cycle, title=title.strip(), problem=problem.strip(),
        opened_from=Opened(opened_from), reference=reference, owner=owner, metric=metric, metric_code=metric_code,
        baseline=baseline, target=aim, expected_gain=expected_gain, cost=cost, n_reached=n_reached, due_on=due_on,
        noticed_from=noticed_from, created_by=actor, created_at=now, carried_from=carried_from,
    )  # fmt: skip
    _check_better(measure)
    measure.save()
    measure.assisting.set(assisting)
    record(
        actor=actor,
        verb="measure.opened",
        obj=_object(measure),
        now=now,
        after={"title": title, "metric": metric, "target": target, "due": due_on, "owner": owner.username},
    )
    tell_owner(measure=measure, actor=actor, now=now)
    return measure


@transaction.atomic
def hand_over_measure(
    *, measure: Measure, owner: User, reason: str, actor: User, now: dt.datetime
) -> Measure:
    """Another owner, with a reason that is kept; where the old one has left, that is the reason."""
    found = _locked(measure)
    if found.state not in OPEN_MEASURES:
        raise MeasureRefusedError(_("This measure is over; nobody takes it on any more."))
    if not owner.is_active:
        raise MeasureRefusedError(_("The owner no longer works here; choose someone else."))
    if owner.pk == found.owner_id:
        raise MeasureRefusedError(_("%(person)s owns this measure already.") % {"person": owner})
    if not reason.strip() and found.owner.is_active:
        raise MeasureRefusedError(_("Say why someone else takes the measure on."))
    why = reason.strip() or _("%(person)s has left.") % {"person": found.owner}
    before, found.owner = found.owner, owner
    found.save(update_fields=["owner"])
    told = _("%(old)s → %(new)s: %(why)s") % {"old": before, "new": owner, "why": why}
    MeasureMove.objects.create(
        measure=found, before=found.state, after=found.state, reason=told, moved_by=actor, moved_at=now
    )
    record(
        actor=actor, verb="measure.handed_over", obj=_object(found), now=now,
        before={"owner": before.username}, after={"owner": owner.username}, detail={"reason": why},
    )  # fmt: skip
    tell_owner(measure=found, actor=actor, now=now)
    return found


@transaction.atomic
def add_step(
    *, measure: Measure, text: str, due_on: dt.date, actor: User | None, now: dt.datetime
) -> MeasureStep:
    """One more step, due no later than the measure itself."""
    found = _locked(measure)
    if found.state not in {MeasureState.PLANNED, MeasureState.UNDER_WAY}:
        raise MeasureRefusedError(_("Steps are added while a measure is planned or under way."))
    if not text.strip():
        raise MeasureRefusedError(_("Say what the step is."))
    if due_on > found.due_on:
        raise MeasureRefusedError(_("A step is due no later than its measure."))
    number = (found.steps.aggregate(last=Max("number"))["last"] or 0) + 1
    step = MeasureStep.objects.create(measure=found, number=number, text=text.strip(), due_on=due_on)
    after = {"number": number, "text": text, "due": due_on}
    record(actor=actor, verb="measure.step_added", obj=_object(found), now=now, after=after)
    return step


@transaction.atomic
def finish_step(
    *,
    step: MeasureStep,
    evidence: str,
    actor: User,
    now: dt.datetime,
    file: StoredFile | None = None,
    file_name: str = "",
) -> MeasureStep:
    """A step is done when something shows it: words, a file, or both."""
    measure = _locked(step.measure)
    found = MeasureStep.objects.select_for_update().get(pk=step.pk)
    if found.done_at is not None:
        raise MeasureRefusedError(_("This step is done already."))
    if measure.state != MeasureState.UNDER_WAY:
        raise MeasureRefusedError(_("Start the measure before its steps are done."))
    if not evidence.strip() and file is None:
        raise MeasureRefusedError(_("Say what shows that the step is done, or add a file."))
    found.done_at, found.done_by, found.evidence = now, actor, evidence.strip()
    found.file, found.file_name = file, file_name[-200:]
    found.save()
    after = {"number": found.number, "evidence": evidence, "file": file.sha256 if file else None}
    record(actor=actor, verb="measure.step_done", obj=_object(measure), now=now, after=after)
    return found


@transaction.atomic
def start_measure(*, measure: Measure, actor: User, now: dt.datetime) -> Measure:
    """Work begins; there must be at least one step."""
    found = _locked(measure)
    if not found.steps.exists():
        raise MeasureRefusedError(_("Write down the first step before you start."))
    _move(found, MeasureState.UNDER_WAY, actor=actor, now=now)
    return found


@transaction.atomic
def claim_done(*, measure: Measure, in_force_on: dt.date, actor: User, now: dt.datetime) -> Measure:
    """All steps are done; from `in_force_on` residents could feel it, so the effect is counted from then."""
    found = _locked(measure)
    if found.steps.filter(done_at=None).exists():
        raise MeasureRefusedError(_("Some steps are not done yet."))
    if in_force_on > localdate(now):
        raise MeasureRefusedError(_("The day since when it is in force lies in the future."))
    found.starts_on, found.done_by, found.done_at = in_force_on, actor, now
    _move(found, MeasureState.DONE, actor=actor, now=now)
    tell_judges(measure=found, actor=actor, now=now)
    return found


@transaction.atomic
def verify_measure(*, measure: Measure, how: str, actor: User, now: dt.datetime) -> Measure:
    """Someone other than the owner and the one who reported it has looked."""
    found = _locked(measure)
    if actor.pk in {found.owner_id, found.done_by_id}:
        raise MeasureRefusedError(
            _("Someone other than the owner and the person who reported it must verify.")
        )
    if not how.strip():
        raise MeasureRefusedError(_("Say how you verified it."))
    found.verified_by, found.verified_at, found.verification = actor, now, how.strip()
    _move(found, MeasureState.VERIFIED, actor=actor, now=now)
    tell_of_verdict(measure=found, actor=actor, is_verified=True, now=now)
    return found


@transaction.atomic
def send_back(*, measure: Measure, reason: str, actor: User, now: dt.datetime) -> Measure:
    """What was reported as done is not; the reason is kept."""
    found = _locked(measure)
    if not reason.strip():
        raise MeasureRefusedError(_("Say what is still missing."))
    if found.state != MeasureState.DONE:
        raise MeasureRefusedError(_("Only a measure that waits for verification can be sent back."))
    tell_of_verdict(measure=found, actor=actor, is_verified=False, now=now)
    found.done_by, found.done_at = None, None
    _move(found, MeasureState.UNDER_WAY, actor=actor, now=now, reason=reason)
    return found


@transaction.atomic
def drop_measure(*, measure: Measure, reason: str, actor: User, now: dt.datetime) -> Measure:
    """Give it up, with a reason that is kept."""
    found = _locked(measure)
    if not reason.strip():
        raise MeasureRefusedError(_("Say why the measure is dropped."))
    _move(found, MeasureState.DROPPED, actor=actor, now=now, reason=reason)
    return found
