"""Forms of cycles and schemes: a new cycle, a move with its reason, another scheme for a draft."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluation.cycles.models import Cycle, SchemeDocument
from surveys.catalogue.models import Organisation
from surveys.core import widgets
from surveys.core.text import LANGUAGES

NAME_LABELS = {
    "zh-hans": _("Name in Simplified Chinese"),
    "zh-hant": _("Name in Traditional Chinese"),
    "en": _("Name in English"),
}
HTML_LANG = {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant", "en": "en"}


class CycleForm(forms.Form):
    """A new evaluation: period, scheme, who takes part."""

    code = forms.CharField(
        label=_("Code"), max_length=40, widget=widgets.text_input(),
        help_text=_("Part of every address and figure, for example city-2026h2. It stays the same for good."),
    )  # fmt: skip
    starts_on = forms.DateField(label=_("First day"), widget=widgets.day_input())
    ends_on = forms.DateField(label=_("Last day"), widget=widgets.day_input())
    scheme = forms.ModelChoiceField(
        label=_("Scheme"), widget=widgets.choice_input(),
        queryset=SchemeDocument.objects.order_by("code", "version"),
    )  # fmt: skip
    previous = forms.ModelChoiceField(
        label=_("To be compared with"), required=False, widget=widgets.choice_input(),
        queryset=Cycle.objects.order_by("-starts_on", "code"),
    )  # fmt: skip
    organisations = forms.ModelMultipleChoiceField(
        label=_("Organisations that take part"), widget=widgets.many_input(),
        queryset=Organisation.objects.current().without_tree_fields().order_by("code"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for language in LANGUAGES:
            self.fields[f"name_{language}"] = forms.CharField(
                label=NAME_LABELS[language],
                max_length=120,
                widget=widgets.text_input(lang=HTML_LANG[language]),
            )
        self.order_fields(["code", *(f"name_{language}" for language in LANGUAGES)])

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        data["names"] = {language: data.get(f"name_{language}", "") for language in LANGUAGES}
        return data


class MoveForm(forms.Form):
    """A move to another stage; going back needs a reason."""

    to = forms.CharField(max_length=10)
    reason = forms.CharField(required=False, max_length=500)


class SchemeChoiceForm(forms.Form):
    scheme = forms.ModelChoiceField(
        label=_("Scheme"), widget=widgets.choice_input(),
        queryset=SchemeDocument.objects.order_by("code", "version"),
    )  # fmt: skip


class SchemeFileForm(forms.Form):
    """A scheme as a file: document and bindings in JSON."""

    file = forms.FileField(
        label=_("Scheme file"), widget=widgets.file_input(".json"),
        help_text=_("JSON with “document” and “bindings”; download one of the schemes as an example."),
    )  # fmt: skip
