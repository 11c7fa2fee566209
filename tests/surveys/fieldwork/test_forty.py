"""Forty questions with branches through the pages: the length of the way follows the answers."""

import pytest
from django.test import Client

from surveys.fieldwork.models import Response
from surveys.instruments.flow import open_pages
from surveys.instruments.queries import definition_of
from tests.surveys.fieldwork import forty, world
from tests.surveys.fieldwork.test_simultaneous import PAGE, filled

pytestmark = pytest.mark.django_db


def test_forty_questions_lead_from_the_first_page_to_the_receipt():
    version = world.questionnaire(forty.document())
    assert len(definition_of(version.pk).questions) == 40
    survey = world.in_the_field(version=version)
    client, link = Client(), world.links(survey)[0]
    text = client.post(link, {"begin": "1"}).content.decode()
    n_pages = 0
    while number := PAGE.search(text):
        page = client.post(link, {"page": number[1], **filled(text)})
        assert page.status_code == 200
        text = page.content.decode()
        n_pages += 1
    assert "Answers received" in text
    kept = Response.objects.get()
    assert n_pages == len(open_pages(definition_of(version.pk), kept.answers))
    assert kept.answers["first"] == ["streets", "parks"]
    assert "hall_why" not in kept.answers
    assert kept.orders["news"] != []


def test_who_went_nowhere_answers_fewer_questions():
    survey = world.in_the_field(version=world.questionnaire(forty.document()))
    client, link = Client(), world.links(survey)[0]
    text = client.post(link, {"begin": "1"}).content.decode()
    while number := PAGE.search(text):
        answers = {name: "no" if name.endswith("_used") else value for name, value in filled(text).items()}
        text = client.post(link, {"page": number[1], **answers}).content.decode()
    kept = Response.objects.get().answers
    assert [code for code in kept if code.startswith("clinic")] == ["clinic_used"]
