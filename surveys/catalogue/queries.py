"""Reads of the catalogue: organisations below one, services in force, who answers for a service."""

from datetime import date

from django.db.models import Count, Prefetch, Q, QuerySet

from surveys.catalogue.models import (
    Duty,
    Organisation,
    PeerGroup,
    Region,
    Service,
    ServicePoint,
    ServiceVersion,
)


def codes_below(*codes: str) -> frozenset[str]:
    """The codes of these organisations and of all below them."""
    found: frozenset[str] = Organisation.objects.codes_below(codes)
    return found


def path_of(code: str) -> tuple[str, ...]:
    """The organisation's code and those above it, itself first."""
    path: tuple[str, ...] = Organisation.objects.path_of(code)
    return path


def service_by_code(code: str) -> Service:
    """The service, current or retired; Service.DoesNotExist if there is none."""
    return Service.objects.select_related("organisation").get(code=code)


def version_on(service: Service, day: date) -> ServiceVersion | None:
    """What the guide promised on that day."""
    return (
        service.versions.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)
        .order_by("-number")
        .first()
    )


def duty_of(service: Service, on: date, region: Region | None = None) -> Organisation | None:
    """Who took the service over by that day, in the region or the nearest above it, else everywhere."""
    duties = list(
        service.duties.on(on).select_related("organisation", "region").order_by("-starts_on", "-pk")
    )
    here = region
    while duties and here is not None:
        for duty in duties:
            if duty.region_id == here.pk:
                return duty.organisation
        here = here.parent
    return next((duty.organisation for duty in duties if duty.region_id is None), None)


def owner_of(service: Service, on: date, region: Region | None = None) -> Organisation:
    """Who answers for the service that day: by the hand-over log, else its first organisation."""
    return duty_of(service, on, region) or service.organisation


def regions() -> QuerySet[Region]:
    return Region.objects.select_related("parent").order_by("code")


def peer_groups() -> QuerySet[PeerGroup]:
    return PeerGroup.objects.annotate(
        n_organisations=Count("organisation", filter=Q(organisation__retired_on=None))
    ).order_by("code")


def organisations() -> QuerySet[Organisation]:
    """Organisations with what their list shows."""
    found: QuerySet[Organisation] = (
        Organisation.objects.without_tree_fields()
        .select_related("region", "peer_group", "parent")
        .annotate(
            n_services=Count("services", filter=Q(services__retired_on=None), distinct=True),
            n_points=Count("points", filter=Q(points__retired_on=None), distinct=True),
        )
        .order_by("code")
    )
    return found


def services() -> QuerySet[Service]:
    """Services with their owner and their versions, newest first."""
    newest = Prefetch("versions", ServiceVersion.objects.order_by("-number"), to_attr="history")
    return Service.objects.select_related("organisation").prefetch_related(newest).order_by("code")


def points() -> QuerySet[ServicePoint]:
    return ServicePoint.objects.select_related("organisation", "parent", "service").order_by("code")


def duties_of(service: Service) -> QuerySet[Duty]:
    """The hand-over log of a service, latest first."""
    return service.duties.select_related("organisation", "region").order_by("-starts_on", "-pk")
