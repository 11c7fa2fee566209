"""What the statistics pages may be asked."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from surveys.catalogue.enums import Channel
from surveys.catalogue.models import Organisation, Service
from surveys.tallies.periods import month_end, month_start

MONTHS_BACK = 11


class QuestionForm(forms.Form):
    """Months from and to, an organisation, a service, a channel; everything may be left out."""

    unit: "forms.ModelChoiceField[Organisation]" = forms.ModelChoiceField(
        Organisation.objects.none(), required=False, label=_("Organisation"), to_field_name="code",
        empty_label=_("All"),
    )  # fmt: skip
    service = forms.ModelChoiceField(
        Service.objects.none(), required=False, label=_("Service"), to_field_name="code", empty_label=_("All")
    )
    channel = forms.ChoiceField(required=False, label=_("Channel"))
    first = forms.DateField(required=False, label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(required=False, label=_("To"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, codes: frozenset[str] | None, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        units = Organisation.objects.without_tree_fields().order_by("code")
        services = Service.objects.select_related("organisation").order_by("code")
        if codes is not None:
            units, services = units.filter(code__in=codes), services.filter(organisation__code__in=codes)
        unit_code = self.data.get("unit", "")
        if unit_code:
            services = services.filter(organisation__code=unit_code)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["service"].queryset = services  # type: ignore[attr-defined]
        self.fields["channel"].choices = [("", _("All")), *Channel.choices]  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        last = month_end(data.get("last") or self.today)
        first = data.get("first")
        if first is None:
            first = month_start(last)
            for _month in range(MONTHS_BACK):
                first = month_start(first - dt.timedelta(days=1))
        data["first"], data["last"] = month_start(first), last
        if data["first"] > data["last"]:
            self.add_error("last", _("The period ends before it begins."))
        return data


DIMENSIONS = (
    ("organisation", _("Organisation")),
    ("service", _("Service")),
    ("channel", _("Channel")),
    ("mode", _("Way of being served")),
    ("month", _("Month")),
    ("level", _("Level")),
)


class CrossForm(QuestionForm):
    """The same, and what to cross with what."""

    rows = forms.ChoiceField(required=False, label=_("In rows"), choices=DIMENSIONS)
    columns = forms.ChoiceField(
        required=False, label=_("In columns"), choices=[DIMENSIONS[-1], *DIMENSIONS[:-1]]
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        data["rows"] = data.get("rows") or "organisation"
        data["columns"] = data.get("columns") or "level"
        if data["rows"] == data["columns"]:
            self.add_error("columns", _("Choose two different things to cross."))
        return data


class LedgerForm(QuestionForm):
    """The same, and what to keep apart."""

    by = forms.ChoiceField(
        required=False,
        label=_("Split by"),
        choices=[("", _("Organisation")), ("channel", _("Channel")), ("service", _("Service"))],
    )


class TotalForm(forms.Form):
    """What an organisation's own system says it finished in a month."""

    organisation: "forms.ModelChoiceField[Organisation]" = forms.ModelChoiceField(
        Organisation.objects.without_tree_fields().order_by("code"), label=_("Organisation"),
        to_field_name="code",
    )  # fmt: skip
    month = forms.DateField(label=_("Any day of the month"), widget=forms.DateInput(attrs={"type": "date"}))
    n = forms.IntegerField(label=_("Finished cases"), min_value=0, max_value=10**12)
    source = forms.CharField(label=_("Where the number comes from"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"
