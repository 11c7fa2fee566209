"""Questions that cannot be answered are refused in one sentence that says why, whichever part is asked."""

import numpy as np
import pytest

from scoring import casemix, estimation, explain, sampling, uncertainty, weighting
from scoring.plan import compile_plan
from scoring.ranking import multinomial_rank_sets, rank_sets
from scoring.ranksets import SMALL_FIELD
from scoring.recipe import evaluate
from scoring.types import ScoringError
from tests.scoring.build import NAN, refused, run, scheme, scores, table

TWO = estimation.design(np.ones(2))


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: rank_sets([[1, 2]], [[1, 1]]), "one row of estimates"),
        (lambda: rank_sets([1, 2], cov=np.eye(3)), "2 estimates but a covariance of shape (3, 3)"),
        (lambda: rank_sets([1, 2], [1]), "2 estimates but 1 standard errors"),
        (lambda: multinomial_rank_sets([1, 2], coverage=1), "strictly between 0 and 1, not at 1"),
        (lambda: casemix.language_gaps([[1.0, 2.0]], ["q"], ["en"]), "at least two questions"),
        (lambda: estimation.means(TWO, [1.0, 2.0, 3.0]), "2 respondents but 3 rows of answers"),
        (lambda: estimation.by_group(TWO, [1.0, 2.0], ["a"]), "2 respondents but 1 groups"),
        (lambda: estimation.scale_points("median", 5), "not median"),
        (lambda: sampling.rake([1, 1], {"sex": (["f", "m"], {"f": 2.0, "m": 0.0})}), "Every target of sex"),
        (
            lambda: sampling.stratified_mean([1, 2, 3], ["a", "a", "a"], {"a": 2}),
            "Stratum a has more answers than people",
        ),
        (lambda: weighting.critic([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]]), "so CRITIC has nothing to weigh"),
        (lambda: weighting.critic([1.0, 2.0]), "one row a unit and one column a criterion"),
    ],
)
def test_a_question_without_an_answer_is_refused(call, sentence):
    with pytest.raises(ScoringError) as caught:
        call()
    assert sentence in caught.value.message


@pytest.mark.parametrize("n", [5, SMALL_FIELD + 1])
def test_a_covariance_that_none_can_have_is_refused_in_fields_of_any_size(n):
    cov = np.eye(n)
    cov[0, 1] = cov[1, 0] = 2.0
    with pytest.raises(ScoringError, match="The covariance matrix is not positive semi-definite"):
        rank_sets(np.arange(n, dtype=float), cov=cov)


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ({"weights": 1.0}, "weights move by a share below 1, not by 1"),
        ({"weights": 0.0, "normalise": ["table"]}, "table cannot stand in for another scale"),
    ],
)
def test_doubt_that_cannot_be_drawn_is_refused(rule, sentence):
    data = table([[1, 2], [2, 4], [5, 3]])
    with pytest.raises(ScoringError) as caught:
        uncertainty.simulate(data, scheme(uncertainty=rule, normalise={"method": "minmax"}), draws=10, seed=0)
    assert sentence in caught.value.message


def test_a_unit_that_is_not_ranked_has_no_next_place():
    plan = compile_plan(scheme(), table([[1, 2], [2, NAN], [5, 3]]))
    with pytest.raises(ScoringError, match="the unit u1 is not ranked"):
        explain.next_rank(plan, "u1")


def test_the_next_place_within_a_group_passes_a_unit_of_that_group():
    data = table([[50, 50], [52, 52], [60, 60], [90, 90]], groups={"g": ("p", "q", "p", "q")})
    plan = compile_plan(scheme(rank={"within": "g"}), data)
    found = explain.next_rank(plan, "u0", limits={"a": 100, "b": 100})
    assert found.alone["a"].change == pytest.approx(20, abs=1e-3)


def test_targets_and_broken_lines_are_read_from_a_scheme():
    line = {"method": "piecewise", "points": [[0, 0], [10, 50], [20, 100]]}
    assert scores(evaluate(table([[5, 15], [0, 25]]), scheme(normalise=line))) == [50, 50]
    target = {"method": "target", "target": 5, "to": [0, 100]}
    assert scores(evaluate(table([[5, 4], [6, 9]]), scheme(normalise=target))) == [50, 100]


def test_a_share_on_the_command_line_lies_between_0_and_1(capsys, tmp_path):
    file = tmp_path / "data.csv"
    file.write_text("unit,x,s\na,1,1\nb,2,1\n", encoding="utf-8")
    words = ("ranks", file, "--unit", "unit", "--value", "x", "--se", "s", "--coverage")
    assert run(capsys, *words, "0.9")[0] == 0
    assert "95 should lie between 0 and 1" in refused(capsys, *words, "95")


def test_a_file_that_is_not_there_is_named(capsys, tmp_path):
    assert "nowhere.csv" in refused(
        capsys, "ranks", tmp_path / "nowhere.csv", "--unit", "u", "--value", "x", "--se", "s"
    )
