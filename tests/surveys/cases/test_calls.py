"""Asking residents: who calls, who opens a number, what the caller reads, what stays when it cannot be taken."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from surveys.cases.enums import Answer, Move, Seat, State
from surveys.cases.models import Case
from surveys.core.models import LogEntry
from tests.surveys.cases.test_lists import with_wording
from tests.surveys.cases.world import FIXED

pytestmark = pytest.mark.django_db


def test_a_number_is_opened_for_a_reason_and_logged(made, seat):
    case, _receipt = made.through_the_door()
    made.bring(case, *FIXED, day=timezone.localdate())
    client = seat("lead")
    listed = client.get(reverse("cases:call_backs")).content.decode()
    assert case.code in listed
    assert "13900139000" not in listed
    address = reverse("cases:contact", args=[case.code])
    assert client.post(address, {"reason": " "}).status_code == 422
    shown = client.post(address, {"reason": "Call-back"}).content.decode()
    assert "13900139000" in shown
    entry = LogEntry.objects.get(verb="contact.open")
    assert (entry.actor, entry.detail) == ("lead", {"reason": f"{case.code}: Call-back"})


def test_the_call_back_list_takes_as_many_queries_for_three_as_for_one(made, seat):
    client = seat("caller")
    counted = []
    for n in range(3):
        made.bring(made.case(), *FIXED)
        made.bring(made.case(), *FIXED, "call_back")
        with_wording(made.case())
        if n != 1:
            with CaptureQueriesContext(connection) as queries:
                client.get(reverse("cases:call_backs"))
            counted.append(len(queries))
    assert counted[0] == counted[1]


def test_whoever_fixed_it_is_not_asked_to_call(made, seat):
    case = made.bring(made.case(), *FIXED)
    assert case.code not in seat("handler").get(reverse("cases:call_backs")).content.decode()
    call = reverse("cases:call", args=[case.code])
    done = seat("handler").post(call, {"seen": case.version, "answer": "solved"}, follow=True)
    assert "Somebody other than the person who recorded the fix" in done.content.decode()
    seat("second").post(call, {"seen": case.version, "answer": "not_solved", "text": "Still three trips"})
    assert Case.objects.get().state == State.REOPENED


def test_the_telephone_desk_asks_and_records_and_sees_nothing_else(made, seat):
    case, _receipt = made.through_the_door()
    caller = seat("caller")
    assert caller.post(reverse("cases:contact", args=[case.code]), {"reason": "Call"}).status_code == 404
    made.bring(case, *FIXED, day=timezone.localdate())
    listed = caller.get(reverse("cases:call_backs")).content.decode()
    assert "One form now does it." in listed
    assert f'href="{reverse("cases:case", args=[case.code])}"' not in listed
    assert f'href="{reverse("cases:call_backs")}"' in caller.get(reverse("ratings:calls")).content.decode()
    for address in (reverse("cases:list"), reverse("cases:triage"), reverse("cases:case", args=[case.code])):
        assert caller.get(address).status_code == 403
    shown = caller.post(reverse("cases:contact", args=[case.code]), {"reason": "Call-back"}).content.decode()
    assert "13900139000" in shown
    fresh = Case.objects.get()
    call = reverse("cases:call", args=[case.code])
    assert caller.post(call, {"seen": fresh.version, "answer": "solved"}).status_code == 302
    fresh.refresh_from_db()
    assert (fresh.state, fresh.answer) == (State.CONFIRMED, Answer.SOLVED)
    last = fresh.moves.latest("number")
    assert (last.move, last.seat, last.by) == (Move.SOLVED, Seat.OPERATOR, made.people["caller"])


def test_no_handler_opens_a_number_nor_whoever_handles_the_case(made, seat):
    case, _receipt = made.through_the_door()
    today = timezone.localdate()
    address = reverse("cases:contact", args=[case.code])
    made.bring(case, "pre_review", day=today)
    made.do(case, Move.ASSIGN, "office", today, handler=made.people["lead"])
    assert "Open the number" not in seat("lead").get(reverse("cases:case", args=[case.code])).content.decode()
    refused = seat("lead").post(address, {"reason": "Curious"})
    assert refused.status_code == 422
    assert "Whoever handles a case does not see who rated" in refused.content.decode()
    assert seat("second").post(address, {"reason": "Curious"}).status_code == 403
    assert (
        "Open the number" not in seat("second").get(reverse("cases:case", args=[case.code])).content.decode()
    )
    assert not LogEntry.objects.filter(verb="contact.open").exists()


def test_an_answer_that_comes_after_the_first_call_is_recorded_too(made, seat):
    case = made.bring(made.case(), *FIXED)
    call = reverse("cases:call", args=[case.code])
    caller = seat("caller")
    caller.post(call, {"seen": case.version, "answer": ""})
    page = caller.get(reverse("cases:call_backs")).content.decode()
    assert "Nobody is to be asked" in page
    assert "Asked, no answer yet" in page
    assert case.code in page
    caller.post(call, {"seen": Case.objects.get().version, "answer": "replied"})
    assert Case.objects.get().state == State.UNCONFIRMED


def test_what_the_caller_wrote_stays_when_somebody_was_quicker(made, seat):
    case = made.bring(made.case(), *FIXED)
    made.do(case, Move.CALL_BACK, "lead")
    made.do(case, Move.SOLVED, "lead")
    call = reverse("cases:call", args=[case.code])
    page = seat("caller").post(call, {"seen": case.version, "answer": "not_solved", "text": "Same again"})
    assert page.status_code == 409
    assert "was quicker" in page.content.decode()
    assert "Same again" in page.content.decode()
    assert Case.objects.get().state == State.CONFIRMED
