"""Every published number with its passport: formula, inputs, base, interval, period and who attested it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from evaluation.rankings import wording
from evaluation.rankings.cells import Cell
from evaluation.rankings.fingerprints import is_told_whole, told_fingerprints
from evaluation.rankings.formulas import TEXTS
from evaluation.rankings.freeze import figure_code, small_parts
from evaluation.rankings.frozen_levels import guarded, levels_of_units, release_of
from evaluation.rankings.queries import NodeValue, RankingRow, RunView
from evaluation.rankings.tree import NodeInfo

JSON = dict[str, Any]
EXACT = Decimal("0.0000000001")
SCORING = "scoring"


@dataclass(frozen=True)
class FrozenFigure:
    """A published number before it is stored."""

    code: str
    unit: str
    node: str
    measure: str
    value: Decimal | None
    shown: str
    passport: JSON


def figures_of(view: RunView) -> Iterator[FrozenFigure]:
    """All figures of a run: score and place of each unit, and raw value, points and part of every node.

    A unit with a part about too few people has no figures: each would help to work the hidden one out.
    """
    allowed = release_of(view, levels_of_units(view))
    view = guarded(view, allowed)
    small = small_parts(view, allowed.withheld)
    common = _common(view, is_whole=is_told_whole(allowed, small, view.cells))
    for row in view.rows:
        if row.unit in small:
            continue
        told: list[tuple[str, str, float | None, JSON]] = [
            (view.root, "score", row.score, _score(view, row)),
            (view.root, "rank", row.rank, _rank(view, row)),
        ]
        for node in view.nodes:
            told += _of_node(view, row, node)
        for code, measure, value, passport in told:
            if value is not None:
                yield _figure(view, row, (code, measure, value), common | passport)


def _of_node(view: RunView, row: RankingRow, node: NodeInfo) -> list[tuple[str, str, float | None, JSON]]:
    value = row.values[node.code]
    found: list[tuple[str, str, float | None, JSON]] = []
    if value.cell is not None:
        found.append((node.code, "raw", value.raw, _raw(view, value.cell)))
    if node.code != view.root:
        found.append((node.code, "points", value.points, _points(view, row, node, value)))
        found.append((node.code, "contribution", value.contribution, _contribution(view, row, node, value)))
    return found


def decimal_of(value: float) -> Decimal:
    """A published number as a decimal with ten places."""
    return Decimal(repr(value)).quantize(EXACT)


def _figure(view: RunView, row: RankingRow, told: tuple[str, str, float], passport: JSON) -> FrozenFigure:
    node, measure, value = told
    exact = decimal_of(value)
    return FrozenFigure(
        code=figure_code(view, row.unit, node, measure),
        unit=row.unit,
        node=node,
        measure=measure,
        value=exact,
        shown=f"{float(exact):.4f}".rstrip("0").rstrip("."),
        passport={
            "id": figure_code(view, row.unit, node, measure),
            "unit": row.unit,
            "unit_names": dict(row.names),
            "node": node,
            "node_names": dict(view.by_code[node].names),
            "measure": measure,
            "value": value,
            **passport,
        },
    )


def _common(view: RunView, *, is_whole: bool) -> JSON:
    run = view.run
    return {
        "cycle": view.cycle.code,
        "scheme": {
            "code": view.scheme.code,
            "version": view.scheme.version,
            "digest": run.scheme_digest,
        },
        "run": {
            "number": run.number,
            **told_fingerprints(run, is_whole=is_whole),
            "code_version": run.code_version,
            "seed": run.seed,
            "draws": run.n_draws,
        },
        "synthetic": view.cycle.is_synthetic,
    }


def _raw(view: RunView, cell: Cell) -> JSON:
    unit = 0.01 if cell.is_share else 1.0
    text = TEXTS.get(cell.formula)
    return {
        "formula": cell.formula,
        "version": cell.version,
        "formula_names": dict(text.names) if text else {},
        "formula_texts": dict(text.texts) if text else {},
        "calculation": wording.calculation(cell),
        "unit_of_value": "share" if cell.is_share else "",
        "source": cell.source,
        "reading": view.bindings[cell.column].reading,
        "n": cell.n,
        "n_eff": cell.n_eff,
        "numerator": cell.numerator,
        "denominator": cell.denominator,
        "se": None if cell.se is None else cell.se * unit,
        "lower": None if cell.lower is None else cell.lower * unit,
        "upper": None if cell.upper is None else cell.upper * unit,
        "method": cell.method,
        "coverage": 0.95,
        "included": cell.included,
        "excluded": dict(cell.excluded),
        "period": wording.period(cell.starts_on, cell.ends_on),
        "starts_on": cell.starts_on.isoformat() if cell.starts_on else None,
        "ends_on": cell.ends_on.isoformat() if cell.ends_on else None,
        "inputs": _inputs(cell),
        "attested": sorted({origin.attested for origin in cell.origins if origin.attested}),
    }


def _inputs(cell: Cell) -> list[JSON]:
    return [
        {
            "name": origin.name,
            "place": origin.place,
            "source": origin.source,
            "digest": origin.digest,
            "attested": origin.attested,
            "rows": origin.rows,
        }
        for origin in cell.origins
    ]


def _from_parts(view: RunView, row: RankingRow, node: str) -> list[JSON]:
    """The parts a node is made of, as links to their own figures."""
    return [
        {
            "name": figure_code(view, row.unit, child.code, "points"),
            "node": child.code,
            "weight": child.weight,
            "points": row.values[child.code].points,
        }
        for child in view.nodes
        if child.parent == node and row.values[child.code].points is not None
    ]


def _how(view: RunView, node: str) -> str:
    return next((one.aggregate for one in view.scheme.nodes if one.code == node), "")


def _score(view: RunView, row: RankingRow) -> JSON:
    parts = _from_parts(view, row, view.root)
    told = " + ".join(
        f"{contribution:.2f}"
        for part in parts
        if (contribution := row.values[part["node"]].contribution) is not None
    )
    return {
        "formula": _how(view, view.root),
        "version": "1",
        "calculation": f"{told} = {row.score:.2f}" if told and row.score is not None else "",
        "se": row.se,
        "lower": None if row.se is None or row.score is None else row.score - 1.959964 * row.se,
        "upper": None if row.se is None or row.score is None else row.score + 1.959964 * row.se,
        "method": "normal" if row.se is not None else "",
        "n": None,
        "included": len(parts),
        "excluded": {},
        "inputs": parts,
    }


def _rank(view: RunView, row: RankingRow) -> JSON:
    rule = view.scheme.rank
    return {
        "formula": f"rank_{rule.ties}",
        "version": "1",
        "calculation": "",
        "decimals": rule.decimals,
        "within": rule.within,
        "lower": row.lower,
        "upper": row.upper,
        "joint_lower": row.joint_lower,
        "joint_upper": row.joint_upper,
        "method": "simultaneous rank sets" if row.lower is not None else "",
        "tier": row.tier,
        "grade": row.grade,
        "n": len(view.ranked),
        "included": len(view.ranked),
        "excluded": {"listed": len(view.listed)},
        "inputs": [{"name": figure_code(view, row.unit, view.root, "score"), "node": view.root}],
    }


def _points(view: RunView, row: RankingRow, node: NodeInfo, value: NodeValue) -> JSON:
    if not node.is_indicator:
        return {
            "formula": _how(view, node.code),
            "version": "1",
            "n": None,
            "inputs": _from_parts(view, row, node.code),
        }
    spec = next(leaf.normalise for leaf in view.scheme.indicators if leaf.code == node.code)
    return {
        "formula": f"normalise_{spec.method}",
        "version": "1",
        "n": value.cell.n if value.cell else None,
        "inputs": [{"name": figure_code(view, row.unit, node.code, "raw"), "node": node.code}],
    }


def _contribution(view: RunView, row: RankingRow, node: NodeInfo, value: NodeValue) -> JSON:
    calculation = ""
    if value.points is not None and value.possible is not None and node.full:
        factor = value.possible / node.full
        if value.contribution is not None and abs(factor * value.points - value.contribution) < 1e-9:
            calculation = f"{value.points:.4f} × {factor:.4f} = {value.contribution:.4f}"
    return {
        "formula": "contribution",
        "version": "1",
        "calculation": calculation,
        "n": value.cell.n if value.cell else None,
        "possible": value.possible,
        "inputs": [{"name": figure_code(view, row.unit, node.code, "points"), "node": node.code}],
    }


def figures_by_code(view: RunView) -> Mapping[str, FrozenFigure]:
    """Figures by their code."""
    return {figure.code: figure for figure in figures_of(view)}
