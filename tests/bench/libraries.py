"""1000 draws of weights over one matrix, ranked by the engine and by the loops of two libraries, in one run."""

import statistics
import time

import numpy as np
import pymcdm  # type: ignore[import-untyped]
import skcriteria  # type: ignore[import-untyped]
from skcriteria.agg.simple import WeightedSumModel  # type: ignore[import-untyped]

from scoring.ordering import place_rows
from scoring.plan import compile_plan
from scoring.rules import Indicator, Node, Normalise, RankRule, Scheme
from scoring.types import Table
from tests.bench.figure import Measured, figure
from tests.bench.scoring import INDICATORS, names, timed


class _Draws:
    """1000 weight draws over one 1000 × 40 matrix, ranked by this engine and by the loops of two libraries."""

    def __init__(self) -> None:
        generator = np.random.default_rng(5)
        self.matrix = generator.uniform(1, 9, (1000, INDICATORS))
        drawn = generator.uniform(0.75, 1.25, (1000, INDICATORS))
        self.weights = drawn / drawn.sum(axis=1, keepdims=True)
        leaves = tuple(
            Indicator(f"i{k:02d}", "total", normalise=Normalise("minmax", to=(0.0, 1.0)))
            for k in range(INDICATORS)
        )
        scheme = Scheme("flat", "1", (Node("total", None),), leaves, RankRule("total"))
        self.plan = compile_plan(scheme, Table(names(1000), scheme.codes, self.matrix))
        self.scaled = np.ascontiguousarray(self.plan.normalised.T)

    def ours(self) -> np.ndarray:
        return place_rows(self.plan.score(weights={"total": self.weights.T[:, :, None]}))

    def pymcdm(self) -> np.ndarray:
        """The library's loop from the raw matrix, which it scales in every call."""
        method, types = pymcdm.methods.WSM(pymcdm.normalizations.minmax_normalization), np.ones(INDICATORS)
        return np.array([method.rank(method(self.matrix, w, types)) for w in self.weights])

    def scikit_criteria(self) -> np.ndarray:
        """The library's loop from a matrix scaled beforehand, which favours it."""
        method = WeightedSumModel()
        made = skcriteria.mkdm(self.scaled, [max] * INDICATORS)
        return np.array([method.evaluate(made.replace(weights=w)).rank_ for w in self.weights])


def against(theirs: str) -> Measured:
    game = _Draws()
    start = time.perf_counter()
    expected = getattr(game, theirs)()
    loop = time.perf_counter() - start
    assert (game.ours() == expected).mean() > 0.999  # floats that tie in one library may not in the other
    own = statistics.median(timed(game.ours, 5))
    return Measured(loop / own, {"loop_seconds": loop, "own_seconds": own})


@figure("scoring: 1000 weight draws, against pymcdm", unit="times", must=40, stretch=75, higher=True)
def against_pymcdm() -> Measured:
    return against("pymcdm")


@figure("scoring: 1000 weight draws, against scikit-criteria", unit="times", must=10, stretch=17, higher=True)
def against_scikit_criteria() -> Measured:
    return against("scikit_criteria")
