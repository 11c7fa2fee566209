"""The tables of the catalogue's lists."""

from datetime import date
from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from surveys.catalogue.models import Organisation, PeerGroup, Region, Service, ServicePoint, ServiceVersion
from surveys.core.numerals import day as shown_day
from surveys.core.tables import ListTable, NumberColumn


def in_use(day: date | None) -> SafeString:
    """Whether a row is in use, as word and shape."""
    if day is None:
        return format_html('<span class="tag tag--done">{}</span>', _("In use"))
    return format_html('<span class="tag">{}</span>', gettext("Retired %(day)s") % {"day": shown_day(day)})


class CatalogueTable(ListTable):
    """A list of named rows: name first, then the code, last whether it is in use."""

    name = tables.Column(verbose_name=_("name"), accessor="name", orderable=False)
    code = tables.Column(verbose_name=_("code"), attrs={"td": {"class": "code nw"}})
    retired_on = tables.Column(verbose_name=_("state"), empty_values=())

    def render_retired_on(self, value: date | None) -> SafeString:
        return in_use(value)

    def value_retired_on(self, value: date | None) -> str:
        return value.isoformat() if value else ""


class RegionTable(CatalogueTable):
    level = tables.Column(verbose_name=_("level"))
    parent = tables.Column(verbose_name=_("within"), accessor="parent__name", orderable=False)

    class Meta(ListTable.Meta):
        model = Region
        fields = ("name", "code", "level", "parent", "retired_on")
        sequence = fields


class PeerGroupTable(CatalogueTable):
    n_organisations = NumberColumn(verbose_name=_("organisations"))

    class Meta(ListTable.Meta):
        model = PeerGroup
        fields = ("name", "code", "n_organisations", "retired_on")
        sequence = fields


class OrganisationTable(CatalogueTable):
    name = tables.Column(
        verbose_name=_("name"),
        accessor="name",
        orderable=False,
        linkify=("catalogue:organisation", {"code": tables.A("code")}),
    )
    parent = tables.Column(verbose_name=_("under"), accessor="parent__name", orderable=False)
    region = tables.Column(verbose_name=_("region"), accessor="region__name", orderable=False)
    peer_group = tables.Column(verbose_name=_("peer group"), accessor="peer_group__name", orderable=False)
    n_services = NumberColumn(verbose_name=_("services"))
    n_points = NumberColumn(verbose_name=_("service points"))

    class Meta(ListTable.Meta):
        model = Organisation
        fields = ("name", "code", "parent", "region", "peer_group", "n_services", "n_points", "retired_on")
        sequence = fields


class ServiceTable(CatalogueTable):
    name = tables.Column(
        verbose_name=_("name"),
        accessor="name",
        orderable=False,
        linkify=("catalogue:service", {"code": tables.A("code")}),
    )
    organisation = tables.Column(
        verbose_name=_("organisation"), accessor="organisation__name", order_by=("organisation__code", "code")
    )
    version = NumberColumn(verbose_name=_("version"), accessor="history", orderable=False)
    promised = NumberColumn(verbose_name=_("promised working days"), accessor="history", orderable=False)
    online = tables.Column(verbose_name=_("online"), accessor="history", orderable=False)

    def render_version(self, value: list[ServiceVersion]) -> Any:
        return value[0].number

    def render_promised(self, value: list[ServiceVersion]) -> Any:
        days = value[0].promised_days
        return "—" if days is None else days

    def render_online(self, value: list[ServiceVersion]) -> Any:
        return _("yes") if value[0].is_online else _("no")

    class Meta(ListTable.Meta):
        model = Service
        fields = ("name", "code", "organisation", "version", "promised", "online", "retired_on")
        sequence = fields


class PointTable(CatalogueTable):
    name = tables.Column(
        verbose_name=_("name"),
        accessor="name",
        orderable=False,
        linkify=("catalogue:point", {"code": tables.A("code")}),
    )
    kind = tables.Column(verbose_name=_("kind"))
    organisation = tables.Column(
        verbose_name=_("organisation"), accessor="organisation__name", order_by=("organisation__code", "code")
    )
    parent = tables.Column(verbose_name=_("belongs to"), accessor="parent__name", orderable=False)

    class Meta(ListTable.Meta):
        model = ServicePoint
        fields = ("name", "code", "kind", "organisation", "parent", "retired_on")
        sequence = fields
