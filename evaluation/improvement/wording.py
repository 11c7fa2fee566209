"""Sentences about alerts and trends, made from their figures in the page's language."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluation.improvement.enums import AlertKind
from evaluation.improvement.listening import Change
from evaluation.improvement.models import Alert
from surveys.core import numerals


def alert_words(alert: Alert, names: Mapping[str, str]) -> str:
    """What was seen, with the figures it was judged by."""
    facts = alert.facts
    if alert.kind == AlertKind.SPIKE:
        return _("%(bad)s of %(n)s ratings in seven days are bad; usual here: %(usual)s.") % {
            "bad": numerals.number(facts["bad"]), "n": numerals.number(facts["n"]),
            "usual": numerals.share(facts["usual"]),
        }  # fmt: skip
    if alert.kind == AlertKind.LOW:
        return _("%(share)s of %(n)s ratings are bad, %(peers)s at the %(n_peers)s peers; surely more.") % {
            "share": numerals.share(facts["share"]), "n": numerals.number(facts["n"]),
            "peers": numerals.share(facts["peers"]), "n_peers": facts["n_peers"],
        }  # fmt: skip
    if alert.kind == AlertKind.OVERDUE:
        text = ngettext(
            "%(n)s bad rating is past its deadline.", "%(n)s bad ratings are past their deadline.", facts["n"]
        )
        return text % {"n": numerals.number(facts["n"])}
    return _("“%(theme)s” in %(n)s critical comments in seven days; usual here: %(usual)s a week.") % {
        "theme": names.get(alert.subject, alert.subject), "n": numerals.number(facts["n"]),
        "usual": numerals.number(facts["usual"], 1),
    }  # fmt: skip


def trend_words(change: Change | None) -> str:
    """More, less or not surely different, with both shares."""
    if change is None:
        return _("too few comments to compare")
    told = {"now": numerals.share(change.now), "before": numerals.share(change.before)}
    if change.direction == "more":
        return _("more often: %(now)s of all comments, before %(before)s") % told
    if change.direction == "less":
        return _("less often: %(now)s of all comments, before %(before)s") % told
    return _("not surely different: %(now)s, before %(before)s") % told
