"""Paper is keyed twice by two people, compared, settled, and stored in one go."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from surveys.core.models import LogEntry
from surveys.ratings.enums import InvitationState, PaperState
from surveys.ratings.models import Invitation, PaperBatch, PaperSheet, Rating, Trace
from surveys.ratings.numbered import sheet_of
from surveys.screening.actions import screen_new
from surveys.screening.models import Flag
from tests.surveys.ratings.desk import at_the_desk, person
from tests.surveys.ratings.world import Town, build_town, invited

pytestmark = pytest.mark.usefixtures("one_moment")


@pytest.fixture
def town(db: None) -> Town:
    return build_town()


@pytest.fixture
def first(town: Town) -> Client:
    return at_the_desk(person("mei"))


@pytest.fixture
def second(town: Town) -> Client:
    return at_the_desk(person("jun"))


def opened(client: Client, town: Town, n: int = 2, **more: Any) -> PaperBatch:
    data = {
        "name": "Hall 1, week 47", "channel": "opinion_box", "organisation": town.office.pk,
        "service": town.permit.pk, "collected_on": timezone.localdate().isoformat(), "n_sheets": n,
    } | more  # fmt: skip
    answer = client.post(reverse("ratings:piles"), data)
    assert answer.status_code == 302, answer.content.decode()
    return PaperBatch.objects.latest("pk")


def page(batch: PaperBatch) -> str:
    return reverse("ratings:pile", args=[batch.pk])


def keyed(client: Client, batch: PaperBatch, *forms: dict[str, str]) -> None:
    for number, form in enumerate(forms, 1):
        answer = client.post(page(batch), {"number": str(number), "level": "5"} | form)
        assert answer.status_code == 302, answer.content.decode()


def settled(client: Client, batch: PaperBatch, number: int, **form: str) -> Any:
    return client.post(reverse("ratings:settle", args=[batch.pk, number]), form)


def stored(client: Client, batch: PaperBatch) -> PaperBatch:
    client.post(reverse("ratings:store", args=[batch.pk]))
    return PaperBatch.objects.get(pk=batch.pk)


def number(town: Town, code: str) -> str:
    return next(str(n) for n, tag in sheet_of(town.form.pk, "offline").tags.items() if tag == code)


def test_two_people_who_agree_store_a_pile(first: Client, second: Client, town: Town) -> None:
    batch = opened(first, town)
    forms = [{"level": "4"}, {"level": "1", "tags": number(town, "poor_attitude"), "comment": "排队太久"}]
    keyed(first, batch, *forms)
    keyed(second, batch, *forms)
    assert "Both entries agree" in second.get(page(batch)).content.decode()
    done = stored(second, batch)
    assert (done.state, done.n_stored) == (PaperState.STORED, 2)
    rows = Rating.objects.order_by("level")
    assert [(r.level, r.tags, r.comment, r.channel) for r in rows] == [
        (1, ["poor_attitude"], "排队太久", "opinion_box"), (4, [], "", "opinion_box"),
    ]  # fmt: skip
    assert {r.service for r in rows} == {town.permit}
    assert not PaperSheet.objects.exists()
    assert not Trace.objects.exists()


def test_the_second_entry_is_another_persons_and_blind(first: Client, second: Client, town: Town) -> None:
    batch = opened(first, town, 1)
    keyed(first, batch, {"comment": "only on the first screen"})
    refused = first.post(page(batch), {"number": "1", "level": "5"})
    assert refused.status_code == 422
    assert "You keyed this pile first" in refused.content.decode()
    assert "only on the first screen" not in second.get(page(batch)).content.decode()
    assert PaperBatch.objects.get().state == PaperState.SECOND


def test_a_third_person_does_not_join_in(first: Client, second: Client, town: Town) -> None:
    batch = opened(first, town, 2)
    third = at_the_desk(person("bo"))
    assert third.post(page(batch), {"number": "1", "level": "5"}).status_code == 422
    keyed(first, batch, {}, {})
    second.post(page(batch), {"number": "1", "level": "5"})
    assert third.post(page(batch), {"number": "2", "level": "5"}).status_code == 422
    second.post(page(batch), {"number": "2", "level": "4"})
    assert settled(third, batch, 2, level="4").status_code == 422


def test_discrepancies_are_listed_and_keep_the_pile_from_being_stored(
    first: Client, second: Client, town: Town
) -> None:
    batch = opened(first, town, 3)
    keyed(first, batch, {"level": "5"}, {"level": "2", "comment": "慢"}, {"level": "3"})
    keyed(second, batch, {"level": "4"}, {"level": "2", "comment": "慢。"}, {"level": "3"})
    html = first.get(page(batch)).content.decode()
    assert "2 forms are to be looked at again" in html
    assert "The levels differ." in html
    assert "The words differ." in html
    assert stored(first, batch).state == PaperState.COMPARE
    assert not Rating.objects.exists()
    assert settled(first, batch, 1, level="4").status_code == 302
    assert settled(second, batch, 2, level="2", comment="慢").status_code == 302
    assert stored(second, batch).n_stored == 3
    assert sorted(Rating.objects.values_list("level", flat=True)) == [2, 3, 4]


def test_a_form_with_a_case_number_uses_its_invitation_up(first: Client, second: Client, town: Town) -> None:
    invited(town, "BDC-7", now=timezone.now())
    batch = opened(first, town, 1, channel="paper_form", service="")
    keyed(first, batch, {"case_no": "BDC-7", "level": "3"})
    keyed(second, batch, {"case_no": "BDC-7", "level": "3"})
    assert stored(first, batch).n_stored == 1
    assert Invitation.objects.get().state == InvitationState.USED
    rating = Rating.objects.get()
    assert (rating.channel, rating.service, rating.privacy) == ("paper_form", town.title, "unlinked")
    assert not Trace.objects.exists()


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"case_no": "none"}, "No finished case has this number."),
        ({"case_no": "used"}, "This case has been rated already."),
        ({"case_no": ""}, "The form names no case, and the pile names no service."),
        ({"case_no": "open", "level": ""}, "No level is ticked."),
    ],
)
def test_forms_that_cannot_be_counted_are_left_out_with_the_reason(
    first: Client, second: Client, town: Town, form: dict[str, str], why: str
) -> None:
    invited(town, "open", now=timezone.now())
    given = invited(town, "used", now=timezone.now())
    Client().post(f"/r/{given.token}", {"level": "5"})
    batch = opened(first, town, 1, service="")
    keyed(first, batch, form)
    keyed(second, batch, form)
    assert why in first.get(page(batch)).content.decode()
    assert stored(first, batch).state == PaperState.COMPARE
    assert settled(first, batch, 1, left_out="Cannot be counted").status_code == 302
    assert stored(first, batch).n_stored == 0
    assert Rating.objects.count() == 1
    entry = LogEntry.objects.get(verb="paper.store")
    assert entry.detail["left_out"] == {"1": "Cannot be counted"}


def test_the_same_case_twice_in_a_pile_is_seen(first: Client, second: Client, town: Town) -> None:
    invited(town, "BDC-7", now=timezone.now())
    batch = opened(first, town, 2)
    twice = [{"case_no": "BDC-7"}, {"case_no": "BDC-7"}]
    keyed(first, batch, *twice)
    keyed(second, batch, *twice)
    assert "An earlier form of this pile has the same case number." in first.get(page(batch)).content.decode()
    settled(first, batch, 2, left_out="copy")
    assert stored(first, batch).n_stored == 1


def test_what_happens_while_a_pile_is_compared_stores_all_or_nothing(
    first: Client, second: Client, town: Town
) -> None:
    given = invited(town, "BDC-7", now=timezone.now())
    batch = opened(first, town, 2)
    forms = [{}, {"case_no": "BDC-7"}]
    keyed(first, batch, *forms)
    keyed(second, batch, *forms)
    Client().post(f"/r/{given.token}", {"level": "1"})
    assert stored(first, batch).state == PaperState.COMPARE
    assert Rating.objects.count() == 1


def test_a_pile_stored_twice_is_stored_once(first: Client, second: Client, town: Town) -> None:
    batch = opened(first, town, 1)
    keyed(first, batch, {})
    keyed(second, batch, {})
    stored(first, batch)
    stored(second, batch)
    assert Rating.objects.count() == 1


def test_a_pile_can_be_given_up_with_a_reason(first: Client, town: Town) -> None:
    batch = opened(first, town, 2)
    keyed(first, batch, {"comment": "private"})
    end = reverse("ratings:end", args=[batch.pk])
    first.post(end, {"reason": " "})
    assert PaperBatch.objects.get().state == PaperState.FIRST
    first.post(end, {"reason": "Wrong hall"})
    assert PaperBatch.objects.get().state == PaperState.GIVEN_UP
    assert not PaperSheet.objects.exists()


def test_forms_are_keyed_again_where_the_work_was_left(first: Client, town: Town) -> None:
    batch = opened(first, town, 3)
    keyed(first, batch, {})
    html = first.get(page(batch)).content.decode()
    assert "Form 2 of 3" in html
    assert re.findall(r'<input[^>]* name="(\w+)"[^>]* autofocus', html) == ["level"]
    assert "<textarea" not in html


def test_where_every_form_has_a_case_number_it_is_keyed_first(first: Client, town: Town) -> None:
    html = first.get(page(opened(first, town, service=""))).content.decode()
    assert re.findall(r'<input[^>]* name="(\w+)"[^>]* autofocus', html) == ["case_no"]


def test_a_whole_pile_on_one_day_is_no_burst(first: Client, second: Client, town: Town) -> None:
    batch = opened(first, town, 40)
    keyed(first, batch, *[{}] * 40)
    keyed(second, batch, *[{}] * 40)
    assert stored(first, batch).n_stored == 40
    screen_new(now=timezone.now())
    assert not Flag.objects.exists()
    assert set(Rating.objects.values_list("screening", flat=True)) == {"kept"}
