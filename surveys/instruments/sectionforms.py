"""The form of a section: heading and hint side by side, and its condition."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from surveys.core.text import OWN_NAMES
from surveys.core.widgets import long_input
from surveys.instruments.forms import condition_field, joined_condition, when_field


class SectionForm(forms.Form):
    """Heading and hint of a section in every language, and when it is asked."""

    when = when_field()
    relevant = condition_field()

    def __init__(self, *args: Any, languages: Sequence[str], conditions: Sequence[Any], **named: Any) -> None:
        super().__init__(*args, **named)
        self.languages = tuple(languages)
        parts = (("text", _("Heading (%(language)s)"), "1"), ("hint", _("Hint (%(language)s)"), "2"))
        for key, label, rows in parts:
            for code in languages:
                self.fields[f"{key}_{code}"] = forms.CharField(
                    label=label % {"language": OWN_NAMES[code]},
                    required=False,
                    max_length=2000,
                    widget=long_input(rows=rows),
                )
        when = self.fields["when"]
        assert isinstance(when, forms.ChoiceField)
        when.choices = [("", str(_("always, or as the condition below says"))), *conditions]

    def headings(self) -> list[forms.BoundField]:
        return [self[f"text_{code}"] for code in self.languages]

    def hints(self) -> list[forms.BoundField]:
        return [self[f"hint_{code}"] for code in self.languages]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        found["relevant"] = joined_condition(found)
        return found

    def section(self, code: str) -> dict[str, Any]:
        """The section as a document has it."""
        given = self.cleaned_data
        return {
            "code": code,
            "texts": {one: given[f"text_{one}"] for one in self.languages if given[f"text_{one}"]},
            "hints": {one: given[f"hint_{one}"] for one in self.languages if given[f"hint_{one}"]},
            "relevant": given["relevant"],
        }
