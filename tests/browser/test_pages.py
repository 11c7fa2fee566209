"""Walks every page by language and size with axe; nothing scrolls sideways, breaks the policy or hides."""

from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Site
from tests.browser.walk import BY_SEAT, PUBLIC, Faults, look, visitor

pytestmark = [pytest.mark.browser, pytest.mark.data, pytest.mark.prove]


def walk(site: Site, browser: Browser, seat: str, language: str, width: int, **options: Any) -> list[str]:
    """Everything that is wrong on the pages of one seat."""
    faults = Faults()
    with visitor(browser, site, language=language, seat=seat, width=width, **options) as context:
        for path in BY_SEAT[seat]:
            page = context.new_page()
            look(page, site, path, faults)
            page.close()
    return faults.found


@pytest.mark.parametrize("seat", sorted(BY_SEAT))
@pytest.mark.parametrize(("language", "width"), [("zh-hans", 390), ("zh-hant", 390), ("en", 1280)])
def test_pages_are_accessible(site: Site, browser: Browser, seat: str, language: str, width: int) -> None:
    assert walk(site, browser, seat, language, width) == []


@pytest.mark.parametrize("seat", sorted(BY_SEAT))
def test_pages_do_not_scroll_sideways_when_narrow(site: Site, browser: Browser, seat: str) -> None:
    faults = Faults()
    for width, language in ((320, "zh-hant"), (320, "en"), (640, "zh-hans")):
        with visitor(browser, site, language=language, seat=seat, width=width) as context:
            page = context.new_page()
            for path in BY_SEAT[seat]:
                look(page, site, path, faults, axe=False)
    assert faults.found == []


@pytest.mark.parametrize("seat", sorted(BY_SEAT))
def test_pages_are_accessible_in_the_dark(site: Site, browser: Browser, seat: str) -> None:
    assert walk(site, browser, seat, "en", 1280, color_scheme="dark") == []


def test_large_print_holds_on_a_phone(site: Site, browser: Browser) -> None:
    faults = Faults()
    with visitor(browser, site, language="zh-hans", width=390) as context:
        context.add_cookies([{"name": "elder", "value": "1", "url": site.base}])
        for path in PUBLIC:
            page = context.new_page()
            look(page, site, path, faults)
            page.close()
    assert faults.found == []


def test_public_pages_work_without_script(site: Site, browser: Browser) -> None:
    faults = Faults()
    with visitor(browser, site, language="en", java_script_enabled=False) as context:
        page = context.new_page()
        for path in PUBLIC:
            answer = page.goto(site.base + path)
            if answer is None or answer.status != 200 or not page.inner_text("h1").strip():
                faults.add(path, "does not answer without script")
    assert faults.found == []
