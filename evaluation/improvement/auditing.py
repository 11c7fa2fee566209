"""What a commission's sample, its visits and their results say; and the file the office imports as evidence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from evaluation.cycles.models import Cycle
from evaluation.cycles.queries import audit_names
from evaluation.evidence.sheets import AUDITS, FINDINGS
from evaluation.improvement.models import AuditSample, AuditVisit, Commission
from surveys.catalogue.models import Organisation, Service
from surveys.catalogue.queries import codes_below
from surveys.core.text import localized
from surveys.core.workbooks import write_template
from surveys.instruments.queries import definition_of
from surveys.instruments.shapes import Question

CHECKLIST = "mystery-shopping-checklist"
LEFT_OUT = "na"
CENT = Decimal("0.01")


def audit_title(cycle: Cycle, audit: str) -> str:
    """What the cycle's scheme calls an audit, else its code."""
    return localized(audit_names(cycle).get(audit, {})) or audit


def questions_of(sample: AuditSample) -> list[Question]:
    """The checklist's questions with choices, in their order."""
    return [question for question in definition_of(sample.checklist_id).questions if question.options]


def frame_of(commission: Commission) -> list[tuple[Organisation, Service]]:
    """Every service in use of the commissioned organisations, with the organisation it is drawn for."""
    found = []
    scope = Organisation.objects.without_tree_fields().filter(pk__in=commission.organisations.values("pk"))
    for organisation in scope.order_by("code"):
        services = Service.objects.current().filter(organisation__code__in=codes_below(organisation.code))
        found += [(organisation, service) for service in services.order_by("code")]
    return found


def visits_of(sample: AuditSample) -> QuerySet[AuditVisit]:
    return (
        sample.visits.select_related("organisation", "service").prefetch_related("files").order_by("number")
    )


def points_of(answers: Mapping[str, str], questions: Sequence[Question]) -> Decimal | None:
    """The mean of a visit's points, 0 to 100; what does not apply is left out; None when nothing applies."""
    found = [
        option.points
        for question in questions
        for option in question.options
        if option.value == answers.get(question.code)
        and option.value != LEFT_OUT
        and option.points is not None
    ]
    return sum(found, Decimal(0)) / len(found) if found else None


@dataclass(frozen=True, slots=True)
class PlaceResult:
    """One organisation: visits recorded of those drawn, and the mean of their points."""

    organisation: Organisation
    n_visits: int
    n_recorded: int
    points: Decimal | None


@dataclass(frozen=True)
class SampleView:
    """A sample with its visits and what they add up to."""

    sample: AuditSample

    @cached_property
    def questions(self) -> list[Question]:
        return questions_of(self.sample)

    @cached_property
    def visits(self) -> list[AuditVisit]:
        return list(visits_of(self.sample))

    @property
    def rows(self) -> list[tuple[AuditVisit, Decimal | None]]:
        """Each visit with its own points; None while it is not recorded or nothing applies."""
        return [(visit, points_of(visit.answers, self.questions)) for visit in self.visits]

    @property
    def n_recorded(self) -> int:
        return sum(visit.recorded_at is not None for visit in self.visits)

    @property
    def is_whole(self) -> bool:
        return self.n_recorded == len(self.visits)

    @cached_property
    def results(self) -> list[PlaceResult]:
        """By organisation, in the order of their codes."""
        places: dict[str, list[AuditVisit]] = {}
        for visit in sorted(self.visits, key=lambda visit: (visit.organisation.code, visit.number)):
            places.setdefault(visit.organisation.code, []).append(visit)
        return [self._result(visits) for visits in places.values()]

    def _result(self, visits: list[AuditVisit]) -> PlaceResult:
        recorded = [visit for visit in visits if visit.recorded_at is not None]
        found = [
            points for visit in recorded if (points := points_of(visit.answers, self.questions)) is not None
        ]
        mean = (sum(found, Decimal(0)) / len(found)).quantize(CENT) if found else None
        return PlaceResult(visits[0].organisation, len(visits), len(recorded), mean)

    @property
    def findings(self) -> list[AuditVisit]:
        return [visit for visit in self.visits if visit.recorded_at is not None and visit.finding]


def audit_file(view: SampleView, language: str) -> bytes:
    """Scores and findings as a workbook in the format in which audits are imported."""
    commission = view.sample.commission
    cycle = commission.cycle
    shared = {"audit": commission.audit, "period": f"{cycle.starts_on}/{cycle.ends_on}"}
    audits: list[dict[str, Any]] = [
        shared
        | {
            "organisation": result.organisation.code,
            "auditor": str(commission.auditor),
            "score": result.points,
            "missing": None if result.points is not None else "not_assessed",
            "independence": commission.independence[:1000],
            "source": f"{commission.contract}; {view.sample.digest[:16]}",
        }
        for result in view.results
    ]
    findings: list[dict[str, Any]] = [
        shared
        | {
            "organisation": visit.organisation.code,
            "finding": f"V{visit.number}",
            "text": f"{localized(visit.service.names, language)}: {visit.finding}"[:4000],
            "severity": visit.severity,
        }
        for visit in view.findings
    ]
    rows = {"audits": audits, "findings": findings}
    return write_template((AUDITS, FINDINGS), language=language, examples=rows)
