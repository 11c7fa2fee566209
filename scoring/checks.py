"""Refuses a scheme or a table that cannot mean anything, in one sentence that names the place."""

from collections import Counter
from collections.abc import Iterable

import numpy as np

from scoring.types import LARGEST, Bools, Grades, Indicator, Node, Scheme, ScoringError, Table

RESERVED = "baseline"


def check_scheme(scheme: Scheme) -> None:
    """Tree, weights, parameters and cross references of a scheme; ScoringError at the first fault."""
    _check_tree(scheme)
    kinds = {node.code: node.aggregate for node in scheme.nodes}
    for node in scheme.nodes:
        _check_node(scheme, node)
    for indicator in scheme.indicators:
        _check_indicator(indicator, kinds)
    known = {*kinds, *scheme.codes}
    if scheme.rank.node not in kinds:
        raise ScoringError(f"rank: node {scheme.rank.node} is not a node of the scheme")
    for code in scheme.missing.to:
        if code not in known:
            raise ScoringError(f"missing: to names the unknown code {code}")
    if scheme.missing.rule == "redistribute" and not scheme.missing.to:
        raise ScoringError("missing: redistribute needs the codes that take over, in to")
    _check_weights(scheme)
    _check_grades(scheme)
    for adjustment in scheme.adjustments:
        if adjustment.node not in kinds:
            raise ScoringError(
                f"adjustment {adjustment.code}: node {adjustment.node} is not a node of the scheme"
            )
        cap = adjustment.caps_grade_at
        if cap is not None and (scheme.grades is None or cap not in scheme.grades.codes):
            raise ScoringError(f"adjustment {adjustment.code}: caps_grade_at names the unknown grade {cap}")


def _check_tree(scheme: Scheme) -> None:
    parts: list[Node | Indicator] = [*scheme.nodes, *scheme.indicators]
    codes = [part.code for part in parts] + [adjustment.code for adjustment in scheme.adjustments]
    _refuse_twice(codes, "the code {} is used twice")
    if RESERVED in codes:
        raise ScoringError(f"the code {RESERVED} is kept for the baseline of contributions")
    parents = {node.code: node.parent for node in scheme.nodes}
    for part in parts:
        if part.parent is not None and part.parent not in parents:
            raise ScoringError(f"{part.code}: parent {part.parent} is not a node of the scheme")
    for code, above in parents.items():
        seen, at = {code}, above
        while at is not None:
            if at in seen:
                raise ScoringError(f"nodes {', '.join(sorted(seen))} form a cycle")
            seen.add(at)
            at = parents[at]
    roots = [code for code, parent in parents.items() if parent is None]
    if len(roots) != 1:
        raise ScoringError(
            f"a scheme has one root, a node without parent, not {len(roots)} ({', '.join(roots)})"
        )
    if not scheme.indicators:
        raise ScoringError("the scheme has no indicators")
    for node in scheme.nodes:
        if not scheme.children[node.code]:
            raise ScoringError(f"node {node.code} has no children")


def _refuse_twice(codes: Iterable[str], sentence: str) -> None:
    listed = list(codes)
    if len(set(listed)) < len(listed):
        raise ScoringError(sentence.format(Counter(listed).most_common(1)[0][0]))


def child_weights(scheme: Scheme, parent: str) -> list[float]:
    """Written weights of a node's children, in the order of `scheme.children`."""
    parts: list[Node | Indicator] = [*scheme.nodes, *scheme.indicators]
    written = {part.code: part.weight for part in parts}
    return [written[code] for code in scheme.children[parent]]


def _check_node(scheme: Scheme, node: Node) -> None:
    weights = child_weights(scheme, node.code)
    for code, weight in zip(scheme.children[node.code], weights, strict=True):
        if not np.isfinite(weight) or weight < 0:
            raise ScoringError(f"{code}: weight should be zero or more, not {weight:g}")
    if sum(weights) <= 0:
        raise ScoringError(f"node {node.code}: the weights of its children sum to zero")
    if node.aggregate == "genmean" and node.p is None:
        raise ScoringError(f"node {node.code}: genmean needs its power p")
    if node.aggregate == "owa":
        if len(node.weights) != len(weights):
            raise ScoringError(
                f"node {node.code}: owa needs {len(weights)} weights, one a place, not {len(node.weights)}"
            )
        if min(node.weights) < 0 or sum(node.weights) <= 0:
            raise ScoringError(f"node {node.code}: owa weights should be zero or more and not sum to zero")


def _check_indicator(indicator: Indicator, kinds: dict[str, str]) -> None:
    spec, place = indicator.normalise, f"indicator {indicator.code}"
    if spec.method == "goalposts" and not (spec.lo is not None and spec.hi is not None and spec.lo < spec.hi):
        raise ScoringError(f"{place}: goalposts need lo below hi, not {spec.lo} and {spec.hi}")
    if spec.method == "piecewise" and not spec.points and not (spec.floor or 0.0) <= (spec.cap or 0.0):
        raise ScoringError(f"{place}: piecewise needs its floor at or below its cap")
    if spec.method == "dist2ref" and spec.within is not None:
        raise ScoringError(f"{place}: dist2ref has one reference unit and cannot be taken within groups")
    if spec.method == "vector" and indicator.direction < 0 and kinds[indicator.parent] != "topsis":
        raise ScoringError(f"{place}: vector with direction -1 is understood by topsis alone")
    least = {"log": 0.0, "log10": 0.0, "sqrt": -1e-300}.get(indicator.transform or "")
    if least is None:
        return
    marks = [("lo", spec.lo), ("hi", spec.hi), ("target", spec.target)]
    marks += [("points", raw) for raw, _ in spec.points]
    for name, mark in marks:
        if mark is not None and mark <= least:
            raise ScoringError(f"{place}: {name} {mark:g} has no {indicator.transform}")


