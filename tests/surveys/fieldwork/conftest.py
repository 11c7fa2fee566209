"""Surveys at one moment: the clock of the pages stands where the town was surveyed."""

import pytest

from tests.surveys.fieldwork.world import NOW
from tests.worlds.clock import standing


@pytest.fixture(autouse=True)
def _one_moment():
    with standing(NOW):
        yield
