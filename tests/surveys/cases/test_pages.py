"""Pages of cases: doors by scope and seat, moves as buttons, bulk triage, call-backs, and following by receipt."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from surveys.cases.actions.opening import open_cases
from surveys.cases.actions.upkeep import escalate_late
from surveys.cases.enums import Move, State
from surveys.cases.models import Case, ReplyTemplate
from surveys.core.models import LogEntry, OutboxMessage
from surveys.instruments.queries import definition_of
from surveys.ratings.actions import finish_matter, submit_rating
from surveys.ratings.models import Rating
from tests.surveys.cases.world import DAY, FIXED, noon, world

pytestmark = pytest.mark.django_db
SEES = {"office": 200, "lead": 200, "handler": 200, "leader": 200, "stranger": 404, "auditor": 403}
WORKS = {"office": 302, "lead": 302, "handler": 302, "leader": 403, "stranger": 404, "auditor": 403}


@pytest.fixture
def made():
    return world()


@pytest.fixture
def seat(client, made):
    def sign_in(who):
        client.force_login(made.people[who])
        return client

    return sign_in


def post_move(client, case, move, **data):
    address = reverse("cases:move", args=[case.code, move])
    return client.post(address, {"seen": case.version} | data)


def test_strangers_are_asked_to_sign_in(client, made):
    case = made.case()
    for name, args in (("list", []), ("triage", []), ("call_backs", []), ("case", [case.code])):
        assert client.get(reverse(f"cases:{name}", args=args)).status_code == 302


@pytest.mark.parametrize("who", SEES)
def test_a_case_is_shown_in_scope_only(made, seat, who):
    case = made.case()
    client = seat(who)
    assert client.get(reverse("cases:case", args=[case.code])).status_code == SEES[who]
    assert client.get(reverse("cases:list")).status_code == (200 if who != "auditor" else 403)


@pytest.mark.parametrize("who", WORKS)
def test_verbs_keep_the_same_doors(made, seat, who):
    case = made.case()
    note = seat(who).post(reverse("cases:note", args=[case.code]), {"text": "Inside."})
    assert note.status_code == WORKS[who]
    assert case.notes.exists() is (WORKS[who] == 302)


def test_a_move_from_the_wrong_seat_is_refused_naming_the_seats(made, seat):
    case = made.case()
    response = post_move(seat("handler"), case, "pre_review")
    assert response.status_code == 403
    assert "Department lead, Evaluation office" in response.content.decode()
    assert Case.objects.get().state == State.RECEIVED


def test_an_unknown_move_is_not_found(made, seat):
    case = made.case()
    assert post_move(seat("lead"), case, "delete").status_code == 404
    assert post_move(seat("lead"), case, "resume").status_code == 404


def test_the_page_offers_the_moves_of_the_seat(made, seat):
    case = made.case()
    page = seat("lead").get(reverse("cases:case", args=[case.code])).content.decode()
    assert reverse("cases:move", args=[case.code, "pre_review"]) in page
    page = seat("handler").get(reverse("cases:case", args=[case.code])).content.decode()
    assert "Nothing to do from your seat at this stage." in page
    assert "/move/" not in page


def test_a_case_goes_its_way_by_clicks(made, seat):
    case = made.case()
    steps = [
        ("lead", "pre_review", {}),
        ("lead", "assign", {"handler": made.people["handler"].pk}),
        ("handler", "start", {}),
        ("handler", "find_valid", {"complexity": "simple"}),
        ("handler", "start_fix", {}),
        ("handler", "finish", {"text": "One form is enough now."}),
    ]
    for who, move, data in steps:
        case = Case.objects.get()
        assert post_move(seat(who), case, move, **data).status_code == 302, move
    assert Case.objects.get().state == State.FIXED


def test_the_second_of_two_is_told_on_the_page(made, seat):
    case = made.case()
    made.do(case, Move.PRE_REVIEW, "lead")
    response = post_move(seat("office"), case, "pre_review")
    assert response.status_code == 409
    assert "Lead was quicker" in response.content.decode()


def test_a_move_without_its_reason_shows_the_field(made, seat):
    case = made.bring(made.case(), "pre_review", "assign")
    response = post_move(seat("lead"), case, "appeal")
    assert response.status_code == 422
    assert "This field is required" in response.content.decode()


def test_the_words_shown_hold_no_number(made, seat):
    case = made.case(comment="Call 13800138000, ID 11010119900307123X")
    page = seat("handler").get(reverse("cases:case", args=[case.code])).content.decode()
    assert "13800138000" not in page
    assert "11010119900307123X" not in page
    assert "•••" in page


def test_many_are_given_to_somebody_at_once(made, seat):
    cases = [made.case() for _n in range(3)]
    made.do(cases[2], Move.PRE_REVIEW, "lead")
    data = {"case": [case.code for case in cases[1:]], "handler": made.people["second"].pk}
    response = seat("lead").post(reverse("cases:triage"), data, follow=True)
    assert "2 cases are given to Second." in response.content.decode()
    assert set(Case.objects.filter(handler=made.people["second"], state="assigned")) == set(cases[1:])


def with_wording(case):
    """Have the questionnaire's wording in memory, as it is in a running process."""
    definition_of(case.rating.version_id)


