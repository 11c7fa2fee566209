"""How fast the engine is: every row of the speed table, medians of a few runs, memory in a process of its own."""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from scoring.plan import Plan, compile_plan
from scoring.ranksets import rank_sets
from scoring.recipe import evaluate_plan
from scoring.rules import Indicator, Node, Normalise, RankRule, Scheme, Uncertainty
from scoring.satisfaction import formula
from scoring.sensitivity import sensitivity
from scoring.types import Floats, Table
from scoring.uncertainty import simulate_plan
from tests.bench.figure import Measured, figure

INDICATORS = 40
LEVELS = 5
PILLARS = 5


def rating_counts(n: int, *, seed: int = 7) -> Floats:
    """Counts [n, indicators, levels] of services that differ: five to eighty ratings each, mostly good."""
    generator = np.random.default_rng(seed)
    shares = generator.dirichlet((0.6, 0.8, 1.5, 4.0, 6.0), n)
    counts = np.empty((n, INDICATORS, LEVELS))
    for k in range(INDICATORS):
        counts[:, k] = generator.poisson(generator.integers(5, 81, (n, 1)) * shares)
        counts[:, k, 3:] += 1
    return counts


def tree(method: str, uncertainty: Uncertainty | None = None) -> Scheme:
    """Forty indicators under five pillars under one total, all weighted means."""
    low, high = (0.0, 100.0) if method == "goalposts" else (None, None)
    scale = Normalise(method, lo=low, hi=high, to=(0.0, 100.0))
    pillars = tuple(Node(f"p{p}", "total", 1.0 + p) for p in range(PILLARS))
    leaves = tuple(
        Indicator(f"i{k:02d}", f"p{k % PILLARS}", 1.0 + k % 3, normalise=scale) for k in range(INDICATORS)
    )
    nodes = (Node("total", None), *pillars)
    return Scheme("speed", "1", nodes, leaves, RankRule("total"), uncertainty=uncertainty)


def names(n: int) -> tuple[str, ...]:
    return tuple(f"service{i:06d}" for i in range(n))


def bind(scheme: Scheme, units: tuple[str, ...], counts: Floats) -> Plan:
    """Tallies to a compiled plan: mean and standard error of every service on every indicator, in one call.

    The prior of the errors is so the pool of all forty questions, which share one scale.
    """
    mean, se = formula("linear100")(counts.reshape(-1, LEVELS))
    shape = (len(units), INDICATORS)
    return compile_plan(scheme, Table(units, scheme.codes, mean.reshape(shape), se.reshape(shape)))


def bind_apart(scheme: Scheme, units: tuple[str, ...], counts: Floats) -> Plan:
    """The same with one call, and so one prior, for each question."""
    score = formula("linear100")
    values, se = np.empty((2, len(units), INDICATORS))
    for k in range(INDICATORS):
        values[:, k], se[:, k] = score(counts[:, k])
    return compile_plan(scheme, Table(units, scheme.codes, values, se))


Bind = Callable[[Scheme, tuple[str, ...], Floats], Plan]


def from_tallies(n: int, bound: Bind = bind) -> Callable[[], None]:
    scheme, units, counts = tree("goalposts"), names(n), rating_counts(n)

    def work() -> None:
        result = evaluate_plan(bound(scheme, units, counts))
        assert result.se is not None
        assert result.contributions.shape == (n, INDICATORS)
        assert np.isfinite(result.ranks).all()

    return work


def doubtful(n: int) -> Plan:
    rule = Uncertainty(weights=0.25, normalise=("minmax", "zscore"), sampling=True)
    return bind(tree("minmax", rule), names(n), rating_counts(n))


def joint_draws() -> Callable[[], None]:
    plan = doubtful(1000)

    def work() -> None:
        found = simulate_plan(plan, draws=10_000, seed=1)
        assert found.sources == ("sampling", "weights", "normalise")
        assert found.frequencies.shape == (1000, 1000)

    return work


def sets_of(n: int) -> Callable[[], None]:
    generator = np.random.default_rng(11)
    x, se = generator.normal(75, 8, n), generator.uniform(0.5, 3.0, n)

    def work() -> None:
        found = rank_sets(x, se, draws=1000, seed=1)
        assert np.all((found.lower <= found.rank) & (found.rank <= found.upper))

    return work


def timed(work: Callable[[], Any], repeats: int) -> list[float]:
    work()
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return seconds


def measured(work: Callable[[], Any], repeats: int, factor: float = 1.0) -> Measured:
    seconds = timed(work, repeats)
    return Measured(
        statistics.median(seconds) * factor, {"best": min(seconds) * factor, "worst": max(seconds) * factor}
    )


