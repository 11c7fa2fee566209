"""A section of a draft: its heading, hint and condition."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from surveys.core.digests import digest
from surveys.core.doors import staff
from surveys.core.text import localized
from surveys.instruments import designing
from surveys.instruments.actions import InstrumentRefusedError
from surveys.instruments.checklist import checklist, simple_conditions
from surveys.instruments.definition import read
from surveys.instruments.designing import DesignRefusedError
from surveys.instruments.rules import may_design
from surveys.instruments.sectionforms import SectionForm
from surveys.instruments.views.designing import draft_of, in_force, save


@staff(may_design)
def section(request: HttpRequest, code: str, number: int, section: str) -> HttpResponse:
    """One section with its heading in every language and the condition under which its questions are asked."""
    row = draft_of(code, number)
    if row is None:
        return in_force(request, code, number)
    document = row.definition
    try:
        place = designing.place_of_section(document, section)
    except DesignRefusedError:
        return redirect("instruments:design", code=code, number=number)
    before = document["sections"][place]
    form = _form(document, before, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            save(request, row, designing.section_changed(document, form.section(section)))
        except InstrumentRefusedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The section is changed."))
            return redirect("instruments:design", code=code, number=number)
    page = {
        "version": row,
        "form": form,
        "code": section,
        "name": localized(before.get("texts") or {}) or section,
        "was": digest(document),
        "findings": [
            finding
            for check in checklist(document)
            for finding in check.findings
            if finding.part == f"sections.{place}"
        ],
    }
    return render(request, "instruments/section.html", page, status=422 if form.errors else 200)


def _form(document: dict[str, Any], before: dict[str, Any], data: Any) -> SectionForm:
    languages = designing.languages_of(document)
    initial: dict[str, Any] = {"relevant": before.get("relevant", "")}
    for one in languages:
        initial[f"text_{one}"] = (before.get("texts") or {}).get(one, "")
        initial[f"hint_{one}"] = (before.get("hints") or {}).get(one, "")
    definition, _faults = read(document)
    inside = (q["code"] for q in document["questions"] if q.get("section") == before["code"])
    conditions = simple_conditions(definition, next(inside, ""))
    return SectionForm(data, initial=initial, languages=languages, conditions=conditions)
