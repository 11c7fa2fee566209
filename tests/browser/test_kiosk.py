"""Shared devices: nothing of one person reaches the next, and no rating is lost or doubled without a network."""

import datetime as dt
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, Route, expect

from surveys.ratings.models import Contact, Invitation, Rating, Trace
from surveys.ratings.traces import open_trace
from tests.browser.resident import Place, phone
from tests.surveys.ratings.world import build_town

pytestmark = pytest.mark.browser

KEPT = "Rating kept. Thank you"
AWAY = "This device has no network right now"


@pytest.fixture
def place(live_server: Any, settings: Any) -> Place:
    settings.PUBLIC_BASE_URL = live_server.url
    return Place(live_server.url, build_town())


@pytest.fixture
def kiosk(browser: Browser, place: Place) -> Iterator[Page]:
    """The kiosk in the hall, its timers in our hands."""
    with phone(browser, place, viewport={"width": 1080, "height": 1200}) as page:
        stop_clock(page, timezone.now())
        page.goto(f"{place.base}/k/ki-01")
        yield page


def stop_clock(page: Page, moment: dt.datetime) -> None:
    """The device's clock stands; its timers go off when a test lets time pass."""
    page.clock.install(time=moment)
    page.clock.pause_at(moment + dt.timedelta(seconds=1))


def answer(page: Page, level: str, words: str = "") -> None:
    page.locator("[name=service]").select_option(index=1)
    page.locator(f"label:has([name=level][value='{level}'])").click()
    if words:
        page.locator("[name=comment]").fill(words)


def send(page: Page) -> None:
    page.locator("form#rate .send .btn").click()


def queued(page: Page) -> int:
    return int(page.evaluate("JSON.parse(localStorage.getItem('kiosk-queue') || '[]').length"))


def told(page: Page, words: str) -> None:
    expect(page.locator("h1")).to_have_text(words)


def test_ratings_wait_for_the_network_and_are_stored_once_each(kiosk: Page) -> None:
    kiosk.context.set_offline(True)
    for level in ("5", "2", "4"):
        answer(kiosk, level, f"offline {level}")
        send(kiosk)
        told(kiosk, KEPT)
        kiosk.clock.run_for(7000)
        expect(kiosk.locator("form#rate")).to_have_count(1)
        assert kiosk.locator("[name=comment]").input_value() == ""
    assert queued(kiosk) == 3
    assert not Rating.objects.exists()
    kiosk.context.set_offline(False)
    wait_until(kiosk, lambda: queued(kiosk) == 0)
    rows = Rating.objects.order_by("level").values_list("level", "comment")
    assert list(rows) == [(2, "offline 2"), (4, "offline 4"), (5, "offline 5")]


