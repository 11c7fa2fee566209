"""The resident's path on a phone: link, five buttons, fitting tags, receipt, and not twice."""

import gzip
import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from surveys.ratings.models import Rating
from tests.browser.resident import LANG, LANGUAGES, LEVELS, RECEIPT, Place, faults_of, phone, prefer
from tests.surveys.ratings.world import build_town

pytestmark = pytest.mark.browser

LIMIT = 25 * 1024
BAD_TAG = "poor_attitude"
QUESTION = {
    "zh-hans": "这次办事，您满意吗？",
    "zh-hant": "這次辦事，您滿意嗎？",
    "en": "How satisfied are you with this service?",
}
TWICE = {
    "zh-hans": "这件事已经评过了，谢谢您。",
    "zh-hant": "這件事已經評過了，謝謝您。",
    "en": "This case has been rated already. Thank you.",
}


@pytest.fixture
def place(live_server: Any, settings: Any) -> Place:
    settings.PUBLIC_BASE_URL = live_server.url
    return Place(live_server.url, build_town())


def labels(page: Page) -> list[str]:
    return [text.strip() for text in page.locator("#level .level").all_inner_texts()]


def shown_tags(page: Page) -> set[str]:
    chips = page.locator("[name=tag]")
    return {str(chip.get_attribute("value")) for chip in chips.all() if chip.is_visible()}


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_from_the_link_to_the_receipt_and_not_twice(
    browser: Browser, place: Place, language: str, script: bool
) -> None:
    link = place.link(f"{language}{script}")
    with phone(browser, place, language=language, java_script_enabled=script) as page:
        page.goto(link)
        assert page.locator("html").get_attribute("lang") == LANG[language]
        assert page.locator("h1").inner_text() == QUESTION[language]
        assert labels(page) == LEVELS[language]
        assert page.locator("#level .level svg.face").count() == 5
        assert page.locator(":checked").count() == 0
        assert shown_tags(page) == set()
        send = page.locator("form#rate button[type=submit].btn")
        box = send.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 844
        page.get_by_text(LEVELS[language][0], exact=True).click()
        good = shown_tags(page)
        page.get_by_text(LEVELS[language][4], exact=True).click()
        bad = shown_tags(page)
        assert BAD_TAG in bad - good
        assert "kind_staff" in good - bad
        page.locator(f"label:has([value={BAD_TAG}])").click()
        send.click()
        expect(page.locator(".receipt b")).to_have_text(re.compile(RECEIPT))
        expect(page.locator("main")).to_contain_text(LEVELS[language][4])
        expect(page.locator(".steps li")).to_have_count(5)
        page.goto(link)
        assert page.locator("h1").inner_text() == TWICE[language]
    assert [(r.level, r.tags, r.language) for r in Rating.objects.all()] == [(1, [BAD_TAG], language)]


def test_a_second_tab_learns_that_the_case_is_rated(browser: Browser, place: Place) -> None:
    link = place.link("tabs")
    with phone(browser, place) as page:
        page.goto(link)
        other = page.context.new_page()
        other.goto(link)
        for tab, level in ((page, "5"), (other, "1")):
            tab.locator(f"label:has([name=level][value='{level}'])").click()
            tab.locator("form#rate .btn").click()
        expect(other.locator("h1")).to_have_text(TWICE["en"])
    assert [rating.level for rating in Rating.objects.all()] == [5]


def test_the_keyboard_alone_is_enough(browser: Browser, place: Place) -> None:
    with phone(browser, place, java_script_enabled=False) as page:
        page.goto(place.link("keys"))
        tab_to(page, "[name=level]")
        page.keyboard.press("Space")
        page.keyboard.press("ArrowDown")
        assert page.locator("[name=level]:checked").get_attribute("value") == "4"
        tab_to(page, "[name=tag]")
        page.keyboard.press("Space")
        tab_to(page, "[name=comment]")
        page.keyboard.type("All by keyboard")
        tab_to(page, "button.btn")
        page.keyboard.press("Enter")
        expect(page.locator(".receipt b")).to_have_text(re.compile(RECEIPT))
    rating = Rating.objects.get()
    assert (rating.level, len(rating.tags), rating.comment) == (4, 1, "All by keyboard")


