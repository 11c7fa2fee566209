"""Forms of fieldwork: a survey's plan, the seed, a call, weights."""

import re
from collections import Counter
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.catalogue.forms import NamedForm
from surveys.core.text import localized
from surveys.core.widgets import choice_input, day_input, file_input, long_input, number_input, text_input
from surveys.fieldwork.enums import CALL_OUTCOMES, Allocation, Selection, SurveyChannel
from surveys.fieldwork.models import Frame
from surveys.instruments.enums import VersionState
from surveys.instruments.models import QuestionnaireVersion

QUOTA_LINE = re.compile(r"^(\S+)\s+(\S.*?)\s+(\d+)$")
MARGIN_LINE = re.compile(r"^(\S+)\s+(\S.*?)\s+(\d+(?:\.\d+)?)$")
PLAIN_CODE = {"invalid": gettext_lazy("Write letters of English, digits, - and _, without blanks.")}
RESERVED = frozenset({"new", "frames"})
ASKED_BY = (SurveyChannel.TELEPHONE, SurveyChannel.FACE, SurveyChannel.PAPER)


class VersionChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return f"{localized(obj.questionnaire.names)} ({obj})"


class SurveyForm(NamedForm):
    """The plan of one wave."""

    code = forms.SlugField(
        label=gettext_lazy("Code"), max_length=40, widget=text_input(), error_messages=PLAIN_CODE
    )
    version = VersionChoice(
        label=gettext_lazy("Questionnaire"),
        queryset=QuestionnaireVersion.objects.filter(state=VersionState.FROZEN)
        .select_related("questionnaire")
        .order_by("questionnaire__code"),
        widget=choice_input(),
    )
    population = forms.CharField(
        label=gettext_lazy("Population"),
        max_length=300,
        widget=text_input(),
        help_text=gettext_lazy("Whom the results speak for, for example adults living in the city."),
    )
    selection = forms.ChoiceField(
        label=gettext_lazy("Selection"), choices=Selection.choices, widget=choice_input()
    )
    allocation = forms.ChoiceField(
        label=gettext_lazy("Allocation"), choices=Allocation.choices, widget=choice_input()
    )
    frame = forms.ModelChoiceField(
        label=gettext_lazy("Frame"),
        queryset=Frame.objects.order_by("code"),
        to_field_name="code",
        required=False,
        widget=choice_input(),
    )
    n_planned = forms.IntegerField(
        label=gettext_lazy("People to be asked"), min_value=2, widget=number_input()
    )
    stop_n = forms.IntegerField(
        label=gettext_lazy("Stop at so many interviews"), min_value=1, required=False, widget=number_input()
    )
    opens_on = forms.DateField(label=gettext_lazy("Opens on"), widget=day_input())
    closes_on = forms.DateField(label=gettext_lazy("Closes on"), widget=day_input())
    retain_until = forms.DateField(
        label=gettext_lazy("Contacts kept until"),
        widget=day_input(),
        help_text=gettext_lazy(
            "After that day contacts are erased and nothing leads from answers to people."
        ),
    )
    series = forms.SlugField(
        label=gettext_lazy("Series"), max_length=40, required=False, widget=text_input(), error_messages=PLAIN_CODE,
        help_text=gettext_lazy("Waves under one name are shown as a trend."),
    )  # fmt: skip
    wave = forms.IntegerField(label=gettext_lazy("Wave"), min_value=1, required=False, widget=number_input())
    break_reason = forms.CharField(
        label=gettext_lazy("Why the series breaks"), max_length=200, required=False, widget=text_input(),
        help_text=gettext_lazy("Only when this wave cannot be compared with the one before."),
    )  # fmt: skip
    quotas = forms.CharField(
        label=gettext_lazy("Quotas"), required=False, widget=long_input(),
        help_text=gettext_lazy("One a line: trait, value, interviews wanted. Example: age_group 60+ 120"),
    )  # fmt: skip

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if code in RESERVED:
            raise forms.ValidationError(_("This word is an address of the site; choose another code."))
        return code

    def clean_quotas(self) -> list[tuple[str, str, int]]:
        found = [
            (trait, value, int(n)) for trait, value, n in _lines(self.cleaned_data["quotas"], QUOTA_LINE)
        ]
        times = Counter((trait, value) for trait, value, _n in found)
        if twice := [f"{trait} {value}" for (trait, value), n in times.items() if n > 1]:
            raise forms.ValidationError(
                _("These quotas stand twice: %(names)s.") % {"names": ", ".join(twice)}
            )
        return found

    def fields_of_survey(self) -> dict[str, Any]:
        """What the plan is made of."""
        data = self.cleaned_data
        names = (
            "names", "code", "version", "selection", "allocation", "frame", "n_planned", "stop_n", "opens_on",
            "closes_on", "retain_until", "series", "break_reason", "quotas",
        )  # fmt: skip
        return {name: data[name] for name in names} | {
            "population": dict.fromkeys(("zh-hans", "zh-hant", "en"), data["population"]),
            "wave": data["wave"] or 1,
            "breaks_series": bool(data["break_reason"]),
        }


