"""Forms of questionnaires: a document to bring in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from surveys.core.widgets import file_input


class DocumentForm(forms.Form):
    """A questionnaire as a file."""

    file = forms.FileField(
        label=_("Questionnaire file"),
        help_text=_("A .json document as it is downloaded here."),
        widget=file_input(".json"),
    )


class FreezeForm(forms.Form):
    breaks_series = forms.BooleanField(
        label=_("Answers can no longer be compared with the version before"), required=False
    )
