"""Plan a survey, publish its seed, draw its sample, open and close it."""

import datetime as dt
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from surveys.core.log import record
from surveys.core.models import User
from surveys.fieldwork.drawing import allocate, draw, draw_digest
from surveys.fieldwork.enums import ASKABLE, Outcome, ResponseState, Selection, SurveyState
from surveys.fieldwork.models import FrameEntry, Quota, Respondent, Response, Stratum, Survey
from surveys.fieldwork.progress import quota_faults
from surveys.fieldwork.refusals import FieldworkRefusedError
from surveys.fieldwork.tokens import token_columns
from surveys.instruments.enums import VersionState
from surveys.instruments.flow import may_collect
from surveys.instruments.queries import definition_of

BATCH = 2000
ENOUGH_FOR_PARTIAL = 0.5
"""Share of the questions asked from which an unfinished interview counts as partial, not as broken off."""


def locked(survey: Survey, *states: str) -> Survey:
    """The survey's row, held until the end of the transaction, in one of these stages."""
    found = (
        Survey.objects.select_for_update(of=("self",)).select_related("version", "frame").get(pk=survey.pk)
    )
    if states and found.state not in states:
        raise FieldworkRefusedError(
            _("The survey is “%(state)s”; this cannot be done at that stage.")
            % {"state": found.get_state_display()}
        )
    return found


@transaction.atomic
def create_survey(
    *,
    quotas: Iterable[tuple[str, str, int]] = (),
    actor: User | None,
    now: dt.datetime,
    **fields: Any,
) -> Survey:
    """Plan a survey on a frozen questionnaire; `quotas` are (trait, value, interviews wanted)."""
    survey = Survey(**fields)
    if survey.version.state == VersionState.DRAFT:
        raise FieldworkRefusedError(_("Freeze the questionnaire first: nobody can be asked with a draft."))
    if survey.version.state == VersionState.SUPERSEDED:
        raise FieldworkRefusedError(
            _("Version %(number)d of this questionnaire was superseded; plan with the version in force.")
            % {"number": survey.version.number}
        )
    if (survey.selection == Selection.QUOTA) == (survey.frame is not None):
        raise FieldworkRefusedError(_("A random sample needs a frame; a quota sample has none."))
    if Survey.objects.filter(code=survey.code).exists():
        raise FieldworkRefusedError(
            _("There is already a survey “%(code)s”; choose another code.") % {"code": survey.code}
        )
    _check_days(survey)
    survey.save()
    Quota.objects.bulk_create(
        Quota(survey=survey, trait=trait, value=value, n_target=n) for trait, value, n in quotas
    )
    if survey.selection == Selection.QUOTA and not survey.quotas.exists():
        raise FieldworkRefusedError(_("A quota sample needs at least one quota."))
    if survey.selection == Selection.QUOTA and (faults := quota_faults(survey)):
        raise FieldworkRefusedError(" ".join(faults))
    record(
        actor=actor,
        verb="survey.plan",
        obj=f"survey {survey.code}",
        now=now,
        detail={"version": str(survey.version), "selection": survey.selection, "planned": survey.n_planned},
    )
    return survey


def _check_days(survey: Survey) -> None:
    if survey.closes_on < survey.opens_on:
        raise FieldworkRefusedError(_("The survey closes before it opens."))
    if survey.retain_until < survey.closes_on:
        raise FieldworkRefusedError(
            _("Contacts are needed until the survey closes; keep them at least so long.")
        )
    if not may_collect(definition_of(survey.version_id), survey.closes_on):
        raise FieldworkRefusedError(
            _("The approval in the questionnaire's statutory header ends before the survey closes.")
        )
    if survey.breaks_series and not survey.break_reason:
        raise FieldworkRefusedError(_("Say why the series breaks."))
    if survey.series and Survey.objects.filter(series=survey.series, wave=survey.wave).exists():
        raise FieldworkRefusedError(
            _("Wave %(wave)d of the series %(series)s exists already.")
            % {"wave": survey.wave, "series": survey.series}
        )


@transaction.atomic
def publish_seed(*, survey: Survey, seed: str, actor: User | None, now: dt.datetime) -> Survey:
    """Fix and publish the seed before anybody is drawn; an empty one is made at random."""
    found = locked(survey, SurveyState.DRAFT)
    if found.seed:
        raise FieldworkRefusedError(_("The seed is published already and stays as it is."))
    found.seed = seed.strip()[:64] or secrets.token_hex(16)
    found.seed_published_at = now
    found.save(update_fields=["seed", "seed_published_at"])
    record(actor=actor, verb="survey.seed", obj=f"survey {found.code}", now=now, detail={"seed": found.seed})
    return found


