"""How far a survey is: outcomes and response rates, quotas with what is missing, when it is time to stop."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from scoring.sampling import OutcomeRates, outcome_rates
from scoring.types import ScoringError
from surveys.fieldwork import enums
from surveys.fieldwork.enums import Outcome, ResponseState, Selection
from surveys.fieldwork.models import Quota, Respondent, Survey
from surveys.fieldwork.traits import RECORDED
from surveys.instruments.queries import definition_of

Traits = tuple[dict[str, Any], dict[str, Any]]


@dataclass(frozen=True)
class Tallied:
    """Respondents by outcome, in AAPOR's groups, with the rates they give (None where nobody was invited)."""

    by_outcome: dict[str, int]
    rates: OutcomeRates | None
    eligible_share: float

    def total(self, codes: Sequence[str]) -> int:
        return sum(self.by_outcome.get(code, 0) for code in codes)

    @property
    def n(self) -> int:
        return sum(self.by_outcome.values())

    @property
    def n_complete(self) -> int:
        return self.total(enums.INTERVIEWS)

    @property
    def groups(self) -> list[tuple[str, int]]:
        """(words, number) of the groups the rates are made of."""
        return [
            (_("Interviews"), self.total(enums.INTERVIEWS)),
            (_("Partial interviews"), self.total(enums.PARTIALS)),
            (_("Refused or broken off"), self.total(enums.REFUSALS)),
            (_("Not reached"), self.total(enums.NON_CONTACTS)),
            (_("Other reasons"), self.total(enums.OTHERS)),
            (_("Eligibility unknown"), self.total(enums.UNKNOWNS)),
            (_("Not eligible"), self.total(enums.NOT_ELIGIBLES)),
        ]


def outcomes(survey: Survey) -> Tallied:
    """The survey's outcomes; e, the eligible share of the unknown, is that of the known (CASRO)."""
    rows = survey.respondents.order_by().values_list("outcome").annotate(n=Count("pk"))
    found: dict[str, int] = {str(code): n for code, n in rows}
    told = Tallied(found, None, 1.0)
    known = told.n - told.total(enums.UNKNOWNS)
    share = 1 - told.total(enums.NOT_ELIGIBLES) / known if known else 1.0
    if survey.selection == Selection.QUOTA:
        return Tallied(found, None, share)
    try:
        rates = outcome_rates(
            interviews=told.total(enums.INTERVIEWS),
            partial=told.total(enums.PARTIALS),
            refused=told.total(enums.REFUSALS),
            non_contact=told.total(enums.NON_CONTACTS),
            other=told.total(enums.OTHERS),
            unknown=told.total(enums.UNKNOWNS),
            eligible_share=share,
        )
    except ScoringError:
        rates = None
    return Tallied(found, rates, share)


@dataclass(frozen=True)
class Filled:
    """One line of the progress picture: interviews done of those wanted."""

    name: str
    n: int
    n_target: int

    @property
    def share(self) -> float:
        return min(1.0, self.n / self.n_target) if self.n_target else 0.0

    @property
    def is_full(self) -> bool:
        return self.n >= self.n_target


def trait_of(traits: Traits, trait: str) -> str:
    """A person's value of a trait: what the frame says, else what they answered."""
    attributes, answers = traits
    value = attributes.get(trait, answers.get(trait, ""))
    return "" if isinstance(value, list | dict) else str(value)


def finished_traits(survey: Survey) -> list[Traits]:
    """What is known of everybody who finished."""
    rows = survey.responses.filter(state=ResponseState.COMPLETE).order_by("pk")
    return list(rows.values_list("respondent__attributes", "answers"))


def quotas(survey: Survey, finished: Iterable[Traits] | None = None) -> list[tuple[Quota, Filled]]:
    """Every quota with the interviews that count for it."""
    wanted = list(survey.quotas.order_by("trait", "value"))
    people = list(finished_traits(survey) if finished is None and wanted else finished or ())
    counts = {trait: Counter(trait_of(row, trait) for row in people) for trait in {q.trait for q in wanted}}
    return [
        (quota, Filled(f"{quota.trait} {quota.value}", counts[quota.trait][quota.value], quota.n_target))
        for quota in wanted
    ]


def by_stratum(survey: Survey) -> list[Filled]:
    """Interviews of those drawn, by stratum."""
    done = dict(
        Respondent.objects.filter(survey=survey, outcome=Outcome.COMPLETE)
        .order_by()
        .values_list("stratum")
        .annotate(n=Count("pk"))
    )
    return [Filled(row.code, done.get(row.code, 0), row.n_drawn) for row in survey.strata.order_by("code")]


def full_quota(survey: Survey, traits: Traits) -> Quota | None:
    """A full quota this person falls under: they need not be asked."""
    for quota, filled in quotas(survey):
        if filled.is_full and trait_of(traits, quota.trait) == quota.value:
            return quota
    return None


def stop_reason(survey: Survey) -> str:
    """Why no further interviews are needed; empty while they are."""
    n = survey.responses.filter(state=ResponseState.COMPLETE).count()
    if survey.stop_n is not None and n >= survey.stop_n:
        return _("The number of interviews asked for is reached.")
    wanted = quotas(survey) if survey.selection == Selection.QUOTA else []
    if wanted and all(filled.is_full for _quota, filled in wanted):
        return _("Every quota is full.")
    return ""


def quota_faults(survey: Survey) -> list[str]:
    """Quotas that cannot be met, one sentence each."""
    wanted = list(survey.quotas.order_by("trait", "value"))
    if not wanted:
        return []
    questions = {question.code for question in definition_of(survey.version_id).questions}
    drawn = list(survey.respondents.order_by("pk").values_list("attributes", flat=True))
    known = {trait for attributes in drawn for trait in attributes}
    faults = []
    for quota in wanted:
        if quota.trait in known:
            has = sum(str(attributes.get(quota.trait, "")) == quota.value for attributes in drawn)
            if has < quota.n_target:
                faults.append(
                    _(
                        "Quota %(trait)s %(value)s wants %(wanted)d interviews; only %(has)d such people were drawn."
                    )
                    % {"trait": quota.trait, "value": quota.value, "wanted": quota.n_target, "has": has}
                )
        elif quota.trait not in questions and (drawn or quota.trait not in RECORDED):
            faults.append(
                _("Nothing tells who belongs to quota %(trait)s: neither the frame nor a question.")
                % {"trait": quota.trait}
            )
    sums = Counter[str]()
    for quota in wanted:
        sums[quota.trait] += quota.n_target
    if len(set(sums.values())) > 1:
        told = ", ".join(f"{trait} {n}" for trait, n in sorted(sums.items()))
        faults.append(_("The quotas do not add up to the same number: %(sums)s.") % {"sums": told})
    most = max(sums.values())
    if survey.selection == Selection.QUOTA and most > survey.n_planned:
        faults.append(
            _("The quotas want %(wanted)d interviews; only %(planned)d people are to be asked.")
            % {"wanted": most, "planned": survey.n_planned}
        )
    return faults
