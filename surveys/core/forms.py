"""Forms of core's own pages: a day of the calendar, a file to bring in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from surveys.core.widgets import choice_input, day_input, file_input, text_input


class DayForm(forms.Form):
    """One day that differs from the plain week, or follows it again."""

    day = forms.DateField(label=_("Day"), widget=day_input())
    is_working = forms.TypedChoiceField(
        label=_("Offices"),
        choices=(("0", _("day off")), ("1", _("working day"))),
        coerce=lambda value: value == "1",
        widget=choice_input(),
    )
    zh_hans = forms.CharField(
        label=_("Name in Simplified Chinese"), max_length=80, widget=text_input(lang="zh-Hans")
    )
    zh_hant = forms.CharField(
        label=_("Name in Traditional Chinese"),
        max_length=80,
        required=False,
        widget=text_input(lang="zh-Hant"),
    )
    en = forms.CharField(
        label=_("Name in English"), max_length=80, required=False, widget=text_input(lang="en")
    )
    source = forms.CharField(label=_("Notice it rests on"), max_length=200, widget=text_input())

    def names(self) -> dict[str, str]:
        data = self.cleaned_data
        found = {"zh-hans": data["zh_hans"], "zh-hant": data["zh_hant"], "en": data["en"]}
        return {language: name for language, name in found.items() if name}


class NoticeFileForm(forms.Form):
    """The year's notice as a workbook or CSV file."""

    file = forms.FileField(label=_("Workbook or CSV file"), widget=file_input(".xlsx,.csv"))
