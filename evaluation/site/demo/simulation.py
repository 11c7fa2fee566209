"""Draws a large synthetic world for trials of load: any number of services and ratings, seeded, labelled as such.

Ratings are drawn as columns and written as a ratings file would be, so that ten million take minutes.
"""

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.utils import timezone

from evaluation.cycles.actions import lock_cycle
from evaluation.cycles.models import Cycle
from evaluation.site.demo import evidence
from evaluation.site.demo.city import build_city
from evaluation.site.demo.residents import CUTS
from evaluation.site.demo.story import File, Office, at, bring, open_new_cycle
from evaluation.site.demo.voices import CHANNELS, COMMENTS, TAGS, group_of
from surveys.catalogue.models import Organisation, Region, Service
from surveys.core.files import keep
from surveys.core.models import User
from surveys.instruments.queries import current_version
from surveys.ratings.enums import Origin, Privacy, RatingKind, Screening, Stage
from surveys.ratings.import_columns import no_collection
from surveys.ratings.import_profiles import Profile
from surveys.ratings.import_rows import Prepared, Row
from surveys.ratings.import_writing import write
from surveys.ratings.models import Rating
from surveys.tallies.actions import rebuild_all
from surveys.tallies.periods import month_end, month_start

CHUNK = 250_000
SERVICES_A_DEPARTMENT = 10
MONTHS = 12
SPREAD = 0.62
SPEAKING = 0.03
N_TAG_SETS = 3
SCHEME = "balanced"
LABEL = {"en": "synthetic", "zh-hans": "模拟", "zh-hant": "模擬"}
NOTES = {
    "en": "Drawn by a random generator for trials of load.",
    "zh-hans": "由随机数生成，用于压力测试。",
    "zh-hant": "由亂數產生，用於壓力測試。",
}


class WorldExistsError(RuntimeError):
    """The seed has been simulated here before."""


@dataclass(frozen=True)
class Simulated:
    """What was drawn."""

    cycle: Cycle
    n_ratings: int
    n_cells: int


def _names(english: str, hans: str, hant: str) -> dict[str, str]:
    return {
        "en": f"{english} ({LABEL['en']})",
        "zh-hans": f"{hans}（{LABEL['zh-hans']}）",
        "zh-hant": f"{hant}（{LABEL['zh-hant']}）",
    }


