"""A scheme bound to a table: arrays ready to be normalised and combined, once or for ten thousand draws.

`compile_plan` validates and prepares; the methods of Plan are pure and validate nothing. Arrays are [K, ..., N]:
indicators or children first, units last (in code-point order), any number of draws between.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from scoring import adjustments, aggregation, normalise
from scoring.aggregation import How
from scoring.checks import check_table
from scoring.nodeweights import derive
from scoring.prepare import Prepared, prepare
from scoring.slopes import slope_array
from scoring.types import (
    Adjustment,
    Bools,
    Floats,
    Normalise,
    Scheme,
    ScoringError,
    Table,
    Weights,
)

Rows = slice | np.ndarray[tuple[int, ...], np.dtype[np.int64]]


@dataclass(frozen=True, eq=False)
class Block:
    """Rows of indicators with the same scale, direction and reference set."""

    spec: Normalise
    direction: int
    rows: Rows
    first: int


def _blocks(scheme: Scheme, ready: Prepared, specs: Mapping[str, Normalise]) -> tuple[Block, ...]:
    found: dict[tuple[Normalise, int], list[int]] = {}
    for k, code in enumerate(scheme.codes):
        found.setdefault((specs.get(code, ready.specs[k]), ready.directions[k]), []).append(k)
    return tuple(
        Block(spec, direction, slice(None) if len(found) == 1 else np.array(rows), rows[0])
        for (spec, direction), rows in found.items()
    )


@dataclass(frozen=True, eq=False)
class Branch:
    """One node made ready: where its children are, how it combines them, their written weights [K]."""

    code: str
    children: tuple[str, ...]
    how: How
    weights: Floats
    receives: Bools | None
    adjustments: tuple[Adjustment, ...]
    consistency_ratio: float | None = None


@dataclass(frozen=True, eq=False)
class Combined:
    """One node combined: its children, the weights that counted, score before and after adjustments.

    unclear: where an event nobody knows, here or under a child that counts, is all that keeps the score away.
    """

    x: Floats
    w: Floats
    mean: Floats
    score: Floats
    moved: Mapping[str, Floats]
    unclear: Bools | None = None


@dataclass(frozen=True, eq=False)
class Plan:
    """A compiled scheme. `prepared` are the values after denominators, imputation, treatment, transform."""

    scheme: Scheme
    table: Table
    prepared: Prepared
    branches: tuple[Branch, ...]
    normalised: Floats
    combined: Mapping[str, Combined]
    row: Mapping[str, int]
    blocks: tuple[Block, ...]

    @property
    def weights(self) -> dict[str, dict[str, float]]:
        """Share of every child under its node (as written under `sum`)."""
        return {b.code: dict(zip(b.children, b.weights.tolist(), strict=True)) for b in self.branches}

    def normalise(self, values: Floats | None = None, specs: Mapping[str, Normalise] | None = None) -> Floats:
        """Points [K, ..., N] of prepared values; `specs` swaps the method of some indicators."""
        ready = self.prepared
        values = ready.values if values is None else values
        out = np.empty_like(values)
        for block in self.blocks if specs is None else _blocks(self.scheme, ready, specs):
            out[block.rows] = normalise.normalise_array(
                values[block.rows],
                block.spec,
                block.direction,
                groups=ready.group_numbers(block.spec.within),
                reference=ready.references[block.first],
            )
        return out

    def slopes(self) -> Floats | None:
        """d(points)/d(prepared value) [K, N]; None where an indicator that has errors is scaled in steps."""
        ready = self.prepared
        out = np.zeros(ready.values.shape)
        for block in self.blocks:
            found = slope_array(
                ready.values[block.rows],
                block.spec,
                block.direction,
                groups=ready.group_numbers(block.spec.within),
                reference=ready.references[block.first],
            )
            if found is not None:
                out[block.rows] = found
            elif ready.se is not None and np.any(ready.se[block.rows] > 0):
                return None
        return out

    def combine(self, normalised: Floats, weights: Mapping[str, Floats] | None = None) -> dict[str, Combined]:
        """Every node of the tree; weights: node -> [K] or [K, ..., 1] in place of the scheme's."""
        done: dict[str, Combined] = {}
        absent: dict[str, Bools] = {}
        for branch in self.branches:
            w = branch.weights if weights is None else weights.get(branch.code, branch.weights)
            x = self.children(branch.children, normalised, done)
            done[branch.code] = self.combine_one(branch, x, w, absent, done)
        return done

    def children(self, codes: tuple[str, ...], normalised: Floats, done: Mapping[str, Combined]) -> Floats:
        """Children [K, ..., N] of a node: scores of nodes already combined, points of indicators."""
        return np.stack([done[c].score if c in done else normalised[self.row[c]] for c in codes])

    def combine_one(
        self,
        branch: Branch,
        x: Floats,
        w: Floats,
        absent: dict[str, Bools],
        done: Mapping[str, Combined],
    ) -> Combined:
        """One node; `absent` gathers where whole nodes are not applicable, `done` holds the nodes below."""
        w = w.reshape(*w.shape, *(1,) * (x.ndim - w.ndim))
        nothing = self.prepared.not_applicable
        there = ~np.isnan(x)
        unclear = _unclear(branch, there, w, done)
        if there.all():
            mean = aggregation.aggregate_array(x, w, branch.how)
        else:
            applicable = np.ones(x.shape, dtype=bool)
            for k, child in enumerate(branch.children):
                if child in absent:
                    applicable[k] = ~absent[child]
                elif child in self.row and nothing is not None:
                    applicable[k] = ~nothing[self.row[child]]
            absent[branch.code] = np.logical_not(applicable.any(axis=0))
            w, enough = aggregation.effective_weights(
                w, there, applicable, self.scheme.missing, branch.receives
            )
            with np.errstate(all="ignore"):
                mean = np.where(enough, aggregation.aggregate_array(x, w, branch.how), np.nan)
        if unclear is not None:
            unclear = unclear & ~np.isnan(mean)
            mean = np.where(unclear, np.nan, mean)
        score, moved = adjustments.adjust(mean, branch.adjustments, self.table.columns)
        if branch.adjustments:
            here = np.isnan(score) & ~np.isnan(mean)
            unclear = here if unclear is None else here | unclear
        return Combined(x, w, mean, score, moved, unclear)

    def score(self, values: Floats | None = None, weights: Mapping[str, Floats] | None = None) -> Floats:
        """Scores [..., N] of the ranked node, as share of full marks where the scheme asks, unrounded."""
        normalised = self.normalised if values is None else self.normalise(values)
        score = self.combine(normalised, weights)[self.scheme.rank.node].score
        return adjustments.share_of_full(score, self.scheme.full_marks, self.table.groups)

    def global_weights(self) -> Floats | None:
        """Weight [K] of every indicator in the ranked node, None where some node is not a weighted mean."""
        total = {self.scheme.rank.node: 1.0}
        out = np.zeros(len(self.row))
        for branch in reversed(self.branches):
            share = total.get(branch.code)
            if share is None:
                continue
            if branch.how.method not in aggregation.ADDITIVE:
                return None
            for child, weight in zip(branch.children, branch.weights.tolist(), strict=True):
                if child in self.row:
                    out[self.row[child]] = share * weight
                else:
                    total[child] = share * weight
        return out


