"""Rules about single ratings: each takes facts and gives findings. No database here."""

import datetime as dt
import uuid
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scoring.screening import bursts, duplicates
from scoring.significance import false_discovery
from surveys.catalogue.enums import Channel
from surveys.screening.facts import Fact, Place
from surveys.screening.rulebook import RULES

DEVICE_LIMIT = 3
NETWORK_LIMIT = 60
LEAST_EXPECTED = 0.5
SHARED_DEVICES = frozenset({Channel.KIOSK, Channel.WINDOW_PAD, Channel.FOUR_KEY_BOX})
BinKey = tuple[Place, dt.datetime]


@dataclass(frozen=True)
class Finding:
    """What a rule says of some ratings: its statistic, its p, its reason."""

    rule: str
    ratings: tuple[uuid.UUID, ...]
    statistic: float | None
    p_value: float | None
    reasons: dict[str, str]
    group: str = ""
    """Where several ratings belong together: what the signal about them is called."""
    place: Place | None = None
    day: dt.date | None = None
    organisation_id: int | None = None
    q_value: float | None = None


def impossible(facts: Sequence[Fact]) -> list[Finding]:
    """Ratings given before their case was finished."""
    return [
        Finding(
            "impossible", (fact.rating_id,), float(fact.seconds), None,
            RULES["impossible"].reasons(seconds=-fact.seconds),
        )
        for fact in facts
        if fact.seconds is not None and fact.seconds < 0
    ]  # fmt: skip


def off_site(facts: Sequence[Fact]) -> list[Finding]:
    """Ratings at a kiosk or window device that did not come from the networks of its hall.

    The doors keep nothing of a device inside a listed hall, so a device that was kept stood elsewhere.
    """
    return [
        Finding("off_site", (fact.rating_id,), None, None, RULES["off_site"].reasons())
        for fact in facts
        if fact.channel in SHARED_DEVICES and fact.is_walled and fact.device
    ]


def burst(facts: Sequence[Fact], expected: Mapping[BinKey, float]) -> list[Finding]:
    """Five minutes at one place with far more ratings than its finished cases lead one to expect."""
    bins: dict[BinKey, list[Fact]] = defaultdict(list)
    for fact in facts:
        bins[fact.place, fact.bin_at].append(fact)
    keys = sorted(bins)
    means = [max(expected.get(key, 0.0), LEAST_EXPECTED) for key in keys]
    signals = bursts([len(bins[key]) for key in keys], means) if keys else []
    q_values = false_discovery([signal.p for signal in signals]).tolist() if signals else []
    found = []
    for key, mean, signal, q in zip(keys, means, signals, q_values, strict=True):
        if signal.flagged:
            members = bins[key]
            found.append(
                Finding(
                    "burst",
                    tuple(sorted(fact.rating_id for fact in members)),
                    signal.statistic,
                    signal.p,
                    RULES["burst"].reasons(n=len(members), expected=f"{mean:.1f}"),
                    group=f"{key[1].isoformat()}",
                    place=key[0],
                    day=members[0].rated_on,
                    organisation_id=members[0].organisation_id,
                    q_value=q,
                )
            )
    return found


def reused(facts: Sequence[Fact], attribute: str, limit: int) -> list[Finding]:
    """More ratings on one day from one device or network than households need; halls and kiosks apart."""
    used: dict[tuple[dt.date, str], list[Fact]] = defaultdict(list)
    for fact in facts:
        value: str = getattr(fact, attribute)
        if value and fact.channel not in SHARED_DEVICES:
            used[fact.rated_on, value].append(fact)
    found = []
    for (day, value), members in sorted(used.items()):
        if len(members) > limit:
            found.append(
                Finding(
                    attribute,
                    tuple(sorted(fact.rating_id for fact in members)),
                    float(len(members)),
                    None,
                    RULES[attribute].reasons(n=len(members)),
                    group=value,
                    place=None,
                    day=day,
                    organisation_id=Counter(fact.organisation_id for fact in members).most_common(1)[0][0],
                )
            )
    return found


@dataclass(frozen=True)
class Said:
    """A comment with where and when it was written."""

    rating_id: uuid.UUID
    organisation_id: int
    day: dt.date
    text: str
    is_new: bool


def copied(comments: Sequence[Said]) -> list[Finding]:
    """New comments that repeat an earlier one about the same office within thirty days."""
    pairs = duplicates(
        [said.text for said in comments],
        [str(said.organisation_id) for said in comments],
        [said.day.toordinal() for said in comments],
    )
    best: dict[int, float] = {}
    for earlier, later, alike in pairs:
        for place in (earlier, later):
            if comments[place].is_new:
                best[place] = max(best.get(place, 0.0), alike)
    return [
        Finding(
            "duplicate", (comments[place].rating_id,), alike, None,
            RULES["duplicate"].reasons(alike=int(100 * alike)),
        )
        for place, alike in sorted(best.items())
    ]  # fmt: skip
