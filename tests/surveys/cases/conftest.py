"""The small world of cases at noon of its day, and its people signed in."""

import pytest

from tests.surveys.cases.world import DAY, noon, world
from tests.worlds.clock import standing


@pytest.fixture(autouse=True)
def _at_noon():
    with standing(noon(DAY)):
        yield


@pytest.fixture
def made():
    return world()


@pytest.fixture
def seat(client, made):
    def sign_in(who):
        client.force_login(made.people[who])
        return client

    return sign_in
