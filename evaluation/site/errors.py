"""Error pages: plain, in the reader's language, with a way out."""

import errno
import logging
import sys
from typing import Any, TypeGuard

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template import TemplateDoesNotExist
from django.utils.translation import gettext as _

from surveys.core.doors import RETRY_SECONDS
from surveys.core.enums import Role
from surveys.core.models import Seat
from surveys.core.rules import seats_of

logger = logging.getLogger(__name__)

DISK_FAULTS = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO}
STAFF = ("/office/", "/account/")
API = "/api/"


def is_outage(exception: BaseException | None) -> TypeGuard[BaseException]:
    """Whether the database or the disk, not the program, is at fault."""
    if isinstance(exception, OSError):
        return exception.errno in DISK_FAULTS
    return isinstance(exception, OperationalError | InterfaceError)


def problem(request: HttpRequest, status: int, title: str, detail: str, **extra: Any) -> HttpResponse:
    """An error for machines, as RFC 9457 has it."""
    body = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": request.path,
    }
    return JsonResponse(body | extra, status=status, content_type="application/problem+json")


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's secret did not come back: cookies are off, or the page lay open too long."""
    logger.info("A form was refused: %s", reason)
    return render(request, "site/csrf.html", status=403)


def locked_out(request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
    """Too many wrong passwords: says how long to wait."""
    response = render(request, "site/locked.html", status=429)
    response.headers["Retry-After"] = str(int(settings.AXES_COOLOFF_TIME * 3600))
    return response


def denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Who may see this page, which seat the reader has, whom to ask."""
    if request.path.startswith(API):
        return problem(request, 403, _("Not allowed"), str(exception or ""))
    rule = getattr(exception, "rule", None)
    logger.warning("Denied: %s to %s", request.path, getattr(request, "user", "-"))
    context = {
        "needed": rule.seats_needed() if rule else "",
        "held": ", ".join(
            dict.fromkeys(str(Role(role).label) for role, _c in seats_of(getattr(request, "user", None)))
        ),
        "ask": Seat.objects.current()
        .filter(role=Role.SECURITY_ADMIN, user__is_active=True)
        .select_related("user")
        .order_by("user__username", "pk")[:3],
    }
    return render(request, "site/denied.html", context, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Nothing here: the same words whether it never was, is gone, or is not for this reader."""
    del exception
    if request.path.startswith(API):
        return problem(request, 404, _("Not found"), _("There is nothing at this address."))
    return render(request, "site/not_found.html", status=404)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The request itself cannot be read."""
    del exception
    if request.path.startswith(API):
        return problem(request, 400, _("Bad request"), _("The request cannot be read."))
    return render(request, "site/bad_request.html", status=400)


def failed(request: HttpRequest) -> HttpResponse:
    """A fault of ours; needs neither the database nor a session."""
    cause = sys.exc_info()[1]
    if is_outage(cause):
        return unavailable(request, cause)
    if request.path.startswith(API):
        return problem(request, 500, _("Server error"), _("The fault is ours and has been noted."))
    try:
        return render(request, "site/failed.html", status=500)
    except (TemplateDoesNotExist, OSError, ValueError, LookupError):
        return HttpResponse(_("Something went wrong. The fault is ours."), status=500)


def unavailable(request: HttpRequest, exception: BaseException) -> HttpResponse:
    """The database or the disk does not answer: nothing was saved, and the page says so first."""
    logger.error("Not available: %s: %s", type(exception).__name__, exception)
    if request.path.startswith(API):
        response = problem(request, 503, _("Not available"), _("Nothing was saved. Try again shortly."))
    else:
        context = {"posted": _posted(request)}
        response = render(request, "site/unavailable.html", context, status=503)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _posted(request: HttpRequest) -> list[tuple[str, str]]:
    """What was sent, so that the page can keep it in hidden fields and send it again."""
    if request.method != "POST" or request.path.startswith(STAFF):
        return []
    fields = [(key, value) for key, values in request.POST.lists() for value in values]
    return [(key, value) for key, value in fields if key != "csrfmiddlewaretoken"]
