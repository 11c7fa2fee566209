"""What the page of one unit tells besides its figures: targets, answers, what would lift it, what changed."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from evaluation.cycles.enums import BindingSource
from evaluation.evidence.periods import parse_period
from evaluation.rankings import wording
from evaluation.rankings.disclosure import Release
from evaluation.rankings.evidence_cells import read_evidence
from evaluation.rankings.explanations import change_between, plan_of
from evaluation.rankings.frozen_facts import level_rows
from evaluation.rankings.frozen_series import break_between, series_of
from evaluation.rankings.kpi_cells import TargetLine, target_lines
from evaluation.rankings.models import Edition
from evaluation.rankings.queries import RankingRow, RunView, previous_edition
from evaluation.rankings.tree import NodeInfo
from scoring.change import Change
from scoring.edits import what_if
from scoring.plan import Plan
from scoring.types import Table
from surveys.core.text import LANGUAGES
from surveys.tallies.queries import LevelCounts

JSON = dict[str, Any]
MOST_TRIALS = 400
FEWEST_LEAVES = 3


def units_of_pages(
    view: RunView, told: RunView, levels: Mapping[str, list[LevelCounts]], allowed: Release
) -> dict[str, JSON]:
    """The details of every unit, by its code; told: the view without the units whose score is kept back."""
    targets = _targets(view)
    lifts = _lifts(told)
    before = previous_edition(view)
    factors, series = _factors(view, before), series_of(view)
    return {
        row.unit: {
            "lift": lifts.get(row.unit, []),
            "targets": targets.get(row.unit, []),
            "levels": level_rows(levels.get(row.unit, [])) if row.unit in allowed.shown else None,
            "reasons": [],
            "change": _with_factors(change_of(view, row, before, series), factors.get(row.unit)),
        }
        for row in view.rows
    }


def _factors(view: RunView, before: Edition | None) -> dict[str, Change]:
    """What brought the change of score and place of every unit ranked in both editions."""
    return {} if before is None else change_between(before.run, view.run)


def _with_factors(change: JSON | None, found: Change | None) -> JSON | None:
    """Add the exact split into own data, others' data, weights, method and who takes part."""
    if change is None or found is None or not change["comparable"]:
        return change
    factors = [
        {
            "factor": name,
            "names": dict(wording.FACTORS.get(name, {})),
            "score": found.score_parts[name],
            "rank": found.rank_parts[name],
        }
        for name in found.score_parts
    ]
    return change | {"factors": factors}


def _targets(view: RunView) -> dict[str, list[JSON]]:
    found: dict[str, list[JSON]] = {}
    units = list(view.cycle.units.select_related("organisation").order_by("code"))
    wanted = [b for b in view.bindings.values() if b.source == BindingSource.KPI_TARGETS]
    evidence = read_evidence(view.cycle) if wanted else None
    for binding in wanted:
        if evidence is not None:
            for unit, lines in target_lines(binding, evidence, units).items():
                found.setdefault(unit, []).extend(_target_rows(lines))
    return found


def _target_rows(lines: Sequence[TargetLine]) -> list[JSON]:
    labels = sorted({_year(period) for line in lines for period, _ in line.history})
    rows = []
    for line in lines:
        told = {_year(period): value for period, value in line.history}
        rows.append(
            {
                "kpi": line.kpi.definition.code,
                "names": line.kpi.definition.names,
                "measure_unit": line.kpi.definition.measure_unit,
                "target": float(line.kpi.target or 0),
                "direction": line.kpi.definition.direction,
                "values": {
                    label: None if (value := told.get(label)) is None else float(value) for label in labels
                },
                "met": line.met,
            }
        )
    return rows


def _year(period: str) -> str:
    """A short label that sorts: the year in which a long period ends, else the last day of a short one."""
    starts_on, ends_on = parse_period(period)
    return str(ends_on.year) if (ends_on - starts_on).days > 300 else ends_on.isoformat()[:7]


def _lifts(view: RunView) -> dict[str, list[JSON]]:
    """One change at a time, everybody else as they are: the new score and place."""
    plan = plan_of(view.run)
    return {row.unit: lifts for row in view.ranked if (lifts := _unit_lifts(plan, view, row))}


def unit_lifts(view: RunView, row: RankingRow) -> list[JSON]:
    """The same for one unit."""
    return _unit_lifts(plan_of(view.run), view, row)


def _unit_lifts(plan: Plan, view: RunView, row: RankingRow) -> list[JSON]:
    leaves = [node for node in view.nodes if node.is_indicator]
    if len(view.ranked) * len(leaves) > MOST_TRIALS:
        leaves = sorted(leaves, key=lambda node: (-_open(row, node), node.code))[:FEWEST_LEAVES]
    return [lift for node in leaves if (lift := _lift(plan, view, row, node)) is not None]


