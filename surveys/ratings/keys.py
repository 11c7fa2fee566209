"""The key under which a case may be rated once: (case no, stage, service no, rating no), hashed."""

from collections.abc import Callable
from hashlib import blake2b

from surveys.core.sealing import derived_key

PURPOSE = "rated"
LENGTH = 16
BY_DEFAULT = 0
"""The rating number under which silence counted elsewhere is kept, so that it never bars a real rating."""


def key_maker() -> Callable[[str, str], str]:
    """A function from a case number and the rest of the key to the hashed key, for many at once."""
    secret = derived_key(f"hash/{PURPOSE}")

    def key_of(case_no: str, rest: str) -> str:
        return blake2b((case_no + rest).encode(), key=secret, digest_size=LENGTH).hexdigest()

    return key_of


def rest_of_key(stage: str, service_no: int, rating_no: int) -> str:
    """What follows the case number."""
    return f"\x1f{stage}\x1f{service_no}\x1f{rating_no}"


def rated_key(case_no: str, stage: str, service_no: int, rating_no: int = 1) -> str:
    """A keyed hash, so that the list of what was rated tells nobody which cases those were."""
    return key_maker()(case_no, rest_of_key(stage, service_no, rating_no))
