"""The inputs of staff forms, with the classes of the style sheet."""

from typing import Any

from django import forms
from django.db.models.fields import BLANK_CHOICE_DASH
from django.utils.translation import gettext as _

DASHES = BLANK_CHOICE_DASH[0][1]


class ChoiceInput(forms.Select):
    """A list to choose from that says so, where Django would show dashes."""

    def create_option(self, name: str, value: Any, label: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return super().create_option(name, value, _("Choose") if label == DASHES else label, *args, **kwargs)


def text_input(**attrs: str) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "input", **attrs})


def number_input(**attrs: str) -> forms.NumberInput:
    return forms.NumberInput(attrs={"class": "input", "step": "any", **attrs})


def long_input(**attrs: str) -> forms.Textarea:
    return forms.Textarea(attrs={"class": "input", "rows": "4", **attrs})


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"class": "input", "type": "date"}, format="%Y-%m-%d")


def choice_input() -> forms.Select:
    return ChoiceInput(attrs={"class": "input"})


def many_input() -> forms.CheckboxSelectMultiple:
    return forms.CheckboxSelectMultiple(attrs={"class": "many"})


def file_input(accept: str) -> forms.FileInput:
    return forms.FileInput(attrs={"class": "input", "accept": accept})
