"""The closed lists of improvement: where a measure comes from, its states, metrics, verdicts and replies."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Opened(models.TextChoices):
    """What made somebody act."""

    INDICATOR = "indicator", _("A weak indicator")
    FINDING = "finding", _("An audit finding")
    THEME = "theme", _("A theme in comments")
    CASES = "cases", _("A cluster of bad ratings")
    ALERT = "alert", _("An alert")
    OTHER = "other", _("Another reason")


class Metric(models.TextChoices):
    """How the effect is measured; residents' ratings are counted by the system itself."""

    BAD_SHARE = "bad_share", _("Share of bad ratings")
    MEAN_POINTS = "mean_points", _("Average of the ratings, 0 to 100")
    KPI = "kpi", _("An internal KPI")
    SCORE = "score", _("Points of an indicator")


LESS_IS_BETTER = frozenset({Metric.BAD_SHARE})


class MeasureState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    UNDER_WAY = "under_way", _("Under way")
    DONE = "done", _("Done, waiting for verification")
    VERIFIED = "verified", _("Verified")
    DROPPED = "dropped", _("Dropped")


OPEN_MEASURES = frozenset({MeasureState.PLANNED, MeasureState.UNDER_WAY, MeasureState.DONE})
MOVES = {
    MeasureState.PLANNED: (MeasureState.UNDER_WAY, MeasureState.DROPPED),
    MeasureState.UNDER_WAY: (MeasureState.DONE, MeasureState.DROPPED),
    MeasureState.DONE: (MeasureState.VERIFIED, MeasureState.UNDER_WAY),
    MeasureState.VERIFIED: (),
    MeasureState.DROPPED: (),
}
"""Every legal move of a measure."""


class EffectVerdict(models.TextChoices):
    """What the figures say so far; without enough answers they say nothing."""

    HELPED = "helped", _("helped")
    UNCLEAR = "unclear", _("cannot tell yet")
    NO_EFFECT = "no_effect", _("no clear effect")
    WORSE = "worse", _("got worse")


class AlertKind(models.TextChoices):
    """What the clock looks for."""

    SPIKE = "spike", _("More bad ratings than usual")
    LOW = "low", _("Surely below the peers")
    OVERDUE = "overdue", _("Bad ratings answered late")
    BURST = "burst", _("A theme comes up more often")


class AlertState(models.TextChoices):
    OPEN = "open", _("New")
    ACKNOWLEDGED = "acknowledged", _("Seen")
    ASSIGNED = "assigned", _("Given to someone")
    CLOSED = "closed", _("Closed")


class Rhythm(models.TextChoices):
    """How often leaders get a briefing."""

    OFF = "off", _("Never")
    TWICE_WEEKLY = "twice_weekly", _("Mondays and Thursdays")
    MONTHLY = "monthly", _("On the first of the month")


class ReplyStage(models.TextChoices):
    DID = "did", _("We did")
    PLAN = "plan", _("We plan")
    CANNOT = "cannot", _("We cannot, because")
