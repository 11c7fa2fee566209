"""A clock that stands, for tests of one process."""

import pytest

from tests.surveys.ratings.world import NOW
from tests.worlds.clock import standing


@pytest.fixture
def one_moment():
    with standing(NOW):
        yield