def _check_weights(scheme: Scheme) -> None:
    for code, rule in scheme.weights:
        if code not in scheme.children:
            raise ScoringError(f"weights: {code} is not a node of the scheme")
        k = len(scheme.children[code])
        if rule.method == "ahp" and (len(rule.matrix) != k or any(len(row) != k for row in rule.matrix)):
            raise ScoringError(f"weights, {code}: the matrix should be {k} × {k}, one row a child")
        if rule.method == "balance":
            if len(rule.shares) != k:
                raise ScoringError(f"weights, {code}: shares should hold {k} numbers, one a child")
            if min(rule.shares) < 0 or sum(rule.shares) <= 0:
                raise ScoringError(f"weights, {code}: shares should be zero or more and not sum to zero")


def _check_grades(scheme: Scheme) -> None:
    grades = scheme.grades
    if grades is None:
        return
    if not grades.codes:
        raise ScoringError("grades: there are no codes")
    _refuse_twice(grades.codes, "grades: the code {} is used twice")
    if grades.by == "bands":
        _refuse_twice((str(mark) for _, mark in grades.bands), "grades: two bands begin at {}")
    else:
        _check_quota(grades)


def _check_quota(grades: Grades) -> None:
    shares = [share for _, share in grades.shares]
    if any(share is None for share in shares[:-1]):
        raise ScoringError("grades: only the last share may be left out, for the rest")
    total = sum(share for share in shares if share is not None)
    if total > 1 + 1e-9:
        raise ScoringError(f"grades: the shares sum to {total:g}, more than all units")
    if shares[-1] is not None and total < 1 - 1e-6:
        raise ScoringError(
            f"grades: the shares sum to {total:g}, less than all units; leave out the last one"
        )
    if grades.floor is not None and len(shares) < 2:
        raise ScoringError("grades: a floor needs a second code for those below it")


def needed_columns(scheme: Scheme) -> tuple[list[str], list[str]]:
    """Names of the number columns and of the group columns a scheme reads besides its indicators."""
    numbers = [i.denominator for i in scheme.indicators if i.denominator is not None]
    numbers += [adjustment.column for adjustment in scheme.adjustments]
    numbers += [scheme.samples.column] if scheme.samples else []
    groups = [i.normalise.within for i in scheme.indicators if i.normalise.within is not None]
    groups += [scheme.rank.within] if scheme.rank.within else []
    groups += [scheme.grades.within] if scheme.grades and scheme.grades.within else []
    groups += [scheme.impute.group] if scheme.impute.group else []
    groups += [scheme.full_marks.column] if scheme.full_marks else []
    return list(dict.fromkeys(numbers)), list(dict.fromkeys(groups))


def check_table(table: Table, scheme: Scheme) -> None:
    """The table holds what the scheme reads: every column, distinct units, finite numbers of the right sign."""
    if not table.units:
        raise ScoringError("the data have no units")
    _refuse_twice(table.units, "unit {} is there twice")
    numbers, groups = needed_columns(scheme)
    for wanted, held, what in (
        (scheme.codes, table.codes, "indicator"),
        (numbers, table.columns, "number"),
        (groups, table.groups, "group"),
    ):
        for name in wanted:
            if name not in held:
                raise ScoringError(f"the data have no {what} column {name}", column=name)
    _refuse(table, np.abs(table.values) > LARGEST, table.codes, "is too large")
    for name, array in (("se:", table.se), ("n:", table.n)):
        if array is not None:
            bad: Bools = (array > LARGEST) | (array < 0)
            _refuse(table, bad, [name + code for code in table.codes], "should be zero or more, and finite")
    for name in numbers:
        column = table.columns[name]
        _refuse(
            table, ((column > LARGEST) | (column < 0))[:, None], [name], "should be zero or more, and finite"
        )
    for name in groups:
        for unit, label in zip(table.units, table.groups[name], strict=True):
            if not label:
                raise ScoringError(f"unit {unit} has no group", column=name, unit=unit)
    if scheme.full_marks:
        marks = dict(scheme.full_marks.marks)
        for unit, label in zip(table.units, table.groups[scheme.full_marks.column], strict=True):
            if label not in marks:
                message = f"unit {unit} is in group {label}, which has no full marks"
                raise ScoringError(message, column=scheme.full_marks.column, unit=unit)


def _refuse(table: Table, bad: Bools, names: Iterable[str], sentence: str) -> None:
    if bad.any():
        row, column = (int(index[0]) for index in np.nonzero(bad))
        unit = table.units[row]
        raise ScoringError(f"the value of unit {unit} {sentence}", column=list(names)[column], unit=unit)
