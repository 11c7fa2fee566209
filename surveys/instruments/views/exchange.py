"""Questionnaires from and to other systems: preview of every row, confirmation, downloads."""

import json
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from surveys.core.doors import staff
from surveys.core.files import keep
from surveys.core.lists import XLSX
from surveys.core.models import StoredFile
from surveys.core.text import nearest_language
from surveys.instruments import actions, queries
from surveys.instruments.actions import InstrumentRefusedError
from surveys.instruments.definition import DefinitionError
from surveys.instruments.forms import DocumentForm
from surveys.instruments.interchange.codebook import codebook_csv, codebook_xlsx
from surveys.instruments.interchange.ddi import ddi_codebook
from surveys.instruments.interchange.jsonfiles import read_json
from surveys.instruments.interchange.labelfiles import r_script, spss
from surveys.instruments.interchange.limesurvey import read_limesurvey_file
from surveys.instruments.interchange.names import code_like
from surveys.instruments.interchange.reports import Imported, InterchangeError
from surveys.instruments.interchange.surveyjs_reading import read_surveyjs_file
from surveys.instruments.interchange.surveyjs_writing import surveyjs
from surveys.instruments.interchange.triples import triple_s
from surveys.instruments.interchange.xlsform_reading import read_xlsform
from surveys.instruments.interchange.xlsform_writing import xlsform
from surveys.instruments.rules import may_design, may_read_instruments
from surveys.instruments.shapes import Definition
from surveys.instruments.views.pages import acting, version_of

MAX_UPLOAD = 5_000_001
Export = Callable[[Definition, str, int], bytes]
EXPORTS: dict[str, tuple[str, str, Export]] = {
    "xlsform": ("xlsx", XLSX, lambda d, _lang, n: xlsform(d, n)),
    "surveyjs": (
        "surveyjs.json",
        "application/json",
        lambda d, _lang, _n: json.dumps(surveyjs(d), ensure_ascii=False, indent=1).encode(),
    ),
    "codebook": ("codebook.xlsx", XLSX, lambda d, lang, _n: codebook_xlsx(d, lang)),
    "codebook-csv": (
        "codebook.csv",
        "text/csv; charset=utf-8",
        lambda d, lang, _n: codebook_csv(d, lang).encode(),
    ),
    "spss": ("sps", "text/plain; charset=utf-8", lambda d, lang, _n: spss(d, lang).encode("utf-8-sig")),
    "r": ("R", "text/plain; charset=utf-8", lambda d, lang, _n: r_script(d, lang).encode()),
    "ddi": ("ddi.xml", "application/xml", ddi_codebook),
    "triple-s": ("sss", "application/xml", lambda d, lang, n: triple_s(d, lang, timezone.localdate(), n)),
}
"""Ways out: ending of the file name, media type, and how it is written."""


def read_upload(content: bytes, name: str) -> Imported | dict[str, Any]:
    """Another system's form as an import, or our own document; InterchangeError where it is neither."""
    code = code_like(name.rpartition(".")[0] or name)
    if content.startswith(b"PK"):
        return read_xlsform(content, code)
    if name.lower().endswith((".txt", ".tsv")):
        return read_limesurvey_file(content, code)
    document = read_json(content)
    return document if "instrument" in document else read_surveyjs_file(content, code)


@staff(may_design)
def new(request: HttpRequest) -> HttpResponse:
    """Import a questionnaire: our own document at once as a draft, others after a look at every row."""
    form = DocumentForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "instruments/new.html", {"form": form}, status=422 if form.errors else 200)
    upload = form.cleaned_data["file"]
    content = upload.read(MAX_UPLOAD)
    try:
        found = read_upload(content, upload.name or "")
        if isinstance(found, Imported):
            stored = keep(content, upload.name or "", upload.content_type or "", timezone.now())
            return preview(request, found, stored)
        queries.checked_definition(found)
        draft = actions.bring_in(document=found, **acting(request))
    except DefinitionError as error:
        return render(request, "instruments/new.html", {"form": form, "faults": error.faults}, status=422)
    except (InstrumentRefusedError, InterchangeError) as error:
        form.add_error("file", str(error))
        return render(request, "instruments/new.html", {"form": form}, status=422)
    messages.success(request, _("The draft is kept. Read it in every language before you put it in force."))
    return redirect("instruments:version", code=draft.questionnaire.code, number=draft.number)


def preview(request: HttpRequest, found: Imported, stored: StoredFile) -> HttpResponse:
    """What became of every row; nothing is kept yet."""
    page = {"found": found, "stored": stored, "can_be_taken": bool(found.document["questions"])}
    return render(request, "instruments/imported.html", page)


def previewed(stored: StoredFile) -> Imported:
    """The import of a kept file, read again; InterchangeError where nothing of it can be taken."""
    found = read_upload(bytes(stored.content), stored.name)
    if not isinstance(found, Imported) or not found.document["questions"]:
        raise InterchangeError(_("Nothing of this file can be taken."))
    return found


@staff(may_design)
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Keep what the preview showed as a draft; the file is read again."""
    stored = get_object_or_404(StoredFile, sha256=request.POST.get("sha256", ""))
    try:
        draft = actions.bring_in(document=previewed(stored).document, **acting(request))
    except (InstrumentRefusedError, InterchangeError) as error:
        messages.error(request, str(error), extra_tags="bad")
        return redirect("instruments:new")
    messages.success(request, _("The draft is kept. Read it in every language before you put it in force."))
    return redirect("instruments:design", code=draft.questionnaire.code, number=draft.number)


@staff(may_read_instruments)
@require_GET
def export(request: HttpRequest, code: str, number: int, kind: str) -> HttpResponse:
    """A version in the format of another system; the labels of one language where there is room for one."""
    if kind not in EXPORTS:
        raise Http404
    row = version_of(code, number)
    try:
        definition = queries.draft_definition(row)
    except DefinitionError:
        messages.error(
            request, _("The draft is not finished; finish it, then take it out."), extra_tags="bad"
        )
        return redirect("instruments:version", code=code, number=number)
    ending, media_type, write = EXPORTS[kind]
    chosen = nearest_language(definition.languages)
    headers = {"Content-Disposition": f'attachment; filename="{code}-{number}.{ending}"'}
    return HttpResponse(write(definition, chosen, number), content_type=media_type, headers=headers)
