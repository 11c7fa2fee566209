"""What the list of cases can be narrowed by."""

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from surveys.cases.enums import CLOSED_STATES, Clock, RequestState, State
from surveys.cases.models import Case
from surveys.cases.queries import IN_NOBODYS_HANDS
from surveys.cases.rules import SEEING
from surveys.catalogue.models import Organisation
from surveys.catalogue.rules import codes_in_scope

SHOWN = (
    ("urgent", _("Late or due today")),
    ("late", _("Overdue")),
    ("today", _("Due today")),
    ("mine", _("Handled by me")),
    ("nobody", _("In nobody's hands")),
    ("asked", _("More time or a pause asked for")),
    ("closed", _("Closed")),
    ("all", _("All")),
)


class CaseFilter(filters.FilterSet):  # type: ignore[misc]
    """Open cases unless something else is asked for."""

    show = filters.ChoiceFilter(
        label=_("Show"), choices=SHOWN, empty_label=_("In progress"), method="by_show"
    )
    state = filters.ChoiceFilter(label=_("Stage"), choices=State.choices, empty_label=_("All"))
    organisation = filters.ModelChoiceFilter(
        label=_("Organisation"),
        queryset=Organisation.objects.none(),
        empty_label=_("All"),
    )
    code = filters.CharFilter(label=_("Case number"), lookup_expr="icontains")

    class Meta:
        model = Case
        fields = ("show", "state", "organisation", "code")

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__({} if data is None else data, *args, **kwargs)  # bound, so that closed ones stay out
        codes = codes_in_scope(self.request.user, *SEEING)
        places = Organisation.objects.without_tree_fields().order_by("code")
        places = places if codes is None else places.filter(code__in=codes)
        self.filters["organisation"].queryset = places
        if len(places[:2]) < 2:
            del self.filters["organisation"]

    def by_show(self, rows: QuerySet[Case], _name: str, value: str) -> QuerySet[Case]:
        today = timezone.localdate()
        running = rows.exclude(state__in=CLOSED_STATES).exclude(clock=Clock.SILENCE)
        return {
            "urgent": running.filter(due_on__lte=today),
            "nobody": rows.filter(IN_NOBODYS_HANDS),
            "late": running.filter(due_on__lt=today),
            "today": running.filter(due_on=today),
            "mine": rows.exclude(state__in=CLOSED_STATES).filter(handler=self.request.user),
            "asked": rows.filter(requests__state=RequestState.ASKED),
            "closed": rows.filter(state__in=CLOSED_STATES),
            "all": rows,
        }[value]

    def filter_queryset(self, queryset: QuerySet[Case]) -> QuerySet[Case]:
        found: QuerySet[Case] = super().filter_queryset(queryset)
        data = self.form.cleaned_data
        if data.get("show") or data.get("state") or data.get("code"):
            return found
        return found.exclude(state__in=CLOSED_STATES)
