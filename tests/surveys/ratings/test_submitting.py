"""A rating is stored once, with what it needs and nothing that leads back to its case."""

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from surveys.catalogue.enums import Identity
from surveys.core.models import LogEntry
from surveys.ratings.actions import (
    AlreadyRatedError,
    MatterUnknownError,
    RatingRefusedError,
    TokenUnknownError,
    finish_matter,
    invite_again,
    rate_at_point,
    rate_matter,
    revoke_invitation,
    submit_rating,
)
from surveys.ratings.enums import InvitationState, Privacy, RatingKind
from surveys.ratings.models import Contact, Invitation, Matter, Rating, Trace
from surveys.ratings.pointers import open_telephone, seal_pointer
from surveys.ratings.queries import matter_behind, rating_by_receipt
from surveys.ratings.shapes import Entry
from surveys.ratings.traces import TraceFacts, open_trace
from tests.surveys.ratings.world import NOW, Town, build_town, invited

LATER = NOW + dt.timedelta(minutes=3)


@pytest.fixture
def town(db: None) -> Town:
    return build_town()


def test_finishing_a_case_twice_gives_the_same_invitation(town: Town) -> None:
    first, again = invited(town), invited(town)
    assert (first.created, again.created) == (True, False)
    assert first.token == again.token
    assert len(f"/r/{first.token}") <= 26
    assert Invitation.objects.count() == Matter.objects.count() == 1


def test_tokens_are_not_in_the_database(town: Town) -> None:
    given = invited(town)
    row = Invitation.objects.values().get()
    assert given.token not in str(row)


def test_a_rating_is_stored_with_what_was_said(town: Town) -> None:
    given = invited(town)
    receipt = submit_rating(
        token=given.token, level="4", tags=("told_at_once", "one_trip"), comment="很快\u200b，谢谢\x00",
        language="zh-hans", now=LATER,
    )  # fmt: skip
    rating = Rating.objects.get()
    assert (rating.level, rating.tags, rating.comment) == (4, ["one_trip", "told_at_once"], "很快，谢谢")
    assert (rating.service, rating.organisation_id, rating.point) == (town.title, town.office.pk, town.window)
    assert (rating.rated_on, rating.version_id) == (dt.date(2026, 11, 23), town.form.pk)
    assert rating_by_receipt(receipt.code.lower().replace("-", " ")) == rating
    assert Invitation.objects.get().state == InvitationState.USED
    assert Invitation.objects.get().n_ratings == 1


def test_an_unlinked_rating_holds_no_way_back(town: Town) -> None:
    submit_rating(token=invited(town).token, level=5, now=LATER)
    rating = Rating.objects.get()
    assert rating.privacy == Privacy.UNLINKED
    assert (rating.matter, rating.rated_at, rating.sealed_pointer) == (None, None, None)
    assert matter_behind(rating) is None


def test_a_linked_rating_points_to_its_case(town: Town) -> None:
    given = invited(town, identity=Identity.VERIFIED)
    submit_rating(token=given.token, level=5, now=LATER)
    rating = Rating.objects.get()
    assert (rating.privacy, rating.matter, rating.rated_at) == (Privacy.LINKED, given.matter, LATER)


@pytest.mark.parametrize("level", [1, 2])
def test_a_bad_rating_keeps_a_sealed_pointer(town: Town, level: int) -> None:
    given = invited(town)
    submit_rating(token=given.token, level=level, now=LATER)
    rating = Rating.objects.get()
    sealed = {bytes(rating.sealed_pointer or b""), seal_pointer(given.matter.pk, rating.rated_on)}
    assert len(sealed) == 2  # the same case never looks alike twice
    assert matter_behind(rating) == given.matter


def test_the_second_rating_is_refused_and_changes_nothing(town: Town) -> None:
    token = invited(town).token
    submit_rating(token=token, level=5, now=LATER)
    with pytest.raises(AlreadyRatedError) as refused:
        submit_rating(token=token, level=1, now=LATER)
    assert refused.value.receipt == ""
    assert [rating.level for rating in Rating.objects.all()] == [5]


def test_the_same_page_sent_twice_learns_its_receipt_again(town: Town) -> None:
    token = invited(town).token
    receipt = submit_rating(token=token, level=5, once="page-1", now=LATER)
    with pytest.raises(AlreadyRatedError) as refused:
        submit_rating(token=token, level=5, once="page-1", now=LATER)
    assert refused.value.receipt == receipt.code


def test_the_database_itself_refuses_a_second_first_rating(town: Town) -> None:
    given = invited(town)
    submit_rating(token=given.token, level=5, now=LATER)
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.filter(pk=given.invitation.pk).update(n_ratings=2)


def test_unknown_expired_and_withdrawn_links_look_alike(town: Town) -> None:
    expired = invited(town, "A", expires_at=NOW + dt.timedelta(minutes=1))
    withdrawn = invited(town, "B")
    revoke_invitation(matter=withdrawn.matter, reason="wrong case", actor=None, now=NOW)
    said = set()
    for token in ("x" * 22, expired.token, withdrawn.token):
        with pytest.raises(TokenUnknownError) as refused:
            submit_rating(token=token, level=5, now=LATER)
        said.add(str(refused.value))
    assert said == {"This link cannot be used. You can call 12345."}
    assert not Rating.objects.exists()