# Not ru_maxrss: a child begins with that of its parent, while VmHWM starts afresh with the program.
_ALONE = """
import json, re, time
from pathlib import Path
from tests.bench import scoring as bench
work = bench.{job}({size})
def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024
before = peak()
seconds = []
for _ in range({repeats}):
    start = time.perf_counter()
    work()
    seconds.append(time.perf_counter() - start)
print(json.dumps({{"seconds": seconds, "prepared_mb": before, "peak_mb": peak()}}))
"""


def alone(job: str, size: str = "", repeats: int = 3) -> dict[str, Any]:
    """Times and peak memory (inputs and libraries included) of a job in a fresh interpreter."""
    code = _ALONE.format(job=job, size=size, repeats=repeats)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


_RUNS: dict[str, dict[str, Any]] = {}


def once(job: str, size: str = "", repeats: int = 3) -> dict[str, Any]:
    """The same, run once for the two figures that read it: time and memory."""
    key = f"{job}({size})"
    if key not in _RUNS:
        _RUNS[key] = alone(job, size, repeats)
    return _RUNS[key]


def seconds_of(run: dict[str, Any]) -> Measured:
    return Measured(statistics.median(run["seconds"]), run)


@figure("scoring: tallies to ranks, 1000 x 40 x 5", unit="ms", must=10, stretch=3)
def tallies_1000() -> Measured:
    found = measured(from_tallies(1000), 25, 1000)
    apart = measured(from_tallies(1000, bind_apart), 9, 1000)
    return Measured(found.value, {**found.detail, "a_call_for_each_question": apart.value})


@figure("scoring: tallies to ranks, 100,000 x 40 x 5", unit="s", must=1.0, stretch=0.4)
def tallies_100_000() -> Measured:
    return seconds_of(once("from_tallies", "100_000", repeats=5))


@figure("scoring: tallies to ranks, 100,000 x 40 x 5, peak", unit="MB", must=800, stretch=800)
def tallies_memory() -> Measured:
    return Measured(once("from_tallies", "100_000", repeats=5)["peak_mb"])


@figure("scoring: 10,000 joint draws, 1000 x 40, frequencies", unit="s", must=8, stretch=3.5)
def draws_10_000() -> Measured:
    return seconds_of(once("joint_draws", repeats=2))


@figure("scoring: 10,000 joint draws, peak", unit="MB", must=400, stretch=400)
def draws_memory() -> Measured:
    return Measured(once("joint_draws", repeats=2)["peak_mb"])


@figure("scoring: rank sets, N=1000, R=1000", unit="s", must=1, stretch=0.3)
def sets_1000() -> Measured:
    return measured(sets_of(1000), 5)


@figure("scoring: rank sets, N=10,000, R=1000", unit="s", must=15, stretch=5)
def sets_10_000() -> Measured:
    return seconds_of(once("sets_of", "10_000", repeats=1))


@figure("scoring: rank sets, N=10,000, peak", unit="MB", must=1024, stretch=1024)
def sets_memory() -> Measured:
    return Measured(once("sets_of", "10_000", repeats=1)["peak_mb"])


@figure("scoring: Sobol, 8 inputs, n=1024, 1000 services", unit="s", must=5, stretch=1)
def sobol_indices() -> Measured:
    plan = doubtful(1000)
    found = sensitivity(plan, n=64)
    assert len(found.inputs) == PILLARS + 3
    median = measured(lambda: sensitivity(plan, n=1024), 3)
    return Measured(median.value, {**median.detail, "inputs": found.inputs})


@figure("scoring: import, all modules", unit="s", must=0.4, stretch=0.4)
def import_time() -> Measured:
    """Imports the whole engine in fresh interpreters and refuses anything but numpy beside the standard library."""
    code = (
        "import time, sys, json; start = time.perf_counter(); "
        "import pkgutil, importlib, scoring; "
        "[importlib.import_module('scoring.' + m.name) for m in pkgutil.iter_modules(scoring.__path__) "
        "if m.name != '__main__']; "
        "took = time.perf_counter() - start; "
        "tops = {name.split('.')[0] for name in sys.modules}; "
        "extra = sorted(t for t in tops if t not in sys.stdlib_module_names and not t.startswith('_')); "
        "print(json.dumps([took, extra]))"
    )
    seconds = []
    for _ in range(5):
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        took, extra = json.loads(done.stdout)
        assert set(extra) <= {"numpy", "cython_runtime", "scoring"}, extra
        seconds.append(took)
    return Measured(statistics.median(seconds), {"best": min(seconds)})
