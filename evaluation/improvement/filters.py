"""What the lists of measures and replies can be narrowed by."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from evaluation.improvement.enums import MeasureState, Metric, Opened, ReplyStage
from evaluation.improvement.models import Measure, Reply


class MeasureFilter(filters.FilterSet):  # type: ignore[misc]
    title = filters.CharFilter(label=_("Measure"), lookup_expr="icontains")
    state = filters.ChoiceFilter(label=_("State"), choices=MeasureState.choices, empty_label=_("All"))
    metric = filters.ChoiceFilter(label=_("Measured by"), choices=Metric.choices, empty_label=_("All"))
    opened_from = filters.ChoiceFilter(label=_("Opened from"), choices=Opened.choices, empty_label=_("All"))

    class Meta:
        model = Measure
        fields = ("title", "state", "metric", "opened_from")


class ReplyFilter(filters.FilterSet):  # type: ignore[misc]
    said = filters.CharFilter(label=_("Words"), lookup_expr="icontains")
    stage = filters.ChoiceFilter(label=_("Answer"), choices=ReplyStage.choices, empty_label=_("All"))

    class Meta:
        model = Reply
        fields = ("said", "stage")
