"""The catalogue's list pages, joined by one row of tabs."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from surveys.catalogue import filters, queries, tables
from surveys.catalogue.models import Organisation, PeerGroup, Region, Service, ServicePoint
from surveys.catalogue.rules import may_keep_catalogue, may_read_catalogue
from surveys.core.lists import ListPage

TABS = (
    ("catalogue:services", _("Services")),
    ("catalogue:organisations", _("Organisations")),
    ("catalogue:points", _("Service points")),
    ("catalogue:regions", _("Regions")),
    ("catalogue:peer_groups", _("Peer groups")),
)


class CatalogueList(ListPage):
    """A list of the catalogue; those who keep it also see what they can add."""

    rule = may_read_catalogue
    template_name = "catalogue/list.html"
    tab = ""
    add_url = ""
    add_words: Any = ""

    def actions(self) -> list[tuple[str, Any]]:
        if not may_keep_catalogue(self.request.user):
            return []
        found: list[tuple[str, Any]] = [(reverse("catalogue:import"), _("Import a file"))]
        if self.add_url:
            found.insert(0, (reverse(self.add_url), self.add_words))
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        tabs = [(reverse(name), words, name == self.tab) for name, words in TABS]
        return super().get_context_data(**kwargs) | {"tabs": tabs}


class ServiceList(CatalogueList):
    model = Service
    table_class = tables.ServiceTable
    filterset_class = filters.ServiceFilter
    title = _("Services")
    empty = _("No services yet. Import the catalogue, or add the first service.")
    export_name = "services"
    tab = "catalogue:services"
    add_url, add_words = "catalogue:service_new", _("Add a service")

    def get_queryset(self) -> QuerySet[Service]:
        return queries.services()


class OrganisationList(CatalogueList):
    model = Organisation
    table_class = tables.OrganisationTable
    filterset_class = filters.OrganisationFilter
    title = _("Organisations")
    empty = _("No organisations yet. Import the catalogue, or add the first organisation.")
    export_name = "organisations"
    tab = "catalogue:organisations"
    add_url, add_words = "catalogue:organisation_new", _("Add an organisation")

    def get_queryset(self) -> QuerySet[Organisation]:
        return queries.organisations()


class PointList(CatalogueList):
    model = ServicePoint
    table_class = tables.PointTable
    filterset_class = filters.PointFilter
    title = _("Service points")
    empty = _("No points yet. Add a hall, window, kiosk or posted code.")
    export_name = "points"
    tab = "catalogue:points"
    add_url, add_words = "catalogue:point_new", _("Add a point")

    def get_queryset(self) -> QuerySet[ServicePoint]:
        return queries.points()


class RegionList(CatalogueList):
    model = Region
    table_class = tables.RegionTable
    filterset_class = filters.RegionFilter
    title = _("Regions")
    empty = _("No regions yet. Import them with the catalogue.")
    export_name = "regions"
    tab = "catalogue:regions"

    def get_queryset(self) -> QuerySet[Region]:
        return queries.regions()


class PeerGroupList(CatalogueList):
    model = PeerGroup
    table_class = tables.PeerGroupTable
    filterset_class = filters.PeerGroupFilter
    title = _("Peer groups")
    empty = _("No peer groups yet. Import them with the catalogue.")
    export_name = "peer-groups"
    tab = "catalogue:peer_groups"

    def get_queryset(self) -> QuerySet[PeerGroup]:
        return queries.peer_groups()
