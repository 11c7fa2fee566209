"""The inputs of staff forms, with the classes of the style sheet."""

from django import forms


def text_input(**attrs: str) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "input", **attrs})


def number_input(**attrs: str) -> forms.NumberInput:
    return forms.NumberInput(attrs={"class": "input", "step": "any", **attrs})


def long_input(**attrs: str) -> forms.Textarea:
    return forms.Textarea(attrs={"class": "input", "rows": "4", **attrs})


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"class": "input", "type": "date"}, format="%Y-%m-%d")


def choice_input() -> forms.Select:
    return forms.Select(attrs={"class": "input"})


def many_input() -> forms.CheckboxSelectMultiple:
    return forms.CheckboxSelectMultiple(attrs={"class": "many"})


def file_input(accept: str) -> forms.FileInput:
    return forms.FileInput(attrs={"class": "input", "accept": accept})
