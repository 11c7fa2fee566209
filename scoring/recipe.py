"""evaluate(table, scheme) -> Result: the whole computation in reading order, with reasons and a trail."""

from dataclasses import asdict

import numpy as np

from scoring import adjustments, ranking
from scoring.aggregation import ADDITIVE, aggregate_array, partials
from scoring.checks import RESERVED
from scoring.contributions import split
from scoring.plan import Branch, Plan, compile_plan
from scoring.types import Bools, Floats, Result, Scheme, ScoringError, Status, Step, Table

FORMULAS = 1
HIDDEN = ("not_shown", "no_sample")


def evaluate(table: Table, scheme: Scheme) -> Result:
    """Scores, errors, ranks, grades, reasons and contributions of every unit, in code-point order of units."""
    return evaluate_plan(compile_plan(scheme, table))


def standing(plan: Plan) -> tuple[Floats, tuple[Status, ...], Floats]:
    """What is compared [N], who is ranked or listed and why, and the places [N] (NaN = not ranked)."""
    scheme, table = plan.scheme, plan.table
    score = plan.combined[scheme.rank.node].score
    compared = adjustments.share_of_full(score, scheme.full_marks, table.groups)
    if scheme.rank.decimals is not None:
        compared = ranking.round_half_up(compared, scheme.rank.decimals)
    status = _status(plan, score)
    ranks = ranking.rank(
        np.where([one.state == "ranked" for one in status], compared, np.nan),
        ties=scheme.rank.ties,
        best=scheme.rank.best,
        groups=table.groups[scheme.rank.within] if scheme.rank.within else None,
    )
    return compared, status, ranks


def evaluate_plan(plan: Plan) -> Result:
    """The same for a plan made earlier."""
    with np.errstate(all="ignore"):
        return _evaluate(plan)


def _evaluate(plan: Plan) -> Result:
    scheme, table = plan.scheme, plan.table
    combined = plan.combined
    _check_finite(plan)
    compared, status, ranks = standing(plan)
    ranked = np.array([one.state == "ranked" for one in status])
    grades = _grades(plan, compared, ranked)
    codes, parts = contributions(plan)
    lost = np.flatnonzero(~np.isnan(combined[scheme.rank.node].score) & ~np.isfinite(parts).all(axis=1))
    if lost.size:
        unit = table.units[int(lost[0])]
        raise ScoringError(f"the score of unit {unit} cannot be split into finite parts", unit=unit)
    scores = {code: one.score for code, one in combined.items()}
    se = standard_error(plan)
    samples = adjustments.sample_states(scheme.samples, table.columns, len(table.units))
    hidden = np.array([reason in HIDDEN for reason in samples])
    if hidden.any():
        scores = {code: np.where(hidden, np.nan, values) for code, values in scores.items()}
        compared, parts = np.where(hidden, np.nan, compared), np.where(hidden[:, None], np.nan, parts)
        se = None if se is None else np.where(hidden, np.nan, se)
    return Result(
        scheme=scheme,
        table=table,
        stages=plan.prepared.stages,
        normalised=plan.normalised.T,
        weights=plan.weights,
        scores=scores,
        compared=compared,
        se=se,
        ranks=ranks,
        grades=tuple(grades),
        status=status,
        contribution_codes=codes,
        contributions=parts,
        trail=_trail(plan, compared, ranks, grades),
    )


def _check_finite(plan: Plan) -> None:
    for code, one in plan.combined.items():
        lost = np.isinf(one.score) | (np.isnan(one.mean) & ~np.isnan(one.x).any(axis=0))
        if lost.any():
            unit = plan.table.units[int(np.flatnonzero(lost)[0])]
            raise ScoringError(f"node {code}: the score of unit {unit} is not a finite number", unit=unit)


def _status(plan: Plan, score: Floats) -> tuple[Status, ...]:
    """Ranked, or listed with the first reason that applies: sample, nothing there, events unknown, missing."""
    scheme, table = plan.scheme, plan.table
    samples = adjustments.sample_states(scheme.samples, table.columns, len(table.units))
    column = scheme.samples.column if scheme.samples else ""
    ranked = Status("ranked")
    found = [ranked if reason is None else Status("listed", reason, (column,)) for reason in samples]
    for unit in np.flatnonzero(np.isnan(score)).tolist():
        found[unit] = _absence(plan, unit)
    return tuple(found)


