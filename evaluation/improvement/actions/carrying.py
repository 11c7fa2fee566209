"""Carries an unfinished measure into the next cycle, with its open steps; the old one is closed and named."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from evaluation.cycles.models import Cycle
from evaluation.improvement.actions.measures import (
    MeasureRefusedError,
    add_step,
    drop_measure,
    open_measure,
)
from evaluation.improvement.enums import MeasureState
from evaluation.improvement.models import Measure
from surveys.core.models import User


@transaction.atomic
def carry_measure(
    *, measure: Measure, cycle: Cycle, due_on: dt.date, actor: User, now: dt.datetime
) -> Measure:
    """The same aim in the next cycle; steps that were done stay with the old one."""
    if measure.state not in {MeasureState.PLANNED, MeasureState.UNDER_WAY}:
        raise MeasureRefusedError(_("Only a measure that is planned or under way is carried on."))
    if measure.cycle_id == cycle.pk:
        raise MeasureRefusedError(_("It stands in this cycle already."))
    if measure.cycle is not None and cycle.starts_on < measure.cycle.starts_on:
        raise MeasureRefusedError(_("A measure is carried into a later cycle."))
    fresh = open_measure(
        organisation=measure.organisation, title=measure.title, problem=measure.problem,
        opened_from=measure.opened_from, reference=measure.reference, owner=measure.owner,
        metric=measure.metric, metric_code=measure.metric_code, baseline=measure.baseline,
        target=measure.target, expected_gain=measure.expected_gain, cost=measure.cost,
        n_reached=measure.n_reached, service=measure.service, cycle=cycle, due_on=due_on,
        assisting=list(measure.assisting.order_by("code")),
        noticed_from=measure.noticed_from, carried_from=measure, actor=actor, now=now,
    )  # fmt: skip
    for step in measure.steps.filter(done_at=None).order_by("number"):
        add_step(measure=fresh, text=step.text, due_on=min(step.due_on, due_on), actor=actor, now=now)
    reason = _("Carried into %(cycle)s.") % {"cycle": cycle.code}
    drop_measure(measure=measure, reason=reason, actor=actor, now=now)
    return fresh
