"""Freezes a run into the pages of an edition: what the portal, the files and the API show, and nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from evaluation.cycles.enums import BindingSource
from evaluation.rankings import frozen_facts, frozen_units, wording
from evaluation.rankings.cells import Cell
from evaluation.rankings.disclosure import without_small
from evaluation.rankings.fingerprints import is_told_whole, told_fingerprints
from evaluation.rankings.frozen_importance import importance_of
from evaluation.rankings.frozen_levels import gives_base_away, guarded, levels_of_units, release_of
from evaluation.rankings.frozen_series import break_of_trend, history_of, series_of
from evaluation.rankings.frozen_services import services_of_pages
from evaluation.rankings.queries import NodeValue, RankingRow, RunView, previous_edition
from evaluation.rankings.tree import NodeInfo
from scoring.types import Samples

JSON = dict[str, Any]
COVERAGE = 0.95
PUBLIC_LEAST = 10
COUNT_OF = frozenset({"kpi_targets"})


def pages_of(view: RunView) -> JSON:
    """Everything public about a run, ready to be stored; made once at publication and never again."""
    levels = levels_of_units(view)
    allowed = release_of(view, levels)
    view = guarded(view, allowed)
    small = small_parts(view, allowed.withheld)
    told = replace(view, rows=tuple(row for row in view.rows if row.unit not in small))
    run, cycle = view.run, view.cycle
    rough = sorted(allowed.counted - allowed.exact_errors)
    is_whole = is_told_whole(allowed, small, view.cells)
    sets = run.result.get("rank_sets") or {}
    pages = {
        "cycle": {
            "code": cycle.code,
            "names": cycle.names,
            "starts_on": cycle.starts_on.isoformat(),
            "ends_on": cycle.ends_on.isoformat(),
            "is_synthetic": cycle.is_synthetic,
            "notes": _notes(cycle.notes),
        },
        "scheme": {
            "code": view.scheme.code,
            "version": view.scheme.version,
            "names": run.scheme.get("name") or {},
            "source": run.scheme.get("source") or "",
            "date": run.scheme.get("date") or "",
            "root": view.root,
            "document": run.scheme,
        },
        "edition": {
            "run": run.number,
            **told_fingerprints(run, is_whole=is_whole),
            "is_sealed": not is_whole,
            "scheme_digest": run.scheme_digest,
            "code_version": run.code_version,
            "draws": run.n_draws,
            "seed": run.seed,
            "coverage": sets.get("coverage") or COVERAGE,
        },
        "nodes": [_node(view, node, allowed.withheld) for node in view.nodes],
        "ranking": [_row(view, row) for row in view.rows],
        "series": series_of(view),
        "units": frozen_units.units_of_pages(view, told, levels, allowed),
        "services": services_of_pages(view, levels, allowed),
        "facts": frozen_facts.facts(view, told, levels, allowed),
        "weights": frozen_facts.weight_trials(view),
        "importance": importance_of(view),
        "sources": _sources(view),
        "previous": cycle.previous.code if cycle.previous else "",
        "small_text": dict(wording.SMALL),
        "rough_errors": rough,
    }
    pages = without_small(pages, small)
    before = previous_edition(view)
    earlier = before.pages if before is not None else None
    return pages | {"history": history_of(pages, earlier, break_of_trend(pages, earlier))}


def small_parts(view: RunView, withheld: frozenset[str]) -> dict[str, frozenset[str]]:
    """For each unit the parts about too few people, or that would give such a part away, where there are any."""
    found: dict[str, set[str]] = {}
    for code in view.by_code:
        for unit, cell in view.cells.get(code, {}).items():
            is_kept_back = unit in withheld and cell.source == BindingSource.TALLY
            if is_kept_back or is_small(cell, view.scheme.samples):
                found.setdefault(unit, set()).add(code)
    return {unit: frozenset(codes) for unit, codes in found.items()}


def _notes(notes: Any) -> list[Any]:
    """What readers must know: a list of texts, or one text under any keys."""
    if isinstance(notes, Mapping):
        return [notes] if notes else []
    return list(notes or ())


def display_of(view: RunView, node: NodeInfo) -> str:
    """How a part's value reads: a share, k of n, points, or a number with its unit."""
    if not node.is_indicator:
        return "points"
    source = view.bindings[node.code].source
    if source in COUNT_OF:
        return "count_of"
    cells = [cell for cell in view.cells[node.code].values() if cell.value is not None]
    if cells and all(cell.is_share for cell in cells):
        return "share"
    plain = source in {BindingSource.KPI, BindingSource.FINDINGS}
    return "number" if plain else "points"


