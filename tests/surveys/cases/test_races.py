"""Two handlers at once: one wins, the other is told; whatever the database."""

import threading

import pytest
from django.db import connection

from surveys.cases.actions.moving import CaseMovedError, move_case
from surveys.cases.enums import Move, State
from surveys.cases.models import Case
from surveys.core.log import verify_chain
from tests.surveys.cases.world import DAY, noon, world

pytestmark = pytest.mark.django_db(transaction=True)


def race(case, people):
    """Both look at the same version, then move at once; returns who won and what the others were told."""
    gate, won, told = threading.Barrier(len(people)), [], []

    def click(person):
        seen = Case.objects.get(pk=case.pk)
        gate.wait()
        try:
            move_case(case=seen, move=Move.PRE_REVIEW, seen=seen.version, actor=person, now=noon(DAY))
        except CaseMovedError as error:
            told.append(str(error))
        else:
            won.append(person.username)
        finally:
            connection.close()

    threads = [threading.Thread(target=click, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return won, told


def check_rounds(rounds):
    made = world()
    cases = [made.case() for _n in range(rounds)]
    people = [made.people["lead"], made.people["office"]]
    for case in cases:
        won, told = race(case, people)
        assert len(won) == len(told) == 1
        assert told[0].startswith(f"{won[0].title()} was quicker: “Pre-review”.")
    assert set(Case.objects.values_list("state", "version")) == {(State.PRE_REVIEWED, 2)}
    assert all(case.moves.count() == 1 for case in cases)
    assert verify_chain().ok


def test_of_two_moves_at_once_one_wins_and_the_other_is_told():
    check_rounds(3)


@pytest.mark.prove
def test_fifty_double_moves_one_wins_each_time():
    check_rounds(50)
