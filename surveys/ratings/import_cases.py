"""The finished cases a ratings file speaks of, and random keys for its rows."""

import datetime as dt
import os
from collections.abc import Sequence
from typing import NamedTuple

from surveys.ratings.models import Invitation

SLICE = 20_000


class Known(NamedTuple):
    """A finished case that the file rates, with its invitation."""

    matter_id: int
    organisation_id: int
    service_id: int
    point_id: int | None
    mode: str
    identity: str
    finished_at: dt.datetime
    invitation_id: int
    state: str


def known_cases(case_nos: Sequence[str | None]) -> dict[tuple[str, str, int], Known]:
    """The cases of these numbers that were fed before, by (case no, stage, service no)."""
    if not Invitation.objects.exists():
        return {}
    wanted = sorted({case_no for case_no in case_nos if case_no})
    found: dict[tuple[str, str, int], Known] = {}
    for start in range(0, len(wanted), SLICE):
        rows = Invitation.objects.filter(matter__case_no__in=wanted[start : start + SLICE]).values_list(
            "matter__case_no", "matter__stage", "matter__service_no", "matter_id",
            "matter__organisation_id", "matter__service_id", "matter__point_id", "matter__mode",
            "matter__identity", "matter__finished_at", "pk", "state",
        )  # fmt: skip
        found |= {(row[0], row[1], row[2]): Known(*row[3:]) for row in rows.order_by("pk")}
    return found


def random_ids(n: int) -> list[str]:
    """Random keys (UUID version 4) as 32 hexadecimal digits."""
    raw = os.urandom(16 * n).hex()
    return [
        f"{raw[at : at + 12]}4{raw[at + 13 : at + 16]}a{raw[at + 17 : at + 32]}"
        for at in range(0, 32 * n, 32)
    ]
