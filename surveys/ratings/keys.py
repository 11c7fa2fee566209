"""The key under which a case may be rated once: (case no, stage, service no, rating no), hashed."""

from surveys.core.sealing import keyed_hash

PURPOSE = "rated"


def rated_key(case_no: str, stage: str, service_no: int, rating_no: int = 1) -> str:
    """A keyed hash, so that the list of what was rated tells nobody which cases those were."""
    return keyed_hash(PURPOSE, f"{case_no}\x1f{stage}\x1f{service_no}\x1f{rating_no}")
