"""Persons decide: keep or set aside, with a reason; an overrule is logged and needs a second person."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from surveys.core.log import record
from surveys.core.models import User
from surveys.ratings.enums import Screening
from surveys.ratings.models import Rating
from surveys.screening.actions.looking import set_screening
from surveys.screening.enums import SignalState
from surveys.screening.models import Signal, Verdict

OUTCOMES = (Screening.KEPT, Screening.SET_ASIDE)


class DecisionRefusedError(ValueError):
    """A decision that cannot be made as it is; carries the sentence why."""


@transaction.atomic
def decide(
    *,
    rating: Rating,
    outcome: str,
    reason: str,
    actor: User,
    now: dt.datetime,
    second_person: User | None = None,
    on_appeal: bool = False,
) -> Verdict:
    """Keep a rating or set it aside; what an earlier person decided stays on record."""
    if outcome not in OUTCOMES:
        raise DecisionRefusedError(_("A rating is either kept or set aside."))
    if not reason.strip():
        raise DecisionRefusedError(_("Say why, in a sentence others can check."))
    locked = Rating.objects.select_for_update().get(pk=rating.pk)
    earlier = (
        Verdict.objects.filter(rating=locked, by_person__isnull=False).order_by("-decided_at", "-pk").first()
    )
    overrules = earlier is not None and earlier.outcome != outcome
    if (overrules or (on_appeal and outcome == Screening.SET_ASIDE)) and second_person is None:
        raise DecisionRefusedError(_("This needs the agreement of a second person."))
    if second_person is not None and second_person.pk == actor.pk:
        raise DecisionRefusedError(_("The second person must be somebody else."))
    verdict = Verdict.objects.create(
        rating=locked,
        outcome=outcome,
        by_person=actor,
        second_person=second_person,
        reason=reason.strip(),
        decided_at=now,
    )
    set_screening({locked.pk}, outcome, among=Screening.values)
    record(
        actor=actor,
        verb="rating.overrule" if overrules else "rating.verdict",
        obj=f"rating {locked.pk}",
        now=now,
        before=locked.screening,
        after=outcome,
        detail={"reason": reason.strip(), "second": second_person.get_username() if second_person else ""},
    )
    return verdict


@transaction.atomic
def decide_signal(
    *, signal: Signal, confirmed: bool, reason: str, actor: User, now: dt.datetime, set_aside: bool = False
) -> Signal:
    """Confirm or dismiss a signal; a confirmed one may set its flagged ratings aside, a dismissed one keeps them."""
    if not reason.strip():
        raise DecisionRefusedError(_("Say why, in a sentence others can check."))
    locked = Signal.objects.select_for_update().get(pk=signal.pk)
    if locked.state != SignalState.OPEN:
        raise DecisionRefusedError(_("This has been decided already."))
    locked.state = SignalState.CONFIRMED if confirmed else SignalState.DISMISSED
    locked.decided_by, locked.decided_at, locked.decision = actor, now, reason.strip()
    locked.save(update_fields=["state", "decided_by", "decided_at", "decision"])
    if set_aside or not confirmed:
        _decide_flagged(locked, Screening.SET_ASIDE if confirmed else Screening.KEPT, actor, now)
    record(
        actor=actor, verb="signal.decide", obj=f"signal {locked.pk} {locked.rule}", now=now,
        after=locked.state, detail={"reason": reason.strip(), "set_aside": set_aside},
    )  # fmt: skip
    return locked


def _decide_flagged(signal: Signal, outcome: str, actor: User, now: dt.datetime) -> None:
    """One verdict for each rating that waits because of the signal."""
    ids = set(
        Rating.objects.filter(flags__signal=signal, screening=Screening.REVIEW).values_list("pk", flat=True)
    )
    Verdict.objects.bulk_create(
        (
            Verdict(rating_id=pk, outcome=outcome, by_person=actor, reason=signal.decision, decided_at=now)
            for pk in sorted(ids)
        ),
        batch_size=1000,
    )
    set_screening(ids, outcome, among=(Screening.REVIEW,))
