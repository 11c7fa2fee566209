"""The languages of other systems and ours."""

import re

from surveys.core.text import LANGUAGES

LABELS = {"en": "English (en)", "zh-hans": "简体中文 (zh-Hans)", "zh-hant": "繁體中文 (zh-Hant)"}
"""How a language is headed in an XLSForm."""
KNOWN = {
    "en": "en", "english": "en", "en-us": "en", "en-gb": "en",
    "zh-hans": "zh-hans", "zh": "zh-hans", "zh-cn": "zh-hans", "zh-sg": "zh-hans", "chinese": "zh-hans",
    "中文": "zh-hans",
    "简体中文": "zh-hans", "chinese (simplified)": "zh-hans", "simplified chinese": "zh-hans",
    "zh-hant": "zh-hant", "zh-tw": "zh-hant", "zh-hk": "zh-hant", "zh-mo": "zh-hant", "繁體中文": "zh-hant",
    "zh-hant-hk": "zh-hant", "zh-hant-tw": "zh-hant",
    "chinese (traditional)": "zh-hant", "traditional chinese": "zh-hant",
}  # fmt: skip
CODED = re.compile(r"\(([A-Za-z-]{2,12})\)\s*$")


def language_of(label: str) -> str | None:
    """Our code of a language as another system names it; None for one that is not carried."""
    plain = label.strip().replace("_", "-").lower()
    match = CODED.search(label)
    return KNOWN.get(plain) or (KNOWN.get(match[1].lower()) if match else None)


def in_order(found: set[str]) -> list[str]:
    """Languages in the order of the house."""
    return [language for language in LANGUAGES if language in found]
