"""A city published month by month, by quarter and as a whole, and some of its offices by themselves.

Departments and services large and small, so that many counts are under ten; ratings are laid down as monthly
tallies, everything from the evidence to the editions goes through the product's own actions.
"""

import calendar
import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from evaluation.cycles.actions import (
    approve_scheme,
    create_cycle,
    lock_cycle,
    open_cycle,
    start_objection,
    write_scheme,
)
from evaluation.cycles.models import Cycle
from evaluation.evidence.actions import attest_import, install_starter_kpis
from evaluation.evidence.kpis_import import importer as kpis
from evaluation.evidence.models import EvidenceImport
from evaluation.rankings.actions import evaluate, publish
from evaluation.rankings.models import Edition
from surveys.catalogue.models import Organisation, Service
from surveys.core.models import CalendarYear
from surveys.tallies import statements
from surveys.tallies.models import Tally
from tests.worlds.clock import NOON, days_later
from tests.worlds.edition import let_pass
from tests.worlds.nyc import as_csv
from tests.worlds.people import person

YEAR = 2025
LEVELS = ("1", "2", "3", "4", "5")
WAYS = (("mobile_app", "online"), ("terminal", "offline"), ("callback_phone", "assisted"))
OFFICES = {"D1": ("D1A", "D1B", "D1C")}
"""Departments whose answers are all given at offices below them."""
Key = tuple[str, str, int, str, str]


@dataclass(frozen=True)
class City:
    """What was really answered, counted by organisation, service, month, way and level; and the editions."""

    counts: dict[Key, int]
    services: dict[str, str]
    editions: list[Edition]


def scheme_of(code: str, formula: str) -> dict[str, Any]:
    def names(text: str) -> dict[str, str]:
        return {"en": text, "zh-hans": f"{text}项", "zh-hant": f"{text}項"}

    plain = {"method": "none"}
    document = {
        "scheme": 1, "code": code, "version": "1", "name": names(code), "source": "test", "date": "2026-01-01",
        "unit": "unit",
        "nodes": [{"code": "total", "parent": None, "aggregate": "amean", "name": names("Total")}],
        "indicators": [
            {"code": "residents", "parent": "total", "weight": 60, "direction": 1, "normalise": plain,
             "name": names("Residents")},
            {"code": "ontime", "parent": "total", "weight": 40, "direction": 1, "name": names("On time"),
             "normalise": {"method": "goalposts", "lo": 0, "hi": 1, "to": [0, 100]}},
        ],
        "missing": {"rule": "rescale", "availability": 0.3},
        "rank": {"node": "total", "ties": "competition", "decimals": None, "within": None, "best": "high"},
        "grades": None, "adjustments": [], "samples": None, "tiers": {"rule": "thirds"}, "full_marks": None,
        "uncertainty": {"weights": 0.25, "sampling": True},
    }  # fmt: skip
    bindings = {
        "residents": {"from": "tally", "formula": formula},
        "ontime": {"from": "kpi", "kpi": "ontime_rate"},
    }
    return {"document": document, "bindings": bindings}


def month_days(month: int) -> tuple[dt.date, dt.date]:
    return dt.date(YEAR, month, 1), dt.date(YEAR, month, calendar.monthrange(YEAR, month)[1])


def drawn(dice: random.Random, n_months: int, services: Sequence[tuple[str, str]]) -> dict[Key, int]:
    """Answers of every service and month: a few busy services, many that hardly anybody uses."""
    counts: dict[Key, int] = {}
    for service, organisation in services:
        busy = dice.choice((0.3, 0.7, 1.2, 1.8, 2.4))
        for month in range(1, n_months + 1):
            n = int(10 ** dice.gauss(busy, 0.25)) if dice.random() < 0.9 else 0
            for _ in range(n):
                level = dice.choices(LEVELS, (2, 3, 8, 30, 57))[0]
                channel, _mode = dice.choices(WAYS, (6, 3, 1))[0]
                key = (organisation, service, month, channel, level)
                counts[key] = counts.get(key, 0) + 1
    return counts


