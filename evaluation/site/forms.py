"""Forms of people, seats and keys."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from surveys.catalogue.models import Organisation
from surveys.core.enums import ApiScope, Role
from surveys.core.widgets import choice_input, text_input


class PersonForm(forms.Form):
    """A new account."""

    username = forms.CharField(label=_("Sign-in name"), max_length=150, widget=text_input(autocomplete="off"))
    display_name = forms.CharField(label=_("Name"), max_length=80, widget=text_input(autocomplete="off"))


class SeatForm(forms.Form):
    """A seat to give: what, and where."""

    role = forms.ChoiceField(label=_("Seat"), choices=Role.choices, widget=choice_input())
    organisation: "forms.ModelChoiceField[Organisation]" = forms.ModelChoiceField(
        label=_("Organisation"),
        queryset=Organisation.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=_("The whole jurisdiction"),
        widget=choice_input(),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["organisation"]
        field.queryset = Organisation.objects.current().order_by("code")


class KeyForm(forms.Form):
    """A key for machines."""

    name = forms.CharField(label=_("Name of the system that uses it"), max_length=80, widget=text_input())
    scope = forms.ChoiceField(label=_("It may"), choices=ApiScope.choices, widget=choice_input())


class AccountForm(forms.Form):
    """What a person sets for themselves."""

    display_name = forms.CharField(label=_("Name"), max_length=80, widget=text_input(autocomplete="name"))
