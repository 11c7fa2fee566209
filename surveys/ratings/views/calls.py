"""The desk for calls: find the case, read the frozen questionnaire aloud, key what was said."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from surveys.catalogue.enums import Mode
from surveys.core.doors import staff
from surveys.core.models import User
from surveys.core.text import LANGUAGES
from surveys.ratings.actions import AlreadyRatedError, RatingRefusedError
from surveys.ratings.actions.calling import CallRefusedError, note_call, stop_reason, take_call
from surveys.ratings.desk_forms import CallForm, CaseForm
from surveys.ratings.enums import CallOutcome, InvitationState
from surveys.ratings.models import Matter
from surveys.ratings.numbered import Sheet, sheet_of
from surveys.ratings.queries import is_open, matters_of
from surveys.ratings.rules import may_enter
from surveys.ratings.shapes import Entry


@staff(may_enter)
def find(request: HttpRequest) -> HttpResponse:
    """Look a case up by its number; one that can be rated opens at once."""
    form = CaseForm(request.POST or None)
    found: list[Matter] = []
    if request.method == "POST" and form.is_valid():
        found = list(matters_of(form.cleaned_data["case_no"].strip())[:20])
        if not found:
            form.add_error("case_no", _("No finished case has this number."))
        elif len(found) == 1:
            return redirect("ratings:call", pk=found[0].pk)
    context = {"form": form, "found": found}
    return render(request, "ratings/calls.html", context, status=422 if form.errors else 200)


@staff(may_enter)
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """One call about one case."""
    assert isinstance(request.user, User)
    rows = Matter.objects.select_related("invitation", "service", "organisation", "point__parent")
    matter = get_object_or_404(rows, pk=pk)
    language = request.GET.get("read", "")
    language = language if language in LANGUAGES else get_language() or "zh-hans"
    sheet = sheet_of(matter.invitation.version_id, Mode.ASSISTED, language)
    form = CallForm(request.POST or None, sheet=sheet, initial={"channel": request.GET.get("channel", "")})
    closed = _closed(matter)
    if request.method == "POST" and not closed and form.is_valid() and _kept(request, matter, form, language):
        return redirect("ratings:calls")
    context = {
        "matter": matter, "form": form, "sheet": sheet, "closed": closed, "stop": stop_reason(matter),
        "read": language, "languages": [code for code in LANGUAGES if code != language],
    }  # fmt: skip
    return render(request, "ratings/call.html", context, status=422 if form.errors else 200)


def _closed(matter: Matter) -> str:
    if matter.invitation.state == InvitationState.USED:
        return _("This case has been rated already.")
    return "" if is_open(matter.invitation, timezone.now()) else _("The time for rating this case is over.")


def _kept(request: HttpRequest, matter: Matter, form: CallForm, language: str) -> bool:
    """Keep the call; a refusal becomes the form's own error."""
    data = form.cleaned_data
    about: dict[str, Any] = {"matter": matter, "channel": data["channel"], "actor": request.user}
    now = timezone.now()
    try:
        if data["outcome"] != CallOutcome.ANSWERED:
            note_call(**about, outcome=data["outcome"], now=now)
            messages.success(request, _("The call is noted. No rating was stored."))
            return True
        receipt = take_call(**about, entry=_entry(data, language), now=now)
    except RatingRefusedError as error:
        for fault in error.faults:
            form.add_error(_field_of(fault.field, form.sheet), fault.message)
        return False
    except (AlreadyRatedError, CallRefusedError) as error:
        form.add_error(None, str(error))
        return False
    said = _("The rating is stored once. Receipt code, to read out if it is wanted: %(code)s")
    messages.success(request, said % {"code": receipt.code})
    return True


def _entry(data: dict[str, Any], language: str) -> Entry:
    telephone = data["telephone"] or None
    return Entry(data["level"], data["tags"], data["comment"], data["answers"], language, telephone)


def _field_of(name: str, sheet: Sheet) -> str | None:
    """The desk's field for a fault of the rating."""
    known = {"level": "level", "tag": "tags", "comment": "comment", "tel": "telephone"}
    items = {block.code: f"item-{block.code}" for block in sheet.items}
    return (known | items).get(name)
