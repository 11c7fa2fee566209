"""What a reader asks of any page by its address: another language or larger print."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

KEEP_SECONDS = 365 * 24 * 3600


class PreferenceMiddleware:
    """`?lang=` and `?elder=` change the page at once and are kept in a cookie; the place is kept too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.languages = {code for code, _name in settings.LANGUAGES}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = request.GET.get("lang", "")
        elder = request.GET.get("elder", "")
        if language in self.languages:
            translation.activate(language)
            request.LANGUAGE_CODE = language
        if elder in {"0", "1"}:
            request.COOKIES["elder"] = elder
        response = self.get_response(request)
        if language in self.languages:
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, KEEP_SECONDS, samesite="Lax")
            response.headers["Content-Language"] = language
        if elder in {"0", "1"}:
            response.set_cookie("elder", elder, KEEP_SECONDS, samesite="Lax", httponly=True)
        return response
