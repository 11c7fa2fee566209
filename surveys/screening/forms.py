"""The decisions of the review queue, and the entries of a blind audit."""

from django import forms
from django.utils.translation import gettext_lazy as _

from surveys.catalogue.models import Organisation
from surveys.ratings.enums import Level, Screening
from surveys.screening.enums import CallState

INPUT = {"class": "input"}
REASON = forms.Textarea(attrs=INPUT | {"rows": 3})


class VerdictForm(forms.Form):
    """Keep or set aside, and why."""

    outcome = forms.ChoiceField(
        label=_("Decision"),
        choices=[
            (Screening.KEPT, _("Keep: it counts")),
            (Screening.SET_ASIDE, _("Set aside: it does not count")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Why"), widget=REASON, max_length=1000,
        help_text=_("Overruling a colleague, or setting aside on appeal, waits for a second person to agree."),
    )  # fmt: skip
    on_appeal = forms.BooleanField(label=_("This answers an appeal"), required=False)


class AnswerForm(forms.Form):
    """What a second person says to a proposal."""

    answer = forms.ChoiceField(
        label=_("Your answer"),
        choices=[
            ("agree", _("I agree: the proposal holds")),
            ("refuse", _("I do not agree: nothing changes")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("Why"), widget=REASON, max_length=1000, required=False)


class SignalForm(forms.Form):
    """What a look at a signal showed."""

    answer = forms.ChoiceField(
        label=_("Decision"),
        choices=[
            ("set_aside", _("Confirmed: set its waiting ratings aside")),
            ("confirmed", _("Confirmed: leave its ratings to single decisions")),
            ("dismissed", _("Not confirmed: keep its waiting ratings")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("Why"), widget=REASON, max_length=1000)


class AuditForm(forms.Form):
    """Whom to call: an organisation, its days, how many, and the seed of the draw."""

    unit: "forms.ModelChoiceField[Organisation]" = forms.ModelChoiceField(
        Organisation.objects.without_tree_fields().order_by("code"), required=False, label=_("Organisation"),
        to_field_name="code", empty_label=_("All"), widget=forms.Select(attrs=INPUT),
    )  # fmt: skip
    first = forms.DateField(label=_("From"), widget=forms.DateInput(attrs=INPUT | {"type": "date"}))
    last = forms.DateField(label=_("To"), widget=forms.DateInput(attrs=INPUT | {"type": "date"}))
    n = forms.IntegerField(
        label=_("How many"), min_value=1, max_value=2000, initial=50, widget=forms.NumberInput(attrs=INPUT)
    )
    seed = forms.IntegerField(
        label=_("Seed"), min_value=0, max_value=2**63 - 1, widget=forms.NumberInput(attrs=INPUT),
        help_text=_("Any number, agreed on before the draw; the same number draws the same ratings again."),
    )  # fmt: skip


class CallForm(forms.Form):
    """How a call ended; the level recorded first is not shown."""

    state = forms.ChoiceField(
        label=_("How the call ended"),
        choices=[choice for choice in CallState.choices if choice[0] != CallState.WAITING],
        widget=forms.RadioSelect,
    )
    level = forms.TypedChoiceField(
        label=_("How satisfied they say they were"), choices=Level.choices, coerce=int, empty_value=None,
        required=False, widget=forms.RadioSelect,
    )  # fmt: skip
    note = forms.CharField(label=_("Note"), widget=REASON, max_length=1000, required=False)


class OpenForm(forms.Form):
    """Why the telephone number is needed."""

    why = forms.CharField(label=_("Why you need the telephone number"), widget=forms.TextInput(attrs=INPUT))
