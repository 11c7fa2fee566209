"""A frozen edition of four organisations, small enough to check every sentence by hand.

            score  se   place  possible   residents  audit
Alder         80  1.0     1      1-1         90        60
Birch         60  1.0     2      2-3         55        70
Cedar         58  1.0     3      2-3         50        75
Dogwood     (no audit: listed)               70
"""

import datetime as dt
from typing import Any

from evaluation.cycles.enums import CycleState
from evaluation.cycles.models import Cycle, SchemeDocument
from evaluation.rankings.models import Edition, Figure, Run
from surveys.core.digests import digest
from tests.worlds.clock import NOON

CODE = "trees-2026"
SHARES = {"residents": 0.6, "audit": 0.4}
VALUES = {
    "A": ("Alder", 90.0, 60.0, (1, 1, 1), "top"),
    "B": ("Birch", 55.0, 70.0, (2, 2, 3), "middle"),
    "C": ("Cedar", 50.0, 75.0, (3, 2, 3), "bottom"),
    "D": ("Dogwood", 70.0, None, None, ""),
}


def names(text: str) -> dict[str, str]:
    return {"en": text, "zh-hans": f"{text}局", "zh-hant": f"{text}署"}


def cell(unit: str, node: str, points: float | None) -> dict[str, Any]:
    if points is None:
        return {
            "raw": None,
            "points": None,
            "missing": {"en": "not audited", "zh-hans": "未评估", "zh-hant": "未評估"},
        }
    return {
        "raw": points / 100,
        "points": points,
        "contribution": points * SHARES[node],
        "possible": 100 * SHARES[node],
        "n": 400.0,
        "numerator": 4 * points,
        "denominator": 400.0,
        "lower": points / 100 - 0.05,
        "upper": points / 100 + 0.05,
        "period": {"en": "2026"},
        "figure": f"{CODE}.{unit}.{node}.raw",
    }


def row(unit: str) -> dict[str, Any]:
    name, residents, audit, place, tier = VALUES[unit]
    found: dict[str, Any] = {
        "unit": unit,
        "names": names(name),
        "state": "ranked" if place else "listed",
        "reason": {}
        if place
        else {"en": "Audit: not audited", "zh-hans": "审计：未评估", "zh-hant": "審計：未評估"},
        "cells": {"residents": cell(unit, "residents", residents), "audit": cell(unit, "audit", audit)},
        "figures": {},
        "tier": tier,
    }
    if place and audit is not None:
        rank, lower, upper = place
        score = residents * 0.6 + audit * 0.4
        found |= {"score": score, "se": 1.0, "rank": rank, "lower": lower, "upper": upper}
        found["figures"] = {"score": f"{CODE}.{unit}.total.score"}
    return found


def node(code: str, parent: str | None, share: float, origin: str = "") -> dict[str, Any]:
    return {
        "code": code,
        "parent": parent,
        "names": names(code.title()),
        "share": share,
        "indicator": bool(origin),
        "from": origin,
        "formula": "not_bad_share" if origin == "tally" else "",
        "display": "share" if origin else "points",
        "direction": 1,
        "periods": [{"text": {"en": "2026" if origin == "tally" else "2025"}}] if origin else [],
        "n": 1600.0 if origin else None,
        "what_n": {"en": "ratings" if origin == "tally" else "checks"},
    }


def pages(**changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = {
        "cycle": {
            "code": CODE, "names": names("Trees 2026"), "starts_on": "2026-01-01", "ends_on": "2026-12-31",
            "is_synthetic": False, "notes": [],
        },
        "scheme": {
            "code": "trees", "version": "1", "names": names("Trees scheme"), "source": "", "root": "total",
        },
        "edition": {
            "input_digest": "1" * 64, "scheme_digest": "2" * 64, "code_version": "1", "draws": 100, "seed": 1,
            "coverage": 0.95,
        },
        "nodes": [
            node("total", None, 1.0), node("residents", "total", 0.6, "tally"), node("audit", "total", 0.4, "audit"),
        ],
        "ranking": [row(unit) for unit in VALUES],
        "units": {
            "B": {
                "lift": [
                    {"node": "audit", "text": {"en": "Reach more"}, "score": 70.0, "gain": 10.0, "rank": 2}
                ],
                "targets": [
                    {"names": {"en": "Days"}, "target": 5.0, "direction": -1, "values": {"2026": 4.0}, "met": True}
                ],
            }
        },
        "facts": {
            "agreement": [{"a": "residents", "b": "audit", "spearman": -1.0, "n": 3}],
            "reliability": 0.9,
            "all_levels": None,
        },
        "weights": [
            {"weights": {"residents": 0.2, "audit": 0.8}, "ranks": {"A": 3, "B": 1, "C": 2}, "scores": {}}
        ],
        "sources": [{"name": "audits.csv", "digest": "3" * 64, "rows": 3, "kind": "audits", "origin": "an auditor"}],
        "objections": [],
        "overrides": [],
        "previous": "",
    }  # fmt: skip
    return found | changes


def publish(content: dict[str, Any] | None = None, *, code: str = CODE, now: dt.datetime = NOON) -> Edition:
    """Store an edition as publication would, with one passport."""
    content = content or pages()
    scheme, _created = SchemeDocument.objects.get_or_create(
        code="trees",
        version="1",
        defaults={"document": {}, "digest": "2" * 64, "names": names("Trees scheme")},
    )
    cycle, _created = Cycle.objects.get_or_create(
        code=code,
        defaults={
            "names": names("Trees 2026"), "starts_on": "2026-01-01", "ends_on": "2026-12-31", "scheme": scheme,
            "scheme_digest": "2" * 64, "state": CycleState.PUBLISHED,
        },
    )  # fmt: skip
    number = cycle.editions.count() + 1
    run = Run.objects.create(
        cycle=cycle, number=number, scheme={}, table={}, result={}, input_digest="1" * 64, scheme_digest="2" * 64,
        result_digest=digest([content, number]), code_version="1", seed=1, n_draws=100, created_at=now,
    )  # fmt: skip
    edition = Edition.objects.create(
        cycle=cycle,
        number=number,
        run=run,
        digest=digest([content, code, number]),
        pages=content,
        published_at=now,
    )
    Figure.objects.create(
        edition=edition, code=f"{CODE}.B.residents.raw", unit_code="B", node="residents", measure="raw", value="0.55",
        passport={
            "formula": "not_bad_share", "version": "1", "n": 400, "lower": 0.5, "upper": 0.6, "method": "Wilson",
            "calculation": "1 − 180 ÷ 400 = 0.550000", "included": 400, "excluded": {"set_aside": 3},
            "inputs": [{"name": "ratings.csv", "place": "row 2", "source": "a publisher", "digest": "4" * 64}],
        },
    )  # fmt: skip
    return edition
