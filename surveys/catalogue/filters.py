"""What the catalogue's lists can be narrowed by."""

from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from surveys.catalogue.enums import PointKind, RegionLevel
from surveys.catalogue.models import Organisation, PeerGroup, Region, Service, ServicePoint

STATES = (("current", _("In use")), ("retired", _("Retired")))


class CatalogueFilter(filters.FilterSet):  # type: ignore[misc]
    """By words in the name or the code, and by whether a row is in use."""

    words = filters.CharFilter(label=_("Name or code"), method="by_words")
    state = filters.ChoiceFilter(label=_("State"), choices=STATES, empty_label=_("All"), method="by_state")

    def by_words(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Match in any of the three languages; JSON text keeps Chinese readable on both databases."""
        match = Q(code__icontains=value)
        for language in ("zh-hans", "zh-hant", "en"):
            match |= Q(**{f"names__{language}__icontains": value})
        return rows.filter(match)

    def by_state(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return rows.filter(retired_on__isnull=value == "current")


class RegionFilter(CatalogueFilter):
    level = filters.ChoiceFilter(label=_("Level"), choices=RegionLevel.choices, empty_label=_("All"))

    class Meta:
        model = Region
        fields = ("words", "level", "state")


class PeerGroupFilter(CatalogueFilter):
    class Meta:
        model = PeerGroup
        fields = ("words", "state")


class OrganisationFilter(CatalogueFilter):
    peer_group = filters.ModelChoiceFilter(
        label=_("Peer group"), queryset=PeerGroup.objects.order_by("code"), empty_label=_("All")
    )

    class Meta:
        model = Organisation
        fields = ("words", "peer_group", "state")


class ServiceFilter(CatalogueFilter):
    organisation = filters.ModelChoiceFilter(
        label=_("Organisation"),
        queryset=Organisation.objects.without_tree_fields().order_by("code"),
        empty_label=_("All"),
    )

    class Meta:
        model = Service
        fields = ("words", "organisation", "state")


class PointFilter(CatalogueFilter):
    kind = filters.ChoiceFilter(label=_("Kind"), choices=PointKind.choices, empty_label=_("All"))

    class Meta:
        model = ServicePoint
        fields = ("words", "kind", "state")
