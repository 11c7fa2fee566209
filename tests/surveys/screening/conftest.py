"""Screening at one moment: the clock of the pages stands where its ratings were made."""

import pytest

from tests.surveys.ratings.world import NOW
from tests.worlds.clock import standing


@pytest.fixture(autouse=True)
def _one_moment():
    with standing(NOW):
        yield
