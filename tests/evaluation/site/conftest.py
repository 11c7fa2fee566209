"""Services of its own for a test that runs whole processes; a clock that stands for one-time codes."""

import uuid
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
import redis
from allauth.mfa.totp.internal import auth as totp
from kombu import Connection

from tests.evaluation.site.installation import alone
from tests.services import POSTGRES_URL, RABBITMQ_URL, REDIS_URL


@pytest.fixture
def own_database():
    """The address of a new, empty PostgreSQL database."""
    name = f"own_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(POSTGRES_URL, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        yield urlunsplit(urlsplit(POSTGRES_URL)._replace(path=f"/{name}"))
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def own_redis():
    """The address of a Redis database emptied for this test."""
    parts = urlsplit(REDIS_URL)._replace(path="/14")
    with alone("redis-14"), redis.Redis.from_url(urlunsplit(parts)) as server:
        server.flushdb()
        yield urlunsplit(parts)
        server.flushdb()


@pytest.fixture
def own_rabbitmq():
    """The address of a RabbitMQ whose queue of ours is empty."""
    with alone("rabbitmq"):
        with Connection(RABBITMQ_URL) as link:
            link.default_channel.queue_delete("evaluation")
        yield RABBITMQ_URL
        with Connection(RABBITMQ_URL) as link:
            link.default_channel.queue_delete("evaluation")


@pytest.fixture
def one_moment(monkeypatch):
    """Half a minute that does not end while a code of it is being used."""
    now = next(totp.yield_hotp_counters_from_time())
    monkeypatch.setattr(totp, "yield_hotp_counters_from_time", lambda: iter([now]))
