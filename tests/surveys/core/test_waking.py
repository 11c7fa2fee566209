"""Waking workers: a dead broker never delays or breaks who asks."""

import time

import pytest
from celery import Celery, current_app

from surveys.core import waking

DEAD = {
    "redis, refused": "redis://127.0.0.1:1/0",
    "redis, silent": "redis://10.255.255.1/0",
    "rabbitmq, refused": "amqp://guest:guest@127.0.0.1:1//",
    "folder, missing": "filesystem://",
}


@pytest.fixture(params=DEAD, ids=list(DEAD))
def _dead_broker(request):
    before = current_app._get_current_object()
    app = Celery("dead", broker=DEAD[request.param], set_as_current=False)
    app.conf.broker_transport_options = {"socket_connect_timeout": 1, "data_folder_out": "/nowhere/at/all"}
    app.set_default()
    app.set_current()
    yield
    before.set_default()
    before.set_current()


@pytest.mark.usefixtures("_dead_broker")
def test_asking_for_a_wake_up_returns_at_once():
    started = time.thread_time()
    wall = time.monotonic()
    for _n in range(200):
        waking.wake()
    assert time.thread_time() - started < 0.5
    assert time.monotonic() - wall < 60


@pytest.mark.usefixtures("_dead_broker")
def test_a_wake_up_that_cannot_be_sent_says_so_and_raises_nothing():
    started = time.monotonic()
    assert waking.send() is False
    assert time.monotonic() - started < 120
