"""The addresses the browser walks by seat, and what it looks at on each."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.build import PASSWORD
from tests.browser.conftest import Site
from tests.services import PATIENCE

EDITION = "/results/nyc-2026/"
PUBLIC = (
    "/",
    EDITION,
    f"{EDITION}editions/1/",
    f"{EDITION}DSNY/",
    f"{EDITION}NYPD/",
    f"{EDITION}figures/nyc-2026.DSNY.residents.raw/",
    f"{EDITION}figures/nyc-2026.DSNY.total.score/",
    f"{EDITION}figures/nyc-2026.DSNY.total.rank/",
    f"{EDITION}figures/nyc-2026.DSNY.targets.raw/",
    "/methods/",
    "/methods/nyc-2026/",
    "/methods/accessibility/",
    "/methods/privacy/",
    "/data/",
    "/search/?q=sanitation",
    "/search/?q=nobody",
)
OFFICE = (
    "/office/rankings/nyc-2026/",
    "/office/rankings/nyc-2027/",
    "/office/rankings/nyc-2026/result/",
    "/office/rankings/nyc-2026/units/DSNY/",
    "/office/rankings/nyc-2026/what-if/",
    "/office/rankings/nyc-2026/what-if/?w-residents=60&w-targets=20&w-audit=20",
    "/office/rankings/nyc-2026/objections/",
    "/office/evidence/nyc-2026/",
    "/office/evidence/nyc-2027/",
    "/office/evidence/nyc-2027/import/kpis/",
    "/office/cycles/",
    "/office/cycles/new/",
    "/office/cycles/schemes/",
    "/office/cycles/schemes/nyc_three_sources/1/",
    "/office/cycles/schemes/nyc_three_sources/1/edit/",
    "/office/cycles/schemes/balanced/1/edit/",
    "/office/cycles/schemes/balanced/1/round/total/",
    "/office/reports/nyc-2026/",
    "/office/improvement/office/",
    "/office/calendar/",
    "/office/calendar/2099/",
    "/office/calendar/import/",
    "/office/cases/",
    "/office/notices/",
    "/office/improvement/commissions/",
    "/office/improvement/measures/",
)
LEAD = (
    "/office/improvement/today/",
    "/office/improvement/result/",
    "/office/improvement/measures/",
    "/office/improvement/measures/1/",
    "/office/improvement/measures/2/",
    "/office/improvement/measures/3/",
    "/office/improvement/measures/new/DSNY/",
    "/office/improvement/replies/",
    "/office/improvement/replies/1/",
    "/office/improvement/replies/2/",
    "/office/improvement/replies/new/DSNY/",
)
LEADER = ("/office/improvement/leader/",)
AUDITOR = ("/office/improvement/audits/", "/office/improvement/audits/1/sample/")
BY_SEAT = {"": PUBLIC, "office": OFFICE, "lead": LEAD, "leader": LEADER, "auditor": AUDITOR}


@dataclass
class Faults:
    """What was wrong, page by page."""

    found: list[str] = field(default_factory=list)

    def add(self, where: str, what: str) -> None:
        self.found.append(f"{where}: {what}")


@contextmanager
def visitor(
    browser: Browser, site: Site, *, language: str, seat: str = "", width: int = 1280, **options: Any
) -> Iterator[BrowserContext]:
    """A reader with a language, a screen and perhaps a seat."""
    context = browser.new_context(viewport={"width": width, "height": 900 if width > 600 else 844}, **options)
    context.set_default_timeout(PATIENCE)
    context.add_cookies([{"name": "django_language", "value": language, "url": site.base}])
    if seat:
        sign_in(context, site, seat)
    yield context
    context.close()


def sign_in(context: BrowserContext, site: Site, name: str) -> None:
    page = context.new_page()
    page.goto(f"{site.base}/account/login/?next=/office/notices/")
    page.fill("input[name=login]", name)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/office/notices/")
    page.close()


def look(page: Page, site: Site, path: str, faults: Faults, *, axe: bool = True) -> None:
    """Open one page: it answers, does not scroll sideways, breaks no policy, and axe finds nothing."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    answer = page.goto(site.base + path)
    where = f"{path} at {page.viewport_size['width'] if page.viewport_size else '?'}"
    if answer is None or answer.status != 200:
        faults.add(where, f"status {answer.status if answer else 'none'}")
        return
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 0:
        faults.add(where, f"scrolls sideways by {wide} px")
    if page.locator("h1").count() != 1:
        faults.add(where, f"{page.locator('h1').count()} headings of the first rank")
    if axe:
        for violation in Axe().run(page).response["violations"]:
            places = ", ".join(node["target"][0] for node in violation["nodes"][:3])
            faults.add(where, f"{violation['id']} at {places}")
    for text in said:
        faults.add(where, text[:200])