def world_of(n_services: int, seed: int) -> dict[str, Any]:
    """Departments of ten services each, in the form of the sample city's description."""
    rng = np.random.default_rng([seed, 1])
    n_units = max(1, -(-n_services // SERVICES_A_DEPARTMENT))
    units = [f"SIM{seed}-{number:04d}" for number in range(1, n_units + 1)]
    return {
        "names": _names(f"Region {seed}", f"第{seed}区", f"第{seed}區"),
        "region": {"code": f"98{seed % 10**10:010d}", "level": 2},
        "root": {"code": f"SIM{seed}", "names": _names("Government", "政府", "政府")},
        "groups": [
            {"code": f"sim{seed}-{key}", "key": key, "names": _names(english, hans, hant)}
            for key, english, hans, hant in (
                ("big", "Many cases", "业务量大", "業務量大"),
                ("small", "Fewer cases", "业务量较小", "業務量較小"),
            )
        ],
        "organisations": [
            {
                "code": code,
                "names": _names(f"Department {number}", f"第{number}单位", f"第{number}單位"),
                "group": "big" if number % 2 else "small",
                "quality": float(rng.normal(0, 0.3)),
            }
            for number, code in enumerate(units, 1)
        ],
        "services": [
            {
                "code": f"98{seed % 10**6:06d}{number:08d}",
                "organisation": units[number % n_units],
                "names": _names(f"Service {number}", f"第{number}事项", f"第{number}事項"),
                "online": number % 3 != 0,
                "statutory_days": 20,
                "promised_days": 5,
                "trips": 1,
                "papers": 3,
            }
            for number in range(n_services)
        ],
    }


class _Residents:
    """Draws ratings of a world, chunk by chunk; rows share profiles as the rows of a file do."""

    def __init__(self, world: Mapping[str, Any], first: dt.date, last: dt.date, seed: int) -> None:
        self.rng = np.random.default_rng([seed, 2])
        codes = [row["code"] for row in world["services"]]
        stored = {row.code: row for row in Service.objects.filter(code__in=codes)}
        self.services = [stored[code] for code in codes]
        quality = {row["code"]: row["quality"] for row in world["organisations"]}
        self.means = np.array([quality[row["organisation"]] for row in world["services"]])
        self.online = [bool(row["online"]) for row in world["services"]]
        weights = 1 / (1 + self.rng.permutation(len(codes)))
        self.shares = np.cumsum(weights) / weights.sum()
        self.days = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
        self.ways = {
            online: [(mode, channel) for mode, channel, _share in CHANNELS if (mode == "online") == online]
            for online in (True, False)
        }
        self.profiles: list[Profile] = []
        self.numbers: dict[tuple[int, int, int, int], int] = {}

    def chunk(self, n: int) -> Prepared:
        """The next n ratings."""
        rng = self.rng
        service = np.searchsorted(self.shares, rng.random(n))
        latent = rng.logistic(self.means[service], SPREAD)
        level = 1 + np.searchsorted(CUTS, latent)
        cells = np.column_stack([service, level, rng.integers(0, 4, n), rng.integers(0, N_TAG_SETS, n)])
        kinds, which = np.unique(cells, axis=0, return_inverse=True)
        numbers = np.array([self._number(*map(int, kind)) for kind in kinds])[which.ravel()]
        day = rng.integers(0, len(self.days), n)
        rows = self._rows(n, day.tolist(), level.tolist(), numbers.tolist())
        units = [profile.organisation_id for profile in self.profiles]
        touched = {
            (units[number], month_start(self.days[at]))
            for number, at in set(zip(numbers.tolist(), day.tolist(), strict=True))
        }
        return Prepared(ratings=rows, profiles=self.profiles, touched=touched)

    def _rows(self, n: int, days: list[int], levels: list[int], numbers: list[int]) -> list[Row]:
        raw = self.rng.bytes(16 * n).hex()
        words = self._comments(levels)
        rows: list[Row] = [
            (
                f"{raw[32 * i : 32 * i + 12]}4{raw[32 * i + 13 : 32 * i + 16]}a{raw[32 * i + 17 : 32 * i + 32]}",
                self.days[days[i]], words.get(i, ""), None, None, numbers[i],
            )
            for i in range(n)
        ]  # fmt: skip
        rows.sort()
        return rows

    def _comments(self, levels: list[int]) -> dict[int, str]:
        speaking = np.flatnonzero(self.rng.random(len(levels)) < SPEAKING).tolist()
        chosen = self.rng.integers(0, 1000, len(speaking)).tolist()
        said = {
            group: [f"【{LABEL['zh-hans']}】{text}" for text in texts] for group, texts in COMMENTS.items()
        }
        return {
            i: said[group_of(levels[i])][pick % len(said[group_of(levels[i])])]
            for i, pick in zip(speaking, chosen, strict=True)
        }

    def _number(self, service: int, level: int, way: int, tags: int) -> int:
        key = (service, level, way, tags)
        if key not in self.numbers:
            self.numbers[key] = len(self.profiles)
            self.profiles.append(self._profile(*key))
        return self.numbers[key]

    def _profile(self, service: int, level: int, way: int, tags: int) -> Profile:
        ways = self.ways[self.online[service] and way < 3]
        mode, channel = ways[(service + way) % len(ways)]
        pool = TAGS[group_of(level), "online" if mode == "online" else "offline"]
        found = self.services[service]
        return Profile(
            privacy=Privacy.UNLINKED,
            matter_id=None,
            service_id=found.pk,
            organisation_id=found.organisation_id,
            point_id=None,
            channel=channel,
            mode=mode,
            stage=Stage.COMPLETION,
            kind=RatingKind.INITIAL,
            origin=Origin.ACTIVE,
            level=level,
            tags=json.dumps(sorted(pool[:tags])),
            screening=Screening.KEPT,
            service_no=1,
            rest="",
        )


def _chunks(n: int) -> Iterator[int]:
    while n > 0:
        yield min(n, CHUNK)
        n -= CHUNK


def simulate(
    *, n_services: int, n_ratings: int, seed: int, now: dt.datetime, told: Callable[[int], None]
) -> Simulated:
    """Catalogue, ratings of the last twelve months, tallies, evidence, and a locked cycle ready to be scored.

    `told` hears how many ratings are written. Each chunk commits by itself; a second run of a seed is refused.
    """
    world = world_of(n_services, seed)
    if Region.objects.filter(code=world["region"]["code"]).exists():
        raise WorldExistsError
    last = month_end(month_start(timezone.localdate(now)) - dt.timedelta(days=1))
    first = month_start(last)
    for _month in range(MONTHS - 1):
        first = month_start(first - dt.timedelta(days=1))
    office = _office(seed)
    with transaction.atomic():
        units = build_city(world, actor=office.first, now=at(first), prefix=f"SIM{seed}-")
    _write(_Residents(world, first, last, seed), n_ratings, seed, now, told)
    n_cells = rebuild_all(now=now, actor=office.first)
    with transaction.atomic():
        cycle = _cycle(world, units, (first, last), seed=seed, office=office, now=now)
    return Simulated(cycle, n_ratings, n_cells)


def _write(residents: _Residents, n: int, seed: int, now: dt.datetime, told: Callable[[int], None]) -> None:
    label = json.dumps({"synthetic": True, "seed": seed, "ratings": n}).encode()
    source = keep(label, f"synthetic-{seed}.json", "application/json", now)
    version, done = current_version().pk, 0
    for size in _chunks(n):
        with no_collection(), transaction.atomic():
            write(residents.chunk(size), version_id=version, source=source.pk, now=now)
        done += size
        told(done)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {Rating._meta.db_table}")


def _office(seed: int) -> Office:
    """Two persons who cannot sign in; the log names them as synthetic."""
    first, second = (
        User.objects.create(
            username=f"synthetic-{seed}-{part}", display_name=f"Synthetic {part}", is_active=False
        )
        for part in ("first", "second")
    )
    return Office(first, second)


def _cycle(
    world: Mapping[str, Any],
    units: list[Organisation],
    days: tuple[dt.date, dt.date],
    *,
    seed: int,
    office: Office,
    now: dt.datetime,
) -> Cycle:
    first, last = days
    period = f"{first}/{last}"
    cycle = open_new_cycle(
        code=f"simulated-{seed}",
        names=_names(f"Simulation {seed}", f"第{seed}次模拟", f"第{seed}次模擬"),
        days=days,
        scheme=SCHEME,
        organisations=units,
        office=office,
        on=first,
        notes=NOTES,
        is_synthetic=True,
    )
    files = [
        File("kpis", "kpis.csv", evidence.kpis(world, period=period, lift={})),
        File("audits", "audits.xlsx", evidence.audits(world, period=period, lift={})),
        File("outcomes", "outcomes.csv", evidence.outcomes(world, starts_on=first, ends_on=last, lift={})),
    ]
    bring(files, cycle=cycle.code, office=office, now=now)
    return lock_cycle(cycle=cycle, actor=office.first, now=now + dt.timedelta(hours=2))
