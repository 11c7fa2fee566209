"""The worked case of docs/METHODS.md: every figure in its tables and sentences is the engine's."""

import re
from functools import cache

import numpy as np
import pytest

from scoring.edits import what_if
from scoring.files import read_scheme, read_table
from scoring.plan import Plan, compile_plan
from scoring.recipe import evaluate_plan
from scoring.sensitivity import dominance, flips
from scoring.types import Result
from tests.paths import EXAMPLES, ROOT
from tests.scoring.build import read_rows

SECTION = (
    (ROOT / "docs" / "METHODS.md").read_text(encoding="utf-8").split("\n## 11. ")[1].split("\n## 12. ")[0]
)
DATA = EXAMPLES / "nyc_three_sources.csv"


def tables():
    """Both tables as lists of {heading: cell}."""
    found = []
    for block in re.findall(r"(?:^\|.*\|\n)+", SECTION, re.MULTILINE):
        head, _rule, *rows = [
            [cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines()
        ]
        found.append([dict(zip(head, row, strict=True)) for row in rows])
    return found


@cache
def planned(example) -> Plan:
    scheme, _document = read_scheme(EXAMPLES / f"{example}.json")
    return compile_plan(scheme, read_table(DATA, scheme))


@cache
def result(example) -> Result:
    return evaluate_plan(planned(example))


def at(found, unit):
    return found.units.index(unit)


def span(lower, upper):
    return f"{lower:.0f}" if lower == upper else f"{lower:.0f}-{upper:.0f}"


def test_scores_places_and_tiers_of_the_first_table(capsys):
    found = result("nyc_three_sources")
    first = tables()[0]
    assert len(first) == 12
    for row in first:
        i = at(found, row["agency"])
        for k, code in enumerate(("residents", "targets", "audit")):
            shown = "–" if np.isnan(found.normalised[i, k]) else f"{found.normalised[i, k]:.1f}"
            assert row[code] == shown, (row["agency"], code)
        if np.isnan(found.ranks[i]):
            assert row["rank"].startswith("listed: no")
            continue
        assert (row["score"], row["rank"]) == (f"{found.score[i]:.2f}", f"{found.ranks[i]:.0f}")


def test_parts_other_weights_and_robust_places_of_the_second_table():
    found, other = result("nyc_three_sources"), result("nyc_60_20_20")
    box = dominance(planned("nyc_three_sources"))
    second = tables()[1]
    assert [row["agency"] for row in second] == [row["agency"] for row in tables()[0][:10]]
    for row in second:
        i = at(found, row["agency"])
        parts = [row["from residents"], row["from targets"], row["from audit"]]
        assert parts == [f"{points:.2f}" for points in found.contributions[i]]
        assert row["60/20/20: score"] == f"{other.score[i]:.2f}"
        assert row["60/20/20: rank"] == f"{other.ranks[i]:.0f}"
        assert row["any weights"] == span(box.lower[i], box.upper[i])


@pytest.mark.parametrize(
    ("ahead", "behind", "code", "now", "then"),
    [("DPR", "DOT", "audit", "20.0", "18.5"), ("DOHMH", "DSNY", "residents", "40.0", "44.4")],
)
def test_the_weights_that_swap_neighbours(ahead, behind, code, now, then):
    flip = next(one for one in flips(planned("nyc_three_sources")) if one.ahead == ahead)
    assert (flip.behind, flip.code) == (behind, code)
    assert (f"{100 * flip.weight_now:.1f}", f"{100 * flip.weight_then:.1f}") == (now, then)
    assert f"{then} % instead of {now} %" in SECTION


@pytest.mark.parametrize(("unit", "met", "score"), [("DOT", 11, "61.51"), ("DHS", 4, "67.21")])
def test_what_it_takes_to_rise_a_tier(unit, met, score):
    held = {row["agency"]: float(row["targets"] or "nan") for row in read_rows(DATA)}
    assert held[unit] == met - 1
    tried = what_if(planned("nyc_three_sources"), {(unit, "targets"): float(met)})
    i = at(tried, unit)
    assert (f"{tried.score_after[i]:.2f}", tried.rank_after[i]) == (score, 3)
    assert f"score {score}" in SECTION
