"""A branching survey of forty questions on a phone, in three languages, without script; axe finds nothing."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.served import Served

pytestmark = [pytest.mark.browser, pytest.mark.prove]
LANGUAGES = ("zh-hans", "zh-hant", "en")
SEED = """
import json
from tests.surveys.fieldwork import forty, world
survey = world.in_the_field(20, version=world.questionnaire(forty.document()))
print(json.dumps(world.links(survey)))
"""
LINKS = """
import json
from surveys.fieldwork.models import Survey
from tests.surveys.fieldwork import world
print(json.dumps(world.links(Survey.objects.get())))
"""
STORED = """
import json
from surveys.fieldwork.models import Response
print(json.dumps(sorted([r.language, r.state, len(r.answers)] for r in Response.objects.all())))
"""
CODE = ".receipt b"
NEXT = "form#survey p.send button"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    found = Served(Path(tmp_path_factory.mktemp("phone")) / "state")
    found.prepare()
    found.run(SEED)
    with found.running():
        yield found


def fill(page: Page) -> None:
    """Answer what is on the page with the controls a thumb would use."""
    for name in page.eval_on_selector_all(
        "form#survey input[type=radio]", "found => [...new Set(found.map(one => one.name))]"
    ):
        wanted = page.locator(f"input[name='{name}'][value='4']")
        choice = wanted if wanted.count() else page.locator(f"input[name='{name}']").first
        choice.check()
    for name in page.eval_on_selector_all(
        "form#survey input[type=checkbox]", "found => [...new Set(found.map(one => one.name))]"
    ):
        page.locator(f"input[name='{name}']").first.check()
    for box in page.locator("form#survey input[inputmode=decimal]").all():
        box.fill("3")
    for place, box in enumerate(page.locator("form#survey select").all(), 1):
        box.select_option(index=place)


def send(page: Page, button: str) -> None:
    """Press a button and wait until the page it leads to is there."""
    with page.expect_navigation():
        page.click(button)


def faults(page: Page) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    found = [f"scrolls sideways by {wide}"] if wide > 0 else []
    found += [] if page.locator("h1").count() == 1 else [f"{page.locator('h1').count()} h1"]
    for violation in Axe().run(page).response["violations"]:
        found.append(f"{violation['id']} at {violation['nodes'][0]['target'][0]}")
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_survey_works_without_script(served: Served, browser: Browser, language: str) -> None:
    links = json.loads(served.run(LINKS))
    link = f"http://127.0.0.1:{served.port}{links[LANGUAGES.index(language)]}"
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    context.add_cookies([{"name": "django_language", "value": language, "url": link}])
    page = context.new_page()
    page.goto(link)
    code = page.inner_text(CODE)
    send(page, "button[name=begin]")
    for _page in range(4):
        fill(page)
        send(page, NEXT)
    fill(page)
    send(page, "button[name=later]")
    assert page.inner_text(CODE) == code
    # Another day, another device: the code alone leads back to the same page.
    other = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    other.add_cookies([{"name": "django_language", "value": language, "url": link}])
    page = other.new_page()
    page.goto(f"http://127.0.0.1:{served.port}/s/")
    page.fill("#code", code)
    send(page, "main button[type=submit]")
    for _page in range(30):
        if not page.locator("form#survey input[name=page]").count():
            break
        fill(page)
        send(page, NEXT)
    assert page.inner_text(CODE) == code
    stored = json.loads(served.run(STORED))
    mine = [row for row in stored if row[0] == language]
    assert [state for _language, state, _n in mine] == ["complete"]
    assert mine[0][2] >= 30
    context.close()
    other.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("elder", [False, True])
def test_every_page_is_accessible(served: Served, browser: Browser, language: str, *, elder: bool) -> None:
    links = json.loads(served.run(LINKS))
    link = f"http://127.0.0.1:{served.port}{links[6 + LANGUAGES.index(language) + 3 * elder]}"
    context = browser.new_context(viewport={"width": 390, "height": 844})
    context.add_cookies(
        [
            {"name": "django_language", "value": language, "url": link},
            {"name": "elder", "value": "1" if elder else "0", "url": link},
        ]
    )
    page = context.new_page()
    page.goto(link)
    found = [f"welcome: {fault}" for fault in faults(page)]
    send(page, "button[name=begin]")
    if not elder:
        send(page, NEXT)
        found += [f"refused: {fault}" for fault in faults(page)]
    for number in range(60):
        if not page.locator("form#survey input[name=page]").count():
            break
        fill(page)
        if not elder or number % 4 == 0:
            found += [f"page {number}: {fault}" for fault in faults(page)]
        tapped = page.locator("button.level[value='4']")
        taps = "button.level[value='4']" if tapped.count() else "button.level"
        send(page, NEXT if page.locator(NEXT).count() else taps)
    found += [f"over: {fault}" for fault in faults(page)]
    page.goto(f"{link}/stored")
    found += [f"stored: {fault}" for fault in faults(page)]
    page.goto(f"http://127.0.0.1:{served.port}/s/")
    found += [f"enter: {fault}" for fault in faults(page)]
    assert found == []
    context.close()
