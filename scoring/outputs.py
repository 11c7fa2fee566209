"""The documents the command line prints: results, rank sets, weights and tallies as plain JSON."""

from typing import Any

import numpy as np

from scoring import files
from scoring.explain import explain, explain_change
from scoring.files import plain
from scoring.placing import rank_sets_of, tiers_of
from scoring.plan import Plan
from scoring.types import RankSets, Result
from scoring.uncertainty import Simulation


def score_document(
    result: Result, scheme_document: Any, *, draws: int = 1000, seed: int = 0
) -> dict[str, Any]:
    """The output of `score`; every list follows `units`, null is none. Rank sets and tiers need errors."""
    scheme, table = result.scheme, result.table
    data = files.data_to_json(table, scheme)
    sets = rank_sets_of(result, draws=draws, seed=seed)
    return {
        "scheme": scheme_document,
        "data": data,
        "scheme_digest": files.digest(scheme_document),
        "input_digest": files.digest(data),
        "units": list(result.units),
        "scores": {code: plain(values) for code, values in result.scores.items()},
        "compared": plain(result.compared),
        "normalised": {code: plain(result.normalised[:, k]) for k, code in enumerate(scheme.codes)},
        "stages": {
            name: {code: plain(values[k]) for k, code in enumerate(scheme.codes)}
            for name, values in result.stages.items()
        },
        "weights": {parent: dict(children) for parent, children in result.weights.items()},
        "ranks": [whole(rank) for rank in result.ranks.tolist()],
        "grades": list(result.grades),
        "status": [
            {"state": one.state, "reason": one.reason, "codes": list(one.codes)} for one in result.status
        ],
        "contributions": contributions_document(result),
        "se": None if result.se is None else plain(result.se),
        "rank_sets": None if sets is None else sets_document(sets),
        "tiers": None if sets is None else tiers_of(result, sets),
        "trail": [
            {
                "step": step.name,
                "parameters": step.parameters,
                "input": step.input_digest,
                "output": step.output_digest,
            }
            for step in result.trail
        ],
    }


def contributions_document(result: Result) -> dict[str, dict[str, float]]:
    """Points of each unit by code; a code that is absent for a unit is left out, and so is a unit without score."""
    applies = ~np.isnan(result.normalised)
    n_indicators = len(result.scheme.codes)
    found: dict[str, dict[str, float]] = {}
    for row, unit in enumerate(result.units):
        points = result.contributions[row].tolist()
        found[unit] = {
            code: value
            for k, (code, value) in enumerate(zip(result.contribution_codes, points, strict=True))
            if value == value and (k >= n_indicators or applies[row, k])  # noqa: PLR0124 - NaN is not itself
        }
    return found


def whole(place: float) -> float | int | None:
    """Places as whole numbers, averages of ties as they are."""
    if np.isnan(place):
        return None
    return int(place) if place == int(place) else place


def sets_document(sets: RankSets) -> dict[str, Any]:
    document: dict[str, Any] = {
        "rank": [whole(place) for place in sets.rank.tolist()],
        "lower": [whole(place) for place in sets.lower.tolist()],
        "upper": [whole(place) for place in sets.upper.tolist()],
        "critical": sets.critical,
        "coverage": sets.coverage,
        "draws": sets.draws,
        "seed": sets.seed,
    }
    for name in ("best", "worst"):
        flags = getattr(sets, name)
        if flags is not None:
            document[name] = [bool(flag) for flag in flags.tolist()]
    return document


def uncertainty_document(found: Simulation) -> dict[str, Any]:
    """Places over the joint draws; null for units that are not ranked."""
    ranked = found.ranked.tolist()
    return {
        "se": plain(found.se),
        "mean_rank": plain(found.mean_rank),
        "rank_lower": [whole(place) for place in found.rank_lower.tolist()],
        "rank_upper": [whole(place) for place in found.rank_upper.tolist()],
        "rank_frequencies": [
            row if is_ranked else None
            for row, is_ranked in zip(found.frequencies.tolist(), ranked, strict=True)
        ],
        "mc_se": plain(found.mc_se),
        "coverage": found.coverage,
        "draws": found.draws,
        "seed": found.seed,
        "sources": list(found.sources),
    }


def change_document(old: Result, new: Result) -> dict[str, Any]:
    """What moved each unit that is ranked in both results; parts sum to the changes, a fall in place is positive."""
    changes = explain_change(old, new)
    return {
        "units": {
            unit: {
                "score": {"old": one.score[0], "new": one.score[1], "parts": dict(one.score_parts)},
                "rank": {"old": whole(one.rank[0]), "new": whole(one.rank[1]), "parts": dict(one.rank_parts)},
            }
            for unit, one in changes.items()
        },
        "entered": sorted(_ranked(new) - _ranked(old)),
        "left": sorted(_ranked(old) - _ranked(new)),
    }


def _ranked(result: Result) -> set[str]:
    return {unit for unit, one in zip(result.units, result.status, strict=True) if one.state == "ranked"}


def explain_document(result: Result, plan: Plan, unit: str) -> dict[str, Any]:
    """Where one unit's points come from: every node's baseline, children and adjustments, then the leaves."""
    found = explain(plan, unit)
    row = result.units.index(unit)
    held = {code: float(values[row]) for code, values in result.scores.items()}
    held |= {code: float(result.normalised[row, k]) for k, code in enumerate(result.scheme.codes)}
    nodes = {
        code: {
            "score": split.score,
            "baseline": split.baseline,
            "children": {
                child: {
                    "points": held[child],
                    "weight": result.weights[code][child],
                    "contribution": points,
                }
                for child, points in split.children.items()
            },
            "adjustments": dict(split.adjustments),
        }
        for code, split in found.nodes.items()
        if not np.isnan(held[code])
    }
    one = result.status[row]
    return {
        "unit": unit,
        "score": plain([float(result.score[row])])[0],
        "rank": whole(float(result.ranks[row])),
        "grade": result.grades[row],
        "status": {"state": one.state, "reason": one.reason, "codes": list(one.codes)},
        "nodes": nodes,
        "contributions": contributions_document(result)[unit],
    }
