"""The pages residents meet: one form, one receipt, and refusals that say what to do."""

import datetime as dt
import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from surveys.catalogue.enums import Identity
from surveys.instruments.queries import current_version
from surveys.ratings.models import Contact, Invitation, Rating, Trace
from surveys.ratings.traces import open_trace
from tests.surveys.ratings.world import Town, build_town, invited

pytestmark = pytest.mark.usefixtures("one_moment")
LIMIT = 25 * 1024
BAD_TAG = "poor_attitude"


@pytest.fixture
def town(db: None) -> Town:
    return build_town()


def link(town: Town, case_no: str = "A", **more: object) -> str:
    return f"/r/{invited(town, case_no, now=timezone.now(), **more).token}"  # type: ignore[arg-type]


def hidden(html: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html))


def test_a_resident_rates_and_gets_a_receipt(client: Client, town: Town) -> None:
    address = link(town)
    page = client.get(address)
    assert page.status_code == 200
    html = page.content.decode()
    assert html.count('<input type="radio" name="level"') == 5
    assert "checked" not in html
    answer = client.post(address, hidden(html) | {"level": "2", "tag": [BAD_TAG], "comment": "Waited"})
    assert answer.status_code == 200
    assert re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2}", answer.content.decode())
    rating = Rating.objects.get()
    assert (rating.level, rating.tags, rating.comment) == (2, [BAD_TAG], "Waited")
    assert Trace.objects.filter(rating=rating).exists()


def test_large_print_remembers_a_bad_first_choice_for_screening_alone(client: Client, town: Town) -> None:
    address = link(town)
    html = client.get(address + "?elder=1").content.decode()
    html = client.post(address, hidden(html) | {"level": "1"}).content.decode()
    html = client.post(address, hidden(html) | {"back": "1"}).content.decode()
    assert hidden(html)["first"] == "1"
    html = client.post(address, hidden(html) | {"level": "5"}).content.decode()
    while "step" in hidden(html):
        html = client.post(address, hidden(html)).content.decode()
    assert Rating.objects.get().level == 5
    assert open_trace(bytes(Trace.objects.get().sealed)).n_bad_first_taps == 1


@pytest.mark.parametrize(("first", "n_taps"), [("2", 1), ("3", 0), ("9", 0), ("", 0)])
def test_only_a_bad_first_choice_is_counted(client: Client, town: Town, first: str, n_taps: int) -> None:
    client.post(link(town), {"level": "5", "first": first})
    assert open_trace(bytes(Trace.objects.get().sealed)).n_bad_first_taps == n_taps


def test_the_second_post_says_already_rated(client: Client, town: Town) -> None:
    address = link(town)
    assert client.post(address, {"level": "5"}).status_code == 200
    again = client.post(address, {"level": "1"})
    assert again.status_code == 409
    assert "This case has been rated already. Thank you." in again.content.decode()
    seen = client.get(address)
    assert (seen.status_code, "already" in seen.content.decode()) == (200, True)
    assert Rating.objects.count() == 1


def test_a_double_click_shows_the_same_receipt(client: Client, town: Town) -> None:
    address = link(town)
    fields = hidden(client.get(address).content.decode()) | {"level": "5"}
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2}", client.post(address, fields).content.decode())
    assert code is not None
    assert code[0] in client.post(address, fields).content.decode()


def test_links_that_cannot_be_used_look_alike(client: Client, town: Town) -> None:
    lapsed = link(town, expires_at=timezone.now())
    pages = [client.get("/r/" + "x" * 22), client.get(lapsed), client.post(lapsed, {"level": "5"})]
    assert {page.status_code for page in pages} == {404}
    assert len({page.content for page in pages}) == 1