def _lines(text: str, pattern: re.Pattern[str]) -> list[tuple[str, str, str]]:
    found, faults = [], []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        match = pattern.match(line.strip())
        if match is None:
            faults.append(
                _("Line %(number)d: write trait, value and number with spaces between.") % {"number": number}
            )
        else:
            found.append((match[1], match[2], match[3]))
    if faults:
        raise forms.ValidationError(faults)
    return found


class SeedForm(forms.Form):
    seed = forms.CharField(
        label=gettext_lazy("Seed"), max_length=64, required=False, widget=text_input(),
        help_text=gettext_lazy(
            "A number nobody can choose to suit them, such as tomorrow's lottery draw. Empty: made at random."
        ),
    )  # fmt: skip


class FrameForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("File"), widget=file_input(".xlsx,.csv"))


class AttemptForm(forms.Form):
    """How a call or visit without an interview ended."""

    channel = forms.ChoiceField(
        label=gettext_lazy("How"), choices=[(c.value, c.label) for c in ASKED_BY], widget=choice_input()
    )
    outcome = forms.ChoiceField(
        label=gettext_lazy("How it ended"),
        choices=[(o.value, o.label) for o in CALL_OUTCOMES],
        widget=choice_input(),
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=300, required=False, widget=text_input())


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why the contact is needed"), min_length=4, max_length=200, widget=text_input()
    )


class WeightForm(forms.Form):
    """Margins as lines, nonresponse classes, bounds."""

    margins = forms.CharField(
        label=gettext_lazy("Margins"), required=False, widget=long_input(),
        help_text=gettext_lazy(
            "One a line: trait, value, people or share; all margins count the same people. Example: age_group 60+ 0.22"
        ),
    )  # fmt: skip
    classes = forms.CharField(
        label=gettext_lazy("Nonresponse classes"), required=False, widget=text_input(),
        help_text=gettext_lazy("What is known of everybody drawn, with spaces between. Example: stratum age_group"),
    )  # fmt: skip
    trim_low = forms.FloatField(
        label=gettext_lazy("Least weight, as a multiple of the mean"), min_value=0.01, max_value=1,
        required=False, widget=number_input(),
    )  # fmt: skip
    trim_high = forms.FloatField(
        label=gettext_lazy("Greatest weight, as a multiple of the mean"), min_value=1, required=False,
        widget=number_input(),
    )  # fmt: skip

    def clean_margins(self) -> dict[str, dict[str, float]]:
        found: dict[str, dict[str, float]] = {}
        for trait, value, target in _lines(self.cleaned_data["margins"], MARGIN_LINE):
            if value in found.setdefault(trait, {}):
                raise forms.ValidationError(
                    _("Margin %(trait)s names %(value)s twice.") % {"trait": trait, "value": value}
                )
            found[trait][value] = float(target)
        return found

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        low, high = data.get("trim_low"), data.get("trim_high")
        if (low is None) != (high is None):
            self.add_error("trim_high", _("Give both bounds, or none."))
        data["trim"] = (low, high) if low is not None and high is not None else None
        return data
