"""Ratings as rows of a file: the exchange fields, and everything the office added."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from surveys.catalogue.models import Organisation, Service, ServicePoint, ServiceVersion
from surveys.core.masking import mask_personal
from surveys.core.models import Job
from surveys.ratings.enums import Origin, RatingKind, Screening
from surveys.ratings.models import Matter, Rating
from surveys.screening.models import Flag, Verdict
from surveys.tallies.summary import Question

EXPORT_KIND = "tallies.export"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHUNK = 5_000
FIELDS = (
    "pk", "matter_id", "service_id", "organisation_id", "point_id", "stage", "kind", "channel", "mode", "level",
    "tags", "comment", "answers", "rated_on", "rated_at", "origin", "screening", "language", "version_id",
)  # fmt: skip


def headings() -> list[str]:
    """The titles of the columns."""
    return [
        _("Case number"), _("Stage"), _("Service number"), _("Rating number"), _("Service code"), _("Service"),
        _("Handling item"), _("Region code"), _("Organisation code"), _("Organisation"), _("Point"),
        _("Channel"), _("Mode"), _("Level"), _("Reason codes"), _("Comment"), _("Answers"), _("Day"),
        _("Rated at"), _("Counted by default"), _("Valid"), _("Screening"), _("Flags"), _("Verdict"),
        _("Language"), _("Questionnaire version"),
    ]  # fmt: skip


def chosen(question: Question) -> QuerySet[Rating]:
    """The ratings asked for, in an order that tells nothing of who came first."""
    rows = Rating.objects.filter(rated_on__range=(question.starts_on, question.ends_on))
    if question.organisations is not None:
        rows = rows.filter(organisation__in=question.organisations)
    if question.service_id is not None:
        rows = rows.filter(service=question.service_id)
    if question.channel:
        rows = rows.filter(channel=question.channel)
    return rows.order_by("rated_on", "pk")


def export_rows(question: Question) -> Iterator[list[Any]]:
    """One list per rating. A case stands only beside ratings that are linked to it."""
    services = {
        row["pk"]: row
        for row in Service.objects.order_by("pk").values(
            "pk", "code", "names", "organisation__code", "organisation__region__code"
        )
    }
    units = {row.pk: row for row in Organisation.objects.without_tree_fields().select_related("region")}
    points = dict(ServicePoint.objects.order_by("pk").values_list("pk", "code"))
    handling = dict(ServiceVersion.objects.order_by("number").values_list("service_id", "handling_code"))
    names = {pk: Service(names=row["names"]).name for pk, row in services.items()}
    titles = {pk: row.name for pk, row in units.items()}
    regions = {pk: row.region.code if row.region else "" for pk, row in units.items()}
    batch: list[tuple[Any, ...]] = []
    for row in chosen(question).values_list(*FIELDS).iterator(chunk_size=CHUNK):
        batch.append(row)
        if len(batch) == CHUNK:
            yield from _written(batch, services, units, names, titles, regions, points, handling)
            batch.clear()
    yield from _written(batch, services, units, names, titles, regions, points, handling)


def _written(batch: list[tuple[Any, ...]], *known: Any) -> Iterator[list[Any]]:
    services, units, names, titles, regions, points, handling = known
    marked = [row[0] for row in batch if row[16] != Screening.KEPT]
    flags, verdicts = _marks(marked)
    cases = Matter.objects.in_bulk([row[1] for row in batch if row[1] is not None])
    for (
        pk, matter_id, service_id, organisation_id, point_id, stage, kind, channel, mode, level, tags, comment,
        answers, rated_on, rated_at, origin, screening, language, version_id,
    ) in batch:  # fmt: skip
        case = cases.get(matter_id) if matter_id is not None else None
        yield [
            case.case_no if case else "",
            stage,
            case.service_no if case else "",
            2 if kind == RatingKind.SUPPLEMENTARY else 1,
            services[service_id]["code"],
            names[service_id],
            handling.get(service_id, ""),
            regions[organisation_id],
            units[organisation_id].code,
            titles[organisation_id],
            points.get(point_id, ""),
            channel,
            mode,
            level,
            ";".join(tags) if tags else "",
            mask_personal(comment) if comment else "",
            mask_personal("; ".join(f"{code}={value}" for code, value in answers.items())) if answers else "",
            rated_on,
            rated_at,
            "yes" if origin == Origin.DEFAULT else "no",
            "no" if screening == Screening.SET_ASIDE else "yes",
            screening,
            flags.get(pk, ""),
            verdicts.get(pk, ""),
            language,
            version_id,
        ]


def _marks(ids: list[Any]) -> tuple[dict[Any, str], dict[Any, str]]:
    """What rules and persons noted on ratings that are not simply kept."""
    flags: dict[Any, str] = {}
    for pk, rule in (
        Flag.objects.filter(rating__in=ids).order_by("rule", "pk").values_list("rating_id", "rule")
    ):
        flags[pk] = f"{flags[pk]}; {rule}" if pk in flags else rule
    rows = Verdict.objects.filter(rating__in=ids).order_by("decided_at", "pk")
    return flags, {
        pk: f"{outcome}: {reason}"
        for pk, outcome, reason in rows.values_list("rating_id", "outcome", "reason")
    }


def exported(job: Job) -> str:
    """The fingerprint of the file a finished export made; empty while there is none."""
    return str((job.result or {}).get("sha256", ""))
