"""From a bad rating to the resident's word: opening, answering, replies, rates."""

from datetime import date, timedelta

import pytest

from surveys.cases import queries
from surveys.cases.actions import answering, notes, opening
from surveys.cases.actions.effects import CaseRefusedError
from surveys.cases.enums import Move, State
from surveys.cases.models import Case, CaseMove
from surveys.cases.rates import case_rates
from surveys.catalogue.actions import hand_over
from surveys.core.log import verify_chain
from surveys.core.models import AppendOnlyError, LogEntry
from surveys.ratings.enums import RatingKind, Screening
from tests.surveys.cases.world import DAY, FIXED, noon, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def made():
    return world()


def test_only_kept_bad_ratings_given_here_open_a_case(made):
    wanted = {made.rating(level=1).pk, made.rating(level=2).pk}
    made.rating(level=3)
    made.rating(level=1, screening=Screening.UNSCREENED)
    made.rating(level=1, screening=Screening.SET_ASIDE)
    made.rating(level=1, arrival="imported")
    made.rating(level=1, day=DAY - timedelta(days=46))
    assert opening.open_cases(now=noon(DAY)) == 2
    assert opening.open_cases(now=noon(DAY)) == 0
    assert set(Case.objects.values_list("rating_id", flat=True)) == wanted


def test_a_case_tells_no_time_of_its_rating(made):
    case = made.case()
    assert (case.opened_on, case.moves.count()) == (DAY, 0)
    assert case.code.startswith("C-2603-")
    assert not LogEntry.objects.filter(object__contains=case.code).exists()


def test_the_log_hears_of_a_days_cases_when_it_is_over(made):
    cases = [made.case() for _n in range(3)]
    made.do(cases[0], Move.PRE_REVIEW, "lead")
    assert opening.close_opening_days(now=noon(DAY)) == 0
    assert opening.close_opening_days(now=noon(DAY + timedelta(days=1))) == 1
    assert opening.close_opening_days(now=noon(DAY + timedelta(days=1))) == 0
    firsts = CaseMove.objects.filter(move=Move.OPEN)
    assert {(step.number, step.moved_on, step.moved_at) for step in firsts} == {(1, DAY, None)}
    assert list(firsts.order_by("pk").values_list("case_id")) == sorted(firsts.values_list("case_id"))
    assert Case.objects.count() == 3
    entry = LogEntry.objects.get(verb="case.open")
    assert entry.detail == {"codes": sorted(case.code for case in cases)}


def test_the_case_goes_to_whoever_took_the_service_over(made):
    hand_over(
        service=made.service,
        organisation=made.other,
        starts_on=DAY,
        reason="Reform",
        actor=None,
        now=noon(DAY),
    )
    assert made.case().organisation == made.other
    assert made.case(day=DAY - timedelta(days=1)).organisation == made.bureau


def test_the_whole_way_to_the_residents_yes(made):
    case = made.bring(made.case(), *FIXED)
    assert (case.state, case.fixed_by, case.found) == (State.FIXED, made.people["handler"], State.VALID)
    case = answering.answer_case(case=case, seen=case.version, answer="solved", now=noon(DAY))
    assert (case.state, case.answer, case.closed_on) == (State.CONFIRMED, "solved", DAY)
    assert list(case.moves.values_list("move", "seat")) == [
        ("pre_review", "lead"), ("assign", "lead"), ("start", "handler"),
        ("find_valid", "handler"), ("start_fix", "handler"), ("finish", "handler"),
        ("call_back", "resident"), ("solved", "resident"),
    ]  # fmt: skip
    assert verify_chain().ok


@pytest.mark.parametrize(
    ("answer", "state"),
    [("solved", State.CONFIRMED), ("replied", State.UNCONFIRMED), ("not_solved", State.REOPENED)],
)
def test_each_answer_leads_to_its_state(made, answer, state):
    case = made.bring(made.case(), *FIXED, "call_back")
    assert answering.answer_case(case=case, seen=case.version, answer=answer, now=noon(DAY)).state == state


