"""The texts of a draft in every language side by side, and its source and statutory header."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from surveys.core.digests import digest
from surveys.core.doors import staff
from surveys.core.text import OWN_NAMES
from surveys.instruments import designing
from surveys.instruments.actions import InstrumentRefusedError
from surveys.instruments.forms import HeaderForm
from surveys.instruments.pageforms import HTML_LANG
from surveys.instruments.rules import may_design
from surveys.instruments.views.designing import draft_of, in_force, save


def place_words(place: str) -> str:
    """Where a text stands, in words: "3 · option 2"."""
    words = {
        "names": pgettext("of a thing", "Name"), "sections": _("Section"), "options": _("option"),
        "rows": _("row"), "tags": _("Reason"), "hints": _("hint"), "constraint_texts": _("message"),
    }  # fmt: skip
    parts = [str(int(part) + 1) if part.isdigit() else words.get(part, "") for part in place.split(".")]
    found = [part for part in parts if part]
    return " ".join([found[0], *(f"· {part}" if not part.isdigit() else part for part in found[1:])])


@staff(may_design)
def translate(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Every text, the languages side by side."""
    row = draft_of(code, number)
    if row is None:
        return in_force(request, code, number)
    languages = designing.languages_of(row.definition)
    if request.method == "POST":
        given = {key: value for key, value in request.POST.items() if isinstance(value, str)}
        try:
            save(request, row, designing.translated(row.definition, given, languages))
        except InstrumentRefusedError as error:
            messages.error(request, str(error), extra_tags="bad")
        else:
            messages.success(request, _("The texts are kept."))
        return redirect("instruments:translate", code=code, number=number)
    rows = [
        {
            "place": place,
            "label": place_words(place),
            "cells": [(lang, HTML_LANG[lang], texts.get(lang, "")) for lang in languages],
        }
        for place, texts in designing.texts_of(row.definition)
    ]
    page = {
        "version": row,
        "was": digest(row.definition),
        "names": [OWN_NAMES[language] for language in languages],
        "rows": rows,
        "n_missing": sum(not text for one in rows for _lang, _html, text in one["cells"]),
    }
    return render(request, "instruments/translate.html", page)


@staff(may_design)
def header(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Source and statutory header of a draft."""
    row = draft_of(code, number)
    if row is None:
        return in_force(request, code, number)
    document = row.definition
    form = HeaderForm(
        request.POST or None, initial={"source": document.get("source", ""), **(document.get("header") or {})}
    )
    if request.method == "POST" and form.is_valid():
        changed = {key: value for key, value in document.items() if key not in {"header", "source"}}
        found = form.header()
        if found:
            changed["header"] = found
        if form.cleaned_data["source"]:
            changed["source"] = form.cleaned_data["source"]
        try:
            save(request, row, changed)
        except InstrumentRefusedError as error:
            form.add_error(None, str(error))
        else:
            return redirect("instruments:design", code=code, number=number)
    page = {"version": row, "form": form, "was": digest(document)}
    return render(request, "instruments/header.html", page, status=422 if form.errors else 200)
