"""Cycles move forward step by step, back only with a reason, and never with an unapproved scheme."""

import datetime as dt

import pytest

from evaluation.cycles.actions import (
    CycleRefusedError,
    MoveRefusedError,
    SchemeRefusedError,
    approve_scheme,
    archive_cycle,
    choose_scheme,
    create_cycle,
    install_preset,
    lock_cycle,
    mark_scored,
    open_cycle,
    start_objection,
    step_back,
    write_scheme,
)
from evaluation.cycles.enums import MOVES, CycleState
from evaluation.cycles.models import Cycle, CycleMove, SchemeDocument
from evaluation.cycles.queries import presets
from surveys.catalogue.models import Organisation
from surveys.core.log import verify_chain
from surveys.core.models import CalendarDay, CalendarYear, LogEntry
from tests.worlds.clock import NOON
from tests.worlds.people import person

pytestmark = pytest.mark.django_db


def preset(code: str = "nyc_three_sources") -> SchemeDocument:
    return install_preset(code=code, actor=person("author"), now=NOON)


def draft(code: str = "c1") -> Cycle:
    organisation, _ = Organisation.objects.get_or_create(code="A", defaults={"names": {"en": "A"}})
    return create_cycle(
        code=code,
        names={"en": "Cycle"},
        starts_on=dt.date(2026, 4, 1),
        ends_on=dt.date(2026, 9, 30),
        scheme=preset(),
        organisations=[organisation],
        actor=person("author"),
        now=NOON,
    )


def opened(code: str = "c1") -> Cycle:
    cycle = draft(code)
    approve_scheme(scheme=cycle.scheme, actor=person("second"), now=NOON)
    return open_cycle(cycle=cycle, actor=person("author"), now=NOON)


def state_of(cycle: Cycle) -> str:
    return Cycle.objects.get(pk=cycle.pk).state


def test_opening_freezes_the_approved_scheme() -> None:
    cycle = opened()
    found = Cycle.objects.get(pk=cycle.pk)
    assert found.state == CycleState.OPEN
    assert found.frozen_scheme == cycle.scheme.document
    assert found.frozen_bindings == cycle.scheme.bindings
    assert found.scheme_digest == cycle.scheme.digest
    assert found.opened_at == NOON


def test_opening_without_approval_is_refused() -> None:
    with pytest.raises(MoveRefusedError, match="has not been approved"):
        open_cycle(cycle=draft(), actor=person("author"), now=NOON)


def test_author_cannot_approve_own_scheme() -> None:
    with pytest.raises(SchemeRefusedError, match="Someone other than the author"):
        approve_scheme(scheme=preset(), actor=person("author"), now=NOON)


def test_approved_version_no_longer_changes() -> None:
    scheme = preset()
    approve_scheme(scheme=scheme, actor=person("second"), now=NOON)
    document = {**scheme.document, "source": "other"}
    with pytest.raises(SchemeRefusedError, match="no longer changes"):
        write_scheme(document=document, bindings=scheme.bindings, actor=person("author"), now=NOON)


def test_scheme_of_an_open_cycle_is_fixed() -> None:
    cycle = opened()
    with pytest.raises(MoveRefusedError, match="frozen"):
        choose_scheme(cycle=cycle, scheme=preset("balanced"), actor=person("author"), now=NOON)


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (lock_cycle, "Only an open cycle can be locked; this cycle is: Draft."),
        (mark_scored, "Lock the cycle before it is scored; this cycle is: Draft."),
        (start_objection, "Score the cycle before the objection period begins; this cycle is: Draft."),
        (archive_cycle, "Only a published cycle can be archived; this cycle is: Draft."),
    ],
)
def test_move_out_of_order_is_refused_with_the_sentence_why(act, sentence: str) -> None:
    cycle = draft()
    with pytest.raises(MoveRefusedError) as caught:
        act(cycle=cycle, actor=person("author"), now=NOON)
    assert str(caught.value) == sentence
    assert state_of(cycle) == CycleState.DRAFT
    assert not CycleMove.objects.exists()


def test_no_move_outside_the_table_is_possible() -> None:
    cycle = draft()
    for before in CycleState:
        for after in CycleState:
            Cycle.objects.filter(pk=cycle.pk).update(state=before, scheme_digest="x")
            if after not in MOVES[before] or after == CycleState.PUBLISHED:
                with pytest.raises(MoveRefusedError):
                    step_back(cycle=cycle, to=after, reason="why", actor=person("author"), now=NOON)
                assert state_of(cycle) == before


def test_objection_runs_five_working_days_over_a_moved_saturday() -> None:
    CalendarYear.objects.update_or_create(year=2026, defaults={"source": "test", "confirmed": True})
    CalendarDay.objects.update_or_create(
        day=dt.date(2026, 11, 7), defaults={"is_working": True, "source": "test"}
    )
    cycle = opened()
    lock_cycle(cycle=cycle, actor=person("author"), now=NOON)
    mark_scored(cycle=cycle, actor=person("author"), now=NOON)
    found = start_objection(cycle=cycle, actor=person("author"), now=NOON)
    assert found.objection_ends_on == dt.date(2026, 11, 7)
    assert [move.after for move in cycle.moves.all()] == ["open", "locked", "scored", "objection"]


def test_going_back_needs_a_reason_and_is_recorded() -> None:
    cycle = opened()
    lock_cycle(cycle=cycle, actor=person("author"), now=NOON)
    with pytest.raises(MoveRefusedError, match="needs a reason"):
        step_back(cycle=cycle, to=CycleState.OPEN, reason=" ", actor=person("author"), now=NOON)
    step_back(cycle=cycle, to=CycleState.OPEN, reason="wrong file", actor=person("author"), now=NOON)
    assert state_of(cycle) == CycleState.OPEN
    assert CycleMove.objects.get(before="locked").reason == "wrong file"
    assert LogEntry.objects.filter(object="cycle:c1", verb="cycle.open").count() == 2
    assert verify_chain().ok


def test_cycle_code_with_a_dot_is_refused() -> None:
    with pytest.raises(CycleRefusedError, match="has no dot"):
        draft("c.1")


def test_binding_faults_are_told_together() -> None:
    found = presets()["nyc_three_sources"]
    bindings = {"residents": {"from": "tally", "formula": "nope"}, "extra": {"from": "sample", "of": ["x"]}}
    with pytest.raises(SchemeRefusedError) as caught:
        write_scheme(document=found["document"], bindings=bindings, actor=None, now=NOON)
    told = " ".join(caught.value.faults)
    assert "“formula” should be one of" in told
    assert "reads the column targets" in told
    assert "reads the column audit" in told
    assert "binding for extra" in told
