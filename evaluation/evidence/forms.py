"""Forms of evidence: a file, a reason, a decision."""

from django import forms
from django.utils.translation import gettext_lazy as _

from surveys.core import widgets


class FileForm(forms.Form):
    """A file to be checked; nothing is written by checking."""

    file = forms.FileField(
        label=_("File"), widget=widgets.file_input(".xlsx,.csv,.tsv"),
        help_text=_("An .xlsx workbook, or one sheet as .csv or .tsv."),
    )  # fmt: skip


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=widgets.long_input())


class DecisionForm(forms.Form):
    upheld = forms.ChoiceField(choices=[("yes", _("The contest is right")), ("no", _("The finding stands"))])
    decision = forms.CharField(label=_("Reasons"), max_length=2000, widget=widgets.long_input())
