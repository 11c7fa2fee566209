"""Where a score comes from, what would change it, and what it takes to gain places."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from scoring.change import Change, explain_change
from scoring.contributions import split
from scoring.edits import WhatIf, row_of, what_if
from scoring.plan import Plan
from scoring.reach import Move, NextRank, next_rank, responses_needed
from scoring.recipe import baselines, standing

__all__ = ["Change", "Explanation", "Move", "NextRank", "NodeSplit", "WhatIf"]
__all__ += ["explain", "explain_change", "next_rank", "responses_needed", "what_if"]


@dataclass(frozen=True)
class NodeSplit:
    """One node of one unit: baseline + children's points + adjustments = score."""

    score: float
    baseline: float
    children: Mapping[str, float]
    adjustments: Mapping[str, float]


@dataclass(frozen=True)
class Explanation:
    """A unit's score, place and the split of every node under the ranked one."""

    unit: str
    score: float
    rank: float
    nodes: Mapping[str, NodeSplit]


def explain(plan: Plan, unit: str) -> Explanation:
    """Contributions of children at every node; they sum to the node's score (see contributions for the shares)."""
    row = row_of(plan, unit)
    base = baselines(plan)
    nodes: dict[str, NodeSplit] = {}
    for branch in plan.branches:
        one = plan.combined[branch.code]
        if branch.code not in base or np.isnan(one.score[row]):
            continue
        start = np.stack([base[child] for child in branch.children])
        w = np.broadcast_to(one.w, one.x.shape)
        with np.errstate(all="ignore"):
            points, _ = split(one.x, start, w, branch.how, score=one.mean, base=base[branch.code])
        nodes[branch.code] = NodeSplit(
            score=float(one.score[row]),
            baseline=float(base[branch.code][row]),
            children={
                c: float(points[k, row]) for k, c in enumerate(branch.children) if not np.isnan(one.x[k, row])
            },
            adjustments={code: float(moved[row]) for code, moved in one.moved.items()},
        )
    score = plan.combined[plan.scheme.rank.node].score
    return Explanation(unit, float(score[row]), float(standing(plan)[2][row]), nodes)
