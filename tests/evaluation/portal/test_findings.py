"""The sentences about an edition are the ones its figures allow, and no others."""

import itertools
from dataclasses import replace

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evaluation.portal import findings, unitfindings
from evaluation.portal.reading import read_edition
from evaluation.portal.shapes import EditionPage
from evaluation.portal.units import decimals_of
from evaluation.rankings.models import Edition
from tests.evaluation.portal import world
from tests.worlds.clock import NOON


def page(**changes: object) -> EditionPage:
    return read_edition(Edition(number=1, digest="x", pages=world.pages(**changes), published_at=NOON))


def test_headline_names_who_leads_and_who_trails() -> None:
    assert findings.headline(page()) == "Alder leads. Birch and Cedar trail."


def test_lead_tells_groups_and_how_many_were_ranked() -> None:
    assert findings.lead(page()) == (
        "2 groups can be told apart; inside a group the order is not certain. 3 of 4 organisations could be ranked."
    )


def test_headline_claims_nothing_where_places_overlap_throughout() -> None:
    found = page()
    rows = tuple(replace(row, lower=1, upper=3) if row.is_ranked else row for row in found.rows)
    blurred = replace(found, rows=rows)
    assert findings.headline(blurred) == (
        "Who leads is not certain: the possible places overlap from first to last."
    )
    assert findings.lead(blurred).startswith("Alder has the highest score; its place may be 1–3.")


def test_headline_is_written_in_each_language_from_the_same_figures() -> None:
    found = page()
    for language, name in (("zh-hans", "Alder局"), ("zh-hant", "Alder署")):
        with translation.override(language):
            assert findings.headline(found).startswith(name)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(spans=st.lists(st.tuples(st.integers(1, 12), st.integers(0, 11)), min_size=1, max_size=12))
def test_groups_never_part_units_that_may_change_places(spans: list[tuple[int, int]]) -> None:
    found = page()
    n = len(spans)
    sample = found.ranked[0]
    rows = tuple(
        replace(sample, unit=f"u{at}", rank=float(at), lower=min(low, at), upper=min(max(low + wide, at), n))
        for at, (low, wide) in enumerate(spans, start=1)
    )
    cut = findings.groups(replace(found, rows=rows))
    assert [row.unit for group in cut for row in group] == [row.unit for row in rows]
    for first, second in itertools.pairwise(cut):
        assert max(row.upper or 0 for row in first) < min(row.lower or 0 for row in second)


def test_tier_title_counts_what_is_certain() -> None:
    assert findings.tier_title(page()) == "1 of 3 are surely in the first third, 1 in the last"


@pytest.mark.parametrize(
    ("rho", "words"),
    [
        (-0.9, "point in opposite directions"),
        (0.1, "hardly go together"),
        (0.5, "agree only in part"),
        (0.8, "mostly agree"),
    ],
)
def test_agreement_is_told_as_strong_as_it_is(rho: float, words: str) -> None:
    facts = {"agreement": [{"a": "residents", "b": "audit", "spearman": rho, "n": 12}]}
    assert findings.agreement_title(page(facts=facts)) == f"“Residents” and “Audit” {words}"


def test_weights_title_names_the_widest_move_and_the_raised_part() -> None:
    found = page()
    assert findings.weights_title(found, found.trials[0]) == (
        "Weights matter: Alder moves from place 1 to 3 if “Audit” counts 80 %".replace(" %", "\u00a0%")
    )


def test_cautions_name_periods_choice_and_what_is_missing() -> None:
    told = unitfindings.cautions(page())
    assert told[0] == "People choose to answer. The ratings are not a sample of all users."
    assert "The periods differ: Residents 2026; Audit 2025." in told
    assert "Dogwood is listed, not ranked. Audit: not audited." in told


def test_unit_headline_tells_the_best_and_the_most_open_part() -> None:
    found = page()
    assert unitfindings.headline(found, found.by_unit["C"]) == (
        "Strongest in “Audit”: place 1 of 3. Most points are still open in “Residents”: 30.0."
    )
    assert unitfindings.headline(found, found.by_unit["D"]) == "Listed, not ranked: Audit: not audited"


def test_names_lose_the_words_that_most_of_them_begin_with() -> None:
    rows = [world.row("A"), world.row("B"), world.row("C")]
    for item, name in zip(rows, ("Ashes", "Birches", "Cedars"), strict=True):
        item["names"] = {"en": f"Department of {name}"}
    found = page(ranking=rows)
    assert [row.short for row in found.rows] == ["Ashes", "Birches", "Cedars"]
    assert found.rows[0].name == "Department of Ashes"


@pytest.mark.parametrize(
    ("target", "values", "decimals"),
    [
        (90.0, [93.0, 91.0], 0), (90.0, [90.93], 1), (0.95, [0.9549], 3), (0.96, [0.95], 2), (0.02, [0.0131], 2),
        (1000.0, [999.6], 0), (0.7, [0.7], 1), (2.0, [1.9], 1),
    ],
)  # fmt: skip
def test_a_target_and_a_value_on_its_other_side_never_look_alike(
    target: float, values: list[float], decimals: int
) -> None:
    assert decimals_of(target, values) == decimals


def test_a_few_that_cannot_be_first_are_named() -> None:
    found = page()
    spans = {"A": (1, 3), "B": (1, 3), "C": (2, 3)}
    rows = tuple(
        replace(row, lower=spans[row.unit][0], upper=spans[row.unit][1]) if row.unit in spans else row
        for row in found.rows
    )
    assert "Cedar cannot be first." in findings.lead(replace(found, rows=rows))
