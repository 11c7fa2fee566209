"""How residents' pages are put together: the form in both layouts, the receipt, and the polite refusals."""

import datetime as dt
import re
import secrets
from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language

from surveys.catalogue.enums import Identity
from surveys.catalogue.models import Service, ServicePoint
from surveys.core.digests import digest
from surveys.core.doors import resident_page
from surveys.core.numerals import day, listed
from surveys.core.text import localized
from surveys.instruments.queries import definition_of
from surveys.ratings.forms import ITEM, FormPage, Sent, empty_fields, form_page, read_sent
from surveys.ratings.models import Invitation
from surveys.ratings.promises import Promises, next_steps
from surveys.ratings.shapes import Fault, Receipt
from surveys.ratings.steps import LEVEL, REASONS, WORDS, after, step_of
from surveys.ratings.traces import opened_mark

MAX_KEPT = 4000
CODE = "{{code}}"
"""Where the receipt's code goes in a page that is kept without it."""
KIOSK = re.compile(r"^/k/[A-Za-z0-9._-]{1,40}$")


@dataclass(frozen=True)
class Place:
    """What stands above the form, and how its pages behave."""

    where: str
    office: str
    version_id: int
    mode: str
    service: Service | None = None
    finished: str = ""
    linked: bool = False
    kiosk: str = ""
    services: tuple[Service, ...] = ()
    action: str = ""

    @property
    def start(self) -> str:
        """Where a shared device begins for the next person."""
        return start_of(self.kiosk)


def start_of(kiosk: str) -> str:
    """A kiosk's page in the house's language and the usual size, whatever the last person chose; "" elsewhere."""
    return f"{kiosk}?lang={settings.LANGUAGE_CODE}&elder=0" if kiosk else ""


def hall_of(point: ServicePoint) -> ServicePoint:
    """The hall a window belongs to, which is the name people know."""
    return point.parent or point


def place_of(invitation: Invitation) -> Place:
    """What the page of an invitation says about its case."""
    matter = invitation.matter
    return Place(
        where=hall_of(matter.point).name if matter.point else matter.organisation.name,
        office=matter.organisation.name,
        version_id=invitation.version_id,
        mode=matter.mode,
        service=matter.service,
        finished=day(timezone.localdate(matter.finished_at), year=False),
        linked=matter.identity != Identity.ANONYMOUS,
    )


def not_saved(request: HttpRequest) -> HttpResponse:
    """Says so first, keeps the answers on the page, gives the telephone."""
    kept = [
        (name, value[:MAX_KEPT])
        for name in request.POST
        if name not in {"stay", "back"}
        for value in request.POST.getlist(name)
    ]
    context = {"kept": kept, "was_post": request.method == "POST"}
    return render(request, "ratings/not_saved.html", context)


resident = resident_page(not_saved)


def closed(request: HttpRequest) -> HttpResponse:
    """Unknown, expired and withdrawn links look alike."""
    return render(request, "ratings/closed.html", {"start": start_of(kiosk_of(request))}, status=404)


def already(request: HttpRequest, receipt: str, *, status: int) -> HttpResponse:
    """The case has been rated; the page that rated it gets its receipt again."""
    context = {"receipt": receipt, "start": start_of(kiosk_of(request))}
    return render(request, "ratings/already.html", context, status=status)


def thanks(request: HttpRequest, place: Place, receipt: Receipt) -> HttpResponse:
    """The receipt: what was said, the code, what happens next.

    All who rate a service alike on one day read the same page but for the code, so it is kept without it.
    """
    start = start_of(kiosk_of(request))
    steps = next_steps(receipt.rated_on) if receipt.opens_case else None
    said = (receipt.level, receipt.tags, receipt.rated_on, place.version_id)
    seen = (get_language(), is_elder(request), start, place.office, place.service and place.service.name)
    key = f"thanks/{digest((said, seen, steps and astuple(steps)))}"
    kept = caches["local"]
    page = kept.get(key)
    if page is None:
        page = render_to_string("ratings/thanks.html", _thanks(place, receipt, steps, start), request)
        kept.set(key, page)
    return HttpResponse(page.replace(CODE, receipt.code))


def _thanks(place: Place, receipt: Receipt, steps: Promises | None, start: str) -> dict[str, object]:
    definition = definition_of(place.version_id)
    words = {option.value: localized(option.texts) for option in definition.question("overall").options}
    return {
        "place": place,
        "receipt": replace(receipt, code=CODE),
        "level_text": words[str(receipt.level)],
        "reasons": listed([localized(definition.tag(code).texts) for code in receipt.tags]),
        "steps": steps,
        "start": start,
    }


def kiosk_of(request: HttpRequest) -> str:
    """The kiosk page a shared device returns to, if this is one."""
    at = request.POST.get("at", "") or request.path
    return at if KIOSK.match(at) else ""


def is_elder(request: HttpRequest) -> bool:
    return request.COOKIES.get("elder") == "1"


def _fresh(now: dt.datetime) -> Sent:
    """An untouched form with the value only its page holds, and when it was opened."""
    once = secrets.token_urlsafe(16)
    return Sent(once=once, opened=opened_mark(once, now))


def untouched(request: HttpRequest, place: Place, now: dt.datetime) -> HttpResponse:
    """The form as the reader meets it first, in the reader's layout."""
    given = _fresh(now)
    if is_elder(request):
        return form(request, place, given)
    context = {
        "place": place,
        "sent": given,
        "fields": empty_fields(place.version_id, place.mode),
        "form": None,
        "faults": (),
        "kept_open": False,
    }
    return render(request, "ratings/rate.html", context)


def form(request: HttpRequest, place: Place, sent: Sent, faults: Sequence[Fault] = ()) -> HttpResponse:
    """The form with what was sent, in the reader's layout: one page, or one question a page in large print."""
    status = 422 if faults else 200
    page = form_page(place.version_id, place.mode, sent, faults)
    if is_elder(request):
        return _step(request, place, page, _step_of_fault(faults), status)
    context = {"place": place, "sent": sent, "form": page, "faults": faults, "kept_open": True}
    return render(request, "ratings/rate.html", context, status=status)


def _step_of_fault(faults: Sequence[Fault]) -> str:
    for fault in faults:
        if fault.field in {"comment", "tel"}:
            return WORDS
        if fault.field == "tag":
            return REASONS
        if fault.field not in {"level", "service"}:
            return f"{ITEM}{fault.field}"
    return LEVEL


def _step(request: HttpRequest, place: Place, page: FormPage, name: str, status: int = 200) -> HttpResponse:
    step = step_of(page, name)
    chosen = next((choice.text for choice in page.level.choices if choice.chosen), "")
    context = {"place": place, "form": page, "step": step, "chosen": chosen, "faults": page.faults}
    return render(request, "ratings/elder.html", context, status=status)


def turned(request: HttpRequest, place: Place) -> HttpResponse | None:
    """The page a form goes to without being sent: another language, one step on, one step back."""
    if not {"stay", "back", "step"} & set(request.POST):
        return None
    sent = read_sent(request.POST)
    if "skip" in request.POST:
        sent = replace(sent, tags=())
    if not is_elder(request):
        return form(request, place, sent) if "stay" in request.POST else None
    page = form_page(place.version_id, place.mode, sent)
    name = request.POST.get("step", LEVEL)
    if "stay" in request.POST:
        return _step(request, place, page, name)
    if "back" in request.POST:
        return _step(request, place, page, step_of(page, name).previous)
    following = after(page, name)
    return _step(request, place, page, following) if following else None