def test_a_list_of_three_takes_as_many_queries_as_of_one(made, seat):
    client = seat("lead")
    counted = []
    for n in range(3):
        with_wording(made.case())
        if n != 1:
            for name in ("list", "triage"):
                with CaptureQueriesContext(connection) as queries:
                    client.get(reverse(f"cases:{name}"))
                counted.append(len(queries))
    assert counted[:2] == counted[2:]
    assert max(counted) <= 20


def test_the_call_back_list_takes_as_many_queries_for_three_as_for_one(made, seat):
    client = seat("second")
    counted = []
    for n in range(3):
        made.bring(made.case(), *FIXED)
        if n != 1:
            with CaptureQueriesContext(connection) as queries:
                client.get(reverse("cases:call_backs"))
            counted.append(len(queries))
    assert counted[0] == counted[1]


def test_the_list_says_the_state_of_the_day(made, seat):
    client = seat("lead")
    assert "Nothing is late" in client.get(reverse("cases:list")).content.decode()
    today = timezone.localdate()
    case = made.case(day=today)
    Case.objects.filter(pk=case.pk).update(due_on=today - timedelta(days=1))
    assert "One case is late" in client.get(reverse("cases:list")).content.decode()
    again = made.case(day=today)
    Case.objects.filter(pk=again.pk).update(due_on=today)
    page = client.get(reverse("cases:list"), {"show": "today"})
    assert "1 late, 1 due today" in page.content.decode()
    assert [row.record.code for row in page.context["table"].rows] == [again.code]


def test_an_empty_list_says_so(made, seat):
    assert (
        "No bad rating is waiting for an answer." in seat("lead").get(reverse("cases:list")).content.decode()
    )


def through_the_door(made, telephone="13900139000"):
    """A bad rating given by a link, so that a number and a way to the visit are there."""
    now = timezone.now()
    invited = finish_matter(
        case_no="N-1", stage="completion", service_no=1, service=made.service,
        finished_at=now - timedelta(minutes=5), actor=None, now=now,
    )  # fmt: skip
    receipt = submit_rating(token=invited.token, level=1, contact=telephone, now=now)
    Rating.objects.filter(pk=receipt.rating_id).update(screening="kept")
    open_cases(now=now)
    return Case.objects.get(rating=receipt.rating_id), receipt.code


def test_a_number_is_opened_for_a_reason_and_logged(made, seat):
    case, _receipt = through_the_door(made)
    made.bring(case, *FIXED, day=timezone.localdate())
    client = seat("second")
    listed = client.get(reverse("cases:call_backs")).content.decode()
    assert case.code in listed
    assert "13900139000" not in listed
    address = reverse("cases:contact", args=[case.code])
    assert client.post(address, {"reason": " "}).status_code == 422
    shown = client.post(address, {"reason": "Call-back"}).content.decode()
    assert "13900139000" in shown
    entry = LogEntry.objects.get(verb="contact.open")
    assert (entry.actor, entry.detail) == ("second", {"reason": f"{case.code}: Call-back"})


def test_whoever_fixed_it_is_not_asked_to_call(made, seat):
    case = made.bring(made.case(), *FIXED)
    assert case.code not in seat("handler").get(reverse("cases:call_backs")).content.decode()
    call = reverse("cases:call", args=[case.code])
    done = seat("handler").post(call, {"seen": case.version, "answer": "solved"}, follow=True)
    assert "Somebody other than the person who recorded the fix" in done.content.decode()
    seat("second").post(call, {"seen": case.version, "answer": "not_solved", "text": "Still three trips"})
    assert Case.objects.get().state == State.REOPENED


