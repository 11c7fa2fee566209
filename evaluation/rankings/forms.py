"""Forms of rankings: weights to try, a decision on an objection, a withdrawal."""

from django import forms
from django.utils.translation import gettext_lazy as _

from surveys.core import widgets

MAX_WEIGHT = 1000.0


class DecisionForm(forms.Form):
    upheld = forms.ChoiceField(choices=[("yes", _("The objection is right")), ("no", _("The result stands"))])
    decision = forms.CharField(label=_("Reasons"), max_length=2000, widget=widgets.long_input())


class WithdrawForm(forms.Form):
    """Why an edition is withdrawn, in three languages, because the note stays in its place."""

    zh_hans = forms.CharField(
        label=_("Reason in Simplified Chinese"), max_length=500, widget=widgets.long_input()
    )
    zh_hant = forms.CharField(
        label=_("Reason in Traditional Chinese"), max_length=500, widget=widgets.long_input()
    )
    en = forms.CharField(label=_("Reason in English"), max_length=500, widget=widgets.long_input())


def weights_from(data: "dict[str, str]", codes: list[str]) -> dict[str, float]:
    """The weights in a query, by code of the main part; what is no number or out of bounds is left out."""
    found = {}
    for code in codes:
        try:
            value = float(data.get(f"w-{code}", ""))
        except ValueError:
            continue
        if 0 <= value <= MAX_WEIGHT:
            found[code] = value
    return found
