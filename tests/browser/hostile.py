"""Builds an edition whose every name, reason, comment and reply is an attack: `python -m tests.browser.hostile`."""

import datetime as dt
import json
import os
from collections.abc import Iterator
from itertools import cycle as again
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evaluation.site.settings_test")
django.setup()

from django.core.management import call_command  # noqa: E402

from evaluation.improvement.models import Reply  # noqa: E402
from evaluation.rankings.models import Edition  # noqa: E402
from evaluation.reports.actions import store  # noqa: E402
from evaluation.reports.package import canon  # noqa: E402
from evaluation.reports.package.contents import csv_of  # noqa: E402
from surveys.catalogue.models import Organisation  # noqa: E402
from tests.evaluation.portal import world  # noqa: E402
from tests.worlds.clock import NOON  # noqa: E402
from tests.worlds.people import person  # noqa: E402

ATTACKS = (
    "<script>window.ran=1</script>",
    '"><img src=x onerror="window.ran=1">',
    "'-(window.ran=1)-'",
    "<svg onload=window.ran=1>",
    "</title><script>window.ran=1</script>",
    "javascript:window.ran=1",
    "<style>*{color:red}</style><iframe src=data:text/html,x>",
    '" onmouseover="window.ran=1" style="color:red" x="',
    "{{7*7}}{% now 'Y' %}",
    "<a href=javascript:window.ran=1>x</a>",
    "=HYPERLINK(1)\u202e\u0000\ufffe",
    "&lt;script&gt;window.ran=1&lt;/script&gt;",
)
LANGUAGES = ("en", "zh-hans", "zh-hant")
KEPT = {"unit", "node", "code", "state", "tier", "parent", "root", "from", "display", "digest", "figure", "cycle",
        "formula", "starts_on", "ends_on", "lodged_on", "kind", "measure", "scale", "a", "b", "reading"}  # fmt: skip


def poisoned(value: Any, attacks: Iterator[str], key: str = "") -> Any:
    """The same JSON with an attack for every text that people write."""
    if isinstance(value, dict):
        return {name: poisoned(item, attacks, name) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [poisoned(item, attacks, key) for item in value]
    if isinstance(value, str) and value and key not in KEPT:
        return next(attacks).replace("\u0000", "")
    return value


def named(attacks: Iterator[str]) -> dict[str, str]:
    return {language: next(attacks).replace("\u0000", "") for language in LANGUAGES}


def pages(attacks: Iterator[str]) -> dict[str, Any]:
    """The small edition with everything a page can tell, poisoned."""
    found = world.pages(
        objections=[{
            "unit": "B", "names": {"en": "x"}, "node": "audit", "text": "x", "lodged_on": "2026-11-02",
            "upheld": False, "decision": "x",
        }],
        overrides=[{"source": "kpi", "dimension": "x", "reason": "x"}],
        previous="",
        services={"s1": {"names": {"en": "x"}, "unit": "B", "points": 71, "margin": 8, "from": 30, "to": 99,
                         "period": {"en": "x"}, "missing": {}}},
        corrections=[{"unit": "B", "node": "audit", "measure": "grade", "before": "x", "after": "x"}],
    )  # fmt: skip
    found["cycle"]["notes"] = [{"en": "x", "zh-hans": "x", "zh-hant": "x"}]
    found["units"]["B"]["reasons"] = [{"names": {"en": "x"}, "n": 40, "share": 0.1}]
    found["units"]["B"]["levels"] = {
        "scale": "level5", "period": {"en": "x"}, "source": "x",
        "rows": [{"names": {"en": "x"}, "level": level, "n": 50} for level in (5, 4, 3, 2, 1)],
    }  # fmt: skip
    found["facts"]["all_levels"] = found["units"]["B"]["levels"]
    found["sources"][0]["attested"] = "x"
    told: dict[str, Any] = poisoned(found, attacks)
    return told


def replies(attacks: Iterator[str]) -> None:
    """Published answers to residents by the organisation of unit B."""
    place = Organisation.objects.create(code="B", names=named(attacks))
    for stage in ("did", "plan"):
        Reply.objects.create(
            organisation=place, said=next(attacks).replace("\u0000", ""), stage=stage,
            did=next(attacks).replace("\u0000", ""), on_day=dt.date(2026, 11, 1), written_by=person("author"),
            written_at=NOON, published_at=NOON, published_by=person("second"),
        )  # fmt: skip


def charts(edition: Edition, attacks: Iterator[str]) -> None:
    """A chart whose title, words and figures are attacks."""
    title, alt, head, cell = (next(attacks).replace("\u0000", "") for _ in range(4))
    files = {
        "charts.json": json.dumps([{"name": "ranking", "title": title, "alt": alt}]).encode(),
        "ranking.csv": csv_of([head, "n"], [[cell, 1]]),
        "ranking.svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>window.ran=1</script></svg>',
        "ranking-wide.svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="window.ran=1"/>',
    }
    for language in LANGUAGES:
        store(
            run=edition.run, kind="charts", language=language, name=f"charts-{language}.zip",
            content=canon.write(files), now=NOON,
        )  # fmt: skip


def main() -> None:
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    attacks = again(ATTACKS)
    edition = world.publish(pages(attacks))
    edition.cycle.names = named(attacks)
    edition.cycle.save(update_fields=["names"])
    edition.changes = named(attacks)
    edition.save(update_fields=["changes"])
    replies(attacks)
    charts(edition, attacks)


if __name__ == "__main__":
    main()
