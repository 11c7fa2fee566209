"""Evaluating a cycle: read the panel, compute, and keep the whole result as a run that never changes."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from evaluation.cycles.actions import lock_row, mark_scored
from evaluation.cycles.enums import CycleState
from evaluation.cycles.models import Cycle
from evaluation.rankings import panel
from evaluation.rankings.codeversion import code_version
from evaluation.rankings.enums import PlacementState, RunKind
from evaluation.rankings.models import Placement, Run, Score
from evaluation.rankings.queries import RunView, latest_run, run_view
from scoring.outputs import score_document, uncertainty_document
from scoring.plan import compile_plan
from scoring.recipe import evaluate_plan
from scoring.schemes import scheme_from_json
from scoring.types import ScoringError
from scoring.uncertainty import simulate_plan
from surveys.core.digests import digest
from surveys.core.log import record
from surveys.core.models import User
from surveys.tallies.actions import recount_dirty

DRAWS = 2000
SEED = 20260101
MAY_BE_EVALUATED = (CycleState.LOCKED, CycleState.SCORED)


class EvaluationRefusedError(Exception):
    """A cycle that cannot be evaluated now; carries the sentence why."""


class Worker(Protocol):
    """What evaluation needs of a job's claim: to tell progress and to write only while the job is held."""

    def progress(self, done: int, total: int, note: str = "") -> None: ...

    def fenced(self) -> Any: ...


@dataclass(frozen=True)
class Alone:
    """Stands in for a job's claim where nobody waits for progress."""

    def progress(self, done: int, total: int, note: str = "") -> None:
        """Nobody listens."""

    @contextmanager
    def fenced(self) -> Iterator[None]:
        with transaction.atomic():
            yield


@dataclass(frozen=True)
class Computed:
    """A result before it is stored."""

    scheme: dict[str, Any]
    table: dict[str, Any]
    result: dict[str, Any]
    scheme_digest: str


