"""Large print: one question a page, one tap an answer; sizes can be changed on the way without losing anything."""

import re

import pytest
from django.test import Client

from surveys.fieldwork.enums import ResponseState
from surveys.fieldwork.models import Response
from tests.surveys.fieldwork import forty, world
from tests.surveys.fieldwork.test_simultaneous import PAGE, filled

pytestmark = pytest.mark.django_db
AT = re.compile(r'name="at" value="(\w+)"')
HEADING = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)


@pytest.fixture
def link():
    return world.links(world.in_the_field())[0]


def reader(*, elder=True):
    client = Client()
    client.cookies["elder"] = "1" if elder else "0"
    return client


def at(page):
    """The question alone on the page."""
    return AT.search(page.content.decode())[1]


def tap(client, link, page, **answers):
    text = page.content.decode()
    return client.post(link, {"page": PAGE.search(text)[1], "at": at(page), **answers})


def test_one_question_stands_alone_and_one_tap_leads_on(link):
    client = reader()
    page = client.post(link, {"begin": "1"})
    text = page.content.decode()
    assert HEADING.findall(text) == ["How satisfied are you?"]
    assert "Question 1 of 3" in text
    assert text.count('<button type="submit" class="level"') == 6
    assert ">Next question<" not in text
    assert ">Skip this question<" not in text
    page = tap(client, link, page, **{"q-overall": "2"})
    assert at(page) == "why"
    page = tap(client, link, page, **{"q-why": "slow"})
    assert at(page) == "speed"
    assert ">Skip this question<" in page.content.decode()
    page = tap(client, link, page, next="1")
    text = page.content.decode()
    assert at(page) == "age"
    assert 'type="radio"' in text
    assert ">Send<" in text
    page = tap(client, link, page, **{"q-age": "old", "next": "1"})
    assert "Answers received" in page.content.decode()
    assert Response.objects.get().answers == {"overall": "2", "why": "slow", "age": "old"}


def test_going_back_shows_what_was_chosen_and_going_on_keeps_it(link):
    client = reader()
    page = tap(client, link, client.post(link, {"begin": "1"}), **{"q-overall": "4"})
    page = tap(client, link, page, back="1")
    text = page.content.decode()
    assert 'value="4" aria-pressed="true"' in text
    assert '<input type="hidden" name="q-overall" value="4">' in text
    assert at(tap(client, link, page, **{"q-overall": "4", "next": "1"})) == "speed"
    # A tap on another level is sent behind the one that was kept, and it is the one that counts.
    client.post(link, {"page": "0", "at": "overall", "q-overall": ["4", "1"]})
    assert Response.objects.get().answers["overall"] == "1"


def test_the_size_can_be_changed_on_the_way(link):
    client = reader(elder=False)
    client.post(link, {"begin": "1"})
    client.post(link, {"page": "0", "q-overall": "5"})
    page = client.post(f"{link}?elder=1", {"page": "1", "q-speed": "3", "q-age": "old", "stay": "1"})
    assert at(page) == "speed"
    assert Response.objects.get().answers == {"overall": "5", "speed": "3", "age": "old"}
    page = tap(client, link, page, **{"q-speed": "3", "next": "1"})
    assert at(page) == "age"
    page = client.post(f"{link}?elder=0", {"page": "1", "at": "age", "q-age": "young", "stay": "1"})
    text = page.content.decode()
    assert re.search(r'name="q-speed" value="3" checked', text)
    assert re.search(r'name="q-age" value="young" checked', text)
    assert AT.search(text) is None


def test_a_size_changed_in_another_window_skips_nothing(link):
    client = reader()
    page = tap(client, link, client.post(link, {"begin": "1"}), **{"q-overall": "5"})
    assert at(page) == "speed"
    client.cookies["elder"] = "0"
    page = tap(client, link, page, **{"q-speed": "4"})
    text = page.content.decode()
    assert AT.search(text) is None
    assert re.search(r'name="q-speed" value="4" checked', text)
    assert 'name="q-age"' in text


def test_coming_back_opens_the_first_question_without_an_answer(link):
    client = reader()
    page = tap(client, link, client.post(link, {"begin": "1"}), **{"q-overall": "5"})
    tap(client, link, page, **{"q-speed": "dk"})
    assert at(reader().get(link)) == "age"


def test_forty_questions_take_a_page_each():
    survey = world.in_the_field(version=world.questionnaire(forty.document()))
    client, link = reader(), world.links(survey)[0]
    page = client.post(link, {"begin": "1"})
    seen = []
    while AT.search(page.content.decode()):
        text = page.content.decode()
        seen.append(at(page))
        assert len(HEADING.findall(text)) == 1
        answers = {name: value for name, value in filled(text).items() if name.startswith("q-")}
        buttons = re.findall(r'<button[^>]*name="(q-[\w-]+)" value="([^"]+)"', text)
        for name, value in buttons:
            answers[name] = "4" if (name, "4") in buttons else answers.get(name, value)
        page = tap(client, link, page, **answers)
        assert page.status_code == 200, seen[-1]
    assert "Answers received" in page.content.decode()
    assert len(seen) == len(set(seen))
    assert len(seen) >= len(Response.objects.get().answers) >= 30


@pytest.mark.parametrize("elder", [False, True])
def test_what_is_missing_can_wait_but_what_is_wrong_is_told(elder):
    survey = world.in_the_field(version=world.questionnaire(forty.document()))
    client, link = reader(elder=elder), world.links(survey)[0]
    page = client.post(link, {"begin": "1"})
    sent = {"page": "0", "later": "1"} | ({"at": at(page)} if elder else {})
    kept = client.post(link, sent)
    assert kept.status_code == 200
    assert "Your answers are kept" in kept.content.decode()
    assert Response.objects.get().state == ResponseState.PARTIAL