def test_not_solved_starts_again_and_the_old_fix_no_longer_counts(made):
    case = made.bring(made.case(), *FIXED, "call_back", "not_solved")
    assert (case.n_reopened, case.fixed_on, case.found, case.clock) == (1, None, "", "acknowledge")
    case = made.bring(case, "start", "find_valid", "start_fix", "finish", "call_back", "solved")
    assert case.state == State.CONFIRMED


def test_a_resident_may_reopen_within_sixty_days(made):
    case = made.bring(made.case(), *FIXED, "call_back", "solved")
    later = noon(DAY + timedelta(days=61))
    with pytest.raises(CaseRefusedError, match="more than 60 days ago"):
        answering.reopen_case(case=case, seen=case.version, text="", now=later)
    again = answering.reopen_case(
        case=case, seen=case.version, text="It came back", now=noon(DAY + timedelta(days=60))
    )
    assert (again.state, again.answer) == (State.REOPENED, "")


def test_whoever_fixed_it_does_not_ask_whether_it_is_fixed(made):
    case = made.bring(made.case(), *FIXED)
    call = {"seen": case.version, "text": "", "now": noon(DAY)}
    with pytest.raises(CaseRefusedError, match="Somebody other"):
        answering.record_call(case=case, answer="solved", actor=made.people["handler"], **call)
    done = answering.record_call(case=case, answer="solved", actor=made.people["second"], **call)
    assert (done.state, done.called_back_on) == (State.CONFIRMED, DAY)


def test_nobody_reached_leaves_the_case_waiting(made):
    case = made.bring(made.case(), *FIXED)
    waiting = answering.record_call(
        case=case, seen=case.version, answer="", text="No answer", actor=made.people["second"], now=noon(DAY)
    )
    assert (waiting.state, waiting.due_on) == (State.CALLED_BACK, DAY + timedelta(days=7))


def test_a_reply_with_a_telephone_number_is_flagged(made):
    case = made.bring(made.case(), *FIXED[:-1])
    with pytest.raises(CaseRefusedError, match="mobile or identity number"):
        made.do(case, Move.FINISH, "handler", text="Call me on 13800138000.")
    assert made.do(case, Move.FINISH, "handler", text="Call 12345.").state == State.FIXED


def test_a_reply_is_published_by_somebody_else_after_the_end(made):
    case = made.bring(made.case(), *FIXED)
    reply = case.notes.get()
    with pytest.raises(CaseRefusedError, match="once the case is closed"):
        notes.publish_note(note=reply, actor=made.people["lead"], now=noon(DAY))
    made.bring(case, "call_back", "solved")
    with pytest.raises(CaseRefusedError, match="Somebody other than its writer"):
        notes.publish_note(note=reply, actor=made.people["handler"], now=noon(DAY))
    notes.publish_note(note=reply, actor=made.people["lead"], now=noon(DAY))
    inside = notes.add_note(
        case=case, text="Inside.", for_resident=False, actor=made.people["handler"], now=noon(DAY)
    )
    with pytest.raises(CaseRefusedError, match="stays inside"):
        notes.publish_note(note=inside, actor=made.people["lead"], now=noon(DAY))
    assert list(queries.published_replies({"bureau"}, made.service.code)) == [reply]
    assert list(queries.published_replies({"other"})) == []
    assert queries.last_published() == (1, DAY)


def test_only_plain_files_are_kept_with_a_case(made):
    case = made.case()
    keep = {"case": case, "actor": made.people["handler"], "now": noon(DAY)}
    with pytest.raises(CaseRefusedError, match="Only PDF, PNG and JPEG"):
        notes.attach(content=b"MZ\x90", name="a.exe", **keep)
    assert notes.attach(content=b"%PDF-1.7 x", name="a.pdf", **keep).stored.media_type == "application/pdf"


def test_a_case_is_given_only_to_somebody_with_a_seat_there(made):
    case = made.do(made.case(), Move.PRE_REVIEW, "lead")
    with pytest.raises(CaseRefusedError, match="Stranger has no seat"):
        made.do(case, Move.ASSIGN, "lead", handler=made.people["stranger"])
    with pytest.raises(CaseRefusedError, match="Choose who"):
        made.do(case, Move.ASSIGN, "lead")