@pytest.mark.parametrize("level", [0, 6, "", None, "5.0", True, "五"])
def test_a_level_out_of_range_is_refused(town: Town, level: object) -> None:
    with pytest.raises(RatingRefusedError) as refused:
        submit_rating(token=invited(town).token, level=level, now=LATER)
    assert [fault.field for fault in refused.value.faults] == ["level"]
    assert Invitation.objects.get().state == InvitationState.OPEN


def test_every_fault_is_told_at_once(town: Town) -> None:
    with pytest.raises(RatingRefusedError) as refused:
        submit_rating(
            token=invited(town).token, level=9, tags=("nonsense",), comment="好" * 100_000, contact="abc",
            now=LATER,
        )  # fmt: skip
    assert [fault.field for fault in refused.value.faults] == ["level", "tag", "comment", "tel"]
    assert "99,500" in refused.value.faults[2].message


def test_tags_of_another_level_are_left_out(town: Town) -> None:
    submit_rating(token=invited(town).token, level=5, tags=("poor_attitude", "kind_staff"), now=LATER)
    assert Rating.objects.get().tags == ["kind_staff"]


def test_contact_is_sealed_and_apart(town: Town) -> None:
    submit_rating(token=invited(town).token, level=1, contact="１３８ 0000-0000", now=LATER)
    contact = Contact.objects.get()
    assert open_telephone(contact) == "13800000000"
    assert b"13800000000" not in bytes(contact.sealed)


def test_the_trace_is_sealed(town: Town) -> None:
    submit_rating(token=invited(town).token, level=5, trace=TraceFacts(device="phone"), now=LATER)
    traced = open_trace(bytes(Trace.objects.get().sealed))
    assert (traced.seconds, traced.bin_at) == (780, "2026-11-23T02:30:00+00:00")
    assert traced.device != "phone"


def test_a_supplementary_rating_follows_the_first(town: Town) -> None:
    given = invited(town)
    submit_rating(token=given.token, level=1, now=LATER)
    first = Rating.objects.get()
    again = invite_again(matter=given.matter, initial=first, actor=None, now=LATER)
    assert again.token != given.token
    submit_rating(token=again.token, level=4, now=LATER)
    second = Rating.objects.get(kind=RatingKind.SUPPLEMENTARY)
    assert second.initial == first
    assert Invitation.objects.get().n_ratings == 2
    assert matter_behind(second) == given.matter
    with pytest.raises(TokenUnknownError):
        submit_rating(token=given.token, level=5, now=LATER)


def test_a_rating_takes_four_queries_after_the_page(
    town: Town, django_assert_max_num_queries: object
) -> None:
    token = invited(town).token
    submit_rating(token=invited(town, "warm").token, level=5, now=LATER)
    with CaptureQueriesContext(connection) as context:
        submit_rating(token=token, level=5, now=LATER)
    work = [query["sql"] for query in context if "SAVEPOINT" not in query["sql"]]
    assert len(work) == 4


def test_ratings_enter_no_log_entry_of_their_own(town: Town) -> None:
    before = LogEntry.objects.count()
    submit_rating(token=invited(town).token, level=5, now=LATER)
    assert LogEntry.objects.count() == before


def test_a_posted_code_is_rated_without_a_case_and_once_per_page(town: Town) -> None:
    entry = Entry(level="3", once=uuid.uuid4().hex)
    receipt = rate_at_point(point=town.posted, service=town.title, entry=entry, trace=None, now=LATER)
    with pytest.raises(AlreadyRatedError) as refused:
        rate_at_point(point=town.posted, service=town.title, entry=entry, trace=None, now=LATER)
    assert refused.value.receipt == receipt.code
    rating = Rating.objects.get()
    assert (rating.channel, rating.matter, rating.privacy) == ("qr_static", None, Privacy.UNLINKED)


def test_a_system_hands_in_a_rating_of_a_known_case(town: Town) -> None:
    given = invited(town)
    keys = {"case_no": given.matter.case_no, "stage": "completion", "service_no": 1}
    entry = Entry(level=2, tags=("poor_attitude",))
    rate_matter(**keys, entry=entry, channel="hotline_12345", rated_at=LATER, now=LATER)
    assert Rating.objects.get().mode == "assisted"
    with pytest.raises(AlreadyRatedError):
        rate_matter(**keys, entry=entry, channel="hotline_12345", rated_at=LATER, now=LATER)
    with pytest.raises(MatterUnknownError):
        rate_matter(**(keys | {"service_no": 2}), entry=entry, channel="sms", rated_at=LATER, now=LATER)


def test_a_clock_ahead_is_refused(town: Town) -> None:
    ahead = LATER + dt.timedelta(hours=1)
    with pytest.raises(RatingRefusedError) as refused:
        rate_matter(
            case_no=invited(town).matter.case_no, stage="completion", service_no=1, entry=Entry(level=5),
            channel="sms", rated_at=ahead, now=LATER,
        )  # fmt: skip
    assert "clock" in str(refused.value)
    with pytest.raises(ValueError, match="clock"):
        finish_matter(
            case_no="C", stage="completion", service_no=1, service=town.title, finished_at=ahead, actor=None,
            now=LATER,
        )  # fmt: skip
