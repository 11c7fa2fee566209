"""Which outside services this machine offers, and what to say where one is absent."""

import os
import shutil
import socket
from functools import cache
from pathlib import Path

import psycopg

POSTGRES_URL = os.environ.get("TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")
REDIS_URL = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/9")
RABBITMQ_URL = os.environ.get("TEST_RABBITMQ_URL", "amqp://guest:guest@127.0.0.1:5672//")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
SOFFICE = shutil.which("soffice") or shutil.which("libreoffice") or ""
WRK = shutil.which("wrk") or ""
SHARED_DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
REQUIRED = os.environ.get("REQUIRE_SERVICES") == "1"
PATIENCE = 120_000
"""Milliseconds a browser may take for one step: a busy machine is no failure."""


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except OSError:
        return False
    return True


def _postgres() -> bool:
    try:
        psycopg.connect(POSTGRES_URL, connect_timeout=3).close()
    except psycopg.Error:
        return False
    return True


@cache
def missing(service: str) -> str:
    """An empty string where the service is there, else the reason for skipping."""
    here = {
        "postgres": _postgres,
        "redis": lambda: _answers(6379),
        "rabbitmq": lambda: _answers(5672),
        "browser": lambda: bool(CHROMIUM),
        "office": lambda: bool(SOFFICE),
        "wrk": lambda: bool(WRK),
        "data": SHARED_DATA.is_dir,
    }[service]()
    names = {
        "postgres": "no PostgreSQL server answers",
        "redis": "no Redis server answers",
        "rabbitmq": "no RabbitMQ server answers",
        "browser": "Chromium is not installed",
        "office": "LibreOffice is not installed",
        "wrk": "wrk is not installed",
        "data": "the reference data does not lie beside the checkout",
    }
    return "" if here else names[service]
