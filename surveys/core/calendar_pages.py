"""Pages of the working-day calendar: a year as a picture, one day changed, the yearly notice brought in."""

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from surveys.core.calendar_actions import CalendarRefusedError, change_day, clear_day
from surveys.core.calendar_import import XLSX, importer
from surveys.core.doors import staff
from surveys.core.files import keep
from surveys.core.forms import DayForm, NoticeFileForm
from surveys.core.imports import ImportRefusedError, ImportReport
from surveys.core.models import CalendarDay, StoredFile, User
from surveys.core.rules import is_office, is_staff, is_system_admin
from surveys.core.yearplan import year_plan, years_shown

may_keep_calendar = is_office | is_system_admin
FIRST, LAST = 2000, 2100


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _year(request: HttpRequest, year: int, form: DayForm | None = None) -> HttpResponse:
    if not FIRST <= year <= LAST:
        raise Http404
    today = timezone.localdate()
    context = {
        "plan": year_plan(year, today),
        "years": years_shown(today),
        "form": form or DayForm(),
        "may_keep": may_keep_calendar(request.user),
    }
    return render(request, "core/calendar.html", context, status=422 if form and form.errors else 200)


@staff(is_staff)
@require_GET
def this_year(request: HttpRequest) -> HttpResponse:
    return _year(request, timezone.localdate().year)


@staff(is_staff)
@require_GET
def year(request: HttpRequest, year: int) -> HttpResponse:
    return _year(request, year)


@require_POST
@staff(may_keep_calendar)
def change(request: HttpRequest, year: int) -> HttpResponse:
    """Write one day, or (by the button beside it) let it follow the plain week again."""
    now = timezone.now()
    if "clear" in request.POST:
        row = get_object_or_404(CalendarDay, pk=_iso(request.POST["clear"]))
        clear_day(day=row.day, actor=_person(request), now=now)
        messages.success(request, _("The day follows the plain week again."), extra_tags="good")
        return redirect("core:calendar_year", year)
    form = DayForm(request.POST)
    if not form.is_valid():
        return _year(request, year, form)
    data = form.cleaned_data
    try:
        row = change_day(
            day=data["day"], is_working=data["is_working"], names=form.names(), source=data["source"],
            actor=_person(request), now=now,
        )  # fmt: skip
    except CalendarRefusedError as error:
        form.add_error("day", str(error))
        return _year(request, year, form)
    messages.success(request, _("The day is written."), extra_tags="good")
    return redirect("core:calendar_year", row.day.year)


def _iso(text: str) -> str | None:
    """A day as the button carries it, or nothing."""
    is_day = len(text) == 10 and text.replace("-", "").isdecimal() and text.isascii()
    return text if is_day else None


@staff(may_keep_calendar)
@require_GET
def template(_request: HttpRequest) -> HttpResponse:
    """An empty notice to fill in."""
    content = importer.template(get_language() or "en")
    headers = {"Content-Disposition": 'attachment; filename="calendar-template.xlsx"'}
    return HttpResponse(content, content_type=XLSX, headers=headers)


@staff(may_keep_calendar)
def bring(request: HttpRequest) -> HttpResponse:
    """Check a year's notice and show what it would change, or every error."""
    form = NoticeFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload: UploadedFile[Any] = form.cleaned_data["file"]
        content, name = upload.read(), upload.name or ""
        report = importer.check(content, name)
        stored = keep(content, name, upload.content_type or XLSX, timezone.now()) if report.ok else None
        return _preview(request, report, name, stored)
    status = 422 if form.errors else 200
    return render(request, "core/calendar_import.html", {"form": form}, status=status)


def _preview(
    request: HttpRequest, report: ImportReport, name: str, stored: StoredFile | None = None
) -> HttpResponse:
    context = {"form": NoticeFileForm(), "report": report, "stored": stored, "file_name": name}
    return render(request, "core/calendar_import.html", context, status=200 if report.ok else 422)


@require_POST
@staff(may_keep_calendar)
def take(request: HttpRequest) -> HttpResponse:
    """Take in the notice that was previewed; it is checked once more."""
    stored = get_object_or_404(StoredFile, sha256=request.POST.get("sha256", "")[:64])
    try:
        report = importer.commit(
            bytes(stored.content), stored.name, actor=_person(request), now=timezone.now()
        )
    except ImportRefusedError as error:
        return _preview(request, ImportReport(ok=False, errors=error.errors), stored.name)
    messages.success(
        request, _("%(rows)d days taken. Deadlines that waited for them are worked out within minutes.")
        % {"rows": report.rows}, extra_tags="good",
    )  # fmt: skip
    return redirect("core:calendar")
