"""Facts about a whole run that its pages tell: how sources relate, how sure scores are, other weights."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from evaluation.rankings import wording
from evaluation.rankings.disclosure import Release
from evaluation.rankings.explanations import catch_up
from evaluation.rankings.queries import RunView, previous_edition
from evaluation.rankings.trials import with_weights
from scoring.agreement import contradictions, spearman
from scoring.files import table_from_json
from scoring.recipe import evaluate
from scoring.shrinkage import reliability
from surveys.catalogue.models import Organisation
from surveys.ratings.models import RatingBatch
from surveys.ratings.scales import scale_of
from surveys.tallies.queries import LevelCounts

JSON = dict[str, Any]
MAIN_PART = 0.6
LEAST_UNITS = 3
PUBLIC_LEAST = 10


def facts(view: RunView, told: RunView, levels: Mapping[str, list[LevelCounts]], allowed: Release) -> JSON:
    """Agreement of the main parts, reliability of the scores, contradictions, and all answers by level.

    told: the view without the units whose score is kept back, which no fact may rest on.
    """
    return {
        "agreement": agreements(told),
        "reliability": _reliability(told),
        "contradictions": contradicting(told),
        "all_levels": all_levels(view, levels, allowed),
        "gap": gap(told),
    }


def _blocks(view: RunView) -> list[str]:
    return [node.code for node in view.nodes if node.parent == view.root]


def _points(view: RunView, code: str) -> list[float]:
    return [np.nan if (points := row.values[code].points) is None else points for row in view.rows]


def agreements(view: RunView) -> list[JSON]:
    """Spearman's rank correlation of each pair of main parts over the units that have both."""
    found = []
    for first, second in combinations(_blocks(view), 2):
        a, b = np.array(_points(view, first)), np.array(_points(view, second))
        both = ~np.isnan(a) & ~np.isnan(b)
        if both.sum() < LEAST_UNITS:
            continue
        one = spearman(a[both], b[both])
        if not np.isnan(one.value):
            found.append({"a": first, "b": second, "spearman": one.value, "n": int(both.sum())})
    return found


def _reliability(view: RunView) -> float | None:
    """The share of differences between scores that is more than chance."""
    known = [(row.score, row.se) for row in view.ranked if row.score is not None and row.se is not None]
    if len(known) < LEAST_UNITS:
        return None
    value = reliability([score for score, _ in known], [se**2 for _, se in known])
    return None if np.isnan(value) else value


def contradicting(view: RunView) -> list[JSON]:
    """Main parts of one unit that lie further apart than chance and margin allow; shown, never averaged away."""
    codes = _blocks(view)
    if len(codes) < 2 or not view.rows:
        return []
    values = np.array([_points(view, code) for code in codes]).T
    found = contradictions(values, codes, np.array([_errors(view, code) for code in codes]).T)
    return [
        {
            "unit": view.rows[one.row].unit,
            "first": one.first,
            "second": one.second,
            "gap": one.gap,
        }
        for one in found
    ]


def _errors(view: RunView, code: str) -> list[float]:
    """The sampling error of a main part that is a single leaf; several leaves are taken as certain."""
    cells = view.cells.get(code, {})
    return [0.0 if (cell := cells.get(row.unit)) is None or cell.se is None else cell.se for row in view.rows]


def gap(view: RunView) -> JSON | None:
    """How far the last is from the first, in points: what the next cycle is compared with."""
    scores = [row.score for row in view.ranked if row.score is not None]
    if len(scores) < LEAST_UNITS:
        return None
    found: JSON = {"best": max(scores), "worst": min(scores), "spread": float(np.std(scores))}
    before = previous_edition(view)
    if before is not None and before.pages["edition"]["scheme_digest"] == view.run.scheme_digest:
        rows = before.pages["ranking"]
        old = [row["score"] for row in rows if row["rank"] is not None and row["score"] is not None]
        moved = catch_up(old, scores)
        found["catch_up"] = None if moved is None else moved.share
    return found