def test_a_closed_case_gives_no_number(made, seat):
    case, _receipt = through_the_door(made)
    made.bring(case, *FIXED, "call_back", "solved", day=timezone.localdate())
    response = seat("lead").post(reverse("cases:contact", args=[case.code]), {"reason": "Curious"})
    assert response.status_code == 422
    assert "13900139000" not in response.content.decode()


def test_more_time_is_asked_for_and_granted_by_clicks(made, seat):
    steps = ("pre_review", "assign", "start", "find_complex", "start_fix")
    case = made.bring(made.case(day=timezone.localdate()), *steps, day=timezone.localdate())
    ask = {"seen": case.version, "kind": "extension", "n_days": 5, "reason": "Two offices"}
    seat("handler").post(reverse("cases:ask", args=[case.code]), ask)
    case.refresh_from_db()
    request, due_on = case.requests.get(), case.due_on
    decide = reverse("cases:decide", args=[case.code, request.pk])
    seat("lead").post(decide, {"seen": case.version, "grant": "1"})
    case.refresh_from_db()
    assert (case.n_extensions, case.due_on > due_on) == (1, True)


def test_a_pause_is_ended_by_click(made, seat):
    day = timezone.localdate()
    case = made.bring(made.case(day=day), "pre_review", "assign", "start", day=day)
    ask = {"seen": case.version, "kind": "pause", "n_days": 2, "reason": "Papers from the resident"}
    seat("handler").post(reverse("cases:ask", args=[case.code]), ask)
    case.refresh_from_db()
    decide = reverse("cases:decide", args=[case.code, case.requests.get().pk])
    seat("lead").post(decide, {"seen": case.version, "grant": "1"})
    case.refresh_from_db()
    page = seat("handler").get(reverse("cases:case", args=[case.code])).content.decode()
    assert "Paused since" in page
    seat("handler").post(reverse("cases:resume", args=[case.code]), {"seen": case.version})
    case.refresh_from_db()
    assert case.paused_on is None


def test_files_are_kept_and_downloaded_without_being_run(made, seat):
    case = made.case()
    client = seat("handler")
    wrong = SimpleUploadedFile("a.html", b"<script>")
    client.post(reverse("cases:attach", args=[case.code]), {"file": wrong})
    assert not case.files.exists()
    client.post(reverse("cases:attach", args=[case.code]), {"file": SimpleUploadedFile("a.pdf", b"%PDF-1 x")})
    response = client.get(reverse("cases:attachment", args=[case.code, case.files.get().pk]))
    assert response.headers["Content-Disposition"] == "attachment"
    assert response.content == b"%PDF-1 x"


def test_templates_are_kept_by_leads_and_start_a_reply(made, seat):
    address = reverse("cases:templates")
    data = {"title": "Sorry", "text_zh_hans": "抱歉。", "text_en": "We are sorry."}
    assert seat("handler").post(address, data).status_code == 403
    assert seat("lead").post(address, data).status_code == 302
    case = made.bring(made.case(), *FIXED[:-1])
    start = {"reply": made_template().pk}
    page = seat("handler").get(reverse("cases:case", args=[case.code]), start).content.decode()
    assert "We are sorry.</textarea>" in page
    seat("lead").post(address, {"retire": made_template().pk})
    assert "We are sorry." not in seat("lead").get(address).content.decode()


def made_template():
    return ReplyTemplate.objects.get()


def test_lateness_is_told_to_the_leads_then_to_the_office(made):
    case = made.case()
    escalate_late(now=noon(DAY + timedelta(days=2)))
    told = OutboxMessage.objects.values_list("user__username", flat=True)
    assert sorted(told) == ["lead", "mixed"]
    assert {f"Case {case.code} is one working day late: Take up."} == set(
        OutboxMessage.objects.filter(user__username="lead").values_list("body", flat=True)
    )
    OutboxMessage.objects.all().delete()
    escalate_late(now=noon(DAY + timedelta(days=4)))
    assert sorted(told.all()) == ["lead", "mixed", "office"]


# ---- the resident's side


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
    case, receipt = through_the_door(made)
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
