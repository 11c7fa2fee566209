"""What surrounds a page: security headers, the reader's language and print size, and sign-in for staff only."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.module_loading import import_string

from evaluation.site.errors import is_outage, unavailable

GetResponse = Callable[[HttpRequest], HttpResponse]
PREFERENCE: dict[str, Any] = {
    "max_age": 365 * 24 * 3600,
    "samesite": "Lax",
    "httponly": True,
    "secure": settings.IS_HTTPS,
}
"""How a reader's own choice of language and print size is kept."""
STAFF_PATHS = ("/office/", "/account/")
STAFF_MIDDLEWARE = (
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
)


METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class EdgeMiddleware:
    """What comes from the network: known methods alone, and forwarding headers from trusted proxies alone."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        if request.META.get("REMOTE_ADDR") not in settings.TRUSTED_PROXIES:
            request.META.pop("HTTP_X_FORWARDED_PROTO", None)
        return self.get_response(request)


class HeadersMiddleware:
    """The strict policy of every page, written once; a view may set a header of its own instead."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.headers: dict[str, str] = dict(settings.PAGE_HEADERS)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in self.headers.items():
            response.headers.setdefault(name, value)
        return response


class StaffMiddleware:
    """Sessions, sign-in and messages around staff pages only, which no cache keeps; residents touch none of them."""

    def __init__(self, get_response: GetResponse) -> None:
        self.light = get_response
        self.full: Any = get_response
        for name in reversed(STAFF_MIDDLEWARE):
            self.full = import_string(name)(self.full)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(STAFF_PATHS):
            return self.light(request)
        response: HttpResponse = self.full(request)
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response


class OutageMiddleware:
    """A database that does not answer, or a full disk, becomes 503 with Retry-After: never a false thank-you."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return unavailable(request, exception) if is_outage(exception) else None


class PreferenceMiddleware:
    """`?lang=` and `?elder=` change the page at once and are kept in a cookie; the place is kept too."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.languages = {code for code, _name in settings.LANGUAGES}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.META.get("QUERY_STRING"):
            return self.get_response(request)
        language = request.GET.get("lang", "")
        elder = request.GET.get("elder", "")
        if language in self.languages:
            translation.activate(language)
            request.LANGUAGE_CODE = language
        if elder in {"0", "1"}:
            request.COOKIES["elder"] = elder
        response = self.get_response(request)
        if language in self.languages:
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, **PREFERENCE)
            response.headers["Content-Language"] = language
        if elder in {"0", "1"}:
            response.set_cookie("elder", elder, **PREFERENCE)
        return response