def build(*, n_months: int, n_departments: int, seed: int, spans: Sequence[tuple[str, int, int]]) -> City:
    """The city with one edition a month and one for each further span (code, first month, last month).

    A span whose code begins with `offices` ranks the offices of the first department alone, by another formula.
    """
    dice = random.Random(seed)
    for year in (YEAR, 2026):
        CalendarYear.objects.update_or_create(year=year, defaults={"source": "test", "confirmed": True})
    install_starter_kpis(now=NOON)
    root = Organisation.objects.create(code="CITY", names={"en": "City"})
    departments = [
        Organisation.objects.create(code=f"D{i}", names={"en": f"Department {i}"}, parent=root)
        for i in range(1, n_departments + 1)
    ]
    offices = [
        Organisation.objects.create(code=code, names={"en": code}, parent=departments[0])
        for code in OFFICES["D1"]
    ]
    places: list[tuple[str, str]] = []
    made: dict[str, Service] = {}
    for organisation in [*offices, *departments[1:]]:
        for _ in range(dice.choice((1, 2, 3))):
            code = f"11{len(places):029d}"
            made[code] = Service.objects.create(code=code, organisation=organisation, names={"en": code})
            places.append((code, organisation.code))
    counts = drawn(dice, n_months, places)
    _lay_down(counts, made)
    schemes = {}
    for code, formula in (("mean", "linear100"), ("notbad", "not_bad_share")):
        written = write_scheme(**scheme_of(code, formula), actor=person("author"), now=NOON)
        schemes[code] = approve_scheme(scheme=written, actor=person("second"), now=NOON)
    editions = []
    for code, first, last in [*((f"m{m:02}", m, m) for m in range(1, n_months + 1)), *spans]:
        whose, formula = (offices, "notbad") if code.startswith("offices") else (departments, "mean")
        days = (month_days(first)[0], month_days(last)[1])
        editions.append(_published(code, days, schemes[formula], whose, dice))
    return City(counts, dict(places), editions)


def _lay_down(counts: dict[Key, int], services: dict[str, Service]) -> None:
    modes = dict(WAYS)
    Tally.objects.bulk_create(
        Tally(
            source="ratings", starts_on=month_days(month)[0], ends_on=month_days(month)[1],
            organisation=services[service].organisation, service=services[service], channel=channel,
            mode=modes[channel], question="overall", scale="level5", option=level, n=n,
        )
        for (_organisation, service, month, channel, level), n in sorted(counts.items())
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(statements.by_unit("1 = 1"))


def _published(
    code: str,
    days: tuple[dt.date, dt.date],
    scheme: Any,
    organisations: list[Organisation],
    dice: random.Random,
) -> Edition:
    author = person("author")
    cycle = create_cycle(
        code=code, names={"en": code, "zh-hans": code, "zh-hant": code}, starts_on=days[0], ends_on=days[1],
        scheme=scheme, organisations=organisations, actor=author, now=NOON,
    )  # fmt: skip
    cycle = open_cycle(cycle=cycle, actor=author, now=NOON)
    rows = [
        {"kpi": "ontime_rate", "organisation": one.code, "period": f"{days[0]}/{days[1]}",
         "value": f"{dice.uniform(0.8, 1):.3f}", "target": "", "missing": "", "source": "test"}
        for one in organisations
    ]  # fmt: skip
    kpis.commit(as_csv(rows), f"{code}.csv", cycle=code, actor=author, now=NOON)
    for waiting in EvidenceImport.objects.filter(cycle=cycle, attested_at=None):
        attest_import(evidence_import=waiting, actor=person("second"), now=NOON)
    lock_cycle(cycle=cycle, actor=author, now=NOON)
    evaluate(cycle=cycle, actor=author, now=NOON, draws=100)
    cycle = Cycle.objects.get(pk=cycle.pk)
    let_pass(cycle)
    start_objection(cycle=cycle, actor=author, now=NOON)
    return publish(cycle=Cycle.objects.get(pk=cycle.pk), actor=author, now=days_later(14))
