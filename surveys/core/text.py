"""Texts that exist in three languages, and which of them to show."""

from collections.abc import Mapping, Sequence

from django.utils.translation import get_language

LANGUAGES = ("zh-hans", "zh-hant", "en")
OWN_NAMES = {"zh-hans": "简体中文", "zh-hant": "繁體中文", "en": "English"}
FALLBACK = {
    "zh-hans": ("zh-hans", "zh-hant", "en"),
    "zh-hant": ("zh-hant", "zh-hans", "en"),
    "en": ("en", "zh-hans", "zh-hant"),
}


def localized(names: Mapping[str, str], language: str | None = None) -> str:
    """The text in the wanted language (default: the active one), else the nearest that exists."""
    wanted = (language or get_language() or "en").lower()
    for code in FALLBACK.get(wanted, FALLBACK["en"]):
        if text := names.get(code):
            return text
    return next(iter(names.values()), "")


def nearest_language(offered: Sequence[str]) -> str:
    """The language of the page where it is offered, else the nearest that is, else the first."""
    wanted = (get_language() or "en").lower()
    return next((code for code in FALLBACK.get(wanted, FALLBACK["en"]) if code in offered), offered[0])
