"""Draws the invented ratings of the sample city: seeded, so that every machine shows the same city."""

import bisect
import calendar
import datetime as dt
import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from evaluation.site.demo.voices import CHANNELS, COMMENTS, TAGS, group_of

SEED = 20260101
FIRST = dt.date(2025, 1, 1)
CUTS = np.array([-3.1, -2.35, -1.35, 0.1])
"""Cut points of the latent satisfaction between the five levels, before a department's quality moves them."""
CHANGES = {
    "BDC": (dt.date(2026, 3, 1), 0.75),
    "ZJJ": (dt.date(2026, 5, 1), 0.35),
    "JYJ": (dt.date(2025, 9, 1), -0.3),
}
"""From that day on the department serves so much better or worse: a measure, a reorganisation, a backlog."""
ITEMS = {
    "efficiency": (-0.45, 0.35),
    "competence": (0.15, 0.8),
    "attitude": (0.35, 1.0),
    "convenience": (-0.2, 0.55),
}
"""Items of the longer form: how far each lies from a resident's overall mood, and how loosely it hangs on it."""
WEAK = {"BDC": ("efficiency", -0.6), "ZJJ": ("attitude", -0.7), "CGJ": ("competence", -0.6)}
"""Where a department is worse than its residents' mood."""
ANSWERING = 0.4
"""Share of the ratings that come with the longer form, filled in."""
ZONE = dt.timezone(dt.timedelta(hours=8))


@dataclass(frozen=True)
class SampleCase:
    """A finished case of the sample city and, where its resident rated, what they said."""

    case_no: str
    service_code: str
    organisation: str
    mode: str
    channel: str
    finished_at: dt.datetime
    level: int | None
    tags: tuple[str, ...]
    comment: str
    rated_at: dt.datetime | None
    named: bool
    answers: Mapping[str, str] = field(default_factory=dict)


def months(until: dt.date) -> Iterator[dt.date]:
    """The first day of every month from FIRST through `until`."""
    day = FIRST
    while day <= until:
        yield day
        day = (day + dt.timedelta(days=32)).replace(day=1)


def _quality(base: float, organisation: str, service_index: int, month: dt.date) -> float:
    quality = base + 0.18 * ((service_index * 7919) % 7 - 3) / 3
    if organisation in CHANGES and month >= CHANGES[organisation][0]:
        quality += CHANGES[organisation][1]
    return quality


def _finished(rng: np.random.Generator, month: dt.date, until: dt.date) -> dt.datetime:
    last = calendar.monthrange(month.year, month.month)[1]
    if (month.year, month.month) == (until.year, until.month):
        last = until.day
    day = month.replace(day=int(rng.integers(1, last + 1)))
    minutes = int(rng.integers(0, 8 * 60))
    return dt.datetime(day.year, day.month, day.day, 9, tzinfo=ZONE) + dt.timedelta(minutes=minutes)


def _steps(weights: Iterable[float]) -> list[float]:
    return list(itertools.accumulate(weights))


def _pick(rng: np.random.Generator, steps: list[float]) -> int:
    """An index drawn with the weights whose running sums are `steps`."""
    return min(bisect.bisect_right(steps, rng.random() * steps[-1]), len(steps) - 1)


WAYS = {
    online: [(mode, channel) for mode, channel, _share in CHANNELS if (mode == "online") == online]
    for online in (True, False)
}
WAY_STEPS = {
    online: _steps(share for mode, _channel, share in CHANNELS if (mode == "online") == online)
    for online in (True, False)
}
N_TAGS = {
    "good": _steps((0.35, 0.45, 0.20)),
    "mid": _steps((0.10, 0.55, 0.35)),
    "bad": _steps((0.10, 0.55, 0.35)),
}


def _channel(rng: np.random.Generator, *, online: bool) -> tuple[str, str]:
    return WAYS[online][_pick(rng, WAY_STEPS[online])]


def _said(rng: np.random.Generator, level: int, mode: str) -> tuple[tuple[str, ...], str]:
    group = group_of(level)
    pool = TAGS[group, "online" if mode == "online" else "offline"]
    steps = _steps(2.0 - 1.4 * index / (len(pool) - 1) for index in range(len(pool)))
    tags = {_pick(rng, steps) for _draw in range(_pick(rng, N_TAGS[group]))}
    speaks = rng.random() < {"good": 0.05, "mid": 0.12, "bad": 0.55}[group]
    comment = COMMENTS[group][int(rng.integers(len(COMMENTS[group])))] if speaks else ""
    return tuple(pool[tag] for tag in sorted(tags)), comment


def _answers(
    rng: np.random.Generator, latent: np.ndarray[Any, np.dtype[np.float64]], organisation: str
) -> list[dict[str, str]]:
    """What each resident answers to the items; {} where the short form was used."""
    weak, shift = WEAK.get(organisation, ("", 0.0))
    asked = rng.random(latent.size) < ANSWERING
    levels = {
        code: 1 + np.searchsorted(
            CUTS, latent + offset + shift * (code == weak) + loose * rng.normal(size=latent.size)
        )
        for code, (offset, loose) in ITEMS.items()
    }  # fmt: skip
    return [
        {code: str(found[at]) for code, found in levels.items()} if asked[at] else {}
        for at in range(latent.size)
    ]


def cases(
    world: dict[str, Any], *, until: dt.date, n_ratings: int = 20_000, seed: int = SEED
) -> Iterator[SampleCase]:
    """Every finished case in order of completion month; about `n_ratings` of them rated."""
    rng, rng_of_items = np.random.default_rng(seed), np.random.default_rng([seed, 1])
    quality = {row["code"]: row["quality"] for row in world["organisations"]}
    group = {row["code"]: row["group"] for row in world["organisations"]}
    span = list(months(until))
    weight = {row["code"]: 1.5 if group[row["organisation"]] == "big" else 0.55 for row in world["services"]}
    per_cell = n_ratings / (sum(weight.values()) * len(span))
    number = 0
    for month in span:
        for index, service in enumerate(world["services"]):
            organisation = service["organisation"]
            latent_mean = _quality(quality[organisation], organisation, index, month)
            n_rated = int(rng.poisson(per_cell * weight[service["code"]]))
            n_silent = int(rng.poisson(1.1 * per_cell * weight[service["code"]]))
            latent = rng.logistic(loc=latent_mean, scale=0.62, size=n_rated)
            levels: list[int | None] = [*(1 + np.searchsorted(CUTS, latent)).tolist(), *[None] * n_silent]
            answers = [*_answers(rng_of_items, latent, organisation), *[{}] * n_silent]
            for level, told in zip(levels, answers, strict=True):
                number += 1
                online = bool(service["online"]) and rng.random() < 0.8
                mode, channel = _channel(rng, online=online)
                finished = _finished(rng, month, until)
                tags, comment = _said(rng, level, mode) if level else ((), "")
                rated = None
                if level:
                    rated = finished + dt.timedelta(minutes=float(rng.gamma(1.2, 400)))
                yield SampleCase(
                    case_no=f"SC{month:%y%m}{number:06d}",
                    service_code=service["code"],
                    organisation=organisation,
                    mode=mode,
                    channel=channel,
                    finished_at=finished,
                    level=level,
                    tags=tags,
                    comment=comment,
                    rated_at=rated,
                    named=channel in {"mobile_app", "mini_program", "callback_phone"},
                    answers=told,
                )