def _absence(plan: Plan, unit: int) -> Status:
    nothing = plan.prepared.not_applicable
    gaps = np.isnan(plan.normalised[:, unit])
    not_due = np.zeros_like(gaps) if nothing is None else nothing[:, unit]
    if gaps.all():
        codes = tuple(code for code, k in plan.row.items() if not not_due[k])
        return Status("listed", "not_applicable" if not_due.all() else "no_data", codes)
    down = _above(plan)
    unclear = plan.combined[plan.scheme.rank.node].unclear
    if unclear is not None and unclear[unit]:
        known = [branch for branch in down if not np.isnan(plan.combined[branch.code].mean[unit])]
        events = [a.column for branch in known for a in branch.adjustments]
        blank = [column for column in events if np.isnan(plan.table.columns[column][unit])]
        return Status("listed", "missing_event", tuple(dict.fromkeys(blank)))
    below = {child for branch in down for child in branch.children}
    absent = [code for code, k in plan.row.items() if gaps[k] and code in below]
    due = tuple(code for code in absent if not not_due[plan.row[code]])
    return Status("listed", "missing", due) if due else Status("listed", "not_applicable", tuple(absent))


def _grades(plan: Plan, compared: Floats, ranked: Bools) -> list[str | None]:
    scheme, table = plan.scheme, plan.table
    rule = scheme.grades
    if rule is None:
        return [None] * len(compared)
    graded = ranked
    if scheme.samples is not None:
        graded = ranked & (table.columns[scheme.samples.column] >= scheme.samples.graded)
    caps: list[int | None] = [None] * len(compared)
    for veto in scheme.adjustments:
        if veto.caps_grade_at is not None:
            place = rule.codes.index(veto.caps_grade_at)
            for unit in np.flatnonzero(table.columns[veto.column] > 0).tolist():
                caps[unit] = max(place, caps[unit] or 0)
    groups = table.groups[rule.within] if rule.within else None
    return adjustments.grade(compared, graded, rule, groups=groups, best=scheme.rank.best, caps=caps)


def _above(plan: Plan) -> list[Branch]:
    """The ranked node and the nodes under it, parents before children."""
    wanted = {plan.scheme.rank.node}
    found = []
    for branch in reversed(plan.branches):
        if branch.code in wanted:
            found.append(branch)
            wanted.update(branch.children)
    return found


def baselines(plan: Plan) -> dict[str, Floats]:
    """Where contributions start from: 0 under weighted means only, elsewhere the mean of the indicator.

    Indicators under any other mean start from the plain mean of the units that have a score; a node starts from
    what its rule makes of its children's baselines, with the weights that counted for the unit.
    """
    n = len(plan.table.units)
    if all(branch.how.method in ADDITIVE for branch in _above(plan)):
        return dict.fromkeys((*plan.row, *plan.combined), np.zeros(n))
    linear = {plan.scheme.rank.node: True}
    base: dict[str, Floats] = {}
    scored = ~np.isnan(plan.combined[plan.scheme.rank.node].score)
    down = _above(plan)
    for branch in down:
        for child in branch.children:
            linear[child] = linear[branch.code] and branch.how.method in ADDITIVE
            if child in plan.row:
                values = plan.normalised[plan.row[child]]
                known = values[scored & ~np.isnan(values)]
                start = 0.0 if linear[child] or not known.size else float(known.mean())
                base[child] = np.full(n, start)
    for branch in reversed(down):
        one = plan.combined[branch.code]
        b = np.where(np.isnan(one.x), np.nan, np.stack([base[child] for child in branch.children]))
        with np.errstate(all="ignore"):
            base[branch.code] = aggregate_array(b, one.w, branch.how, field=one.x)
    return base