def evaluate(
    *,
    cycle: Cycle,
    actor: User | None,
    now: dt.datetime,
    claim: Worker | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Run:
    """Score a locked cycle; the same inputs give the same run, and unchanged inputs give the run that is there."""
    worker = claim or Alone()
    worker.progress(0, 4, _("Reading ratings and evidence"))
    _check_state(cycle)
    recount_dirty(now=now)
    with transaction.atomic():
        built = panel.build(cycle)
    worker.progress(1, 4, _("Computing scores and places"))
    found = compute(built, built.bound.document, draws=draws, seed=seed)
    worker.progress(3, 4, _("Writing the result"))
    with worker.fenced():
        cycle = lock_row(cycle)
        _check_state(cycle)
        run = _same_run(cycle, found, draws, seed)
        if run is None:
            run = _store(cycle, RunKind.OFFICIAL, found, draws=draws, seed=seed, actor=actor, now=now)
        if cycle.state == CycleState.LOCKED:
            mark_scored(cycle=cycle, actor=actor, now=now)
    worker.progress(4, 4, _("Done"))
    return run


def what_if(
    *,
    cycle: Cycle,
    document: dict[str, Any],
    actor: User | None,
    now: dt.datetime,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Run:
    """Try another scheme on the cycle's data; the official run and the cycle stay as they are."""
    built = panel.build(cycle)
    found = compute(built, document, draws=draws, seed=seed)
    with transaction.atomic():
        cycle = lock_row(cycle)
        return _store(cycle, RunKind.WHAT_IF, found, draws=draws, seed=seed, actor=actor, now=now)


def compute(built: panel.Panel, document: dict[str, Any], *, draws: int, seed: int) -> Computed:
    """Run the scoring engine; the result is what `python -m scoring score` prints for the same scheme and data."""
    try:
        plan = compile_plan(scheme_from_json(document), built.table)
        found = evaluate_plan(plan)
        result = score_document(found, document, seed=seed)
        if int((~np.isnan(found.ranks)).sum()) > 1:
            simulation = simulate_plan(plan, draws=draws, seed=seed)
            result["uncertainty"] = uncertainty_document(simulation)
    except ScoringError as error:
        raise EvaluationRefusedError(
            _("The figures cannot be scored: {fault}.").format(fault=error)
        ) from error
    result = without_minus_zero(result)
    inputs = [cell.as_json() for column in built.cells.values() for cell in column.values()]
    table = without_minus_zero({**result["data"], "inputs": inputs})
    return Computed(document, table, result, digest({"document": document, "bindings": _bindings(built)}))


def without_minus_zero(value: Any) -> Any:
    """The same document with every −0.0 as 0.0: databases keep no minus zero, and fingerprints must not differ."""
    if isinstance(value, dict):
        return {key: without_minus_zero(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [without_minus_zero(item) for item in value]
    return 0.0 if isinstance(value, float) and value == 0 else value


def _bindings(built: panel.Panel) -> dict[str, Any]:
    return {column: binding.__dict__ for column, binding in built.bound.bindings.items()}


def _check_state(cycle: Cycle) -> None:
    state = Cycle.objects.values_list("state", flat=True).get(pk=cycle.pk)
    if state not in MAY_BE_EVALUATED:
        label = CycleState(state).label
        sentence = _("Only a locked cycle is evaluated; {code} is: {state}.")
        raise EvaluationRefusedError(sentence.format(code=cycle.code, state=label))


def _same_run(cycle: Cycle, found: Computed, draws: int, seed: int) -> Run | None:
    """The latest official run, when evaluating again would only repeat it."""
    last = latest_run(cycle)
    if last is None:
        return None
    same = (
        last.result_digest == digest(found.result)
        and digest(last.table) == digest(found.table)
        and (last.n_draws, last.seed, last.code_version) == (draws, seed, code_version())
    )
    return last if same else None


def _store(
    cycle: Cycle,
    kind: RunKind,
    found: Computed,
    *,
    draws: int,
    seed: int,
    actor: User | None,
    now: dt.datetime,
) -> Run:
    number = (Run.objects.filter(cycle=cycle).aggregate(last=Max("number"))["last"] or 0) + 1
    run = Run.objects.create(
        cycle=cycle,
        number=number,
        kind=kind,
        scheme=found.scheme,
        table=found.table,
        result=found.result,
        input_digest=found.result["input_digest"],
        scheme_digest=cycle.scheme_digest if kind == RunKind.OFFICIAL else found.scheme_digest,
        result_digest=digest(found.result),
        code_version=code_version(),
        seed=seed,
        n_draws=draws,
        created_by=actor,
        created_at=now,
    )
    _store_rows(run_view(run))
    after = {"input": run.input_digest, "scheme": run.scheme_digest, "result": run.result_digest}
    record(
        actor=actor,
        verb=f"run.{kind}",
        obj=f"run:{cycle.code}:{number}",
        now=now,
        after=after,
        detail={**after, "code": run.code_version, "seed": seed, "draws": draws},
    )
    return run


def _store_rows(view: RunView) -> None:
    unit_of = {unit.code: unit.pk for unit in view.cycle.units.all()}
    Placement.objects.bulk_create(
        Placement(
            run=view.run,
            unit_id=unit_of[row.unit],
            state=PlacementState(row.state),
            reason=row.reason,
            score=row.score,
            se=row.se,
            rank=row.rank,
            rank_lower=row.lower,
            rank_upper=row.upper,
            tier=row.tier,
            grade=row.grade,
        )
        for row in view.rows
    )
    Score.objects.bulk_create(
        (
            Score(
                run=view.run,
                unit_id=unit_of[row.unit],
                node=node.code,
                is_indicator=node.is_indicator,
                raw=row.values[node.code].raw,
                points=row.values[node.code].points,
                se=value.se if (value := row.values[node.code].cell) else None,
                n=value.n if value else None,
                contribution=row.values[node.code].contribution,
            )
            for row in view.rows
            for node in view.nodes
        ),
        batch_size=1000,
    )
