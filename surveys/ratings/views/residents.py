"""Residents' pages: rate by link, at a posted code, at a kiosk or window pad; the QR code of a link."""

import datetime as dt
from dataclasses import replace

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from surveys.catalogue.enums import CHANNEL_MODE, Channel, PointKind
from surveys.catalogue.models import Service, ServicePoint
from surveys.core.guessing import WAIT_SECONDS, is_held_back, note_wrong
from surveys.instruments.queries import current_version
from surveys.ratings.actions import (
    AlreadyRatedError,
    RatingRefusedError,
    TokenUnknownError,
    rate_at_point,
    rate_invited,
)
from surveys.ratings.enums import InvitationState
from surveys.ratings.forms import read_sent
from surveys.ratings.network import is_on_site, trace_facts
from surveys.ratings.pages import (
    Place,
    already,
    closed,
    form,
    hall_of,
    kiosk_of,
    place_of,
    resident,
    start_of,
    thanks,
    turned,
    untouched,
)
from surveys.ratings.prints import qr_svg
from surveys.ratings.queries import invitation_of, is_open, point_by_code, services_at, waiting_at
from surveys.ratings.shapes import Fault
from surveys.ratings.tokens import token_of

WAITING_MINUTES = 15
GUESSED = "link"


@resident
def rate(request: HttpRequest, token: str) -> HttpResponse:
    """The page of one invitation: GET shows the form, POST stores the rating."""
    now = timezone.now()
    invitation = invitation_of(token)
    if invitation is None:
        return _unknown(request)
    if request.method != "POST":
        if invitation.state == InvitationState.USED:
            return already(request, "", status=200)
        return untouched(request, place_of(invitation), now) if is_open(invitation, now) else closed(request)
    place = place_of(invitation)
    if (page := turned(request, place)) is not None:
        return page
    sent = read_sent(request.POST)
    entry = sent.entry(get_language() or "")
    try:
        receipt = rate_invited(
            invitation=invitation,
            token=token,
            entry=entry,
            trace=trace_facts(request, invitation.matter.point, now),
            now=now,
        )
    except RatingRefusedError as error:
        return form(request, place, sent, error.faults)
    except AlreadyRatedError as error:
        return already(request, error.receipt, status=409)
    except TokenUnknownError:
        return closed(request)
    return thanks(request, place, receipt)


def _unknown(request: HttpRequest) -> HttpResponse:
    """Only unknown links are counted and held back: a hall behind one address opens its own without waiting."""
    if is_held_back(request, GUESSED):
        page = render(request, "ratings/held.html", {"start": start_of(kiosk_of(request))}, status=429)
        page.headers["Retry-After"] = str(WAIT_SECONDS)
        return page
    note_wrong(request, GUESSED)
    return closed(request)


@resident
def rate_posted(request: HttpRequest, code: str) -> HttpResponse:
    """A posted code: no case behind it, counted apart."""
    point = point_by_code(code)
    if point is None or point.kind not in {PointKind.QR, PointKind.HALL}:
        return closed(request)
    return _rate_at(request, point, timezone.now(), kiosk="")


@resident
def rate_on_device(request: HttpRequest, code: str) -> HttpResponse:
    """A shared device: a window pad shows the case just finished there, a kiosk its services."""
    point = point_by_code(code)
    now = timezone.now()
    if point is None or point.kind not in {PointKind.KIOSK, PointKind.WINDOW}:
        return closed(request)
    if point.kind == PointKind.WINDOW and request.method != "POST" and is_on_site(request, point):
        waiting = waiting_at(point, now, WAITING_MINUTES)
        if waiting is not None:
            link = reverse("ratings:rate", args=[token_of(bytes(waiting.nonce))])
            return untouched(request, replace(place_of(waiting), kiosk=request.path, action=link), now)
    return _rate_at(request, point, now, kiosk=request.path)


def _rate_at(request: HttpRequest, point: ServicePoint, now: dt.datetime, *, kiosk: str) -> HttpResponse:
    place = _place_at(request, point, kiosk)
    if request.method != "POST":
        return untouched(request, place, now)
    if (page := turned(request, place)) is not None:
        return page
    sent = read_sent(request.POST)
    if place.service is None:
        return form(request, place, sent, (Fault("service", _("Choose the service")),))
    entry = sent.entry(get_language() or "")
    try:
        receipt = rate_at_point(
            point=point,
            service=place.service,
            entry=entry,
            trace=trace_facts(request, point, now),
            now=now,
        )
    except RatingRefusedError as error:
        return form(request, place, sent, error.faults)
    except AlreadyRatedError as error:
        return already(request, error.receipt, status=409)
    return thanks(request, place, receipt)


def _place_at(request: HttpRequest, point: ServicePoint, kiosk: str) -> Place:
    services = tuple(services_at(point))
    wanted = request.POST.get("service", "") or request.GET.get("service", "")
    chosen: Service | None = next((service for service in services if service.code == wanted), None)
    if len(services) == 1:
        chosen, services = services[0], ()
    return Place(
        where=hall_of(point).name,
        office=point.organisation.name,
        version_id=current_version().pk,
        mode=CHANNEL_MODE[Channel.QR_STATIC],
        service=chosen,
        services=services,
        kiosk=kiosk,
    )


@resident
def qr_code(request: HttpRequest, token: str) -> HttpResponse:  # noqa: ARG001 - every page takes the request
    """The link of an invitation as a QR code (SVG), for a counter's screen or slip."""
    link = settings.PUBLIC_BASE_URL + reverse("ratings:rate", args=[token])
    return HttpResponse(qr_svg(link), content_type="image/svg+xml")
