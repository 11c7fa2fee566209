"""The page of a case: doors by scope and seat, moves as buttons, requests for time, files, reply templates."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from surveys.cases.enums import Move, State
from surveys.cases.models import Case, ReplyTemplate
from tests.surveys.cases.world import FIXED

pytestmark = pytest.mark.django_db
SEES = {"office": 200, "lead": 200, "handler": 200, "leader": 200, "stranger": 404, "auditor": 403}
WORKS = {"office": 302, "lead": 302, "handler": 302, "leader": 403, "stranger": 404, "auditor": 403}


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


def test_what_was_typed_is_kept_and_goes_through_the_second_time(made, seat):
    case = made.bring(made.case(), *FIXED[:-1])
    made.do(case, Move.REASSIGN, "lead", handler=made.people["second"], text="On leave")
    response = post_move(seat("handler"), case, "finish", text="One form is enough now.")
    assert response.status_code == 409
    page = response.content.decode()
    assert "One form is enough now." in page
    form = next(form for form in response.context["forms"] if form.move == Move.FINISH)
    assert form["seen"].value() == str(Case.objects.get().version)


def test_a_note_or_request_that_is_refused_keeps_its_words(made, seat):
    case = made.bring(made.case(), "pre_review", "assign", "start", "find_valid")
    client = seat("handler")
    note = reverse("cases:note", args=[case.code])
    refused = client.post(note, {"text": "Ring 13800138000 please", "for_resident": "on"})
    assert refused.status_code == 409
    assert "Ring 13800138000 please</textarea>" in refused.content.decode()
    assert "Take it out before others read it." in refused.content.decode()
    ask = reverse("cases:ask", args=[case.code])
    words = {"seen": case.version, "kind": "pause", "reason": "Papers are with the court"}
    for days, status in (("99", 422), ("20", 302)):
        answer = client.post(ask, words | {"n_days": days})
        assert answer.status_code == status
        assert status == 302 or "Papers are with the court</textarea>" in answer.content.decode()
    assert not case.notes.exists()


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


def test_whoever_mended_it_is_not_offered_to_ask(made, seat):
    case = made.bring(made.case(), *FIXED)
    address = reverse("cases:case", args=[case.code])
    assert "Nothing to do from your seat at this stage." in seat("handler").get(address).content.decode()
    assert "Record the call-back" in seat("lead").get(address).content.decode()