def weight_trials(view: RunView) -> list[JSON]:
    """Places if each main part in turn counted 60 % and the others shared the rest, and if all counted alike.

    The part of the residents comes first.
    """
    blocks = [node for node in view.nodes if node.parent == view.root]
    if len(blocks) < 2 or not view.ranked:
        return []
    origin = {
        node.code: view.bindings[leaf].source for node in blocks for leaf in [_first_leaf(view, node.code)]
    }
    blocks.sort(key=lambda node: origin[node.code] != "tally")
    rest = (1 - MAIN_PART) / (len(blocks) - 1)
    wanted = [{node.code: MAIN_PART if node is main else rest for node in blocks} for main in blocks]
    wanted.append({node.code: 1 / len(blocks) for node in blocks})
    own = {node.code: node.share for node in blocks}
    return [
        _trial(view, weights)
        for weights in wanted
        if any(abs(weights[code] - own[code]) > 1e-9 for code in own)
    ]


def _first_leaf(view: RunView, code: str) -> str:
    while not view.by_code[code].is_indicator:
        code = next(node.code for node in view.nodes if node.parent == code)
    return code


def _trial(view: RunView, weights: dict[str, float]) -> JSON:
    scheme = with_weights(view.scheme, weights)
    result = evaluate(table_from_json(_data(view), scheme, "run"), scheme)
    ranks = {
        unit: rank
        for unit, rank in zip(result.units, result.ranks.tolist(), strict=True)
        if rank == rank  # noqa: PLR0124 - NaN
    }
    scores = dict(zip(result.units, result.score.tolist(), strict=True))
    return {
        "weights": weights,
        "ranks": {unit: int(rank) if rank == int(rank) else rank for unit, rank in ranks.items()},
        "scores": {unit: scores[unit] for unit in ranks},
    }


def _data(view: RunView) -> JSON:
    return {"columns": view.run.table["columns"], "rows": view.run.table["rows"]}


def level_rows(found: Sequence[LevelCounts], source: str = "") -> JSON | None:
    """Counts by level, best first, where they are on one scale and every count is zero or large enough to show."""
    told = [row for row in found if row.n]
    if not told or len({row.scale for row in told}) > 1:
        return None
    scale = scale_of(told[0].scale)
    total = {option: sum(row.counts[option] for row in told) for option in scale.options}
    if any(0 < n < PUBLIC_LEAST for n in total.values()) or sum(total.values()) < PUBLIC_LEAST:
        return None
    return {
        "scale": scale.code,
        "rows": [
            {
                "names": dict(wording.level_names(scale.code, option)),
                "level": place if scale.code != "level2" else (2 if place == 1 else 4),
                "n": total[option],
            }
            for place, option in reversed(list(enumerate(scale.options, 1)))
        ],
        "period": wording.period(min(row.starts_on for row in told), max(row.ends_on for row in told)),
        "source": source,
    }


def all_levels(view: RunView, levels: Mapping[str, list[LevelCounts]], allowed: Release) -> JSON | None:
    """All answers by level: as counted for the units, or as a publisher gave them for an office above all units."""
    units = [row.organisation_id for row in view.rows]
    above = _above(units)
    batch = (
        RatingBatch.objects.filter(
            organisation__in=above,
            question="overall",
            superseded_at=None,
            starts_on__lte=view.cycle.ends_on,
            ends_on__gte=view.cycle.starts_on,
        )
        .order_by("-ends_on", "pk")
        .first()
    )
    if batch is not None:
        scale = scale_of(batch.scale)
        given = {option: int(batch.counts.get(option, 0)) for option in scale.options}
        whole = LevelCounts(
            batch.organisation_id, None, "", scale.code, given, sum(given.values()),
            batch.starts_on, batch.ends_on, ("batch",),
        )  # fmt: skip
        return level_rows([whole], batch.source)
    if not allowed.total:
        return None
    return level_rows([row for unit in sorted(allowed.counted) for row in levels[unit]])


def _above(organisations: Sequence[int]) -> set[int]:
    """Offices above every one of these organisations."""
    parents = dict(Organisation.objects.order_by("pk").values_list("pk", "parent_id"))
    lines = []
    for organisation in organisations:
        line, at = set(), parents.get(organisation)
        while at is not None:
            line.add(at)
            at = parents.get(at)
        lines.append(line)
    return set.intersection(*lines) if lines else set()