def test_large_print_by_keyboard_one_question_a_page(browser: Browser, place: Place) -> None:
    with phone(browser, place, language="zh-hans", elder=True, java_script_enabled=False) as page:
        page.goto(place.link("elder"))
        tab_to(page, "button.level[value='2']")
        page.keyboard.press("Enter")
        expect(page.locator(f"[value={BAD_TAG}]")).to_be_visible()
        tab_to(page, f"[name=tag][value={BAD_TAG}]")
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        expect(page.locator("[name=comment]")).to_be_visible()
        tab_to(page, "[name=comment]")
        page.keyboard.type("字大好认")
        tab_to(page, "button.btn:not(.btn--quiet)")
        page.keyboard.press("Enter")
        expect(page.locator(".receipt b")).to_have_text(re.compile(RECEIPT))
    rating = Rating.objects.get()
    assert (rating.level, rating.tags, rating.comment) == (2, [BAD_TAG], "字大好认")


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the wanted element has the focus."""
    for _n in range(60):
        page.keyboard.press("Tab")
        if page.locator(f"{selector}:focus").count():
            return
    raise AssertionError(f"Tab never reaches {selector}")


def test_mistakes_are_summed_up_and_lead_to_their_field(browser: Browser, place: Place) -> None:
    with phone(browser, place) as page:
        page.goto(place.link("mistakes"))
        page.locator("form#rate .btn").click()
        expect(page).to_have_title(re.compile("^Problem:"))
        expect(page.locator("#problem:focus")).to_have_count(1)
        line = page.locator("#problem a")
        assert line.all_inner_texts() == ["Choose how satisfied you are"]
        line.click()
        expect(page).to_have_url(re.compile("#level$"))
        assert page.locator("#level-e").inner_text().strip() == "Choose how satisfied you are"


def test_changing_the_language_half_way_keeps_the_answers(browser: Browser, place: Place) -> None:
    with phone(browser, place, elder=True, java_script_enabled=False) as page:
        page.goto(place.link("turn"))
        page.locator("button.level[value='1']").click()
        page.locator(f"label:has([value={BAD_TAG}])").click()
        page.get_by_role("button", name="简体").click()
        expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
        expect(page.locator(f"[value={BAD_TAG}]")).to_be_checked()
        page.locator("button.btn:not(.btn--quiet)").first.click()
        page.locator("button.btn:not(.btn--quiet)").first.click()
        expect(page.locator(".receipt b")).to_have_text(re.compile(RECEIPT))
    assert [(r.level, r.tags, r.language) for r in Rating.objects.all()] == [(1, [BAD_TAG], "zh-hans")]


@pytest.mark.parametrize("way", ["r", "q", "k"])
def test_a_page_and_all_it_loads_weigh_little(browser: Browser, place: Place, way: str) -> None:
    link = {"r": place.link("weight"), "q": f"{place.base}/q/qr-01", "k": f"{place.base}/k/ki-01"}[way]
    loaded: dict[str, int] = {}
    with phone(browser, place, language="zh-hans") as page:
        page.on("response", lambda answer: loaded.update({answer.url: len(gzip.compress(answer.body()))}))
        page.goto(link, wait_until="networkidle")
    assert len(loaded) >= 2
    assert all(address.startswith(place.base) for address in loaded)
    assert sum(loaded.values()) <= LIMIT, loaded


def walk(page: Page, place: Place, name: str, *, axe: bool) -> list[str]:
    """Every page a resident can meet, in the language and size the phone asks for."""
    found: list[str] = []

    def look(where: str) -> None:
        found.extend(faults_of(page, f"{name} {where}", axe=axe))

    def send(button: str) -> None:
        with page.expect_navigation():
            page.locator(button).first.click()

    elder, onwards = "elder" in name, "button.btn:not(.btn--quiet)"
    link = place.link(f"{name}-bad")
    page.goto(link)
    look("form")
    if elder:
        send("button.level[value='1']")
        look("reasons")
        send(onwards)
        look("words")
        page.locator("[name=call]").check()
        send(onwards)
        look("words refused")
        page.locator("[name=tel]").fill("13800000000")
        send(onwards)
    else:
        send("form#rate .btn")
        look("nothing chosen")
        for level in "54321":
            page.locator(f"label:has([name=level][value='{level}'])").click()
            look(f"level {level}")
        send("form#rate .btn")
    look("receipt of a bad rating")
    code = page.locator(".receipt b").inner_text()
    page.goto(link)
    look("already rated")
    for path in ("/r/unknown-token-of-no-one", "/q/qr-01", "/k/ki-01", "/c/", f"/c/{code}"):
        page.goto(place.base + path)
        look(path.split(code)[0])
    return found


@pytest.mark.parametrize(("language", "elder"), [("zh-hans", False), ("en", True)])
def test_pages_are_accessible(browser: Browser, place: Place, language: str, elder: bool) -> None:
    with phone(browser, place, language=language, elder=elder) as page:
        assert walk(page, place, f"{language}{' elder' if elder else ''}", axe=True) == []


@pytest.mark.prove
@pytest.mark.parametrize(
    "look", [{}, {"color_scheme": "dark"}, {"forced_colors": "active"}, {"contrast": "more"}],
    ids=["plain", "dark", "forced colours", "more contrast"],
)  # fmt: skip
def test_pages_are_accessible_in_every_language_and_size(
    browser: Browser, place: Place, look: dict[str, str]
) -> None:
    found = []
    with phone(browser, place, **look) as page:
        for language in LANGUAGES:
            for elder in (False, True):
                prefer(page.context, place, language=language, elder=elder)
                found += walk(page, place, f"{language}{' elder' if elder else ''}", axe=True)
    assert found == []


def test_nothing_scrolls_sideways_on_the_narrowest_phone(browser: Browser, place: Place) -> None:
    found = []
    with phone(browser, place, viewport={"width": 320, "height": 568}) as page:
        for language, elder in (("zh-hant", False), ("en", False), ("en", True), ("zh-hans", True)):
            prefer(page.context, place, language=language, elder=elder)
            found += walk(page, place, f"{language}{' elder' if elder else ''}", axe=False)
    assert found == []
