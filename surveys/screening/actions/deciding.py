"""Persons decide: keep or set aside, with a reason; overruling and excluding on appeal take two of them."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from surveys.core.log import record
from surveys.core.models import User
from surveys.ratings.enums import Screening
from surveys.ratings.models import Rating
from surveys.screening.actions.looking import set_screening
from surveys.screening.enums import SignalState
from surveys.screening.models import Proposal, Signal, Verdict
from surveys.screening.queries import overrules

OUTCOMES = (Screening.KEPT, Screening.SET_ASIDE)


class DecisionRefusedError(ValueError):
    """A decision that cannot be made as it is; carries the sentence why."""


@transaction.atomic
def decide(*, rating: Rating, outcome: str, reason: str, actor: User, now: dt.datetime) -> Verdict:
    """Keep a rating or set it aside on one's own; what needs two persons is refused here."""
    _check(outcome, reason)
    locked = Rating.objects.select_for_update().get(pk=rating.pk)
    if overrules(locked, outcome):
        raise DecisionRefusedError(_("This needs the agreement of a second person."))
    return _settle(locked, outcome, reason, by=actor, second=None, now=now)


@transaction.atomic
def propose(
    *, rating: Rating, outcome: str, reason: str, on_appeal: bool, actor: User, now: dt.datetime
) -> Proposal:
    """Propose what a second person must agree to: overruling a colleague, or setting aside on appeal."""
    _check(outcome, reason)
    locked = Rating.objects.select_for_update().get(pk=rating.pk)
    if Proposal.objects.filter(rating=locked, agreed=None).exists():
        raise DecisionRefusedError(_("A proposal about this rating waits already."))
    proposal = Proposal.objects.create(
        rating=locked, outcome=outcome, reason=reason.strip(), on_appeal=on_appeal, proposed_by=actor,
        proposed_at=now,
    )  # fmt: skip
    detail = {"reason": reason.strip(), "on_appeal": on_appeal}
    record(
        actor=actor, verb="rating.propose", obj=f"rating {locked.pk}", now=now, after=outcome, detail=detail
    )
    return proposal


@transaction.atomic
def answer_proposal(
    *, proposal: Proposal, agreed: bool, reason: str, actor: User, now: dt.datetime
) -> Verdict | None:
    """Agree to a colleague's proposal, which makes it a verdict, or refuse it."""
    locked = Proposal.objects.select_for_update().select_related("rating", "proposed_by").get(pk=proposal.pk)
    if locked.agreed is not None:
        raise DecisionRefusedError(_("This has been decided already."))
    if locked.proposed_by_id == actor.pk:
        raise DecisionRefusedError(_("The second person must be somebody else."))
    if not agreed and not reason.strip():
        raise DecisionRefusedError(_("Say why, in a sentence others can check."))
    locked.agreed, locked.answered_by, locked.answered_at, locked.answer = agreed, actor, now, reason.strip()
    locked.save(update_fields=["agreed", "answered_by", "answered_at", "answer"])
    if not agreed:
        detail = {"reason": reason.strip()}
        record(actor=actor, verb="rating.disagree", obj=f"rating {locked.rating_id}", now=now, detail=detail)
        return None
    return _settle(locked.rating, locked.outcome, locked.reason, by=locked.proposed_by, second=actor, now=now)


def _check(outcome: str, reason: str) -> None:
    if outcome not in OUTCOMES:
        raise DecisionRefusedError(_("A rating is either kept or set aside."))
    if not reason.strip():
        raise DecisionRefusedError(_("Say why, in a sentence others can check."))


def _settle(
    rating: Rating, outcome: str, reason: str, *, by: User, second: User | None, now: dt.datetime
) -> Verdict:
    verb = "rating.overrule" if overrules(rating, outcome) else "rating.verdict"
    verdict = Verdict.objects.create(
        rating=rating, outcome=outcome, by_person=by, second_person=second, reason=reason.strip(),
        decided_at=now,
    )  # fmt: skip
    set_screening({rating.pk}, outcome, among=Screening.values)
    record(
        actor=second or by, verb=verb, obj=f"rating {rating.pk}", now=now,
        before=rating.screening, after=outcome,
        detail={"reason": reason.strip(), "proposed_by": by.get_username() if second else ""},
    )  # fmt: skip
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