def test_an_owner_who_left_is_replaced(made):
    case = made.bring(made.case(), "pre_review", "assign")
    made.people["handler"].is_active = False
    made.people["handler"].save()
    case = made.do(case, Move.REASSIGN, "lead", handler=made.people["second"], text="Left the office")
    assert case.handler == made.people["second"]
    with pytest.raises(CaseRefusedError, match="Choose who"):
        made.do(case, Move.REASSIGN, "lead", handler=made.people["handler"], text="Back")


def test_another_organisation_starts_afresh(made):
    case = made.bring(made.case(), "pre_review", "assign")
    moved = made.do(
        case, Move.REDIRECT, "office", DAY + timedelta(days=1), organisation=made.other, text="Theirs"
    )
    assert (moved.organisation, moved.handler, moved.state, moved.due_on) == (
        made.other, None, State.RECEIVED, date(2026, 3, 4),
    )  # fmt: skip
    assert made.do(moved, Move.PRE_REVIEW, "stranger").state == State.PRE_REVIEWED


def test_a_bad_rating_after_the_fix_reopens_and_a_good_one_is_noted(made):
    cases = [made.bring(made.case(), *FIXED, "call_back", "solved") for _n in range(2)]
    for case, level in zip(cases, (1, 5), strict=True):
        made.rating(level=level, kind=RatingKind.SUPPLEMENTARY, initial=case.rating)
    assert opening.reopen_after_bad_supplements(now=noon(DAY)) == 1
    assert opening.reopen_after_bad_supplements(now=noon(DAY)) == 0
    assert [Case.objects.get(pk=case.pk).state for case in cases] == [State.REOPENED, State.CONFIRMED]


def test_moves_can_only_grow(made):
    step = made.bring(made.case(), "pre_review").moves.get()
    with pytest.raises(AppendOnlyError):
        step.save()
    with pytest.raises(AppendOnlyError):
        step.delete()
    with pytest.raises(Exception, match="can only grow"):
        CaseMove.objects.filter(pk=step.pk).update(text="x")


def test_a_receipt_opens_the_case_and_nothing_else_does(made):
    case = made.case(receipt="7K3P-9QX2-M4")
    seen = queries.followed("7k3p 9qx2 m4")
    assert (seen.case, [step.move for step in seen.steps]) == (case, [])
    assert queries.followed("7K3P-9QX2-M5") is None
    assert queries.followed("nonsense") is None


def rates(made):
    found = case_rates(starts_on=date(2026, 3, 1), ends_on=date(2026, 3, 31))
    return {
        rate.formula: (rate.numerator, rate.denominator)
        for rate in found
        if rate.organisation_id == made.bureau.pk
    }


def test_the_rates_count_what_they_say(made):
    made.bring(made.case(tags=("several_trips",)), *FIXED, "call_back", "solved")
    made.bring(made.case(tags=("poor_attitude",)), *FIXED, "call_back", "replied")
    made.bring(made.case(tags=("no_sample",)), "pre_review", "assign", "appeal", "uphold")
    made.bring(made.case(tags=("no_sample",)), "pre_review", "assign", "start", "find_explain", "finish")
    made.bring(made.case(tags=("did_not_know",)), "pre_review")
    made.case(tags=("several_trips",), day=DAY + timedelta(days=20))
    made.case(tags=("poor_attitude",), day=date(2026, 4, 2), service=made.service)
    assert rates(made) == {
        "rectify_rate": (2, 4),
        "ontime_rate": (3, 5),
        "callback_rate_named": (0, 0),
        "resident_confirmed_rate": (1, 2),
        "relapse_rate": (2, 2),
    }
    assert {rate.n_invalid for rate in case_rates(starts_on=DAY, ends_on=DAY)} == {1}


def test_a_list_of_cases_takes_as_many_queries_for_three_as_for_one(made, django_assert_num_queries):
    lead = made.people["lead"]
    for _n in range(2):
        made.case()
        with django_assert_num_queries(6):
            rows = queries.duties(list(queries.to_do(type(lead).objects.get(pk=lead.pk))), DAY)
        made.case()
    assert [row.reading.n_left for row in rows] == [1, 1, 1]
