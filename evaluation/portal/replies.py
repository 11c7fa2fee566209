"""You said, we did: published replies as the public page of an organisation shows them."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from evaluation.improvement.enums import EffectVerdict, ReplyStage
from evaluation.improvement.models import Effect, Reply
from evaluation.improvement.queries import public_replies
from surveys.cases.enums import State
from surveys.cases.models import Note
from surveys.cases.queries import published_replies, reasons_of
from surveys.catalogue.queries import codes_below
from surveys.core import numerals
from surveys.core.masking import mask_personal

MOST_CASES = 20
"""Replies to single bad ratings shown on a page."""
SHAPES = {EffectVerdict.HELPED: "done", EffectVerdict.WORSE: "bad"}


@dataclass(frozen=True)
class SaidAndDone:
    said: str
    n: int | None
    stage: str
    did: str
    outcome: str
    outcome_shape: str
    change: str


def replies_of(organisation_code: str, service_code: str = "") -> list[SaidAndDone]:
    """What everyone may read, the newest first; of one service what speaks of it or of no service alone."""
    about = [
        _shown(reply)
        for reply in public_replies(organisation_code)
        if not service_code or reply.service is None or reply.service.code == service_code
    ]
    notes = published_replies(codes_below(organisation_code), service_code)
    return about + [_answered(note) for note in notes[:MOST_CASES]]


def _answered(note: Note) -> SaidAndDone:
    """The reply to one bad rating: its ticked reasons, never its words, and what its resident said in the end."""
    day = numerals.day(note.published_on) if note.published_on else ""
    is_confirmed = note.case.state == State.CONFIRMED
    return SaidAndDone(
        said=numerals.listed(reasons_of(note.case)) or _("No reason given"),
        n=1,
        stage=_("%(stage)s · %(day)s") % {"stage": ReplyStage.DID.label, "day": day},
        did=mask_personal(note.text),
        outcome=_("the resident says it is solved") if is_confirmed else _("not confirmed by the resident"),
        outcome_shape="done" if is_confirmed else "",
        change="",
    )


def _shown(reply: Reply) -> SaidAndDone:
    effect = next(iter(reply.measure.history), None) if reply.measure else None  # type: ignore[attr-defined]
    stage = str(ReplyStage(reply.stage).label)
    day = numerals.day(reply.on_day) if reply.on_day else ""
    told = _("%(stage)s · since %(day)s") if reply.stage == ReplyStage.DID else _("%(stage)s · by %(day)s")
    return SaidAndDone(
        said=reply.said,
        n=reply.n_said,
        stage=told % {"stage": stage, "day": day} if day else stage,
        did=reply.did,
        outcome=str(EffectVerdict(effect.verdict).label) if effect else "",
        outcome_shape=SHAPES.get(EffectVerdict(effect.verdict), "") if effect else "",
        change=_change(effect),
    )


def _change(effect: Effect | None) -> str:
    """The effect against the peers in words, where it is known."""
    if effect is None or effect.change is None or effect.lower is None or effect.upper is None:
        return ""
    return _(
        "Change %(change)s, 95 %% interval %(low)s to %(high)s, compared with similar organisations."
    ) % {
        "change": numerals.signed(effect.change, 2),
        "low": numerals.number(effect.lower, 2),
        "high": numerals.number(effect.upper, 2),
    }
