"""Weights: published examples, other packages as oracles, and what holds for all matrices."""

import csv

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymcdm import weights as oracle

from scoring import weighting
from scoring.types import ScoringError
from tests.services import SHARED_DATA

SMALL = np.random.default_rng(2).uniform(1, 9, (12, 4))


def golden(name):
    with (SHARED_DATA / "golden" / name).open(encoding="utf-8") as file:
        rows = list(csv.reader(file))
    return np.array(rows[1:], dtype=float)


@pytest.mark.data
def test_ahp_recomputes_saaty_2008():
    table = golden("ahp_drinks_saaty2008.csv")
    found = weighting.ahp(table[:, :7])
    assert found.weights == pytest.approx(table[:, 7], abs=6e-4)
    assert found.consistency_ratio == pytest.approx(0.022, abs=6e-4)
    assert found.consistent


@pytest.mark.data
def test_critic_recomputes_diakoulaki_1995():
    expected = [0.20222554, 0.48090173, 0.31687273]
    assert weighting.critic(golden("critic_diakoulaki1995.csv")) == pytest.approx(expected, abs=1e-8)


@pytest.mark.data
def test_entropy_recomputes_elsayed_2017():
    expected = [0.104991, 0.069124, 0.071373, 0.449937, 0.304575]
    assert weighting.entropy(golden("entropy_elsayed2017.csv")) == pytest.approx(expected, abs=6e-7)


ratios = st.lists(st.floats(0.2, 5), min_size=3, max_size=7)


@given(ratios, st.sampled_from(["eigenvector", "geometric"]))
def test_ahp_finds_the_weights_of_consistent_judgements(raw, method):
    truth = np.array(raw) / sum(raw)
    found = weighting.ahp(truth[:, None] / truth[None, :], method)
    assert found.weights == pytest.approx(truth, rel=1e-6)
    assert found.consistency_ratio == pytest.approx(0, abs=1e-8)


@given(ratios, st.sampled_from(["eigenvector", "geometric"]))
def test_ahp_needs_only_a_chain_of_comparisons(raw, method):
    truth = np.array(raw) / sum(raw)
    table = np.full((len(raw), len(raw)), np.nan)
    for i in range(len(raw) - 1):
        table[i, i + 1] = truth[i] / truth[i + 1]
    assert weighting.ahp(table, method).weights == pytest.approx(truth, rel=1e-6)


def test_ahp_flags_contradicting_judgements():
    found = weighting.ahp([[1, 5, 1 / 5], [1 / 5, 1, 5], [5, 1 / 5, 1]])
    assert found.consistency_ratio > 1
    assert not found.consistent


def test_both_solutions_agree_closely_on_nearly_consistent_judgements():
    table = [[1, 2, 6], [1 / 2, 1, 4], [1 / 6, 1 / 4, 1]]
    assert weighting.ahp(table).weights == pytest.approx(weighting.ahp(table, "geometric").weights, abs=1e-6)


def test_data_weights_match_pymcdm():
    assert weighting.critic(SMALL) == pytest.approx(oracle.critic_weights(_minmax(SMALL)), rel=1e-9)
    assert weighting.entropy(SMALL) == pytest.approx(oracle.entropy_weights(SMALL), rel=1e-9)
    assert weighting.std(SMALL) == pytest.approx(oracle.standard_deviation_weights(SMALL), rel=1e-9)


def _minmax(x):
    return (x - x.min(axis=0)) / (x.max(axis=0) - x.min(axis=0))


def test_a_cost_column_changes_its_conflict_in_critic():
    plain, flipped = weighting.critic(SMALL), weighting.critic(SMALL, cost=[True, False, False, False])
    mirrored = SMALL.copy()
    mirrored[:, 0] *= -1
    assert flipped == pytest.approx(weighting.critic(mirrored))
    assert not np.allclose(plain, flipped)


def test_pca_weights_are_communalities_of_the_kept_components():
    generator = np.random.default_rng(4)
    common = generator.normal(size=500)
    x = np.stack(
        [common + 0.1 * generator.normal(size=500) for _ in range(3)] + [generator.normal(size=500)], axis=1
    )
    found = weighting.pca(x * [1, 50, -3, 2])
    assert found.sum() == pytest.approx(1)
    assert found[:3] == pytest.approx([found[0]] * 3, rel=0.02)
    assert found == pytest.approx(weighting.pca(x))


@given(st.lists(st.floats(0.05, 5), min_size=4, max_size=4))
def test_balance_gives_the_effective_shares_asked_for(shares):
    weights = weighting.balance(SMALL, shares)
    assert np.all(weights > 0)
    assert weights.sum() == pytest.approx(1)
    assert weighting.effective(SMALL, weights) == pytest.approx(np.array(shares) / sum(shares), abs=1e-7)


def test_a_share_of_zero_gets_no_weight():
    assert weighting.balance(SMALL, [1, 0, 1, 1])[1] == 0


def test_rows_with_gaps_are_left_out():
    holed = np.vstack([SMALL, [np.nan, 1, 2, 3]])
    assert weighting.critic(holed) == pytest.approx(weighting.critic(SMALL))


@pytest.mark.parametrize(
    "call",
    [
        lambda: weighting.ahp([[1, 2], [2, 1]]),
        lambda: weighting.ahp([[1, 0], [1, 1]]),
        lambda: weighting.ahp([[1, 2, 3]]),
        lambda: weighting.ahp([[1, np.nan], [np.nan, 1]]),
        lambda: weighting.ahp([[1, 2], [0.5, 1]], "arithmetic"),
        lambda: weighting.critic([[1, 2], [1, 3]]),
        lambda: weighting.critic([[1.0, 2]]),
        lambda: weighting.entropy([[1, -2], [1, 3]]),
        lambda: weighting.entropy([[1, 1], [1, 1]]),
        lambda: weighting.std([[1, 1], [1, 1]]),
        lambda: weighting.pca([[1, 1], [1, 2]]),
        lambda: weighting.balance(SMALL, [1, 2]),
        lambda: weighting.balance(SMALL, [0, 0, 0, 0]),
        lambda: weighting.balance([[1, -1], [2, -2], [3, -3]], [1, 1]),
        lambda: weighting.critic(SMALL, cost=[True]),
        lambda: weighting.effective([[1, 2], [1, 2]], [0.5, 0.5]),
    ],
)
def test_malformed_questions_are_refused(call):
    with pytest.raises(ScoringError):
        call()