def test_nothing_chosen_is_told_beside_the_field_and_on_top(client: Client, town: Town) -> None:
    answer = client.post(link(town), {"comment": "still here", "call": "1", "tel": "none"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert html.count("Choose how satisfied you are") == 2
    assert "Problem: 2 answers need a change" in html
    assert "still here" in html
    assert 'role="alert"' in html
    assert not Rating.objects.exists()


def test_a_huge_comment_is_refused_and_kept_on_the_page(client: Client, town: Town) -> None:
    answer = client.post(link(town), {"level": "5", "comment": "好" * 100_000})
    assert answer.status_code == 422
    assert "99,500 characters too long" in answer.content.decode()


def test_a_number_behind_an_unticked_box_is_not_stored(client: Client, town: Town) -> None:
    client.post(link(town), {"level": "1", "tel": "13800000000"})
    assert not Contact.objects.exists()


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_the_page_weighs_little_with_all_it_needs(client: Client, town: Town, language: str) -> None:
    html = client.get(link(town), headers={"accept-language": language}).content
    total = len(gzip.compress(html))
    for name in ("look.css", "mark.svg"):
        total += len(gzip.compress(Path(str(finders.find(name))).read_bytes()))
    assert total <= LIMIT


def test_the_page_and_the_post_take_five_queries(client: Client, town: Town) -> None:
    client.get(link(town, "warm"))
    address = link(town)
    with CaptureQueriesContext(connection) as context:
        client.get(address)
        client.post(address, {"level": "5"})
    work = [
        query["sql"] for query in context if not re.match(r"(SAVEPOINT|RELEASE|BEGIN|COMMIT)", query["sql"])
    ]
    assert len(work) == 5


def test_pages_are_kept_by_no_cache(client: Client, town: Town) -> None:
    page = client.get(link(town))
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert not page.cookies


def test_a_lost_database_is_confessed_and_the_answers_stay(
    client: Client, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = link(town)

    def full(*_args: object, **_named: object) -> None:
        raise DatabaseError("database or disk is full")

    monkeypatch.setattr(connection, "ensure_connection", full)
    monkeypatch.setattr(connection, "cursor", full)
    answer = client.post(address, {"level": "4", "comment": "All went well"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    html = answer.content.decode()
    assert "Your rating was not saved" in html
    assert 'value="All went well"' in html
    monkeypatch.undo()
    assert not Rating.objects.exists()


def test_linked_pages_say_so(client: Client, town: Town) -> None:
    assert "kept with it" in client.get(link(town, "L", identity=Identity.NAMED)).content.decode()
    assert "kept with it" not in client.get(link(town, "U")).content.decode()


def test_large_print_asks_one_question_a_page(client: Client, town: Town) -> None:
    address = link(town)
    first = client.get(address + "?elder=1").content.decode()
    assert "Question 1 of 3" in first
    second = client.post(address, hidden(first) | {"level": "1"}).content.decode()
    assert "Question 2 of 3" in second
    assert "What went wrong?" in second
    third = client.post(address, hidden(second) | {"tag": BAD_TAG}).content.decode()
    assert "Question 3 of 3" in third
    assert not Rating.objects.exists()
    back = client.post(address, hidden(third) | {"back": "1"}).content.decode()
    assert re.search(f'value="{BAD_TAG}" checked', back)
    client.post(address, hidden(third) | {"comment": "Slow"})
    rating = Rating.objects.get()
    assert (rating.level, rating.tags, rating.comment) == (1, [BAD_TAG], "Slow")


def test_changing_the_language_keeps_the_place(client: Client, town: Town) -> None:
    address = link(town)
    first = client.get(address + "?elder=1").content.decode()
    second = client.post(address, hidden(first) | {"level": "1"}).content.decode()
    switched = client.post(address + "?lang=zh-hans", hidden(second) | {"stay": "1"}).content.decode()
    assert 'lang="zh-Hans"' in switched
    assert hidden(switched)["step"] == "reasons"
    assert hidden(switched)["level"] == "1"
    assert not Rating.objects.exists()


def test_the_form_of_five_questions_stores_every_answer(client: Client, town: Town) -> None:
    version = current_version("bench-5q")
    address = link(town, version=version)
    names = re.findall(r'name="(item-[a-z0-9_]+)" value="4"', client.get(address).content.decode())
    assert len(names) == 4
    assert client.post(address, {"level": "4"} | dict.fromkeys(names, "4")).status_code == 200
    assert set(Rating.objects.get().answers.values()) == {"4"}


def test_a_posted_code_stores_one_rating_per_page(client: Client, town: Town) -> None:
    fields = hidden(client.get("/q/qr-01").content.decode()) | {"level": "4"}
    assert client.post("/q/qr-01", fields).status_code == 200
    assert client.post("/q/qr-01", fields).status_code == 409
    rating = Rating.objects.get()
    assert (rating.channel, rating.service) == ("qr_static", town.title)
    assert client.get("/q/ki-01").status_code == 404


def test_a_kiosk_asks_for_the_service(client: Client, town: Town) -> None:
    fields = hidden(client.get("/k/ki-01").content.decode()) | {"level": "4"}
    assert "Choose the service" in client.post("/k/ki-01", fields).content.decode()
    assert client.post("/k/ki-01", fields | {"service": town.permit.code}).status_code == 200
    assert Rating.objects.get().channel == "kiosk"


def test_a_window_pad_shows_its_case_only_inside_the_hall(client: Client, town: Town) -> None:
    address = link(town)
    assert address not in client.get("/k/w-03").content.decode()
    town.window.allowed_networks = ["127.0.0.0/8"]
    town.window.save()
    html = client.get("/k/w-03").content.decode()
    assert f'action="{address}"' in html
    answer = client.post(address, hidden(html) | {"level": "5"})
    assert 'href="/k/w-03?lang=en&amp;elder=0"' in answer.content.decode()
    assert Invitation.objects.get().n_ratings == 1


def test_a_window_pad_never_shows_the_case_of_somebody_who_has_left(client: Client, town: Town) -> None:
    town.window.allowed_networks = ["127.0.0.0/8"]
    town.window.save()
    now = timezone.now()
    earlier = f"/r/{invited(town, 'A', now=now, finished_at=now - dt.timedelta(minutes=9)).token}"
    later = f"/r/{invited(town, 'B', now=now, finished_at=now - dt.timedelta(minutes=2)).token}"
    assert f'action="{later}"' in client.get("/k/w-03").content.decode()
    client.post(later, {"level": "5"})
    assert earlier not in client.get("/k/w-03").content.decode()


def test_a_shared_device_leads_nowhere_else(client: Client, town: Town) -> None:
    fields = hidden(client.get("/k/ki-01").content.decode()) | {"level": "1", "service": town.permit.code}
    for answer in (client.post("/k/ki-01", fields), client.post("/k/ki-01", fields)):
        links = re.findall(r'<a class="btn[^"]*" href="([^"]+)"', answer.content.decode())
        assert links == ["/k/ki-01?lang=en&amp;elder=0"]


def test_the_next_person_starts_in_the_houses_language(client: Client, town: Town) -> None:
    client.get("/k/ki-01?lang=en&elder=1")
    assert 'class="elder"' in client.get("/k/ki-01").content.decode()
    html = client.get("/k/ki-01?lang=zh-hans&elder=0").content.decode()
    assert 'lang="zh-Hans" class=""' in html
    assert 'lang="zh-Hans" class=""' in client.get("/k/ki-01").content.decode()


@pytest.mark.parametrize(
    "at", ["//evil.example", "/k/../office/", "https://evil.example/k/x", "javascript:alert(1)"]
)
def test_a_forged_way_back_is_not_taken(client: Client, town: Town, at: str) -> None:
    assert "data-reset" not in client.post(link(town), {"level": "5", "at": at}).content.decode()


def test_the_qr_code_is_a_picture_of_the_link(client: Client, town: Town) -> None:
    answer = client.get(link(town) + "/qr.svg")
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert answer.content.startswith(b"<svg")
