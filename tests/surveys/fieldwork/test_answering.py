"""A respondent's way: pages by branching, resuming by code, the receipt, seeing what is stored, withdrawing."""

import datetime as dt

import pytest
from django.test import Client

from surveys.core.guessing import MOST_WRONG
from surveys.fieldwork.actions.planning import close_survey
from surveys.fieldwork.enums import Outcome, ResponseState
from surveys.fieldwork.models import Respondent, Response, Survey
from surveys.fieldwork.tokens import code_of
from tests.surveys.fieldwork import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey():
    return world.in_the_field()


@pytest.fixture
def link(survey):
    return world.links(survey)[0]


def first(survey):
    return survey.respondents.order_by("number").first()


def test_the_first_page_tells_what_it_is_about_and_gives_the_code(survey, link):
    page = Client().get(link)
    assert page.status_code == 200
    assert page["Cache-Control"] == "no-store"
    assert page["Referrer-Policy"] == "no-referrer"
    assert not page.cookies
    assert code_of(bytes(first(survey).nonce)) in page.content.decode()
    assert not Response.objects.exists()


def test_the_dissatisfied_are_asked_why_and_the_others_are_not(survey, link):
    client = Client()
    client.post(link, {"begin": "1"})
    assert "What was wrong?" in client.post(link, {"page": "0", "q-overall": "1"}).content.decode()
    assert "What was wrong?" not in client.post(link, {"page": "0", "q-overall": "4"}).content.decode()


def finish(client, link):
    client.post(link, {"begin": "1"})
    client.post(link, {"page": "0", "q-overall": "2"})
    return client.post(link, {"page": "1", "q-why": "slow", "q-speed": "dk", "q-age": "old"})


def test_a_finished_response_keeps_what_was_asked_and_gives_a_receipt(survey, link):
    page = finish(Client(), link)
    assert "Answers received" in page.content.decode()
    kept = Response.objects.get()
    assert kept.answers == {"overall": "2", "why": "slow", "speed": "dk", "age": "old"}
    assert kept.state == ResponseState.COMPLETE
    assert first(survey).outcome == Outcome.COMPLETE
    assert "answered already" in Client().get(link).content.decode()


def test_an_answer_taken_back_takes_its_branch_with_it(survey, link):
    client = Client()
    client.post(link, {"begin": "1"})
    client.post(link, {"page": "0", "q-overall": "2"})
    client.post(link, {"page": "1", "q-why": "slow", "back": "1"})
    assert Response.objects.get().answers == {"overall": "2", "why": "slow"}
    client.post(link, {"page": "0", "q-overall": "5"})
    client.post(link, {"page": "1", "q-age": "old"})
    assert Response.objects.get().answers == {"overall": "5", "age": "old"}


def test_a_page_with_a_needed_answer_missing_says_so_and_stays(survey, link):
    client = Client()
    client.post(link, {"begin": "1"})
    page = client.post(link, {"page": "0"})
    assert page.status_code == 422
    assert 'role="alert"' in page.content.decode()
    assert Response.objects.get().answers == {}


def test_a_survey_goes_on_by_code_on_another_device(survey, link):
    client = Client()
    client.post(link, {"begin": "1"})
    kept = client.post(link, {"page": "0", "q-overall": "4", "later": "1"})
    code = code_of(bytes(first(survey).nonce))
    assert code in kept.content.decode()
    other = Client()
    answer = other.post("/s/", {"code": code.lower().replace("-", " ")})
    assert (answer.status_code, answer["Location"]) == (302, link)
    assert "How quick was it?" in other.get(link).content.decode()


def test_an_unknown_code_is_told_in_one_sentence(survey):
    page = Client().post("/s/", {"code": "7K3P-9QX2-M4"})
    assert page.status_code == 422
    assert "no survey with this code" in page.content.decode()


@pytest.mark.parametrize("token", ["nobody", "A" * 22, "x" * 200])
def test_an_unknown_link_is_one_polite_page(survey, token):
    assert Client().get(f"/s/{token}").status_code == 404


def test_the_language_changes_and_what_was_chosen_stays(survey, link):
    client = Client()
    client.post(link, {"begin": "1"})
    page = client.post(f"{link}?lang=zh-hans", {"page": "0", "q-overall": "4", "stay": "1"})
    text = page.content.decode()
    assert "简How satisfied are you?" in text
    assert 'value="4" checked' in text
    assert Response.objects.get().answers == {}


