"""A frame: all of it or nothing, every fault with its cell, contacts sealed and never in the clear."""

import pytest

from surveys.core.imports import ImportRefusedError
from surveys.core.models import StoredFile
from surveys.fieldwork.contacts import ContactMalformedError, normal_contact
from surveys.fieldwork.frame_import import importer
from surveys.fieldwork.models import Frame, FrameEntry
from tests.surveys.fieldwork import world

pytestmark = pytest.mark.django_db

BROKEN = b"""frame,reference,stratum,contact,language,organisation
town,R1,north,13800000001,zh-hans,
town,R1,north,138 0000 0001,zh-hans,
town,R2,south,not a number,zh-hans,
other,R3,south,lin@example.org,klingon,NOWHERE
town,,south,LIN@example.org,en,
"""


def test_every_fault_is_named_with_its_cell_and_nothing_is_written():
    with pytest.raises(ImportRefusedError) as caught:
        importer.commit(BROKEN, "frame.csv", actor=None, now=world.NOW)
    found = {(error.row, error.code) for error in caught.value.errors}
    assert {
        (3, "twice"), (3, "contact_twice"), (4, "malformed_contact"), (5, "other_frame"),
        (5, "unknown_organisation"), (5, "not_a_choice"), (6, "contact_twice"),
    } <= found  # fmt: skip
    assert any(row == 6 and code != "contact_twice" for row, code in found)
    assert all(error.message and error.fix for error in caught.value.errors)
    assert not Frame.objects.exists()
    assert importer.check(BROKEN, "frame.csv").ok is False


def test_a_right_frame_is_taken_sealed_and_never_changes():
    made = world.frame()
    assert (made.n_entries, FrameEntry.objects.count()) == (60, 60)
    assert dict(made.strata.values_list("code", "n_population")) == {"north": 40, "south": 20}
    raw = b"".join(bytes(entry.sealed) for entry in FrameEntry.objects.all())
    assert b"1380000" not in raw
    assert not StoredFile.objects.exists()
    with pytest.raises(ImportRefusedError, match="a frame never changes"):
        importer.commit(world.frame_rows(), "frame.csv", actor=None, now=world.NOW)


def test_the_template_can_be_filled_in_and_read_again():
    report = importer.check(importer.template("en"), "frame.xlsx")
    assert [error.code for error in report.errors] == []
    assert report.rows == 2


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("138 0000 0001", ("sms", "13800000001")),
        ("+86 138-0000-0001", ("sms", "+8613800000001")),
        ("１３８００００００01", ("sms", "13800000001")),
        (" Lin@Example.ORG ", ("email", "lin@example.org")),
        ("", ("none", "")),
    ],
)
def test_contacts_have_one_form(typed, kept):
    assert normal_contact(typed) == kept


@pytest.mark.parametrize(
    "typed", ["12", "lin@", "@example.org", "a..b@example.org", "lin@example", "call me"]
)
def test_a_malformed_contact_is_refused(typed):
    with pytest.raises(ContactMalformedError):
        normal_contact(typed)
