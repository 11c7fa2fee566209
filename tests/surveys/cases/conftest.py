"""The small world of cases, and its people signed in."""

import pytest

from tests.surveys.cases.world import world


@pytest.fixture
def made():
    return world()


@pytest.fixture
def seat(client, made):
    def sign_in(who):
        client.force_login(made.people[who])
        return client

    return sign_in
