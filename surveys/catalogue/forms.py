"""Forms of the catalogue: names in three languages, promises, hand-over, a file to read in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from surveys.catalogue.enums import PointKind
from surveys.catalogue.import_rows import networks_of
from surveys.catalogue.models import Organisation, PeerGroup, Region, Service, ServicePoint
from surveys.catalogue.shapes import MAX_NAME, Promise
from surveys.core.widgets import choice_input, day_input, file_input, text_input

FIELDS = {"name_zh_hans": "zh-hans", "name_zh_hant": "zh-hant", "name_en": "en"}


class NamedForm(forms.Form):
    """Names in three languages; one of them is enough."""

    name_zh_hans = forms.CharField(
        label=_("Name in Simplified Chinese"), required=False, max_length=MAX_NAME,
        widget=text_input(lang="zh-Hans"),
    )  # fmt: skip
    name_zh_hant = forms.CharField(
        label=_("Name in Traditional Chinese"), required=False, max_length=MAX_NAME,
        widget=text_input(lang="zh-Hant"),
    )  # fmt: skip
    name_en = forms.CharField(
        label=_("Name in English"), required=False, max_length=MAX_NAME, widget=text_input(lang="en")
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        data["names"] = {
            language: data[key].strip() for key, language in FIELDS.items() if data.get(key, "").strip()
        }
        if not data["names"] and not self.errors:
            self.add_error("name_zh_hans", _("Write the name in at least one language."))
        return data


def name_fields(names: dict[str, str]) -> dict[str, str]:
    """The initial values of the three name fields."""
    return {key: names.get(language, "") for key, language in FIELDS.items()}


class CodedForm(NamedForm):
    code = forms.CharField(
        label=_("Code"), max_length=40, widget=text_input(), help_text=_("A code stays the same for good.")
    )
    field_order = ("code", "name_zh_hans", "name_zh_hant", "name_en")


class OrganisationFields(forms.Form):
    parent = forms.ModelChoiceField(
        label=_("Under"), required=False, widget=choice_input(),
        queryset=Organisation.objects.current().without_tree_fields().order_by("code"),
    )  # fmt: skip
    region = forms.ModelChoiceField(
        label=_("Region"), required=False, widget=choice_input(),
        queryset=Region.objects.without_tree_fields().filter(retired_on=None).order_by("code"),
    )  # fmt: skip
    peer_group = forms.ModelChoiceField(
        label=_("Peer group"), required=False, widget=choice_input(),
        queryset=PeerGroup.objects.filter(retired_on=None).order_by("code"),
    )  # fmt: skip
    telephone = forms.CharField(label=_("Telephone"), required=False, max_length=40, widget=text_input())


class OrganisationForm(CodedForm, OrganisationFields):
    """A new organisation."""


class OrganisationChangeForm(NamedForm, OrganisationFields):
    """What may change of an organisation; its code may not."""


class PromiseFields(forms.Form):
    """What the guide promises."""

    valid_from = forms.DateField(label=_("Valid from"), widget=day_input())
    handling_code = forms.CharField(
        label=_("Handling item"), required=False, max_length=33, widget=text_input()
    )
    statutory_days = forms.IntegerField(
        label=_("Statutory working days"), required=False, min_value=0, max_value=32767, widget=text_input()
    )
    promised_days = forms.IntegerField(
        label=_("Promised working days"), required=False, min_value=0, max_value=32767, widget=text_input()
    )
    n_trips = forms.IntegerField(
        label=_("Trips"), required=False, min_value=0, max_value=32767, widget=text_input()
    )
    n_papers = forms.IntegerField(
        label=_("Papers"), required=False, min_value=0, max_value=32767, widget=text_input()
    )
    is_online = forms.BooleanField(label=_("Can be done online"), required=False)

    def promise(self) -> Promise:
        data = self.cleaned_data
        return Promise(
            handling_code=data["handling_code"],
            statutory_days=data["statutory_days"],
            promised_days=data["promised_days"],
            n_trips=data["n_trips"],
            n_papers=data["n_papers"],
            is_online=data["is_online"],
        )


class ServiceForm(CodedForm, PromiseFields):
    organisation = forms.ModelChoiceField(
        label=_("Organisation"), widget=choice_input(),
        queryset=Organisation.objects.current().without_tree_fields().order_by("code"),
    )  # fmt: skip
    field_order = (*CodedForm.field_order, "organisation")  # type: ignore[assignment]


class HandOverForm(forms.Form):
    organisation = forms.ModelChoiceField(
        label=_("To"), widget=choice_input(),
        queryset=Organisation.objects.current().without_tree_fields().order_by("code"),
    )  # fmt: skip
    region = forms.ModelChoiceField(
        label=_("Only in this region"), required=False, widget=choice_input(),
        queryset=Region.objects.without_tree_fields().filter(retired_on=None).order_by("code"),
        empty_label=_("Everywhere"),
    )  # fmt: skip
    starts_on = forms.DateField(label=_("From"), widget=day_input())
    reason = forms.CharField(label=_("Why"), max_length=200, widget=text_input())


class PointForm(CodedForm):
    organisation = forms.ModelChoiceField(
        label=_("Organisation"), widget=choice_input(),
        queryset=Organisation.objects.current().without_tree_fields().order_by("code"),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("Kind"), choices=PointKind.choices, widget=choice_input())
    parent = forms.ModelChoiceField(
        label=_("Belongs to"), required=False, widget=choice_input(),
        queryset=ServicePoint.objects.filter(retired_on=None).order_by("code"),
    )  # fmt: skip
    service = forms.ModelChoiceField(
        label=_("Service"), required=False, widget=choice_input(),
        queryset=Service.objects.current().order_by("code"),
    )  # fmt: skip
    allowed_networks = forms.CharField(
        label=_("Allowed networks"), required=False, max_length=500, widget=text_input(),
        help_text=_("For example 10.1.0.0/16, separated by commas."),
    )  # fmt: skip

    def clean_allowed_networks(self) -> list[str]:
        try:
            return networks_of(self.cleaned_data["allowed_networks"])
        except ValueError as error:
            raise forms.ValidationError(
                _("Write networks such as 10.1.0.0/16, separated by commas.")
            ) from error


class FileForm(forms.Form):
    """A file to read in."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("An .xlsx workbook, or one sheet as .csv or .tsv."),
        widget=file_input(".xlsx,.csv,.tsv"),
    )
