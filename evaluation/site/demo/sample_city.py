"""The invented sample city: catalogue, ratings, evidence, two published cycles and one that is open."""

import csv
import datetime as dt
import io
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from evaluation.cycles.models import Cycle
from evaluation.site.demo import evidence
from evaluation.site.demo.audit import build_audit
from evaluation.site.demo.city import build_city, read_world
from evaluation.site.demo.handling import handle_cases, teams
from evaluation.site.demo.longer_form import add_answers, ask_more
from evaluation.site.demo.measures import build_measures
from evaluation.site.demo.residents import SampleCase, cases
from evaluation.site.demo.story import File, Office, at, bring, finish_cycle, open_new_cycle
from evaluation.site.demo.survey import build_surveys
from surveys.core.models import User
from surveys.ratings.actions import AlreadyRatedError, rate_matter
from surveys.ratings.shapes import Entry
from surveys.tallies.actions import rebuild_all

SCHEME = "balanced"
LAST_DAY = dt.date(2026, 12, 31)
OWN_DAYS = 45
"""Ratings of the last weeks come in one by one, with receipts, as residents give them."""
CYCLES = (
    ("sample-2025", dt.date(2025, 1, 1), dt.date(2025, 12, 31), "2025", {"JYJ": -0.1}),
    (
        "sample-2026h1",
        dt.date(2026, 1, 1),
        dt.date(2026, 6, 30),
        "2026-H1",
        {"BDC": 0.45, "ZJJ": 0.1, "JYJ": -0.3},
    ),
    ("sample-2026h2", dt.date(2026, 7, 1), LAST_DAY, "2026-H2", {"BDC": 0.75, "ZJJ": 0.35, "JYJ": -0.3}),
)
CYCLE_NAMES = {
    "sample-2025": {"en": "Sample City 2025", "zh-hans": "示例市 2025年", "zh-hant": "示例市 2025年"},
    "sample-2026h1": {
        "en": "Sample City, first half of 2026",
        "zh-hans": "示例市 2026年上半年",
        "zh-hant": "示例市 2026年上半年",
    },
    "sample-2026h2": {
        "en": "Sample City, second half of 2026",
        "zh-hans": "示例市 2026年下半年",
        "zh-hant": "示例市 2026年下半年",
    },
}


def _csv(rows: Iterable[dict[str, Any]]) -> bytes:
    rows = list(rows)
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def _time(moment: dt.datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M") if moment else ""


def matters_file(found: list[SampleCase]) -> bytes:
    """Finished cases in the exchange fields."""
    return _csv(
        {
            "case_no": case.case_no,
            "service_code": case.service_code,
            "finished_at": _time(case.finished_at),
            "channel": case.channel,
            "mode": case.mode,
            "identity": "verified" if case.named else "anonymous",
        }
        for case in found
    )


def ratings_file(found: list[SampleCase]) -> bytes:
    """Ratings of those cases in the exchange fields."""
    return _csv(
        {
            "case_no": case.case_no,
            "service_code": case.service_code,
            "unit_code": case.organisation,
            "channel": case.channel,
            "mode": case.mode,
            "identity": "verified" if case.named else "anonymous",
            "level": case.level,
            "reason_codes": ";".join(case.tags),
            "comment": case.comment,
            "rated_at": _time(case.rated_at),
            "is_default": "no",
            "is_valid": "yes",
        }
        for case in found
    )


def rate_one_by_one(found: list[SampleCase], *, now: dt.datetime) -> int:
    """The latest ratings through the door residents use, so that they have receipts and open cases."""
    n = 0
    for case in found:
        if case.level is None or case.rated_at is None or case.rated_at > now:
            continue
        try:
            rate_matter(
                case_no=case.case_no,
                stage="completion",
                service_no=1,
                entry=Entry(case.level, case.tags, case.comment, case.answers, "zh-hans"),
                channel=case.channel,
                rated_at=case.rated_at,
                now=case.rated_at,
            )
        except AlreadyRatedError:
            continue
        n += 1
    return n


def build_sample(
    *,
    office: Office,
    auditor: User,
    actor: User | None,
    now: dt.datetime,
    n_ratings: int = 20_000,
) -> list[Cycle]:
    """Everything of the sample city up to yesterday; returns its three cycles."""
    world = read_world()
    until = min(timezone.localdate(now) - dt.timedelta(days=1), LAST_DAY)
    departments = build_city(world, actor=actor, now=at(dt.date(2025, 1, 2)))
    found = list(cases(world, until=until, n_ratings=n_ratings))
    fresh_from = until - dt.timedelta(days=OWN_DAYS)
    fresh = [case for case in found if case.finished_at.date() > fresh_from]
    old = [case for case in found if case.finished_at.date() <= fresh_from]
    bring([File("matters", "matters.csv", matters_file(found))], cycle=None, office=office, now=now)
    rated = [case for case in old if case.level is not None]
    bring([File("ratings", "ratings.csv", ratings_file(rated))], cycle=None, office=office, now=now)
    add_answers(old)
    ask_more(fresh)
    rate_one_by_one(fresh, now=now)
    people = teams(departments, at(dt.date(2025, 1, 2)))
    handle_cases(people, now=now)
    rebuild_all(now=now)
    build_surveys(world, office=office, now=now)
    cycles: list[Cycle] = []
    for code, first, last, period, lift in CYCLES:
        begin = first + dt.timedelta(days=3)
        cycle = open_new_cycle(
            code=code,
            names=CYCLE_NAMES[code],
            days=(first, last),
            scheme=SCHEME,
            organisations=departments,
            office=office,
            on=begin,
            previous=cycles[-1] if cycles else None,
            is_synthetic=True,
        )
        closed = last < until
        day = last + dt.timedelta(days=10) if closed else until
        bring(
            _evidence(world, period, (first, min(last, until)), lift), cycle=code, office=office, now=at(day)
        )
        cycles.append(finish_cycle(cycle, office=office, on=day + dt.timedelta(days=3)) if closed else cycle)
    build_audit(cycles[-1], organisations=departments, auditor=auditor, office=office, until=until)
    working = {row.code: (people[row.pk].handler, people[row.pk].lead) for row in departments}
    build_measures(working, cycle=cycles[-1], today=until)
    return cycles


def _evidence(
    world: dict[str, Any], period: str, days: tuple[dt.date, dt.date], lift: dict[str, float]
) -> list[File]:
    return [
        File("kpis", f"kpis-{period}.csv", evidence.kpis(world, period=period, lift=lift)),
        File("audits", f"audits-{period}.xlsx", evidence.audits(world, period=period, lift=lift)),
        File(
            "outcomes",
            f"outcomes-{period}.csv",
            evidence.outcomes(world, starts_on=days[0], ends_on=days[1], lift=lift),
        ),
    ]