@transaction.atomic
def draw_sample(*, survey: Survey, actor: User | None, now: dt.datetime) -> Survey:
    """Allocate the sample to the strata and draw it with the published seed."""
    found = locked(survey, SurveyState.DRAFT)
    if found.selection == Selection.QUOTA or found.frame is None:
        raise FieldworkRefusedError(_("A quota sample is not drawn; open it and fill the quotas."))
    if not found.seed:
        raise FieldworkRefusedError(_("Publish the seed first; a draw nobody can repeat is not a draw."))
    wanted = planned_allocation(found)
    entries = FrameEntry.objects.filter(frame=found.frame_id).order_by("pk")
    references = draw(entries.values_list("stratum", "reference"), wanted, found.seed)
    population = dict(found.frame.strata.values_list("code", "n_population"))
    Stratum.objects.bulk_create(
        Stratum(survey=found, code=code, n_population=population[code], n_drawn=n)
        for code, n in wanted.items()
    )
    weights = {code: population[code] / n for code, n in wanted.items() if n}
    _make_respondents(found, references, weights)
    found.state, found.drawn_at = SurveyState.DRAWN, now
    found.draw_digest = draw_digest(found.seed, references)
    found.save(update_fields=["state", "drawn_at", "draw_digest"])
    record(
        actor=actor,
        verb="survey.draw",
        obj=f"survey {found.code}",
        now=now,
        after=found.draw_digest,
        detail={"seed": found.seed, "drawn": len(references), "frame": found.frame.digest},
    )
    return found


def planned_allocation(survey: Survey) -> dict[str, int]:
    """How many of each stratum would be drawn."""
    listed = dict(
        FrameEntry.objects.filter(frame=survey.frame_id)
        .order_by()
        .values_list("stratum")
        .annotate(n=Count("pk"))
    )
    if survey.selection == Selection.CENSUS:
        return listed
    assert survey.frame is not None
    strata = list(survey.frame.strata.order_by("code"))
    sizes = {row.code: row.n_population for row in strata}
    wanted = allocate(survey.n_planned, sizes, survey.allocation, {row.code: row.spread for row in strata})
    short = next((code for code, n in wanted.items() if n > listed.get(code, 0)), None)
    if short is not None:
        raise FieldworkRefusedError(
            _("Stratum %(stratum)s lists %(has)d people; %(wanted)d are to be drawn.")
            % {"stratum": short, "has": listed.get(short, 0), "wanted": wanted[short]}
        )
    return wanted


def _make_respondents(survey: Survey, references: list[str], weights: Mapping[str, float]) -> None:
    drawn = set(references)
    entries = FrameEntry.objects.filter(frame=survey.frame_id).order_by("reference").defer("sealed")
    Respondent.objects.bulk_create(
        (
            Respondent(
                survey=survey,
                number=number,
                entry=entry,
                stratum=entry.stratum,
                attributes=entry.attributes,
                organisation_id=entry.organisation_id,
                language=entry.language,
                design_weight=weights[entry.stratum],
                **token_columns(),
            )
            for number, entry in enumerate((row for row in entries if row.reference in drawn), 1)
        ),
        batch_size=BATCH,
    )


@transaction.atomic
def open_survey(*, survey: Survey, actor: User | None, now: dt.datetime) -> Survey:
    """Go into the field; quotas that cannot be met are refused."""
    found = locked(survey, SurveyState.DRAFT, SurveyState.DRAWN)
    if found.selection != Selection.QUOTA and found.state != SurveyState.DRAWN:
        raise FieldworkRefusedError(_("Draw the sample first."))
    if faults := quota_faults(found):
        raise FieldworkRefusedError(" ".join(faults))
    found.state = SurveyState.OPEN
    found.save(update_fields=["state"])
    record(actor=actor, verb="survey.open", obj=f"survey {found.code}", now=now)
    return found


@transaction.atomic
def close_survey(*, survey: Survey, actor: User | None, now: dt.datetime) -> Survey:
    """Leave the field: nobody answers any more, and everyone gets a final outcome code."""
    found = locked(survey, SurveyState.OPEN)
    settle_outcomes(found)
    found.state = SurveyState.CLOSED
    found.save(update_fields=["state"])
    counts = dict(
        found.respondents.order_by().values_list("outcome").annotate(n=Count("pk")).order_by("outcome")
    )
    record(actor=actor, verb="survey.close", obj=f"survey {found.code}", now=now, detail={"outcomes": counts})
    return found


def settle_outcomes(survey: Survey) -> None:
    """Final codes: unfinished interviews are partial or broken off, the invited without a reply code 3.19."""
    definition = definition_of(survey.version_id)
    asked = max(1, len(definition.questions))
    partial: list[int] = []
    broken: list[int] = []
    unfinished = Response.objects.filter(survey=survey, state=ResponseState.PARTIAL)
    for respondent, answers in unfinished.values_list("respondent", "answers"):
        (partial if len(answers) >= ENOUGH_FOR_PARTIAL * asked else broken).append(respondent)
    open_ones = Respondent.objects.filter(survey=survey, outcome__in=ASKABLE)
    open_ones.filter(pk__in=partial).update(outcome=Outcome.PARTIAL)
    open_ones.filter(pk__in=broken).update(outcome=Outcome.BREAK_OFF)
    silent = Q(outcome=Outcome.NOT_TRIED, invited_at__isnull=False)
    Respondent.objects.filter(silent, survey=survey).update(outcome=Outcome.NO_REPLY)


def close_due(*, now: dt.datetime, today: dt.date) -> int:
    """Close every survey whose last day is over."""
    due = list(Survey.objects.filter(state=SurveyState.OPEN, closes_on__lt=today).order_by("pk"))
    for survey in due:
        close_survey(survey=survey, actor=None, now=now)
    return len(due)
