"""Why a place is what it is and what would change it: computed anew from a stored run, nothing is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evaluation.rankings.models import Run
from scoring.change import Change, explain_change
from scoring.edits import WhatIf, what_if
from scoring.explain import Explanation, explain
from scoring.files import table_from_json
from scoring.plan import Plan, compile_plan
from scoring.reach import NextRank, next_rank
from scoring.recipe import evaluate_plan
from scoring.schemes import scheme_from_json


def plan_of(run: Run) -> Plan:
    """The plan of a stored run: its scheme over its table."""
    scheme = scheme_from_json(run.scheme)
    data = {"columns": run.table["columns"], "rows": run.table["rows"]}
    return compile_plan(scheme, table_from_json(data, scheme, f"run {run.number}"))


def explain_unit(run: Run, unit: str) -> Explanation:
    """Contributions at every node of the tree; they sum to the node's score."""
    return explain(plan_of(run), unit)


def change_between(old: Run, new: Run) -> dict[str, Change]:
    """Score and place changes split exactly into own data, others' data, weights, method and who takes part."""
    return explain_change(evaluate_plan(plan_of(old)), evaluate_plan(plan_of(new)))


def try_values(run: Run, edits: Mapping[tuple[str, str], float]) -> WhatIf:
    """What other raw values would give: (unit, indicator) → value, with peers and reference sets recomputed."""
    return what_if(plan_of(run), edits)


def next_place(
    run: Run,
    unit: str,
    *,
    places: int = 1,
    costs: Mapping[str, float] | None = None,
    certainty: float = 0.5,
) -> NextRank:
    """The least change of a unit's own figures that gains so many places, or that it cannot be reached."""
    return next_rank(plan_of(run), unit, places, costs, certainty=certainty)


@dataclass(frozen=True)
class CatchUp:
    """How the gap between first and last moved from one run to the next; a share above 0 means it closed."""

    before: float
    after: float

    @property
    def share(self) -> float:
        return 1 - self.after / self.before if self.before else 0.0


def catch_up(old: Sequence[float], new: Sequence[float]) -> CatchUp | None:
    """From the scores of the ranked units of two runs; None where fewer than two were ranked."""
    if len(old) < 2 or len(new) < 2:
        return None
    return CatchUp(max(old) - min(old), max(new) - min(new))
