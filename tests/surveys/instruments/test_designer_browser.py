"""Somebody who follows docs/questionnaires.md builds a bilingual survey of ten questions in a browser."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Site, served
from tests.browser.walk import Faults, look, visitor
from tests.paths import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.prove]

DESIGN = "/office/instruments/library_visit/1/design/"
QUESTIONS = [
    ("rating", "level5", "总的来说，您满意吗？", "Overall, how satisfied are you?", {}),
    ("rating", "agree5", "等候时间合理。", "The wait was reasonable.", {}),
    ("rating", "agree5", "工作人员懂业务。", "Staff knew their job.", {}),
    ("single", "yes_no", "一次办成了吗？", "Was it done in one visit?", {}),
    ("single", "often4", "您多久来一次？", "How often do you come?", {}),
    ("multiple", "", "您用过哪些？", "What have you used?",
     {"options_zh-hans": "借书\n自习\n活动", "options_en": "Lending\nDesks\nEvents"}),
    ("ranking", "", "最该先改什么？", "What should come first?",
     {"options_zh-hans": "时间\n座位\n藏书", "options_en": "Hours\nSeats\nBooks"}),
    ("number", "", "您的年龄？", "How old are you?", {}),
    ("nps", "", "您会推荐给别人吗？", "Would you recommend it?", {}),
    ("long_text", "", "哪里不满意？", "What went wrong?", {"when": "overall_how_satisfied <= 2"}),
]  # fmt: skip


LATIN, HAN, CLICK, READ = 0.3, 1.0, 2.5, 5.0
"""Seconds a person needs for a letter (40 words a minute), a Chinese character (60 a minute), a click, a page."""


def human_seconds() -> float:
    """How long somebody takes over the questions at that pace, with the pages before and after them."""
    texts = ["Library visit", *(text for one in QUESTIONS for text in (one[2], one[3])),
             *(text for one in QUESTIONS for key, text in one[4].items() if key != "when")]  # fmt: skip
    typing = sum(HAN if ord(sign) > 127 else LATIN for text in texts for sign in text)
    clicks = 5 + sum(5 + (1 + len(one[4]) if one[4] else 0) for one in QUESTIONS)
    return typing + CLICK * clicks + READ * (len(QUESTIONS) + 5)


def test_the_guide_tells_how_long_it_takes() -> None:
    guide = (ROOT / "docs" / "questionnaires.md").read_text(encoding="utf-8")
    told = re.search(r"(\d+) min (\d+) s in a run", guide)
    assert told is not None
    seconds = human_seconds()
    assert seconds < 600
    assert abs(60 * int(told[1]) + int(told[2]) - seconds) < 60


@pytest.fixture(scope="module")
def office_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with served(tmp_path_factory.mktemp("designer"), "tests.surveys.instruments.office_world") as found:
        yield found


def add(page: Page, kind: str, ready: str, chinese: str, english: str, more: dict[str, str]) -> None:
    page.select_option("[name=kind]", kind)
    page.select_option("[name=ready]", ready)
    page.fill("[name='text_zh-hans']", chinese)
    page.fill("[name=text_en]", english)
    if "options_en" in more:
        page.click("text=Options of its own, one line each")
    if "when" in more:
        page.click("summary:has-text('When it is asked')")
        page.select_option("[name=when]", more["when"])
    for name, value in more.items():
        if name != "when":
            page.fill(f"[name='{name}']", value)
    page.click("text=Add the question")


def send(page: Page, words: str) -> None:
    page.click(f"button:has-text('{words}')")
    page.wait_for_load_state()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_ten_questions_in_two_languages_take_the_steps_the_guide_counts(
    office_site: Site, browser: Browser, script: bool
) -> None:
    steps = 0
    name = "Library visit" if script else "Library visit again"
    design = DESIGN if script else DESIGN.replace("library_visit", "library_visit_again")
    with visitor(browser, office_site, language="en", seat="office", java_script_enabled=script) as context:
        page = context.new_page()
        page.goto(f"{office_site.base}/office/instruments/?lang=en")
        page.click("text=Start a questionnaire")
        page.fill("[name=name]", name)
        send(page, "Start building")
        steps += 1
        assert page.url.endswith(design)
        for one in QUESTIONS:
            add(page, *one)
            page.wait_for_load_state()
            steps += 1
        assert "10 questions, ready to be put in force" in page.inner_text("h1")
        page.click("text=Try it on a phone")
        steps += 1
        page.check("[name=q-overall_how_satisfied][value='1']")
        for place in page.locator("fieldset.ask").all():
            radio = place.locator("input[type=radio]").first
            if radio.count() and not place.locator(":checked").count():
                radio.check()
        for number, rank in enumerate(page.locator("select").all(), 1):
            rank.select_option(index=number)
        page.locator("input[type=checkbox]").first.check()
        page.fill("input[inputmode=decimal]", "40")
        send(page, "Next")
        assert "What went wrong?" in page.inner_text(".phone")
        page.click("button[formaction='?language=zh-hans']")
        page.wait_for_load_state()
        assert "哪里不满意？" in page.inner_text(".phone")
        page.goto(office_site.base + design)
        send(page, "Put it in force")
        steps += 1
        assert "Frozen" in page.inner_text(".tag--done")
    guide = (ROOT / "docs" / "questionnaires.md").read_text(encoding="utf-8")
    counted = re.search(r"take (\d+) steps", guide)
    assert counted is not None
    assert steps == int(counted[1]) - 1  # the guide counts one more for translating what is missing


def test_every_screen_of_the_designer_is_accessible_and_fits(office_site: Site, browser: Browser) -> None:
    faults = Faults()
    with visitor(browser, office_site, language="en", seat="office") as context:
        page = context.new_page()
        page.goto(f"{office_site.base}/office/instruments/us-a11/1/")
        page.click("text=Make the next version")
        page.wait_for_load_state()
        if "part_1" not in page.content():
            page.click("text=Add a section")
            page.fill("[name=section_en]", "First part")
            send(page, "Add the section")
        page.close()
    for language, width in (("en", 1280), ("zh-hans", 390), ("zh-hant", 320)):
        with visitor(browser, office_site, language=language, seat="office", width=width) as context:
            for path in SCREENS:
                page = context.new_page()
                look(page, office_site, f"/office/instruments/{path}", faults)
                page.close()
    assert faults.found == []


SCREENS = ("start/", "new/", "us-a11/1/", "us-a11/2/design/", "us-a11/2/design/q/trust/", "us-a11/2/design/translate/",
           "us-a11/2/design/header/", "us-a11/2/try/", "us-a11/1/2/", "", "us-a11/2/design/s/part_1/")  # fmt: skip
