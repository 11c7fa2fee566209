"""Forms of the desks: looking up a case, keying a sheet by number, opening a pile of paper."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.catalogue.enums import Channel
from surveys.catalogue.models import Organisation, Service
from surveys.core.widgets import choice_input, day_input, file_input, long_input, text_input
from surveys.ratings.enums import CallOutcome
from surveys.ratings.numbered import NumberUnknownError, Sheet, keyed_answer, keyed_tags
from surveys.ratings.wording import MAX_COMMENT

CALLERS = [
    (Channel.HOTLINE_12345.value, gettext_lazy("The resident called 12345")),
    (Channel.CALLBACK_PHONE.value, gettext_lazy("We called the resident")),
]
PAPER_CHANNELS = (Channel.PAPER_FORM, Channel.OPINION_BOX)
MOST_SHEETS = 500


def _channels(codes: tuple[Channel, ...]) -> list[tuple[str, Any]]:
    return [(code.value, code.label) for code in codes]


class FileForm(forms.Form):
    """A file of finished cases, of ratings or of counts."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What the file holds"),
        choices=[
            ("matters", gettext_lazy("Finished cases")),
            ("ratings", gettext_lazy("Ratings, one a row")),
            ("batches", gettext_lazy("Counts by level")),
        ],
        widget=choice_input(),
    )
    file = forms.FileField(label=gettext_lazy("File"), widget=file_input(".xlsx,.csv"))


class CaseForm(forms.Form):
    """The number of the case a caller speaks of."""

    case_no = forms.CharField(
        label=gettext_lazy("Case number"), max_length=50,
        widget=text_input(autofocus="", autocomplete="off", spellcheck="false"),
    )  # fmt: skip


