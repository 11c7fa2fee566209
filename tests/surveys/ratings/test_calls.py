"""The desk for calls: the frozen wording is read, numbers are keyed, every outcome is kept, nobody is pressed."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from surveys.catalogue.enums import Identity
from surveys.core.enums import Role
from surveys.ratings.actions.calling import stop_reason
from surveys.ratings.models import CallAttempt, Contact, Rating
from surveys.ratings.numbered import sheet_of
from surveys.ratings.shapes import Invited
from tests.surveys.ratings.desk import at_the_desk, person
from tests.surveys.ratings.world import Town, build_town, invited

pytestmark = pytest.mark.usefixtures("one_moment")


@pytest.fixture
def town(db: None) -> Town:
    return build_town()


@pytest.fixture
def desk(town: Town) -> Client:
    return at_the_desk(person("mei"))


def known(town: Town, case_no: str = "BDC-1", **more: object) -> Invited:
    return invited(town, case_no, now=timezone.now(), **more)  # type: ignore[arg-type]


def page_of(given: Invited) -> str:
    return reverse("ratings:call", args=[given.matter.pk])


def number(town: Town, code: str) -> str:
    return next(str(n) for n, tag in sheet_of(town.form.pk, "assisted").tags.items() if tag == code)


def answered(**more: str) -> dict[str, str]:
    return {"channel": "hotline_12345", "outcome": "answered", "level": "2"} | more


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.OPERATOR, Role.OFFICE}])
def test_who_is_rated_does_not_enter_ratings(town: Town, role: str) -> None:
    given = known(town)
    client = at_the_desk(person("somebody", role))
    assert client.get(reverse("ratings:calls")).status_code == 403
    assert client.post(page_of(given), answered()).status_code == 403
    assert not Rating.objects.exists()


def test_a_case_is_found_by_its_number(desk: Client, town: Town) -> None:
    given = known(town)
    answer = desk.post(reverse("ratings:calls"), {"case_no": " BDC-1 "})
    assert (answer.status_code, answer.headers["Location"]) == (302, page_of(given))
    unknown = desk.post(reverse("ratings:calls"), {"case_no": "none"})
    assert unknown.status_code == 422
    assert "No finished case has this number." in unknown.content.decode()


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-hans", "非常满意"), ("zh-hant", "非常滿意"), ("en", "Very satisfied")],
)
def test_the_frozen_wording_is_read_in_the_residents_language(
    desk: Client, town: Town, language: str, words: str
) -> None:
    html = desk.get(page_of(known(town)) + f"?read={language}").content.decode()
    assert f"<b>5</b> {words}" in html
    assert town.form.definition["questions"][0]["texts"][language] in html


def test_what_was_said_is_stored_with_its_channel(desk: Client, town: Town) -> None:
    given = known(town)
    answer = desk.post(page_of(given), answered(tags=number(town, "poor_attitude"), comment="等了很久"))
    assert answer.status_code == 302
    rating = Rating.objects.get()
    assert (rating.level, rating.tags, rating.comment) == (2, ["poor_attitude"], "等了很久")
    assert (rating.channel, rating.mode, rating.privacy) == ("hotline_12345", "assisted", "unlinked")
    again = desk.post(page_of(given), answered())
    assert again.status_code == 200
    assert "rated already" in again.content.decode()
    assert Rating.objects.count() == 1


def test_reasons_of_another_level_are_left_out(desk: Client, town: Town) -> None:
    both = f"{number(town, 'poor_attitude')} {number(town, 'kind_staff')}"
    desk.post(page_of(known(town)), answered(level="5", tags=both))
    assert Rating.objects.get().tags == ["kind_staff"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"level": ""}, "Ask for the level"),
        ({"level": "6"}, "Key a number from 5 to 1"),
        ({"tags": "999"}, "“999” is not a number on this form."),
        ({"telephone": "none"}, "Write the phone number with digits only"),
        ({"outcome": "no_answer"}, "Nothing can be kept of a call that was not answered."),
        ({"outcome": "wrong_number", "level": ""}, "Someone who called us was reached."),
    ],
)
def test_mistakes_are_told_and_nothing_is_stored(
    desk: Client, town: Town, change: dict[str, str], words: str
) -> None:
    answer = desk.post(page_of(known(town)), answered(**change))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Rating.objects.exists()
    assert not CallAttempt.objects.exists()


def test_a_wish_to_be_called_back_is_sealed(desk: Client, town: Town) -> None:
    desk.post(page_of(known(town)), answered(telephone="138 0000 0000"))
    assert b"13800000000" not in bytes(Contact.objects.get().sealed)


def tried(desk: Client, given: Invited, outcome: str) -> None:
    desk.post(page_of(given), {"channel": "callback_phone", "outcome": outcome})


@pytest.mark.parametrize(
    ("outcomes", "stops"),
    [
        (["refused"], "Do not call again"),
        (["wrong_number"], "Do not call it again"),
        (["no_answer", "no_answer"], ""),
        (["no_answer"] * 3, "Do not call again"),
    ],
)
def test_outcomes_are_kept_and_nobody_is_pressed(
    desk: Client, town: Town, outcomes: list[str], stops: str
) -> None:
    given = known(town)
    for outcome in outcomes:
        tried(desk, given, outcome)
    assert sorted(CallAttempt.objects.values_list("outcome", flat=True)) == sorted(outcomes)
    assert stops in stop_reason(given.matter)
    assert bool(stop_reason(given.matter)) == bool(stops)
    if stops:
        tried(desk, given, "no_answer")
        assert CallAttempt.objects.count() == len(outcomes)
        assert stops in desk.get(page_of(given)).content.decode()
    assert not Rating.objects.exists()


def test_no_call_tells_that_an_unlinked_case_was_rated(desk: Client, town: Town) -> None:
    given = known(town)
    tried(desk, given, "no_answer")
    desk.post(page_of(given), answered(channel="callback_phone"))
    assert list(CallAttempt.objects.values_list("matter", flat=True)) == [None, None]
    values = CallAttempt.objects.values().first() or {}
    assert [name for name, value in values.items() if isinstance(value, dt.datetime)] == []


def test_a_call_about_a_linked_case_names_it(desk: Client, town: Town) -> None:
    given = known(town, identity=Identity.VERIFIED)
    desk.post(page_of(given), answered())
    assert CallAttempt.objects.get().matter == given.matter


def test_an_expired_case_is_closed(desk: Client, town: Town) -> None:
    given = known(town, expires_at=timezone.now())
    assert "The time for rating this case is over." in desk.get(page_of(given)).content.decode()
    desk.post(page_of(given), answered())
    assert not Rating.objects.exists()
