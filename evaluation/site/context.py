"""What every page knows: its face, its languages, whether it shows a demonstration."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from evaluation.site import menu
from surveys.core.enums import Role
from surveys.core.rules import seats_of

HTML_LANG = {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant", "en": "en"}
SWITCH = (("zh-hans", "zh-Hans", "简体"), ("zh-hant", "zh-Hant", "繁體"), ("en", "en", "EN"))


def seat_label(request: HttpRequest) -> str:
    """The reader's seats in words, for the head of staff pages."""
    held = seats_of(getattr(request, "user", None))
    return " · ".join(dict.fromkeys(str(Role(role).label) for role, _code in held))


def page(request: HttpRequest) -> dict[str, Any]:
    """Context for every template."""
    language = getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE)
    return {
        "html_lang": HTML_LANG.get(language, "en"),
        "switch": [(code, lang, label) for code, lang, label in SWITCH if code != language],
        "elder": request.COOKIES.get("elder") == "1",
        "demo": settings.DEMO,
        "face": settings.SITE,
        "public_base_url": settings.PUBLIC_BASE_URL,
        "menu": SimpleLazyObject(lambda: menu.entries(request)),
        "seat_label": SimpleLazyObject(lambda: seat_label(request)),
    }
