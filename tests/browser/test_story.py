"""One bad rating from the resident's link to the resident's word, clicked through by five roles on two screens.

SHOTS=folder keeps a picture of every screen.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import Site, served
from tests.browser.walk import visitor
from tests.paths import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.prove]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
NUMBER = "13800138000"


@dataclass
class Stage:
    """The site with everyone's browser, and what was wrong on the screens looked at."""

    site: Site
    browser: Browser
    stack: ExitStack
    faults: list[str] = field(default_factory=list)
    people: dict[str, BrowserContext] = field(default_factory=dict)
    n_shots: int = 0

    def page(self, who: str, path: str) -> Page:
        """A page of one person; residents have no account and a phone."""
        if who not in self.people:
            seat = "" if who == "resident" else who
            self.people[who] = self.stack.enter_context(
                visitor(self.browser, self.site, language="en", seat=seat, width=390 if not seat else 1280)
            )
        page = self.people[who].new_page()
        page.goto(self.site.base + path)
        self.look(page, who)
        return page

    def look(self, page: Page, who: str) -> None:
        """The screen as it is, on a desk and on a phone: no sideways scrolling, nothing that axe finds."""
        name = re.sub(r"[^a-z0-9]+", "-", page.url.removeprefix(self.site.base).lower()).strip("-")
        for size in (DESK, PHONE) if who != "resident" else (PHONE,):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            wide = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            found = [f"scrolls sideways by {wide} px"] if wide > 0 else []
            found += [violation["id"] for violation in Axe().run(page).response["violations"]]
            self.faults += [f"{who} {name} at {size['width']}: {what}" for what in found]
            if folder := os.environ.get("SHOTS"):
                self.n_shots += 1
                file = f"{self.n_shots:03d}-{who}-{name[:60]}-{size['width']}.png"
                page.screenshot(path=Path(folder, file), full_page=True)
        if who != "resident":
            page.set_viewport_size(DESK)  # type: ignore[arg-type]

    def run(self, what: str) -> str:
        """Let the clock look for work, or check the log."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.browser.storyworld", what],
            cwd=ROOT, env=self.site.environment, check=True, capture_output=True, text=True,
        )  # fmt: skip
        return done.stdout


@pytest.fixture
def stage(browser: Browser, tmp_path: Path) -> Iterator[Stage]:
    with served(tmp_path, "tests.browser.storyworld build") as site, ExitStack() as stack:
        yield Stage(site, browser, stack)


def push(stage: Stage, page: Page, who: str, button: str) -> None:
    """Press a button, see the next screen."""
    page.get_by_role("button", name=button, exact=True).first.click()
    page.wait_for_load_state()
    stage.look(page, who)


def rate(stage: Stage) -> str:
    """The resident rates badly on a phone and keeps the receipt."""
    page = stage.page("resident", Path(stage.site.state, "link").read_text(encoding="utf-8"))
    page.locator("input[name=level][value='1']").check()
    page.locator("label.chip:has(input[name=tag]):visible").first.click()
    page.locator("textarea[name=comment]").fill("Three trips for one paper.")
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_selector(".receipt b")
    stage.look(page, "resident")
    return page.inner_text(".receipt b").strip()


def follow(stage: Stage, receipt: str, heading: str) -> Page:
    page = stage.page("resident", f"/c/{receipt}")
    expect(page.locator("h1")).to_have_text(heading)
    return page


def take_in(stage: Stage) -> str:
    """The office pre-reviews, the lead gives the case to a handler in one go."""
    page = stage.page("office", "/office/cases/")
    page.locator("table.tbl tbody th a").click()
    stage.look(page, "office")
    code = page.url.rstrip("/").rsplit("/", 1)[1]
    push(stage, page, "office", "Pre-review")
    expect(page.locator(".stages .is-now")).to_contain_text("Assigned")
    page = stage.page("bdc-lead", "/office/cases/triage/")
    page.locator(f"input[name=case][value='{code}']").check()
    page.locator("select[name=handler]").select_option(label="陈晓 Chen Xiao")
    push(stage, page, "bdc-lead", "Give the ticked cases")
    return code


def mend(stage: Stage, code: str, reply: str, *, again: bool) -> None:
    """The handler is told, verifies, mends and replies; a telephone number in the reply is refused first."""
    page = stage.page("bdc", "/office/notices/")
    said = "the resident says it is not solved" if again else "One case is yours now."
    page.get_by_role("link", name=re.compile(re.escape(said))).first.click()
    page.wait_for_load_state()
    page.goto(f"{stage.site.base}/office/improvement/today/")
    stage.look(page, "bdc")
    page.get_by_role("link", name=re.compile(code)).first.click()
    page.wait_for_load_state()
    stage.look(page, "bdc")
    push(stage, page, "bdc", "Take up")
    page.get_by_text("Find valid", exact=True).first.click()
    page.locator("#find_valid_complexity").select_option("simple")
    push(stage, page, "bdc", "Find valid")
    push(stage, page, "bdc", "Start the fix")
    for words in (f"Call me: {NUMBER}", reply):
        if not page.locator("#finish_text").is_visible():
            page.get_by_text("Record the fix", exact=True).first.click()
        page.locator("#finish_text").fill(words)
        push(stage, page, "bdc", "Record the fix")
        if words != reply:
            expect(page.locator(".problem")).to_contain_text("identity number in the text")
    expect(page.locator(".stages .is-now")).to_contain_text("Resident asked")


def call(stage: Stage, code: str, outcome: str) -> None:
    """Somebody other than the handler asks the resident."""
    page = stage.page("bdc", "/office/cases/call-backs/")
    expect(page.locator("main")).not_to_contain_text(code)
    page = stage.page("bdc-lead", "/office/cases/call-backs/")
    expect(page.locator("main")).to_contain_text(code)
    push(stage, page, "bdc-lead", outcome)


def test_a_bad_rating_is_answered_reopened_and_confirmed(stage: Stage) -> None:
    receipt = rate(stage)
    stage.run("tick")
    follow(stage, receipt, "Your rating has been received")
    leader = stage.page("leader", "/office/improvement/leader/")
    expect(leader.locator(".stat").first).to_contain_text("1")
    code = take_in(stage)
    mend(stage, code, "One form is enough now.", again=False)
    call(stage, code, "Nobody reached")
    page = follow(stage, receipt, "The office says it is put right. Is it?")
    expect(page.locator("main")).to_contain_text("One form is enough now.")
    push(stage, page, "resident", "Not solved")
    expect(page.locator("h1")).to_have_text("Opened again: the office starts over")
    mend(stage, code, "The window now keeps the form.", again=True)
    call(stage, code, "Nobody reached")
    page = follow(stage, receipt, "The office says it is put right. Is it?")
    push(stage, page, "resident", "Solved")
    expect(page.locator("h1")).to_have_text("You said it is solved")
    page = stage.page("bdc-lead", f"/office/cases/{code}/")
    push(stage, page, "bdc-lead", "Publish under “you said, we did”")
    expect(page.locator("main")).to_contain_text("everyone reads it")
    expect(page.locator(".stages .is-done")).to_have_count(7)
    expect(stage.page("leader", "/office/improvement/leader/").locator(".stat").first).to_contain_text("0")
    assert "20" in stage.page("audit", "/office/log/").inner_text("main")
    assert re.search(r"\d+ entries", stage.run("chain"))
    assert sorted(set(stage.faults)) == []
