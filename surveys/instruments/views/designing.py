"""The designer: start, build, one question, translate, header; every change is a new document of the draft."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from surveys.core.digests import digest
from surveys.core.doors import staff
from surveys.core.text import LANGUAGES, OWN_NAMES, localized, nearest_language
from surveys.instruments import actions, designing, queries, questionfields
from surveys.instruments.actions import InstrumentRefusedError
from surveys.instruments.checklist import checklist, simple_conditions
from surveys.instruments.definition import read
from surveys.instruments.designing import DesignRefusedError
from surveys.instruments.enums import QuestionKind, VersionState
from surveys.instruments.forms import FreezeForm, QuestionForm, StartForm
from surveys.instruments.models import QuestionnaireVersion
from surveys.instruments.pageforms import single_form
from surveys.instruments.rules import may_design
from surveys.instruments.views.pages import acting, version_of

Refusals = (InstrumentRefusedError, DesignRefusedError)


def draft_of(code: str, number: int) -> QuestionnaireVersion | None:
    """The version to be changed; None where it is in force already, 404 where there is none."""
    row = version_of(code, number)
    return row if row.state == VersionState.DRAFT else None


def in_force(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """A version in force is not changed; its page offers the next version."""
    messages.error(
        request, _("A version in force never changes. Make the next version of it."), extra_tags="bad"
    )
    return redirect("instruments:version", code=code, number=number)


def save(request: HttpRequest, row: QuestionnaireVersion, document: dict[str, Any]) -> None:
    """Keep a changed document, unless somebody else was quicker."""
    actions.edit_draft(version=row, document=document, was=request.POST.get("was", ""), **acting(request))


@staff(may_design)
def start(request: HttpRequest) -> HttpResponse:
    """Begin a questionnaire, empty or after one that is there."""
    listed = list(queries.questionnaires())
    rows = {row.code: row for row in listed if row.versions.all()}
    templates = [(code, f"{row.name} ({code})") for code, row in rows.items()]
    form = StartForm(request.POST or None, templates=templates)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        languages = [code for code in LANGUAGES if code in given["languages"]]
        source = rows.get(given["template"])
        document = designing.started(
            code=given["code"] or designing.free_name(given["name"], {row.code for row in listed}),
            names=dict.fromkeys(languages, given["name"]),
            languages=languages,
            template=source.versions.all()[0].definition if source else None,
        )
        try:
            row = actions.create_questionnaire(document=document, **acting(request))
        except InstrumentRefusedError as error:
            form.add_error("code", str(error))
        else:
            return redirect("instruments:design", code=row.questionnaire.code, number=row.number)
    return render(request, "instruments/start.html", {"form": form}, status=422 if form.errors else 200)


def question_form(row: QuestionnaireVersion, code: str = "", data: Any = None) -> QuestionForm:
    """The form of a question of the draft, or of one to be added."""
    document = row.definition
    definition, _faults = read(document)
    languages = designing.languages_of(document)
    sections = document.get("sections", [])
    initial: dict[str, Any] = {"kind": QuestionKind.RATING, "ready": "level5", "required": True}
    if sections:
        initial["section"] = sections[-1]["code"]
    if code:
        initial = questionfields.fields_from(
            document["questions"][designing.place_of(document, code)], languages
        )
    return QuestionForm(
        data,
        initial=initial,
        languages=languages,
        sections=sections,
        conditions=simple_conditions(definition, code),
    )


@staff(may_design)
def design(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The questions in their order, what is still to be done, and the form for one more."""
    row = draft_of(code, number)
    if row is None:
        return in_force(request, code, number)
    form = question_form(row, data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        languages = designing.languages_of(row.definition)
        try:
            question = questionfields.question_from(form.cleaned_data, languages, {})
            wanted = form.cleaned_data.get("text_en") or f"q{len(row.definition['questions']) + 1}"
            question["code"] = designing.free_code(row.definition, " ".join(wanted.split()[:3])[:24])
            save(request, row, designing.with_question(row.definition, question))
        except Refusals as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The question is added at the end of its section."))
            return redirect("instruments:design", code=code, number=number)
    page = design_page(row) | {"form": form}
    return render(request, "instruments/design.html", page, status=422 if form.errors else 200)


def design_page(row: QuestionnaireVersion) -> dict[str, Any]:
    """What the builder shows of a draft."""
    definition, _faults = read(row.definition)
    checks = checklist(row.definition)
    language = nearest_language(definition.languages)
    return {
        "version": row,
        "definition": definition,
        "was": digest(row.definition),
        "groups": groups(row.definition),
        "checks": checks,
        "is_ready": all(check.is_met for check in checks),
        "n_open": sum(len(check.findings) for check in checks),
        "freeze_form": FreezeForm(),
        "preview": single_form(definition.questions, language, answers={}),
        "preview_name": OWN_NAMES[language],
        "languages": [(code, OWN_NAMES[code]) for code in definition.languages],
    }


def groups(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The questions by section, each with its number, for the list."""
    found: list[dict[str, Any]] = []
    sections = {one["code"]: one for one in document.get("sections", ())}
    for code, one in sections.items():
        name = localized(one.get("texts") or {}) or code
        found.append({"code": code, "name": name, "relevant": one.get("relevant", ""), "questions": []})
    if not sections:
        found.append({"code": "", "name": "", "relevant": "", "questions": []})
    by_code = {group["code"]: group for group in found}
    labels = dict(QuestionKind.choices)
    for number, question in enumerate(document["questions"], 1):
        group = by_code.get(str(question.get("section", "")), found[0])
        text = localized(question.get("texts") or {})
        kind = labels.get(question.get("kind"), "")
        group["questions"].append(
            {"number": number, "text": text, "kind": kind} | {k: question.get(k) for k in SHOWN}
        )
    return found


SHOWN = ("code", "relevant", "required")


@staff(may_design)
def question(request: HttpRequest, code: str, number: int, question: str) -> HttpResponse:
    """One question with all its parts."""
    row = draft_of(code, number)
    if row is None:
        return in_force(request, code, number)
    try:
        before = row.definition["questions"][designing.place_of(row.definition, question)]
    except DesignRefusedError:
        return redirect("instruments:design", code=code, number=number)
    form = question_form(row, question, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            languages = designing.languages_of(row.definition)
            after = questionfields.question_from(form.cleaned_data, languages, before)
            save(request, row, designing.with_question(row.definition, after, question))
        except Refusals as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The question is changed."))
            return redirect("instruments:design", code=code, number=number)
    definition, _faults = read(row.definition)
    page = {
        "version": row,
        "form": form,
        "code": question,
        "was": digest(row.definition),
        "findings": [f for check in checklist(row.definition) for f in check.findings if f.code == question],
        "previews": [
            (OWN_NAMES[language], single_form([definition.question(question)], language, answers={}))
            for language in definition.languages
        ],
    }
    return render(request, "instruments/question.html", page, status=422 if form.errors else 200)


@staff(may_design)
@require_POST
def arrange(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Move, copy or remove a question; add or remove a section."""
    row = draft_of(code, number)
    if row is None:
        return in_force(request, code, number)
    deed, sign, target = request.POST.get("do", "").partition(":")
    document = row.definition
    deeds = {
        "up": lambda: designing.moved(document, target, -1),
        "down": lambda: designing.moved(document, target, 1),
        "copy": lambda: designing.copied(document, target),
        "remove": lambda: designing.without_question(document, target),
        "sectionup": lambda: designing.section_moved(document, target, -1),
        "sectiondown": lambda: designing.section_moved(document, target, 1),
        "unsection": lambda: designing.without_section(document, target),
        "section": lambda: designing.with_section(
            document,
            {
                code: request.POST.get(f"section_{code}", "").strip()[:200]
                for code in designing.languages_of(document)
            },
        ),
    }
    try:
        if deed not in deeds or not sign:
            raise DesignRefusedError(_("Choose what to do."))
        save(request, row, deeds[deed]())
    except Refusals as error:
        messages.error(request, str(error), extra_tags="bad")
    return redirect("instruments:design", code=code, number=number)


@staff(may_design)
@require_POST
def supersede(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Make the next version of a questionnaire as a draft with the same wording."""
    row = version_of(code, number)
    try:
        draft = actions.draft_version(
            questionnaire=row.questionnaire, document=row.definition, **acting(request)
        )
    except InstrumentRefusedError as error:
        messages.error(request, str(error), extra_tags="bad")
        return redirect("instruments:version", code=code, number=number)
    return redirect("instruments:design", code=code, number=draft.number)
