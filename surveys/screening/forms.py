"""The decisions of the review queue."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from surveys.core.enums import Role
from surveys.core.models import User
from surveys.ratings.enums import Screening

REASON = forms.Textarea(attrs={"class": "input", "rows": 3})


class VerdictForm(forms.Form):
    """Keep or set aside, why, and with whose agreement."""

    outcome = forms.ChoiceField(
        label=_("Decision"),
        choices=[
            (Screening.KEPT, _("Keep: it counts")),
            (Screening.SET_ASIDE, _("Set aside: it does not count")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("Why"), widget=REASON, max_length=1000)
    on_appeal = forms.BooleanField(label=_("This answers an appeal"), required=False)
    second_person = forms.ModelChoiceField(
        User.objects.none(), required=False, label=_("Agreed with"), empty_label=_("nobody"),
        help_text=_("Needed to overrule a colleague, or to set aside on appeal."),
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        colleagues = User.objects.filter(
            seats__role__in=(Role.OFFICE, Role.AUDITOR), seats__revoked_at=None, is_active=True
        )
        self.fields["second_person"].queryset = (  # type: ignore[attr-defined]
            colleagues.exclude(pk=user.pk).distinct().order_by("username")
        )
        self.fields["second_person"].widget.attrs["class"] = "input"


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
