"""A resident's town behind a live server, and a phone that opens its pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page

from tests.services import PATIENCE
from tests.surveys.ratings.world import Town, invited

PHONE = {"width": 390, "height": 844}
LANGUAGES = ("zh-hans", "zh-hant", "en")
LANG = {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant", "en": "en"}
LEVELS = {
    "zh-hans": ["非常满意", "满意", "基本满意", "不满意", "非常不满意"],
    "zh-hant": ["非常滿意", "滿意", "基本滿意", "不滿意", "非常不滿意"],
    "en": ["Very satisfied", "Satisfied", "Basically satisfied", "Dissatisfied", "Very dissatisfied"],
}
RECEIPT = r"^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2}$"


@dataclass(frozen=True)
class Place:
    """The town and where it is served."""

    base: str
    town: Town

    def link(self, case_no: str, **more: Any) -> str:
        """The address of a new invitation."""
        given = invited(self.town, case_no, now=timezone.now(), **more)
        return f"{self.base}/r/{given.token}"


@contextmanager
def phone(
    browser: Browser, place: Place, *, language: str = "en", elder: bool = False, **options: Any
) -> Iterator[Page]:
    """A page on a phone of its own."""
    context = browser.new_context(**({"viewport": PHONE} | options))
    context.set_default_timeout(PATIENCE)
    prefer(context, place, language=language, elder=elder)
    yield context.new_page()
    context.close()


def prefer(context: BrowserContext, place: Place, *, language: str, elder: bool) -> None:
    context.clear_cookies()
    wanted = {"django_language": language, "elder": "1" if elder else "0"}
    context.add_cookies([{"name": name, "value": value, "url": place.base} for name, value in wanted.items()])


def faults_of(page: Page, where: str, *, axe: bool = True) -> list[str]:
    """What is wrong with the page as it stands: sideways scrolling, headings, what axe finds."""
    found = []
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 0:
        found.append(f"{where}: scrolls sideways by {wide} px")
    if page.locator("h1").count() != 1:
        found.append(f"{where}: {page.locator('h1').count()} headings of the first rank")
    if axe:
        for violation in Axe().run(page).response["violations"]:
            targets = ", ".join(str(node["target"][0]) for node in violation["nodes"][:3])
            found.append(f"{where}: {violation['id']} at {targets}")
    return found