def wait_until(page: Page, holds: Any) -> None:
    """Give the page's own requests the time they need."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if holds():
            return
        page.evaluate("() => Promise.resolve()")
    raise AssertionError("it never came to hold")


def test_an_answer_lost_on_the_way_back_is_delivered_twice_and_stored_once(kiosk: Page) -> None:
    lost: list[int] = []

    def lose_the_answer(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)
            route.abort("connectionreset")
        else:
            route.continue_()

    kiosk.route("**/k/ki-01*", lose_the_answer)
    answer(kiosk, "1", "once only")
    send(kiosk)
    told(kiosk, KEPT)
    assert lost == [200]
    assert Rating.objects.count() == 1
    kiosk.clock.run_for(16000)
    wait_until(kiosk, lambda: queued(kiosk) == 0)
    assert [(r.level, r.comment) for r in Rating.objects.all()] == [(1, "once only")]


def test_a_server_that_cannot_save_is_asked_again(kiosk: Page) -> None:
    tries: list[int] = []

    def out_of_order(route: Route) -> None:
        if route.request.method == "POST" and len(tries) < 2:
            tries.append(503)
            route.fulfill(status=503, body="full")
        else:
            route.continue_()

    kiosk.route("**/k/ki-01*", out_of_order)
    answer(kiosk, "4")
    send(kiosk)
    told(kiosk, KEPT)
    kiosk.clock.run_for(16000)
    wait_until(kiosk, lambda: len(tries) == 2)
    assert not Rating.objects.exists()

    def delivered() -> bool:
        kiosk.clock.run_for(16000)
        return queued(kiosk) == 0

    wait_until(kiosk, delivered)
    assert Rating.objects.count() == 1


def test_a_quiet_minute_forgets_the_person(kiosk: Page) -> None:
    answer(kiosk, "1", "my private words")
    kiosk.locator("[name=call]").check()
    kiosk.locator("[name=tel]").fill("13800000000")
    kiosk.get_by_role("button", name="Large print").or_(kiosk.get_by_role("link", name="Large print")).click()
    expect(kiosk.locator("html")).to_have_class("elder")
    kiosk.clock.run_for(61000)
    expect(kiosk.locator("html")).to_have_class("")
    html = kiosk.content()
    assert "my private words" not in html
    assert "13800000000" not in html
    assert kiosk.locator(":checked:not(option)").count() == 0
    assert not Rating.objects.exists()


def test_the_receipt_goes_by_itself_and_back_does_not_bring_it(kiosk: Page, place: Place) -> None:
    kiosk.goto(f"{place.base}/k/ki-01?lang=en")
    answer(kiosk, "2", "secret complaint")
    send(kiosk)
    expect(kiosk.locator(".receipt b")).to_have_text(re.compile("^[0-9A-Z-]{12}$"))
    code = kiosk.locator(".receipt b").inner_text()
    kiosk.clock.run_for(21000)
    expect(kiosk.locator("form#rate")).to_have_count(1)
    kiosk.go_back()
    assert code not in kiosk.content()
    assert "secret complaint" not in kiosk.content()
    assert kiosk.evaluate("JSON.stringify(localStorage)") == "{}"


def test_the_next_person_gets_a_page_of_their_own(kiosk: Page) -> None:
    codes = []
    for level in ("5", "3"):
        answer(kiosk, level)
        send(kiosk)
        expect(kiosk.locator(".receipt b")).to_have_count(1)
        codes.append(kiosk.locator(".receipt b").inner_text())
        kiosk.get_by_role("link", name="Finish").click()
        expect(kiosk.locator("form#rate")).to_have_count(1)
    assert len(set(codes)) == 2
    assert sorted(Rating.objects.values_list("level", flat=True)) == [3, 5]


def test_links_that_would_leave_the_kiosk_begin_anew(kiosk: Page) -> None:
    answer(kiosk, "4")
    kiosk.locator("a.brand").click()
    expect(kiosk.locator("[name=level]:checked")).to_have_count(0)
    assert "/k/ki-01" in kiosk.url


@pytest.mark.parametrize(
    "moment", [dt.datetime(2001, 1, 1, tzinfo=dt.UTC), dt.datetime(2040, 6, 1, tzinfo=dt.UTC)]
)
def test_a_device_with_a_wrong_clock_changes_no_day(
    browser: Browser, place: Place, moment: dt.datetime
) -> None:
    today = timezone.localdate()
    with phone(browser, place) as page:
        stop_clock(page, moment)
        page.goto(f"{place.base}/k/ki-01")
        page.context.set_offline(True)
        answer(page, "5")
        send(page)
        told(page, KEPT)
        page.context.set_offline(False)
        wait_until(page, lambda: queued(page) == 0)
    assert today <= Rating.objects.get().rated_on <= timezone.localdate()


def test_large_print_without_a_network_keeps_the_first_answer(kiosk: Page, place: Place) -> None:
    kiosk.goto(f"{place.base}/k/ki-01?elder=1")
    kiosk.context.set_offline(True)
    kiosk.locator("[name=service]").select_option(index=1)
    kiosk.locator("button.level[value='3']").click()
    told(kiosk, KEPT)
    kiosk.context.set_offline(False)
    wait_until(kiosk, lambda: queued(kiosk) == 0)
    assert Rating.objects.get().level == 3


@pytest.fixture
def pad(browser: Browser, place: Place) -> Iterator[Page]:
    """The pad at window 3, inside the hall."""
    place.town.window.allowed_networks = ["127.0.0.0/8"]
    place.town.window.save()
    place.link("PAD-1")
    with phone(browser, place, viewport={"width": 1024, "height": 1000}) as page:
        stop_clock(page, timezone.now())
        page.goto(f"{place.base}/k/w-03")
        yield page


def test_a_pad_without_network_keeps_one_case_and_offers_it_to_nobody_else(pad: Page) -> None:
    pad.context.set_offline(True)
    pad.locator("label:has([name=level][value='2'])").click()
    send(pad)
    told(pad, KEPT)
    pad.clock.run_for(7000)
    told(pad, AWAY)
    assert pad.locator("[name=level]").count() == 0
    pad.context.set_offline(False)
    wait_until(pad, lambda: queued(pad) == 0)
    assert Invitation.objects.get().n_ratings == 1
    pad.clock.run_for(60500)
    expect(pad.locator("form#rate")).to_have_count(1)
    assert not (pad.locator("form#rate").get_attribute("action") or "").startswith("/r/")


def test_a_pad_stores_the_rating_of_its_case(pad: Page) -> None:
    pad.locator("label:has([name=level][value='1'])").click()
    pad.locator("[name=call]").check()
    pad.locator("[name=tel]").fill("13800000000")
    send(pad)
    expect(pad.locator(".receipt b")).to_have_count(1)
    assert Rating.objects.get().level == 1
    assert Contact.objects.count() == 1
    pad.get_by_role("link", name="Finish").click()
    expect(pad.locator("form#rate")).to_have_count(1)
    assert "13800000000" not in pad.content()


def test_a_bad_first_choice_taken_back_on_a_pad_is_known_to_screening(pad: Page) -> None:
    for level in ("1", "3", "5"):
        pad.locator(f"label:has([name=level][value='{level}'])").click()
    send(pad)
    wait_until(pad, Rating.objects.exists)
    assert open_trace(bytes(Trace.objects.get(rating__level=5).sealed)).n_bad_first_taps == 1


def test_the_time_on_the_page_outlives_the_queue_and_is_never_made_up(kiosk: Page) -> None:
    kiosk.context.set_offline(True)
    for level, telephone in (("5", "cut down to what counts, because this is no number"), ("2", "")):
        answer(kiosk, level)
        if telephone:
            kiosk.locator("[name=call]").check()
            kiosk.locator("[name=tel]").fill(telephone)
        send(kiosk)
        told(kiosk, KEPT)
        kiosk.clock.run_for(7000)
        expect(kiosk.locator("form#rate")).to_have_count(1)
    kiosk.context.set_offline(False)
    wait_until(kiosk, lambda: queued(kiosk) == 0)
    times = {
        trace.rating.level: open_trace(bytes(trace.sealed)).on_page
        for trace in Trace.objects.select_related("rating")
    }
    assert times[5] is not None, "the page the server made"
    assert times[2] is None, "the page the device made again while it was alone"