def contributions(plan: Plan) -> tuple[tuple[str, ...], Floats]:
    """Codes [C] and points [N, C] that sum to the unit's score: indicators, adjustments, and a baseline if any."""
    n = len(plan.table.units)
    base = baselines(plan)
    down = _above(plan)
    scale = {plan.scheme.rank.node: np.ones(n)}
    parts: dict[str, Floats] = {code: np.zeros(n) for code in plan.row}
    for branch in down:
        one = plan.combined[branch.code]
        b = np.stack([base[child] for child in branch.children])
        w = np.broadcast_to(one.w, one.x.shape)
        with np.errstate(all="ignore"):
            points, slope = split(one.x, b, w, branch.how, score=one.mean, base=base[branch.code])
        for k, child in enumerate(branch.children):
            if child in plan.row:
                parts[child] = _part(scale[branch.code], points[k])
            else:
                scale[child] = _part(scale[branch.code], slope[k])
        for code, moved in one.moved.items():
            parts[code] = _part(scale[branch.code], moved)
    start = base[plan.scheme.rank.node]
    if not all(branch.how.method in ADDITIVE for branch in down):
        parts[RESERVED] = start
    table = np.stack(list(parts.values()), axis=1)
    table[np.isnan(plan.combined[plan.scheme.rank.node].score)] = np.nan
    return tuple(parts), table


def _part(scale: Floats, points: Floats) -> Floats:
    """Points of a part scaled by what its node counts for: nothing where the node did not count."""
    return np.where(scale == 0, 0.0, scale * points)


def standard_error(plan: Plan) -> Floats | None:
    """Sampling error [N] of the compared score by the delta method: reference sets held still, errors independent.

    None where the data carry no errors, or where a step (rank, met or not, copeland) has no slope to follow.
    """
    se = plan.prepared.se
    if se is None or not np.any(se > 0):
        return None
    slopes = plan.slopes()
    if slopes is None:
        return None
    steep_of = {plan.scheme.rank.node: np.ones(len(plan.table.units))}
    total = np.zeros(slopes.shape)
    for branch in _above(plan):
        one = plan.combined[branch.code]
        if branch.how.method == "copeland":
            return None
        with np.errstate(all="ignore"):
            steep = _part(steep_of[branch.code], partials(one.x, one.w, branch.how, one.mean))
        for veto in branch.adjustments:
            if veto.sets_to is not None:
                steep = np.where(plan.table.columns[veto.column] > 0, 0.0, steep)
        for k, child in enumerate(branch.children):
            if child in plan.row:
                total[plan.row[child]] = steep[k]
            else:
                steep_of[child] = steep[k]
    error = np.where(se > 0, total * slopes * np.where(se > 0, se, 0.0), 0.0)
    found = np.sqrt((error * error).sum(axis=0))
    found = adjustments.share_of_full(found, plan.scheme.full_marks, plan.table.groups)
    return np.where(np.isnan(plan.combined[plan.scheme.rank.node].score), np.nan, found)


def _trail(plan: Plan, compared: Floats, ranks: Floats, grades: list[str | None]) -> tuple[Step, ...]:
    scheme = plan.scheme
    methods = {i.code: i.normalise.method for i in scheme.indicators}
    steps = [*plan.prepared.steps]
    steps.append(Step("normalise", {"methods": methods}, (plan.prepared.values,), (plan.normalised,)))
    ratios = {b.code: b.consistency_ratio for b in plan.branches if b.consistency_ratio is not None}
    sources = {code: rule.method for code, rule in scheme.weights}
    parameters = {"methods": sources, "consistency_ratios": ratios, "weights": plan.weights}
    steps.append(Step("weights", parameters, (plan.normalised,), tuple(b.weights for b in plan.branches)))
    for branch in plan.branches:
        one = plan.combined[branch.code]
        formula = f"{branch.how.method}@{FORMULAS}"
        steps.append(
            Step("aggregate", {"node": branch.code, "formula": formula}, (one.x, one.w), (one.mean,))
        )
        if branch.adjustments:
            rules = {a.code: a.kind for a in branch.adjustments}
            steps.append(Step("adjust", {"node": branch.code, "rules": rules}, (one.mean,), (one.score,)))
    score = plan.combined[scheme.rank.node].score
    steps.append(Step("round", {"decimals": scheme.rank.decimals}, (score,), (compared,)))
    steps.append(Step("rank", asdict(scheme.rank), (compared,), (ranks,)))
    if scheme.grades is not None:
        steps.append(Step("grade", {"by": scheme.grades.by}, (compared,), (np.array(grades, dtype=object),)))
    return tuple(steps)
