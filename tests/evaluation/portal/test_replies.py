"""You said, we did: published replies to single bad ratings stand beside the organisation's own."""

import pytest

from evaluation.portal.queries import fingerprint
from evaluation.portal.replies import replies_of
from surveys.cases.actions import notes
from tests.surveys.cases.world import DAY, FIXED, noon, world

pytestmark = pytest.mark.django_db


def published(made, answer, **more):
    case = made.bring(made.case(**more), *FIXED, "call_back", answer)
    return notes.publish_note(note=case.notes.get(), actor=made.people["lead"], now=noon(DAY))


def test_a_published_reply_is_shown_with_its_reasons_and_never_the_residents_words():
    made = world()
    before = fingerprint()
    published(made, "solved", comment="My neighbour Wang was there.")
    published(made, "replied", tags=())
    found = replies_of("city", made.service.code)
    assert [(row.said, row.did, row.outcome) for row in found] == [
        ("No reason given", "One form now does it.", "not confirmed by the resident"),
        ("Had to come several times", "One form now does it.", "the resident says it is solved"),
    ]
    assert found[0].stage == "We did · 2 March 2026"
    assert "Wang" not in str(found)
    assert fingerprint() != before


def test_a_reply_of_another_service_or_organisation_is_not_shown():
    made = world()
    published(made, "solved")
    assert replies_of("bureau", "another") == []
    assert replies_of("other") == []
    assert len(replies_of("bureau")) == 1
