"""What every test may use; a service that is absent skips with its reason, or fails where it is required."""

import datetime as dt
import os
import time
from collections.abc import Iterator

import pytest
from django.core.cache import caches
from django.utils import timezone, translation
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, expect, sync_playwright

from surveys.instruments.queries import definition_of
from surveys.ratings.forms import _empty_fields
from tests import services

MARKERS = ("postgres", "redis", "rabbitmq", "browser", "office", "data")
OPTIONAL = {"data"}

# A busy machine is no failure, and two runs try the same examples; `--hypothesis-profile=search` draws others.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("search", PATIENT)
settings.register_profile("suite", PATIENT, derandomize=True)
settings.load_profile("suite")
expect.set_options(timeout=services.PATIENCE)
MIDNIGHT_SECONDS = 120
"""No day turns while a test runs that asks the clock twice: shortly before midnight it waits."""

# Playwright's synchronous driver keeps an event loop; the live server's own threads do the database work.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The long campaigns run only when asked for by `-m prove`; the browser stays in one worker."""
    if "prove" not in (config.option.markexpr or ""):
        kept = [item for item in items if not item.get_closest_marker("prove")]
        config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("prove")])
        items[:] = kept
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.xdist_group("browser"))
        elif item.get_closest_marker("office"):
            item.add_marker(pytest.mark.xdist_group("office"))


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker in MARKERS:
        if item.get_closest_marker(marker) and (reason := services.missing(marker)):
            if services.REQUIRED and marker not in OPTIONAL:
                pytest.fail(f"required here: {reason}", pytrace=False)
            pytest.skip(reason)
    _let_the_day_turn()


def _let_the_day_turn() -> None:
    for zone in (timezone.get_default_timezone(), dt.UTC):
        now = dt.datetime.now(zone)
        left = 86_400 - (3600 * now.hour + 60 * now.minute + now.second)
        if left <= MIDNIGHT_SECONDS:
            time.sleep(left)


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    """Every test starts in English and leaves nothing behind."""
    translation.activate("en")
    yield
    translation.activate("en")


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    """Rolled-back tests use the same numbers again, for other wordings and other people."""
    definition_of.cache_clear()
    _empty_fields.cache_clear()
    for kept in caches.all():
        kept.clear()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser a worker: its driver holds an event loop, and there can be only one."""
    arguments = ["--no-sandbox", "--disable-background-networking"]
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=services.CHROMIUM, args=arguments, timeout=services.PATIENCE
        )
        yield found
        found.close()
