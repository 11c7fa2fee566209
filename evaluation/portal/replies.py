"""You said, we did: published replies as the public page of an organisation shows them."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from evaluation.improvement.enums import EffectVerdict, ReplyStage
from evaluation.improvement.models import Effect, Reply
from evaluation.improvement.queries import public_replies
from surveys.core import numerals

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
    return [
        _shown(reply)
        for reply in public_replies(organisation_code)
        if not service_code or reply.service is None or reply.service.code == service_code
    ]


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
    return _("Change %(change)s, 95 %% interval %(low)s to %(high)s, against organisations alike.") % {
        "change": numerals.signed(effect.change, 2),
        "low": numerals.number(effect.lower, 2),
        "high": numerals.number(effect.upper, 2),
    }
