"""Case mix and language: known effects are found again, statsmodels as an oracle, refusals."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from scoring import casemix
from scoring.types import ScoringError


def people(n=3000, seed=11):
    generator = np.random.default_rng(seed)
    unit = generator.choice(["tax", "water", "roads"], n)
    old = generator.random(n) < np.where(unit == "tax", 0.8, 0.3)
    channel = generator.choice(["web", "telephone"], n, p=[0.7, 0.3])
    quality = pd.Series(unit).map({"tax": 60, "water": 60, "roads": 50}).to_numpy()
    value = quality + 8 * old + 5 * (channel == "telephone") + generator.normal(0, 10, n)
    return value, unit.tolist(), np.where(old, "60+", "18-59").tolist(), channel.tolist()


def test_units_are_compared_at_the_same_mix():
    value, unit, age, channel = people()
    found = casemix.mix_effects(value, unit, {"age": age, "channel": channel})
    effect = dict(zip(found.traits, found.coefficients, strict=True))
    assert effect["age=60+"] == pytest.approx(8, abs=3 * found.se[0])
    assert effect["channel=telephone"] == pytest.approx(5, abs=3 * found.se[1])
    adjusted = dict(zip(found.units, found.adjusted, strict=True))
    raw = dict(zip(found.units, found.raw, strict=True))
    assert raw["tax"] - raw["water"] == pytest.approx(4, abs=1)
    assert adjusted["tax"] - adjusted["water"] == pytest.approx(0, abs=1)


def test_coefficients_and_robust_errors_match_statsmodels():
    value, unit, age, channel = people(400)
    weights = np.random.default_rng(1).uniform(0.5, 2, 400)
    found = casemix.mix_effects(value, unit, {"age": age, "channel": channel}, weights)
    frame = pd.DataFrame({"value": value, "unit": unit, "age": age, "channel": channel})
    frame["old"] = (frame.age != found.references["age"]) * 1.0
    frame["far"] = (frame.channel != found.references["channel"]) * 1.0
    fitted = smf.wls("value ~ 0 + unit + old + far", frame, weights=weights).fit(cov_type="HC1")
    assert found.coefficients == pytest.approx(fitted.params[["old", "far"]].to_numpy(), rel=1e-9)
    assert found.se == pytest.approx(fitted.bse[["old", "far"]].to_numpy(), rel=1e-9)


def test_traits_that_cannot_be_told_apart_are_refused():
    value, unit, age, _channel = people(200)
    with pytest.raises(ScoringError, match="cannot be told apart"):
        casemix.mix_effects(value, unit, {"age": age, "again": age})


def test_too_few_answers_are_refused():
    with pytest.raises(ScoringError, match="need more answers"):
        casemix.mix_effects([1.0, 2.0], ["a", "b"], {"age": ["x", "y"]})


def test_a_question_that_reads_otherwise_in_one_language_stands_out():
    generator = np.random.default_rng(2)
    level = generator.normal(3.5, 0.7, 1200)
    language = generator.choice(["zh-hans", "en"], 1200, p=[0.7, 0.3])
    answers = np.clip(np.round(level[:, None] + generator.normal(0, 0.6, (1200, 6))), 1, 5)
    answers[language == "en", 2] = np.clip(answers[language == "en", 2] - 1, 1, 5)
    found = casemix.language_gaps(answers, [f"q{n}" for n in range(6)], language.tolist())
    worst = min(found, key=lambda gap: gap.gap)
    assert (worst.question, worst.language) == ("q2", "en")
    assert worst.upper < -0.7
    assert all(abs(gap.gap) < 0.35 for gap in found if gap.question != "q2")


def test_a_language_with_few_answers_is_not_judged():
    answers = np.tile([[3.0, 4.0], [4.0, 5.0]], (40, 1))
    languages = ["zh-hans"] * 75 + ["en"] * 5
    assert casemix.language_gaps(answers, ["a", "b"], languages) == []
