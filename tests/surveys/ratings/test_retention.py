"""What is kept for a time is gone after it: numbers, traces, keys; and what a receipt stands for on request."""

import datetime as dt
from typing import Any

import pytest

from surveys.catalogue.enums import Identity
from surveys.core.models import DataKey, LogEntry
from surveys.core.sealing import UnsealError
from surveys.ratings.actions import (
    ContactRefusedError,
    destroy_traces,
    erase_by_receipt,
    forget_old,
    submit_rating,
)
from surveys.ratings.models import Contact, Rating, Recipient, Trace
from surveys.ratings.pointers import open_pointer, open_telephone
from surveys.ratings.queries import matter_behind
from surveys.ratings.shapes import Reach
from tests.surveys.ratings.world import NOW, Town, build_town, invited

DAY = dt.timedelta(days=1)
PHONE = "13987654321"


@pytest.fixture
def town(db: None) -> Town:
    return build_town()


def rated(town: Town, case_no: str, level: int, **more: Any) -> str:
    given = invited(town, case_no, **more)
    return submit_rating(token=given.token, level=level, comment="words", contact=PHONE, now=NOW).code


def test_a_number_left_with_a_good_rating_goes_after_sixty_days(town: Town) -> None:
    rated(town, "good", 5)
    rated(town, "bad", 1)
    assert forget_old(now=NOW + 60 * DAY) == 0
    assert forget_old(now=NOW + 61 * DAY) == 1
    assert Contact.objects.get().rating.level == 1


def test_after_a_year_nothing_leads_from_an_old_rating_to_its_case(town: Town) -> None:
    rated(town, "bad", 1)
    invited(town, "asked", reach=Reach(PHONE), expires_at=NOW + 3000 * DAY)
    rating, contact = Rating.objects.get(), Contact.objects.get()
    assert matter_behind(rating) is not None
    forget_old(now=NOW + 365 * DAY)
    assert open_telephone(Contact.objects.get()) == PHONE
    assert not Recipient.objects.exists()
    forget_old(now=NOW + 380 * DAY)
    assert not Contact.objects.exists()
    for reading in (lambda: open_pointer(rating), lambda: open_telephone(contact)):
        with pytest.raises(UnsealError):
            reading()
    assert not DataKey.objects.filter(destroyed_at=None).exists()
    assert LogEntry.objects.filter(verb="key.destroy").count() == 2
    assert forget_old(now=NOW + 400 * DAY) == 0


def test_traces_go_after_a_week_whatever_waits(town: Town) -> None:
    rated(town, "bad", 1)
    assert destroy_traces(now=NOW + 7 * DAY) == 0
    assert destroy_traces(now=NOW + 8 * DAY) == 1
    assert not Trace.objects.exists()


@pytest.mark.parametrize("identity", [Identity.ANONYMOUS, Identity.NAMED])
def test_a_receipt_erases_words_number_trace_and_the_way_back(town: Town, identity: str) -> None:
    code = rated(town, "bad", 2, identity=identity)
    other = rated(town, "other", 1)
    erase_by_receipt(code=code.lower().replace("-", " "), now=NOW + DAY)
    rating = Rating.objects.get(level=2)
    assert (rating.comment, rating.matter, rating.rated_at, rating.sealed_pointer) == ("", None, None, None)
    assert rating.erased_on == dt.date(2026, 11, 24)
    assert matter_behind(rating) is None
    assert [contact.rating.level for contact in Contact.objects.all()] == [1]
    assert [trace.rating.level for trace in Trace.objects.all()] == [1]
    assert Rating.objects.get(level=1).comment == "words"
    erase_by_receipt(code=code, now=NOW + DAY)
    assert LogEntry.objects.filter(verb="rating.erase").count() == 1
    assert code not in str(list(LogEntry.objects.values()))
    assert other != code


@pytest.mark.parametrize("code", ["", "0000-0000-00", "x" * 500, "7K3P-9QX2-M4'", "\x00"])
def test_an_unknown_receipt_erases_nothing(town: Town, code: str) -> None:
    rated(town, "bad", 1)
    with pytest.raises(ContactRefusedError):
        erase_by_receipt(code=code, now=NOW)
    assert Rating.objects.get().comment == "words"
