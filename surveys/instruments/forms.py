"""Forms of questionnaires: a file to bring in, a questionnaire to start, a question, the header."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from surveys.core.text import LANGUAGES, OWN_NAMES, localized
from surveys.core.widgets import (
    choice_input,
    day_input,
    file_input,
    long_input,
    many_input,
    number_input,
    text_input,
)
from surveys.instruments.enums import QuestionKind
from surveys.instruments.interchange.names import code_like
from surveys.instruments.questions import APPEARANCES
from surveys.instruments.readymade import choices as ready_made

LANGUAGE_CHOICES = [(code, OWN_NAMES[code]) for code in LANGUAGES]
LOOKS = {"": _("as usual"), "faces": _("faces"), "stars": _("stars"), "likert": _("likert")}


def when_field() -> forms.ChoiceField:
    """The ready-made conditions to choose from; the form fills in the choices."""
    return forms.ChoiceField(label=_("Ask only when"), required=False, widget=choice_input())


def condition_field() -> forms.CharField:
    """A condition in the branching language, for what no ready-made one says."""
    return forms.CharField(
        label=_("Condition"),
        required=False,
        max_length=2000,
        help_text=_("For example: overall <= 2 and district = 'north'"),
        widget=text_input(spellcheck="false"),
    )


class DocumentForm(forms.Form):
    """A questionnaire as a file."""

    file = forms.FileField(
        label=_("Questionnaire file"),
        help_text=_("XLSForm (.xlsx), SurveyJS or our own document (.json), or LimeSurvey structure (.txt)."),
        widget=file_input(".json,.xlsx,.txt,.tsv"),
    )


class FreezeForm(forms.Form):
    breaks_series = forms.BooleanField(
        label=_("Answers can no longer be compared with the version before"), required=False
    )


class StartForm(forms.Form):
    """A new questionnaire: its languages, its name, what to start from."""

    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=200, widget=text_input())
    languages = forms.MultipleChoiceField(
        label=_("Languages"), choices=LANGUAGE_CHOICES, initial=["zh-hans", "en"], widget=many_input()
    )
    code = forms.CharField(
        label=_("Code"),
        required=False,
        max_length=40,
        help_text=_(
            "Small letters, digits and _; it stays the same through all versions. Empty: made from the name."
        ),
        widget=text_input(),
    )
    template = forms.ChoiceField(label=_("Start from"), required=False, widget=choice_input())

    def __init__(self, *args: Any, templates: Sequence[tuple[str, str]] = (), **named: Any) -> None:
        super().__init__(*args, **named)
        field = self.fields["template"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", str(_("an empty questionnaire"))), *templates]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("code"):
            found["code"] = code_like(found["code"])
        return found


class QuestionForm(forms.Form):
    """A question with its texts side by side; options are one line each."""

    kind = forms.ChoiceField(label=_("Kind"), choices=QuestionKind.choices, widget=choice_input())
    ready = forms.ChoiceField(label=_("Answers"), required=False, widget=choice_input())
    required = forms.BooleanField(label=_("Needs an answer"), required=False)
    option_values = forms.CharField(
        label=_("Values of the options"),
        required=False,
        help_text=_("One line an option, as they are stored. Empty: 1, 2, 3 …"),
        widget=long_input(rows="5"),
    )
    option_points = forms.CharField(
        label=_("Points of the options"),
        required=False,
        help_text=_(
            "One line an option, only where answers count for something else than their place: 0, 25, 50."
        ),
        widget=long_input(rows="5"),
    )
    exclusive = forms.CharField(
        label=_("Values that stand alone"),
        required=False,
        help_text=_("Separated by commas: “none of these” cannot be chosen together with others."),
        widget=text_input(),
    )
    fixed = forms.CharField(
        label=_("Values that keep their place"),
        required=False,
        help_text=_("Separated by commas: in random order “other” still comes last."),
        widget=text_input(),
    )
    row_values = forms.CharField(label=_("Values of the rows"), required=False, widget=long_input(rows="4"))
    section = forms.ChoiceField(label=_("Section"), required=False, widget=choice_input())
    when = when_field()
    relevant = condition_field()
    constraint = forms.CharField(
        label=_("The answer must meet"),
        required=False,
        max_length=2000,
        help_text=_("“.” is the answer itself, for example: . >= 18"),
        widget=text_input(spellcheck="false"),
    )
    appearance = forms.ChoiceField(
        label=_("Shown as"),
        required=False,
        choices=[(key, LOOKS[key]) for key in APPEARANCES],
        widget=choice_input(),
    )
    minimum = forms.DecimalField(label=_("Smallest number"), required=False, widget=number_input())
    maximum = forms.DecimalField(label=_("Largest number"), required=False, widget=number_input())
    max_length = forms.IntegerField(
        label=_("Longest text, in characters"), required=False, min_value=1, widget=number_input()
    )
    min_choices = forms.IntegerField(
        label=_("Answers at least"), required=False, min_value=1, widget=number_input()
    )
    max_choices = forms.IntegerField(
        label=_("Answers at most, or places of a ranking"), required=False, min_value=1, widget=number_input()
    )
    allows_dont_know = forms.BooleanField(label=_("Offers “don't know”"), required=False)
    randomised = forms.BooleanField(label=_("Options in random order"), required=False)
    whole = forms.BooleanField(label=_("Whole numbers only"), required=False)

    def __init__(
        self,
        *args: Any,
        languages: Sequence[str],
        sections: Sequence[Mapping[str, Any]] = (),
        conditions: Sequence[tuple[str, Any]] = (),
        **named: Any,
    ) -> None:
        super().__init__(*args, **named)
        self.languages = languages
        for code in languages:
            name = OWN_NAMES[code]
            self._add(
                f"text_{code}", _("Question (%(language)s)"), name, rows="2", is_first=code == languages[0]
            )
            self._add(f"hint_{code}", _("Hint (%(language)s)"), name, rows="1")
            self._add(f"options_{code}", _("Options (%(language)s)"), name, rows="5")
            self._add(f"rows_{code}", _("Rows (%(language)s)"), name, rows="4")
            self._add(f"message_{code}", _("Message when it does not fit (%(language)s)"), name, rows="1")
        self._choices("ready", ready_made())
        self._choices("section", [(str(one["code"]), _name(one)) for one in sections])
        self._choices("when", [("", str(_("always, or as the condition below says"))), *conditions])

    def _add(self, name: str, label: Any, language: str, *, rows: str, is_first: bool = False) -> None:
        self.fields[name] = forms.CharField(
            label=label % {"language": language},
            required=is_first,
            max_length=20_000,
            widget=long_input(rows=rows),
        )

    def _choices(self, name: str, choices: Sequence[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def _group(self, prefix: str) -> list[forms.BoundField]:
        """The fields of one text, a language each."""
        return [self[f"{prefix}_{code}"] for code in self.languages]

    def texts(self) -> list[forms.BoundField]:
        return self._group("text")

    def options(self) -> list[forms.BoundField]:
        return self._group("options")

    def rows(self) -> list[forms.BoundField]:
        return self._group("rows")

    def hints(self) -> list[forms.BoundField]:
        return self._group("hint")

    def messages(self) -> list[forms.BoundField]:
        return self._group("message")

    def has(self, *names: str) -> bool:
        """Whether any of these fields is filled, so that its line stands open."""
        return any(self[name].value() for name in names)

    def has_options(self) -> bool:
        return self.has("option_values", "option_points", "allows_dont_know", "randomised")

    def has_rows(self) -> bool:
        return self.has("row_values")

    def has_condition(self) -> bool:
        return self.has("relevant")

    def has_limits(self) -> bool:
        return self.has("minimum", "maximum", "max_length", "min_choices", "max_choices", "constraint")

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        found["relevant"] = joined_condition(found)
        return found


def joined_condition(found: Mapping[str, Any]) -> str:
    """The condition that was picked and the one that was written, both to be met."""
    parts = [part for part in (found.get("when"), found.get("relevant")) if part]
    return " and ".join(parts if len(parts) == 1 else [f"({part})" for part in parts])


def _name(section: Mapping[str, Any]) -> str:
    return localized(section.get("texts") or {}) or str(section["code"])


class HeaderForm(forms.Form):
    """Name, source and the header that a statutory survey must carry."""

    source = forms.CharField(label=_("Source"), required=False, max_length=2000, widget=long_input(rows="2"))
    form_number = forms.CharField(label=_("Form number"), required=False, max_length=60, widget=text_input())
    making_body = forms.CharField(label=_("Made by"), required=False, max_length=200, widget=text_input())
    approving_body = forms.CharField(
        label=_("Approved or filed by"), required=False, max_length=200, widget=text_input()
    )
    approval_number = forms.CharField(
        label=_("Approval number"), required=False, max_length=60, widget=text_input()
    )
    valid_until = forms.DateField(
        label=_("Valid until"),
        required=False,
        help_text=_("Nothing is collected after this day."),
        widget=day_input(),
    )

    def header(self) -> dict[str, str]:
        """The header as a document has it; empty where nothing was written."""
        found = {key: value for key, value in self.cleaned_data.items() if key != "source" and value}
        return {key: str(value) for key, value in found.items()}
