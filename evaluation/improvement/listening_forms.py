"""Forms about themes and alerts."""

from typing import Any

from django import forms
from django.core.validators import validate_slug
from django.utils.translation import gettext_lazy as _

from evaluation.improvement.forms import colleagues
from evaluation.improvement.models import Theme
from surveys.catalogue.models import Organisation
from surveys.core import widgets
from surveys.core.models import User


class ThemeForm(forms.Form):
    """Names in three languages and words."""

    name_zh_hans = forms.CharField(
        label=_("Name in simplified Chinese"), required=False, max_length=40, widget=widgets.text_input()
    )
    name_zh_hant = forms.CharField(
        label=_("Name in traditional Chinese"), required=False, max_length=40, widget=widgets.text_input()
    )
    name_en = forms.CharField(
        label=_("Name in English"), required=False, max_length=60, widget=widgets.text_input()
    )
    words = forms.CharField(
        label=_("Words"), max_length=4000, widget=widgets.long_input(),
        help_text=_("Separated by spaces or lines; join the words of a phrase by an underscore."),
    )  # fmt: skip
    is_active = forms.BooleanField(label=_("In use"), required=False)


class NewThemeForm(ThemeForm):
    """The same with a code, which stays."""

    code = forms.CharField(
        label=_("Code"), max_length=40, validators=[validate_slug], widget=widgets.text_input()
    )
    field_order = ("code",)

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        if Theme.objects.filter(code=code).exists():
            raise forms.ValidationError(_("There is a theme with this code already."))
        return code


class AssignForm(forms.Form):
    """To whom an alert is given."""

    to = forms.ModelChoiceField(
        label=_("Give it to"), queryset=User.objects.none(), widget=widgets.choice_input()
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = colleagues(organisation)  # type: ignore[attr-defined]


class OutcomeForm(forms.Form):
    outcome = forms.CharField(label=_("What came of it"), max_length=1000, widget=widgets.long_input())