def test_stored_answers_are_shown_in_words_and_can_be_withdrawn(survey, link):
    finish(Client(), link)
    page = Client().get(f"{link}/stored").content.decode()
    assert "Too slow" in page
    assert "Don&#x27;t know" in page
    gone = Client().post(f"{link}/stored", {"withdraw": "1"})
    assert "Nothing of you is kept" in gone.content.decode()
    kept = Response.objects.get()
    assert (kept.state, kept.answers) == (ResponseState.WITHDRAWN, {})
    assert first(survey).outcome == Outcome.REFUSAL
    assert Client().post(f"{link}/stored", {"withdraw": "1"}).status_code == 200


def test_a_finished_response_cannot_be_changed_by_an_old_page(survey, link):
    client = Client()
    finish(client, link)
    client.post(link, {"page": "0", "q-overall": "5"})
    assert Response.objects.get().answers["overall"] == "2"


def test_a_closed_survey_takes_nothing(survey, link):
    Survey.objects.update(closes_on=dt.date(2026, 11, 2), opens_on=dt.date(2026, 11, 1))
    page = Client().post(link, {"begin": "1"})
    assert page.status_code == 410
    assert not Response.objects.exists()


def test_an_ended_approval_stops_collection(client):
    header = {
        "form_number": "A1", "making_body": "B", "approving_body": "C", "approval_number": "D",
        "valid_until": "2026-11-10",
    }  # fmt: skip
    version = world.questionnaire(header=header)
    survey = world.in_the_field(
        version=version, opens_on=dt.date(2026, 11, 1), closes_on=dt.date(2026, 11, 9)
    )
    Survey.objects.update(closes_on=dt.date(2099, 1, 1))
    page = client.post(world.links(survey)[0], {"begin": "1"})
    assert (page.status_code, Response.objects.count()) == (410, 0)
    assert "approval of this survey has ended" in page.content.decode()


def test_enough_interviews_stop_the_survey(client):
    survey = world.in_the_field(stop_n=1)
    world.answer_all(survey, [{"overall": "4"}])
    page = client.post(world.links(survey)[1], {"begin": "1"})
    assert page.status_code == 409
    assert "number of interviews asked for is reached" in page.content.decode()


def test_a_full_quota_thanks_and_is_counted_as_such(client):
    survey = world.in_the_field(
        quotas=[("age_group", "young", 1), ("age_group", "old", 1)],
    )
    people = list(survey.respondents.order_by("number"))
    world.answer_all(survey, [{"overall": "4"}])
    same = next(p for p in people[1:] if p.attributes == people[0].attributes)
    other = next(p for p in people[1:] if p.attributes != people[0].attributes)
    links = world.links(survey)
    assert client.post(links[people.index(same)], {"begin": "1"}).status_code == 409
    assert Respondent.objects.get(pk=same.pk).outcome == Outcome.QUOTA_FULL
    assert client.post(links[people.index(other)], {"begin": "1"}).status_code == 200


def test_a_refused_consent_is_a_refusal_and_nothing_is_kept(client):
    made = world.document("asked")
    made["questions"].insert(
        0, {"code": "agree", "kind": "consent", "texts": world.names("Do you agree?"), "required": True}
    )
    survey = world.in_the_field(version=world.questionnaire(made))
    link = world.links(survey)[0]
    client.post(link, {"begin": "1"})
    page = client.post(link, {"page": "0", "q-agree": "no"})
    assert "Nothing of you is kept" in page.content.decode()
    assert Response.objects.get().answers == {}
    assert first(survey).outcome == Outcome.REFUSAL


def test_who_tries_codes_has_to_wait(survey):
    client = Client(REMOTE_ADDR="203.0.113.9")
    for _try in range(MOST_WRONG):
        assert client.post("/s/", {"code": "7K3P-9QX2-M4"}).status_code == 422
    held = client.post("/s/", {"code": code_of(bytes(first(survey).nonce))})
    assert held.status_code == 429
    assert held["Retry-After"] == "600"
    assert "Wait ten minutes" in held.content.decode()
    assert client.get("/s/").status_code == 200
    assert client.get(world.links(survey)[0]).status_code == 200


def test_whoever_began_can_look_and_withdraw_at_any_time_even_after_the_end(survey, link):
    client = Client()
    client.post(link, {"begin": "1"})
    page = client.post(link, {"page": "0", "q-overall": "4"})
    assert f'href="{link}/stored"' in page.content.decode()
    close_survey(survey=survey, actor=None, now=world.NOW)
    closed = client.get(link)
    assert closed.status_code == 410
    assert f'href="{link}/stored"' in closed.content.decode()
    assert "Satisfied" in client.get(f"{link}/stored").content.decode()
    client.post(f"{link}/stored", {"withdraw": "1"})
    assert Response.objects.get().answers == {}
    other = world.links(survey)[1]
    assert "/stored" not in client.get(other).content.decode()
