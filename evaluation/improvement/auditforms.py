"""Forms of an auditor's work: how many to draw, the checklist of a visit, a picture."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluation.improvement.models import AuditVisit
from surveys.core.text import localized
from surveys.core.widgets import choice_input, day_input, file_input, long_input, number_input, text_input
from surveys.instruments.shapes import Question

SEVERITIES = [(str(n), str(n)) for n in range(1, 6)]


class SampleForm(forms.Form):
    n_each = forms.IntegerField(
        label=_("Visits in each organisation"), min_value=1, max_value=20, initial=3, widget=number_input()
    )


class VisitFileForm(forms.Form):
    file = forms.FileField(label=_("PDF or picture"), widget=file_input(".pdf,.png,.jpg,.jpeg"))


class VisitForm(forms.Form):
    """The day, each question of the checklist with its evidence, and what was found."""

    def __init__(self, *args: Any, questions: Sequence[Question], visit: AuditVisit, **kwargs: Any) -> None:
        initial: dict[str, Any] = {
            "visited_on": visit.visited_on,
            "finding": visit.finding,
            "severity": str(visit.severity),
        }
        initial |= {f"q_{code}": value for code, value in visit.answers.items()}
        initial |= {f"e_{code}": text for code, text in visit.evidence.items()}
        super().__init__(*args, **(kwargs | {"initial": initial}))
        self.questions = questions
        self.fields["visited_on"] = forms.DateField(label=_("Day of the visit"), widget=day_input())
        for question in questions:
            choices = [("", "—"), *((option.value, localized(option.texts)) for option in question.options)]
            self.fields[f"q_{question.code}"] = forms.ChoiceField(
                label=localized(question.texts), choices=choices, widget=choice_input()
            )
            self.fields[f"e_{question.code}"] = forms.CharField(
                label=_("Evidence (photo number, screenshot, time)"),
                required=False,
                max_length=400,
                widget=text_input(),
            )
        self.fields["finding"] = forms.CharField(
            label=_("What was found wrong"), required=False, max_length=2000, widget=long_input()
        )
        self.fields["severity"] = forms.TypedChoiceField(
            label=_("Severity, 1 to 5"), choices=SEVERITIES, coerce=int, widget=choice_input()
        )

    def facts(self) -> dict[str, Any]:
        """What the form says, as the action takes it."""
        data, codes = self.cleaned_data, [question.code for question in self.questions]
        return {
            "visited_on": data["visited_on"],
            "answers": {code: data[f"q_{code}"] for code in codes},
            "evidence": {code: data[f"e_{code}"] for code in codes if data[f"e_{code}"].strip()},
            "finding": data["finding"],
            "severity": data["severity"],
        }
