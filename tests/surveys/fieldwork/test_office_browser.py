"""Every page of fieldwork in a browser, by language and size: axe finds nothing and nothing scrolls sideways."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Site, served
from tests.browser.walk import Faults, look, visitor

pytestmark = [pytest.mark.browser, pytest.mark.prove]
SCREENS = (
    "", "new/", "frames/", "frames/import/", "town-1/", "town-3/", "town-4/", "street/", "town-3/draw/", "town-4/draw/",
    "town-3/respondents/", "town-3/respondents/1/", "town-3/respondents/300/",
    "town-3/respondents/300/interview/paper/",
    "town-3/paper/", "town-1/paper/", "town-2/weights/", "town-2/results/", "town-4/results/", "town-2/groups/",
    "town-2/groups/?by=gender", "town-2/waves/", "town-4/waves/", "town-2/fairness/", "town-4/fairness/",
)  # fmt: skip


@pytest.fixture(scope="module")
def office_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with served(tmp_path_factory.mktemp("fieldwork"), "tests.surveys.fieldwork.office_world") as found:
        yield found


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("zh-hans", 390), ("zh-hant", 320)])
def test_every_page_is_accessible_and_fits(
    office_site: Site, browser: Browser, language: str, width: int
) -> None:
    faults = Faults()
    with visitor(browser, office_site, language=language, seat="office", width=width) as context:
        for path in SCREENS:
            page = context.new_page()
            look(page, office_site, f"/office/fieldwork/{path}", faults)
            page.close()
    assert faults.found == []


def test_the_pages_of_results_tell_what_they_found(office_site: Site, browser: Browser) -> None:
    with visitor(browser, office_site, language="en", seat="office") as context:
        page = context.new_page()
        for path, words in (
            ("town-2/results/", "of 100; weakest:"),
            ("town-2/waves/", "Since the wave before:"),
            ("town-2/groups/", "How satisfied are you? From"),
            ("town-2/fairness/", "With the same people asked the same way"),
        ):
            page.goto(f"{office_site.base}/office/fieldwork/{path}")
            assert words in page.inner_text("h1")
        assert page.locator("th:has-text('Channel: Telephone'), td:has-text('Telephone')").count()