class SheetForm(forms.Form):
    """One questionnaire, keyed by the numbers beside the choices; `values()` is what was said."""

    level = forms.CharField(
        label=gettext_lazy("Level, 5 to 1"), required=False, max_length=4,
        widget=text_input(inputmode="numeric", autocomplete="off", autofocus=""),
    )  # fmt: skip
    tags = forms.CharField(
        label=gettext_lazy("Numbers of the reasons"), required=False, max_length=200,
        help_text=gettext_lazy("Separated by spaces, for example 12 15"), widget=text_input(autocomplete="off"),
    )  # fmt: skip
    comment = forms.CharField(
        label=gettext_lazy("Words"), required=False, max_length=MAX_COMMENT, widget=long_input()
    )

    def __init__(self, *args: Any, sheet: Sheet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sheet = sheet
        for block in sheet.items:
            self.fields[f"item-{block.code}"] = forms.CharField(
                label=block.text,
                required=False,
                max_length=MAX_COMMENT,
                widget=text_input(autocomplete="off"),
            )
        items = [f"item-{block.code}" for block in sheet.items]
        self.order_fields([*self.first_fields(), "level", *items, "tags", "comment"])

    def first_fields(self) -> list[str]:
        """What is keyed before the level."""
        return []

    def clean_level(self) -> str:
        typed: str = self.cleaned_data["level"].strip()
        if typed in {"", "0"}:
            return ""
        if typed not in {line.code for line in self.sheet.question.lines}:
            raise forms.ValidationError(_("Key a number from 5 to 1, or nothing if none is ticked."))
        return typed

    def clean_tags(self) -> tuple[str, ...]:
        try:
            return keyed_tags(self.sheet, self.cleaned_data["tags"])
        except NumberUnknownError as error:
            raise forms.ValidationError(_no_such_number(error)) from error

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        answers: dict[str, object] = {}
        for block in self.sheet.items:
            name = f"item-{block.code}"
            try:
                value = keyed_answer(block, data.get(name, ""))
            except NumberUnknownError as error:
                self.add_error(name, _no_such_number(error))
                continue
            if value:
                answers[block.code] = value
        return data | {"answers": answers}


def _no_such_number(error: NumberUnknownError) -> str:
    return _("“%(number)s” is not a number on this form.") % {"number": str(error)[:10]}


class CallForm(SheetForm):
    """A call: how it ended, and if it was answered, what was said."""

    channel = forms.ChoiceField(label=gettext_lazy("Who called"), choices=CALLERS, widget=choice_input())
    outcome = forms.ChoiceField(
        label=gettext_lazy("How the call ended"), choices=CallOutcome.choices, widget=choice_input()
    )
    telephone = forms.CharField(
        label=gettext_lazy("Number to call back, if wanted"), required=False, max_length=30,
        help_text=gettext_lazy("Sealed; only who handles the case can open it, and every look is logged."),
        widget=text_input(inputmode="tel", autocomplete="off"),
    )  # fmt: skip

    def first_fields(self) -> list[str]:
        return ["channel", "outcome"]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        answered = data.get("outcome") == CallOutcome.ANSWERED
        if answered and not data.get("level") and "level" not in self.errors:
            self.add_error("level", _("Ask for the level and key its number, 5 to 1."))
        if not answered and (data.get("level") or data.get("tags") or data.get("comment")):
            self.add_error("outcome", _("Nothing can be kept of a call that was not answered."))
        if data.get("channel") == Channel.HOTLINE_12345 and data.get("outcome") in {
            CallOutcome.NO_ANSWER, CallOutcome.WRONG_NUMBER,
        }:  # fmt: skip
            self.add_error("outcome", _("Someone who called us was reached."))
        return data


class PaperForm(SheetForm):
    """One form of the pile, on single lines so that Enter keeps it; the case number may stand on it."""

    case_no = forms.CharField(
        label=gettext_lazy("Case number"), max_length=50, required=False,
        help_text=gettext_lazy("As printed or written on the form; empty where there is none"),
        widget=text_input(autocomplete="off", spellcheck="false"),
    )  # fmt: skip
    comment = forms.CharField(
        label=gettext_lazy("Words"), required=False, max_length=MAX_COMMENT,
        widget=text_input(autocomplete="off"),
    )  # fmt: skip

    def __init__(self, *args: Any, case_first: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if case_first:
            self.fields["level"].widget.attrs.pop("autofocus", None)
            self.fields["case_no"].widget.attrs["autofocus"] = ""

    def first_fields(self) -> list[str]:
        return ["case_no"]


class SettleForm(PaperForm):
    """What the form really says; or why it is left out."""

    left_out = forms.CharField(
        label=gettext_lazy("Leave this form out, because"), required=False, max_length=200,
        help_text=gettext_lazy("Only where it cannot be counted; the reason is kept."), widget=text_input(),
    )  # fmt: skip


class PileForm(forms.Form):
    """A new pile of paper."""

    name = forms.CharField(
        label=gettext_lazy("Name of the pile"), max_length=80, widget=text_input(autofocus=""),
        help_text=gettext_lazy("For example: Hall 1, opinion box, week 47"),
    )  # fmt: skip
    channel = forms.ChoiceField(
        label=gettext_lazy("Channel"), choices=_channels(PAPER_CHANNELS), widget=choice_input()
    )
    organisation = forms.ModelChoiceField(
        label=gettext_lazy("Organisation"), widget=choice_input(),
        queryset=Organisation.objects.current().without_tree_fields().order_by("code"),
    )  # fmt: skip
    service = forms.ModelChoiceField(
        label=gettext_lazy("Service"), required=False, widget=choice_input(),
        help_text=gettext_lazy("For forms without a case number; leave empty when all forms have one"),
        queryset=Service.objects.current().order_by("code"),
    )  # fmt: skip
    collected_on = forms.DateField(label=gettext_lazy("Collected on"), widget=day_input())
    n_sheets = forms.IntegerField(
        label=gettext_lazy("How many forms"), min_value=1, max_value=MOST_SHEETS,
        widget=forms.NumberInput(attrs={"class": "input", "inputmode": "numeric"}),
    )  # fmt: skip

    def clean_collected_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["collected_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet."))
        return day
