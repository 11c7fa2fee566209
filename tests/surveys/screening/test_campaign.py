"""What the rules find and flag wrongly, over many simulated worlds, is what docs/screening.md says."""

import pytest
from django.db import transaction

from surveys.screening.rulebook import RULES
from tests.paths import ROOT
from tests.surveys.screening.campaign import N_WORLDS, UNITS, Tried, judge, play, table_of

MOST_WRONG = 0.01
LEAST_FOUND = {"unbroken_run": 0.25}
"""Of single days; every other rule finds four fifths at least."""


@pytest.mark.prove
@pytest.mark.django_db
def test_the_figures_of_the_document_hold() -> None:
    tried = {rule: Tried() for rule in RULES}
    assert set(UNITS) == set(RULES)
    for seed in range(1, N_WORLDS + 1):
        with transaction.atomic():
            judge(play(seed), tried)
            transaction.set_rollback(True)
    table = table_of(tried)
    wrong = {rule: one.wrong for rule, one in tried.items() if one.wrong[0] > MOST_WRONG * one.wrong[1]}
    missed = {
        rule: one.found
        for rule, one in tried.items()
        if one.found[0] < LEAST_FOUND.get(rule, 0.8) * one.found[1]
    }
    assert (wrong, missed) == ({}, {}), table
    assert table in (ROOT / "docs" / "screening.md").read_text(encoding="utf-8"), table