def _open(row: RankingRow, node: NodeInfo) -> float:
    value = row.values[node.code]
    if value.possible is None or value.contribution is None:
        return 0.0
    return value.possible - value.contribution


def _lift(plan: Plan, view: RunView, row: RankingRow, node: NodeInfo) -> JSON | None:
    table = plan.table
    at = table.units.index(row.unit)
    held = float(table.values[at, table.codes.index(node.code)])
    aim, text = _aim(table, view, row, node)
    if aim is None or np.isnan(held) or (aim - held) * node.direction <= 0:
        return None
    tried = what_if(plan, {(row.unit, node.code): aim})
    score, rank = float(tried.score_after[at]), float(tried.rank_after[at])
    gain = score - float(tried.score_before[at])
    if np.isnan(score) or gain <= 0:
        return None
    detail = {
        language: f"{node.names.get(language, node.code)}{_colon(language)}{held:.1f} → {aim:.1f}"
        for language in LANGUAGES
    }
    return {
        "node": node.code,
        "text": dict(text),
        "detail": detail,
        "from": held,
        "to": aim,
        "score": score,
        "gain": gain,
        "rank": None if np.isnan(rank) else int(rank) if rank == int(rank) else rank,
    }


def _aim(
    table: Table, view: RunView, row: RankingRow, node: NodeInfo
) -> tuple[float | None, Mapping[str, str]]:
    """One target more, or what the better quarter of the units in the view reach."""
    cell = row.values[node.code].cell
    if cell is not None and cell.source == BindingSource.KPI_TARGETS:
        if cell.numerator is None or not cell.denominator or cell.numerator >= cell.denominator:
            return None, {}
        return 100 * (cell.numerator + 1) / cell.denominator, wording.ONE_MORE
    among = [at for at, unit in enumerate(table.units) if unit in view.by_unit]
    column = table.values[among, table.codes.index(node.code)]
    known = column[~np.isnan(column)]
    quarter = float(np.quantile(known, 0.75 if node.direction > 0 else 0.25)) if known.size else None
    return quarter, wording.TO_QUARTER


def change_of(view: RunView, row: RankingRow, before: Edition | None, series: JSON) -> JSON | None:
    """Against the edition before: parts that sum to the change of the score, or why nothing may be compared."""
    if before is None:
        return None
    pages = before.pages
    old = next((item for item in pages["ranking"] if item["unit"] == row.unit), None)
    broken = break_between(pages.get("series") or {}, series, row.unit)
    told: JSON = {
        "cycle": before.cycle.code,
        "edition": before.number,
        "names": before.cycle.names,
        "score": old["score"] if old else None,
        "rank": old["rank"] if old else None,
        "score_change": None,
        "rank_change": None,
        "parts": [],
        "comparable": False,
        "why_not": dict(_why_not(view, pages, old) or broken),
        "series_break": bool(broken),
    }
    if told["why_not"] or old is None or old["score"] is None or row.score is None:
        return told
    return told | {
        "score_change": row.score - old["score"],
        "rank_change": None if row.rank is None or old["rank"] is None else row.rank - old["rank"],
        "parts": _parts(view, row, old),
        "comparable": True,
    }


def _parts(view: RunView, row: RankingRow, old: JSON) -> list[JSON]:
    """The change of each main part's points, and the rest, which sum to the change of the score."""
    parts: list[JSON] = []
    for node in view.nodes:
        if node.parent != view.root:
            continue
        now, then = row.values[node.code].contribution, old["cells"][node.code]["contribution"]
        if now is not None or then is not None:
            points = (now or 0.0) - (then or 0.0)
            parts.append({"node": node.code, "names": dict(node.names), "points": points})
    rest = (row.score or 0.0) - old["score"] - sum(part["points"] for part in parts)
    if abs(rest) > 1e-9:
        parts.append({"node": "", "names": dict(wording.ADJUSTED), "points": rest})
    return parts


def _why_not(view: RunView, pages: JSON, old: JSON | None) -> Mapping[str, str]:
    """A change of scheme, formula or base draws a break in the series and forbids the difference."""
    if old is None:
        return wording.NEW_UNIT
    if pages["edition"]["scheme_digest"] != view.run.scheme_digest:
        return wording.OTHER_SCHEME
    then = {node["code"]: node["formula"] for node in pages["nodes"]}
    for node in view.nodes:
        cells = view.cells.get(node.code, {}).values()
        now = next((cell.formula for cell in cells if cell.value is not None), "")
        if node.is_indicator and now and then.get(node.code) and now != then[node.code]:
            return wording.OTHER_FORMULA
    return {}


def _colon(language: str) -> str:
    return "：" if language.startswith("zh") else ": "