def _unclear(branch: Branch, there: Bools, w: Floats, done: Mapping[str, Combined]) -> Bools | None:
    """Where a child that counts hangs on an unknown event; it is marked as there: a blank must not be left out."""
    found: Bools | None = None
    for k, child in enumerate(branch.children):
        below = done[child].unclear if child in done else None
        if below is not None and below.any():
            there[k] |= below
            here = below & (np.broadcast_to(w[k], below.shape) > 0)
            found = here if found is None else found | here
    return found


def compile_plan(scheme: Scheme, table: Table) -> Plan:
    """Checks the table against the scheme, makes everything ready and combines once; ScoringError on a fault."""
    table = table.sorted()
    check_table(table, scheme)
    with np.errstate(all="ignore"):
        return _compile(scheme, table, prepare(scheme, table))


def _compile(scheme: Scheme, table: Table, ready: Prepared) -> Plan:
    row = {code: k for k, code in enumerate(scheme.codes)}
    plan = Plan(scheme, table, ready, (), np.empty(0), {}, row, _blocks(scheme, ready, {}))
    normalised = plan.normalise()
    _check_numbers(plan, normalised)
    rules = dict(scheme.weights)
    done: dict[str, Combined] = {}
    absent: dict[str, Bools] = {}
    branches = []
    for node in scheme.bottom_up:
        children = scheme.children[node.code]
        x = plan.children(children, normalised, done)
        weights, ratio = derive(scheme, node, x, rules.get(node.code, Weights()))
        branch = Branch(
            code=node.code,
            children=children,
            how=How.of(node, np.array([c in row and _is_cost(ready, row[c]) for c in children])),
            weights=weights,
            receives=np.array([c in scheme.missing.to for c in children]) if scheme.missing.to else None,
            adjustments=tuple(a for a in scheme.adjustments if a.node == node.code),
            consistency_ratio=ratio,
        )
        check_children(branch, x, table)
        branches.append(branch)
        done[node.code] = plan.combine_one(branch, x, branch.weights, absent, done)
    return replace(plan, branches=tuple(branches), normalised=normalised, combined=done)


def _check_numbers(plan: Plan, normalised: Floats) -> None:
    """Values too large to be scaled must not pass for missing ones."""
    values = plan.prepared.values
    lost = np.argwhere(np.isinf(values) | np.isinf(normalised) | (np.isnan(normalised) & ~np.isnan(values)))
    if lost.size:
        code, unit = plan.scheme.codes[lost[0][0]], plan.table.units[lost[0][1]]
        raise ScoringError(f"the value of unit {unit} is too large to be scaled", column=code, unit=unit)


def _is_cost(ready: Prepared, k: int) -> bool:
    return ready.specs[k].method == "vector" and ready.directions[k] < 0


def check_children(branch: Branch, x: Floats, table: Table) -> None:
    """Refuse what a mean cannot take: values at or below zero, or units that topsis cannot tell apart."""
    method, how = branch.how.method, branch.how
    if method == "topsis" and not np.any(np.fmax.reduce(x, axis=-1) > np.fmin.reduce(x, axis=-1)):
        raise ScoringError(f"node {branch.code}: all units are equal, so topsis has no ideal to measure from")
    if method not in (*aggregation.POSITIVE, "mpi", "ampi"):
        return
    least = x + how.shift
    zero = method in ("mpi", "ampi") or (method == "genmean" and how.p > 0)
    bad = np.argwhere(least < 0 if zero else least <= 0)
    if bad.size:
        child, unit = branch.children[bad[0][0]], table.units[bad[0][-1]]
        limit = "zero or more" if zero else "above zero"
        raise ScoringError(
            f"node {branch.code}: {method} needs values {limit}, but {child} of unit {unit} is "
            f"{x[tuple(bad[0])]:g}; scale it {'from zero up' if zero else limit} or declare a floor for the node",
            column=child if child in table.codes else None,
            unit=unit,
        )
