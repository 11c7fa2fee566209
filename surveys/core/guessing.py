"""Holds back whoever tries codes: only wrong ones count, by network address, for ten minutes, in the shared cache."""

import logging
from contextlib import suppress

from django.core.cache import cache
from django.db import DatabaseError
from django.http import HttpRequest

from surveys.core.addresses import client_ip
from surveys.core.sealing import keyed_hash

logger = logging.getLogger(__name__)
MOST_WRONG = 30
"""Wrong codes from one address before it has to wait; a service hall shares one address."""
WAIT_SECONDS = 600


def _key(request: HttpRequest, what: str) -> str:
    return f"guessing:{keyed_hash('guessing', f'{what}|{client_ip(request)}')}"


def is_held_back(request: HttpRequest, what: str) -> bool:
    """Whether this address has tried too many wrong codes of this sort lately; without a cache nobody has."""
    with suppress(DatabaseError):
        return int(cache.get(_key(request, what), 0)) >= MOST_WRONG
    return False


def note_wrong(request: HttpRequest, what: str) -> None:
    """Count one wrong code; the count ends ten minutes after the last."""
    key = _key(request, what)
    with suppress(DatabaseError):
        n_wrong = int(cache.get(key, 0)) + 1
        cache.set(key, n_wrong, WAIT_SECONDS)
        if n_wrong == MOST_WRONG:
            logger.warning("Held back: %s wrong tries of a %s from %s", n_wrong, what, client_ip(request))
