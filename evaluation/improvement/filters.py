"""What the lists of measures, replies and alerts can be narrowed by."""

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluation.improvement.enums import (
    OPEN_MEASURES,
    AlertKind,
    AlertState,
    EffectVerdict,
    MeasureState,
    Metric,
    Opened,
    ReplyStage,
)
from evaluation.improvement.models import Alert, Measure, Reply
from evaluation.improvement.queries import WORK_ROLES
from surveys.catalogue.models import Organisation
from surveys.catalogue.queries import codes_below
from surveys.catalogue.rules import codes_in_scope

SHOWN_MEASURES = (
    ("open", _("In progress")),
    ("late", _("Overdue")),
    ("mine", _("Owned by me")),
    ("verify", _("To be verified")),
    ("left", _("Owner has left")),
)
SHOWN_REPLIES = (
    ("waits", _("Waits for a second person")),
    ("public", _("Public")),
    ("withdrawn", _("Withdrawn")),
)


class PlaceFilter(filters.FilterSet):  # type: ignore[misc]
    """Narrows a list to one organisation and those below it; offered to whoever reaches more than one."""

    organisation = filters.ModelChoiceFilter(
        label=_("Organisation"), queryset=Organisation.objects.none(), empty_label=_("All"), method="by_place"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = codes_in_scope(self.request.user, *WORK_ROLES)
        places = Organisation.objects.without_tree_fields().order_by("code")
        places = places if codes is None else places.filter(code__in=codes)
        self.filters["organisation"].queryset = places
        if len(places[:2]) < 2:
            del self.filters["organisation"]

    def by_place(self, rows: QuerySet[Any], _name: str, value: Organisation) -> QuerySet[Any]:
        return rows.filter(organisation__code__in=codes_below(value.code))


class MeasureFilter(PlaceFilter):
    title = filters.CharFilter(label=_("Measure"), lookup_expr="icontains")
    show = filters.ChoiceFilter(
        label=_("Show"), choices=SHOWN_MEASURES, empty_label=_("All"), method="by_show"
    )
    state = filters.ChoiceFilter(label=_("State"), choices=MeasureState.choices, empty_label=_("All"))
    verdict = filters.ChoiceFilter(
        label=_("Effect"), choices=EffectVerdict.choices, empty_label=_("All"), field_name="verdict"
    )
    metric = filters.ChoiceFilter(label=_("Measured by"), choices=Metric.choices, empty_label=_("All"))
    opened_from = filters.ChoiceFilter(label=_("Opened from"), choices=Opened.choices, empty_label=_("All"))

    def by_show(self, rows: QuerySet[Measure], _name: str, value: str) -> QuerySet[Measure]:
        pending = rows.filter(state__in=OPEN_MEASURES)
        return {
            "open": pending,
            "late": pending.filter(due_on__lt=timezone.localdate()),
            "mine": pending.filter(owner=self.request.user),
            "verify": rows.filter(state=MeasureState.DONE),
            "left": pending.filter(owner__is_active=False),
        }[value]

    class Meta:
        model = Measure
        fields = ("title", "show", "organisation", "state", "verdict", "metric", "opened_from")


class ReplyFilter(PlaceFilter):
    said = filters.CharFilter(label=_("Words"), lookup_expr="icontains")
    show = filters.ChoiceFilter(
        label=_("Show"), choices=SHOWN_REPLIES, empty_label=_("All"), method="by_show"
    )
    stage = filters.ChoiceFilter(label=_("Answer"), choices=ReplyStage.choices, empty_label=_("All"))

    def by_show(self, rows: QuerySet[Reply], _name: str, value: str) -> QuerySet[Reply]:
        return {
            "waits": rows.filter(published_at=None, withdrawn_at=None),
            "public": rows.filter(published_at__isnull=False, withdrawn_at=None),
            "withdrawn": rows.filter(withdrawn_at__isnull=False),
        }[value]

    class Meta:
        model = Reply
        fields = ("said", "show", "organisation", "stage")


class AlertFilter(PlaceFilter):
    kind = filters.ChoiceFilter(label=_("Alert"), choices=AlertKind.choices, empty_label=_("All"))
    state = filters.ChoiceFilter(
        label=_("State"), choices=(("running", _("Not closed")), *AlertState.choices), empty_label=_("All"),
        method="by_state",
    )  # fmt: skip

    def by_state(self, rows: QuerySet[Alert], _name: str, value: str) -> QuerySet[Alert]:
        return rows.exclude(state=AlertState.CLOSED) if value == "running" else rows.filter(state=value)

    class Meta:
        model = Alert
        fields = ("kind", "state", "organisation")
