"""The resident's side: following a case by receipt, answering in one click, reopening, rating once more."""

import pytest
from django.urls import reverse
from django.utils import timezone

from surveys.cases.enums import State
from surveys.cases.models import Case
from surveys.ratings.models import Rating
from tests.surveys.cases.world import FIXED

pytestmark = pytest.mark.django_db


def test_a_receipt_is_entered_in_the_body_and_leads_to_its_page(client, made):
    made.case(receipt="7K3P-9QX2-M4")
    response = client.post(reverse("cases:enter"), {"code": "7k3p 9qx2 m4"})
    assert response.headers["Location"] == "/c/7K3P-9QX2-M4"
    assert client.get("/c/7K3P-9QX2-M4").status_code == 200


@pytest.mark.parametrize("code", ["", "x", "7K3P-9QX2-M5", "'; drop table", "\x00", "9" * 5000])
def test_any_wrong_code_gets_the_same_answer(client, made, code):
    made.case(receipt="7K3P-9QX2-M4")
    response = client.post(reverse("cases:enter"), {"code": code})
    assert response.status_code == 422
    assert "No rating has this code." in response.content.decode()


def test_an_unknown_receipt_in_the_address_is_not_found(client, made):
    response = client.get("/c/7K3P-9QX2-M5")
    assert response.status_code == 404
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Cache-Control"] == "no-store"


def test_the_page_tells_the_steps_with_their_days(client, made):
    case = made.case(receipt="7K3P-9QX2-M4")
    page = client.get("/c/7K3P-9QX2-M4").content.decode()
    assert "By Tuesday 3 March, by Bureau" in page
    assert case.code not in page
    made.bring(case, *FIXED)
    page = client.get("/c/7K3P-9QX2-M4").content.decode()
    assert "The office says it is put right. Is it?" in page
    assert "One form now does it." in page
    assert "Handler" not in page


@pytest.mark.parametrize(
    ("answer", "state", "heading"),
    [
        ("solved", "confirmed", "You said it is solved"),
        ("replied", "unconfirmed", "Closed, unconfirmed"),
        ("not_solved", "reopened", "Opened again: the office starts over"),
    ],
)
def test_one_click_answers_without_an_account(client, made, answer, state, heading):
    case = made.bring(made.case(receipt="7K3P-9QX2-M4"), *FIXED)
    data = {"seen": case.version, "answer": answer}
    response = client.post("/c/7K3P-9QX2-M4", data, follow=True)
    assert heading in response.content.decode()
    assert Case.objects.get().state == state
    again = client.post("/c/7K3P-9QX2-M4", data)
    assert again.status_code == 409
    assert Case.objects.get().state == state


@pytest.mark.parametrize("data", [{}, {"answer": "maybe", "seen": "6"}, {"answer": "solved", "seen": "x"}])
def test_a_crooked_answer_changes_nothing(client, made, data):
    case = made.bring(made.case(receipt="7K3P-9QX2-M4"), *FIXED)
    assert client.post("/c/7K3P-9QX2-M4", data).status_code == 409
    assert Case.objects.get().version == case.version


def test_a_closed_case_is_opened_again(client, made):
    day = timezone.localdate()
    case = made.bring(made.case(receipt="7K3P-9QX2-M4", day=day), *FIXED, "call_back", "solved", day=day)
    data = {"seen": case.version, "reopen": "1", "text": "It is back"}
    response = client.post("/c/7K3P-9QX2-M4", data, follow=True)
    assert "Your case is open again." in response.content.decode()
    assert Case.objects.get().state == State.REOPENED


def test_after_the_fix_one_can_rate_once_more(client, made):
    case, receipt = made.through_the_door()
    early = client.post(f"/c/{receipt}", {"again": "1"})
    assert early.status_code == 409
    made.bring(case, *FIXED, day=timezone.localdate())
    response = client.post(f"/c/{receipt}", {"again": "1"})
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/r/")
    assert client.get(response.headers["Location"]).status_code == 200


def test_words_are_erased_by_receipt(client, made):
    made.case(receipt="7K3P-9QX2-M4")
    response = client.post("/c/7K3P-9QX2-M4", {"erase": "1"}, follow=True)
    assert "are erased" in response.content.decode()
    assert Rating.objects.get().comment == ""


def test_a_good_rating_has_no_case_and_says_so(client, made):
    made.rating(level=5, receipt="7K3P-9QX2-M4")
    page = client.get("/c/7K3P-9QX2-M4").content.decode()
    assert "Your rating is counted" in page
    assert "there is no case to follow" in page
