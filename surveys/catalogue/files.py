"""The catalogue as a file: template, export, preview of an import, and taking it in."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from surveys.catalogue.catalogue_import import XLSX, importer
from surveys.catalogue.forms import FileForm
from surveys.catalogue.rules import may_keep_catalogue, may_read_catalogue
from surveys.core.doors import staff
from surveys.core.files import keep
from surveys.core.imports import ImportRefusedError
from surveys.core.models import StoredFile, User


def download(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        content, content_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@staff(may_read_catalogue)
@require_GET
def template(request: HttpRequest) -> HttpResponse:
    """An empty workbook in the reader's language."""
    del request
    return download(importer.template(get_language() or "en"), "catalogue-template.xlsx")


@staff(may_read_catalogue)
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The whole catalogue in the format in which it can be read again."""
    del request
    return download(importer.export(get_language() or "en"), "catalogue.xlsx")


@staff(may_keep_catalogue)
def preview(request: HttpRequest) -> HttpResponse:
    """Check a file and show every error, or what taking it in would change."""
    form = FileForm(request.POST or None, request.FILES or None)
    page: dict[str, Any] = {"form": form, "report": None, "file": None}
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        content, name = upload.read(), upload.name or ""
        page["report"] = report = importer.check(content, name, cycle=None)
        if report.ok:
            page["file"] = keep(content, name, upload.content_type or XLSX, timezone.now())
        page["file_name"] = name
        return render(request, "catalogue/import.html", page, status=200 if report.ok else 422)
    return render(request, "catalogue/import.html", page, status=422 if form.errors else 200)


@staff(may_keep_catalogue)
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Take in the file that was previewed; the database may have changed since, so it is checked again."""
    assert isinstance(request.user, User)
    stored = get_object_or_404(StoredFile, sha256=request.POST.get("sha256", ""))
    content = bytes(stored.content)
    try:
        report = importer.commit(content, stored.name, cycle=None, actor=request.user, now=timezone.now())
    except ImportRefusedError:
        report = importer.check(content, stored.name, cycle=None)
        page = {"form": FileForm(), "report": report, "file": None, "file_name": stored.name}
        return render(request, "catalogue/import.html", page, status=422)
    said = _("Taken in: %(created)d added, %(updated)d changed, %(unchanged)d as they were.")
    counts = {"created": report.created, "updated": report.updated, "unchanged": report.unchanged}
    messages.success(request, said % counts)
    return redirect("catalogue:services")
