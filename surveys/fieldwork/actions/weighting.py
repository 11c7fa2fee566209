"""Weigh the finished responses, and release the survey's estimates for the scheme."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from surveys.core.digests import digest
from surveys.core.log import record
from surveys.core.models import User
from surveys.fieldwork.actions.planning import locked
from surveys.fieldwork.enums import NOT_ELIGIBLES, SurveyState
from surveys.fieldwork.estimates import released_rows
from surveys.fieldwork.models import Estimate, Response, Survey, Weighting
from surveys.fieldwork.queries import finished
from surveys.fieldwork.refusals import FieldworkRefusedError
from surveys.fieldwork.weighing import Margins, Person, weigh

BATCH = 2000


@transaction.atomic
def weigh_survey(
    *,
    survey: Survey,
    margins: Margins | None = None,
    classes: Sequence[str] = (),
    trim: tuple[float, float] | None = None,
    actor: User | None,
    now: dt.datetime,
) -> Weighting:
    """Give every finished response its weight; what was there before is replaced, the round is kept."""
    found = locked(survey, SurveyState.CLOSED)
    responses = list(finished(found))
    people = [
        Person(row.respondent.stratum, (row.respondent.attributes, row.answers), row.respondent.design_weight)
        for row in responses
    ]
    rows = found.respondents.exclude(outcome__in=NOT_ELIGIBLES).order_by("number")
    asked = [
        Person(stratum, (attributes, {}), weight)
        for stratum, attributes, weight in rows.values_list("stratum", "attributes", "design_weight")
    ]
    unknown = [trait for trait in classes if trait != "stratum" and not all(p.label(trait) for p in asked)]
    if unknown:
        raise FieldworkRefusedError(
            _("Nonresponse classes need what is known of everybody; %(trait)s is not.")
            % {"trait": unknown[0]}
        )
    weighted = weigh(people, asked=asked, classes=classes, margins=margins, trim=trim)
    for row, weight in zip(responses, weighted.weights.tolist(), strict=True):
        row.weight = weight
    Response.objects.bulk_update(responses, ["weight"], batch_size=BATCH)
    made = Weighting.objects.create(
        survey=found,
        made_at=now,
        made_by=actor,
        classes=list(classes),
        margins={trait: dict(targets) for trait, targets in (margins or {}).items()},
        trim_low=trim[0] if trim else None,
        trim_high=trim[1] if trim else None,
        n=len(responses),
        rounds=weighted.rounds,
        deff=weighted.deff,
        n_eff=weighted.n_eff,
        digest=digest([[row.respondent.number, row.weight] for row in responses]),
    )
    record(
        actor=actor,
        verb="survey.weigh",
        obj=f"survey {found.code}",
        now=now,
        after=made.digest,
        detail={"n": made.n, "n_eff": round(made.n_eff, 3), "deff": round(made.deff, 4)},
    )
    return made


@transaction.atomic
def release_survey(*, survey: Survey, actor: User | None, now: dt.datetime) -> Survey:
    """Freeze the survey's figures; from now on a scheme can read them, and nothing is weighed again."""
    found = locked(survey, SurveyState.CLOSED)
    if not found.weightings.exists():
        raise FieldworkRefusedError(_("Weigh the answers first, if only by the design."))
    if finished(found).filter(weight=None).exists():
        raise FieldworkRefusedError(_("Some answers have no weight yet; weigh again."))
    rows = released_rows(found)
    Estimate.objects.bulk_create(rows, batch_size=BATCH)
    found.state, found.released_at = SurveyState.RELEASED, now
    found.save(update_fields=["state", "released_at"])
    record(
        actor=actor,
        verb="survey.release",
        obj=f"survey {found.code}",
        now=now,
        after=digest([[row.item, row.figure, row.organisation_id, row.value] for row in rows]),
        detail={"figures": len(rows)},
    )
    return found
