"""Forced colours and more contrast: what a coloured ground tells, an edge or a system colour tells too."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site
from tests.browser.resident import Place, phone
from tests.browser.walk import BY_SEAT, visitor
from tests.surveys.ratings.world import build_town

pytestmark = [pytest.mark.browser, pytest.mark.data, pytest.mark.prove]

MODES: dict[str, dict[str, Any]] = {
    "forced": {"forced_colors": "active"},
    "forced dark": {"forced_colors": "active", "color_scheme": "dark"},
    "more": {"contrast": "more"},
}
FORCED = [mode for mode in MODES if mode.startswith("forced")]
PLATES = ".note, .miss, .empty, .receipt, .calc, .cmd, .side a[aria-current]"
WITHOUT_EDGE = """selector => [...document.querySelectorAll(selector)]
    .filter(one => one.getClientRects().length)
    .filter(one => { const s = getComputedStyle(one);
        return s.borderTopStyle === 'none' || parseFloat(s.borderTopWidth) < 1; })
    .map(one => one.outerHTML.slice(0, 120))"""
INVISIBLE = """() => { const page = getComputedStyle(document.documentElement).getPropertyValue('--page');
    const probe = document.createElement('i'); probe.style.color = page; document.body.append(probe);
    const ground = getComputedStyle(probe).color; probe.remove();
    const bare = paint => paint === 'none' || paint === ground;
    return [...document.querySelectorAll('.f-acc, .f-mid, .f-wash, .pill, .l1, .l2, .l3, .l4, .l5')]
        .filter(one => one.getClientRects().length)
        .filter(one => { const s = getComputedStyle(one); return bare(s.fill) && bare(s.stroke); })
        .map(one => one.outerHTML.slice(0, 120)); }"""


@pytest.fixture
def place(live_server: Any, settings: Any) -> Place:
    settings.PUBLIC_BASE_URL = live_server.url
    return Place(live_server.url, build_town())


def style(page: Page, selector: str, name: str, pseudo: str = "") -> str:
    """One computed property of the first element a selector finds."""
    found = page.locator(selector).first.evaluate(
        "(one, [name, pseudo]) => getComputedStyle(one, pseudo || null).getPropertyValue(name)",
        [name, pseudo],
    )
    return str(found)


def edge(page: Page, selector: str) -> tuple[str, str, str]:
    """How the border of an element looks."""
    return (
        style(page, selector, "border-top-style"),
        style(page, selector, "border-top-width"),
        style(page, selector, "border-top-color"),
    )


def has_ring(page: Page, selector: str) -> bool:
    width = float(style(page, selector, "outline-width").removesuffix("px"))
    return style(page, selector, "outline-style") != "none" and width >= 2


@pytest.mark.parametrize("mode", MODES)
def test_the_chosen_level_tag_and_the_focus_stand_out(browser: Browser, place: Place, mode: str) -> None:
    with phone(browser, place, **MODES[mode]) as page:
        page.goto(place.link(f"contrast {mode}"))
        chosen, other = "label:has([name=level][value='2'])", "label:has([name=level][value='4'])"
        assert edge(page, chosen) == edge(page, other)
        page.locator(f"{chosen} input").focus()
        page.keyboard.press("Space")
        assert edge(page, chosen) != edge(page, other)
        assert has_ring(page, chosen)
        assert not has_ring(page, other)
        tag, plain = (
            "label:has([name=tag][value=poor_attitude])",
            "label:has([name=tag]:not([value=poor_attitude]))",
        )
        page.locator(f"{tag} input").focus()
        page.keyboard.press("Space")
        assert edge(page, tag) != edge(page, plain)
        assert has_ring(page, tag)
        send = "form#rate button[type=submit].btn"
        assert style(page, send, "background-color") != style(page, "body", "background-color")
        page.locator(send).press("Enter")
        expect(page.locator(".receipt")).to_be_visible()
        assert page.evaluate(WITHOUT_EDGE, ".receipt") == []
        done, later = ".steps li.is-done", ".steps li:not(.is-done, .is-now)"
        ground = "background-color"
        assert style(page, done, ground, "::before") != style(page, later, ground, "::before")


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("seat", sorted(BY_SEAT))
def test_plates_have_edges_and_drawings_show(site: Site, browser: Browser, seat: str, mode: str) -> None:
    faults = []
    seen = 0
    with visitor(browser, site, language="en", seat=seat, **MODES[mode]) as context:
        page = context.new_page()
        for path in BY_SEAT[seat]:
            page.goto(site.base + path)
            seen += page.locator(PLATES).count()
            faults += [f"{path}: no edge: {one}" for one in page.evaluate(WITHOUT_EDGE, PLATES)]
            faults += [f"{path}: not drawn: {one}" for one in page.evaluate(INVISIBLE)]
    assert faults == []
    assert seen


@pytest.mark.parametrize("mode", FORCED)
def test_marks_keep_their_shapes(site: Site, browser: Browser, mode: str) -> None:
    """A filled mark stays filled, the tab in use and the days of the calendar stay apart."""
    ground = "background-color"
    with visitor(browser, site, language="en", seat="office", **MODES[mode]) as context:
        page = context.new_page()
        page.goto(f"{site.base}/office/rankings/nyc-2026/")
        assert style(page, ".tabs a[aria-current]", "box-shadow") != "none"
        later = ".stages li:not(.is-done, .is-now)"
        assert style(page, ".stages .is-done", ground, "::before") != style(page, later, ground, "::before")
        page.goto(f"{site.base}/office/calendar/2026/")
        worked, off = ".year__key .moved", ".year__key .rest"
        assert style(page, worked, ground) != style(page, off, ground)
        assert edge(page, off)[0] != "none"
