"""The rules of a scheme in words, for the sheet that tells how scores come about."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from evaluation.cycles.labels import ADJUSTMENTS, AGGREGATES, PARAMETERS, SCALES, TIES
from scoring.rules import Adjustment, Normalise, RankRule

MEANT = {
    "goalposts": ("lo", "hi"),
    "zscore": ("mean", "sd"),
    "target": ("target",),
    "dist2targ": ("target",),
    "piecewise": ("target", "slope", "floor", "cap"),
}
"""The parameters that a way of scaling uses."""


def joined(parts: Iterable[str]) -> str:
    """Parts of a rule one after the other, parted as the language parts them."""
    return _(", ").join(part for part in parts if part)


def told(name: object, parts: Iterable[str]) -> str:
    """A rule and what belongs to it."""
    values = joined(parts)
    return _("%(name)s: %(values)s") % {"name": name, "values": values} if values else str(name)


def scale_words(scale: Normalise) -> str:
    """How an indicator becomes points, with the parameters that matter."""
    held = [(key, getattr(scale, key)) for key in MEANT.get(scale.method, ())]
    parts = [f"{PARAMETERS[key]} {value:g}" for key, value in held if value is not None]
    parts += [f"{raw:g} → {points:g}" for raw, points in scale.points]
    parts += [f"{raw} → {points:g}" for raw, points in scale.table]
    return told(SCALES.get(scale.method, scale.method), parts)


def node_words(aggregate: str, shares: Iterable[tuple[str, float]]) -> str:
    """How the parts of a node are combined, each with its share."""
    return told(AGGREGATES.get(aggregate, aggregate), (f"{name} {share:.4g}" for name, share in shares))


def adjustment_words(rule: Adjustment) -> str:
    """A deduction, a bonus or a veto with its numbers."""
    parts = (
        _("%(points)s points for each") % {"points": f"{rule.each:g}"} if rule.kind != "veto" else "",
        _("at most %(cap)s points") % {"cap": f"{rule.cap:g}"} if rule.cap is not None else "",
        _("only above %(points)s points") % {"points": f"{rule.opens_above:g}"}
        if rule.opens_above is not None else "",
        _("the score becomes %(points)s") % {"points": f"{rule.sets_to:g}"}
        if rule.sets_to is not None else "",
        _("the grade is at most %(grade)s") % {"grade": rule.caps_grade_at} if rule.caps_grade_at else "",
    )  # fmt: skip
    return told(ADJUSTMENTS.get(rule.kind, rule.kind), parts)


def rank_words(rule: RankRule) -> str:
    """What equal scores get, and to how many decimals scores are rounded before."""
    rounded = "" if rule.decimals is None else _("rounded to %(n)s decimals") % {"n": rule.decimals}
    return joined((told(_("Equal scores take the places"), [str(TIES.get(rule.ties, rule.ties))]), rounded))