def _node(view: RunView, node: NodeInfo, withheld: frozenset[str]) -> JSON:
    cells = list(view.cells.get(node.code, {}).values()) if node.is_indicator else []
    spans = sorted({(cell.starts_on, cell.ends_on) for cell in cells if cell.starts_on and cell.ends_on})
    told = [
        cell.n
        for cell in cells
        if cell.n is not None
        and not is_small(cell, view.scheme.samples)
        and not (cell.unit in withheld and cell.source == BindingSource.TALLY)
    ]
    source = view.bindings[node.code].source if node.is_indicator else ""
    return {
        "code": node.code,
        "parent": node.parent,
        "names": dict(node.names),
        "share": node.share,
        "full": node.full,
        "indicator": node.is_indicator,
        "from": source,
        "formula": next((cell.formula for cell in cells if cell.value is not None), ""),
        "reading": view.bindings[node.code].reading if node.is_indicator else "",
        "display": display_of(view, node),
        "measure_unit": "",
        "direction": node.direction,
        "periods": [
            {
                "text": wording.period(first, last),
                "starts_on": first.isoformat() if first else None,
                "ends_on": last.isoformat() if last else None,
            }
            for first, last in spans
        ],
        "n": sum(told) if told else None,
        "what_n": dict(wording.BASES.get(source, {})),
    }


def is_small(cell: Cell, samples: Samples | None) -> bool:
    """A figure about so few residents that it is not public."""
    least = max(PUBLIC_LEAST, samples.shown if samples else 0)
    is_asked = cell.source in {BindingSource.TALLY, BindingSource.SURVEY}
    return (is_asked and cell.n is not None and cell.n < least) or gives_base_away(cell)


def figure_code(view: RunView, unit: str, node: str, measure: str) -> str:
    return f"{view.cycle.code}.{unit}.{node}.{measure}"


def _row(view: RunView, row: RankingRow) -> JSON:
    figures = {}
    if row.score is not None:
        figures["score"] = figure_code(view, row.unit, view.root, "score")
    if row.rank is not None:
        figures["rank"] = figure_code(view, row.unit, view.root, "rank")
    return {
        "unit": row.unit,
        "names": dict(row.names),
        "short": {},
        "peer_group": dict(row.peer_group),
        "state": row.state,
        "reason": dict(row.reason),
        "score": row.score,
        "se": row.se,
        "rank": row.rank,
        "lower": row.lower,
        "upper": row.upper,
        "joint_lower": row.joint_lower,
        "joint_upper": row.joint_upper,
        "tier": row.tier,
        "grade": row.grade,
        "cells": {node.code: _cell(view, row, node) for node in view.nodes},
        "figures": figures,
    }


def _cell(view: RunView, row: RankingRow, node: NodeInfo) -> JSON:
    value = row.values[node.code]
    cell = value.cell
    found: JSON = {
        "raw": None,
        "points": value.points,
        "contribution": value.contribution,
        "possible": value.possible,
        "n": None,
        "missing": dict(value.missing),
        "figure": "",
    }
    if cell is None:
        if value.points is not None:
            measure = "score" if node.code == view.root else "points"
            found["figure"] = figure_code(view, row.unit, node.code, measure)
        return found
    if is_small(cell, view.scheme.samples):
        return found | {"points": None, "contribution": None, "missing": dict(wording.SMALL)}
    return found | _raw(view, row, node, value, cell)


def _raw(view: RunView, row: RankingRow, node: NodeInfo, value: NodeValue, cell: Cell) -> JSON:
    unit = 0.01 if cell.is_share else 1.0
    return {
        "raw": value.raw,
        "n": cell.n,
        "numerator": cell.numerator,
        "denominator": cell.denominator,
        "lower": None if cell.lower is None else cell.lower * unit,
        "upper": None if cell.upper is None else cell.upper * unit,
        "se": None if cell.se is None else cell.se * unit,
        "period": wording.period(cell.starts_on, cell.ends_on),
        "figure": figure_code(view, row.unit, node.code, "raw") if value.raw is not None else "",
    }


def _sources(view: RunView) -> Sequence[JSON]:
    """Every file the figures rest on, each once."""
    found: dict[str, JSON] = {}
    for column in view.cells.values():
        for cell in column.values():
            for origin in cell.origins:
                if origin.digest:
                    found[origin.digest] = {
                        "name": origin.name,
                        "digest": origin.digest,
                        "rows": origin.rows,
                        "kind": origin.kind,
                        "origin": origin.source,
                        "attested": origin.attested,
                    }
    return [
        found[key] for key in sorted(found, key=lambda key: (found[key]["kind"], found[key]["name"], key))
    ]
