"""The charts of one run, each from its frozen pages, so that pictures and pages can never disagree."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils import translation
from django.utils.translation import gettext

from evaluation.rankings.formulas import TEXTS
from evaluation.reports.charts import (
    comparisons,
    contributions,
    funnel,
    groups,
    importance,
    levels,
    rank_change,
    ranking,
    shape,
    sources,
    trend,
    weights,
    words,
)
from evaluation.reports.charts import pages as read
from evaluation.reports.charts.marks import Picture
from evaluation.reports.charts.tables import ChartTable, table_of
from surveys.core.text import localized

JSON = Mapping[str, Any]
MOST_PANELS = 3
LEAST_FUNNEL = 8
NO_DIFFERENCE = 1e-9


@dataclass(frozen=True)
class Chart:
    """One chart of an edition before it is drawn: its name, its figures and how they are drawn."""

    name: str
    data: Any
    draw: Callable[..., Picture]


def parts_of(pages: JSON, language: str) -> list[Chart]:
    """Every chart the data allow, in the order in which they are read."""
    with translation.override(language):
        known: Sequence[tuple[str, Callable[[JSON, str], Any], Callable[..., Picture]]] = (
            ("ranking", ranking_data, ranking.draw),
            ("sources", sources_data, sources.draw),
            ("contributions", contributions_data, contributions.draw),
            ("weights", weights_data, weights.draw),
            ("levels", levels_data, levels.draw),
            ("shape", shape_data, shape.draw),
            ("funnel", funnel_data, funnel.draw),
            ("importance", comparisons.importance_data, importance.draw),
            ("groups", comparisons.groups_data, groups.draw),
            ("change", comparisons.change_data, rank_change.draw),
            ("trend", comparisons.trend_data, trend.draw),
        )
        found = [Chart(name, make(pages, language), draw) for name, make, draw in known]
        return [chart for chart in found if chart.data is not None]


def charts_of(pages: JSON, language: str, *, wide: bool = False) -> dict[str, Picture]:
    """The charts as pictures, by name."""
    with translation.override(language):
        return {
            chart.name: chart.draw(chart.data, language, wide=wide) for chart in parts_of(pages, language)
        }


def tables_of(pages: JSON, language: str) -> dict[str, ChartTable]:
    """The table under each chart, by the chart's name."""
    with translation.override(language):
        return {chart.name: table_of(chart.data) for chart in parts_of(pages, language)}


def ranking_data(pages: JSON, language: str) -> ranking.RankingData | None:
    """None where nothing is ranked, errors are unknown, or places are counted within groups."""
    rows = read.ranked(pages)
    ranks = [row["rank"] for row in rows]
    if not rows or any(row["lower"] is None for row in rows) or any(b < a for a, b in pairwise(ranks)):
        return None
    if (pages["scheme"]["document"].get("rank") or {}).get("within"):
        return None
    base = read.residents(pages)
    places = tuple(
        ranking.Place(
            read.name(row, language), row["rank"], row["lower"], row["upper"], row["tier"] or "middle",
            words.fixed(row["score"], 1), _n(row, base),
        )
        for row in rows
    )  # fmt: skip
    document = pages["scheme"]["document"]
    return ranking.RankingData(
        places=places,
        measure=read.measure(pages, language),
        source=read.source(pages, language),
        value_head=gettext("Score"),
        n_head=localized(base["what_n"], language) if base and any(place.n for place in places) else "",
        coverage=words.percent(pages["edition"]["coverage"]),
        cut=(document.get("tiers") or {}).get("rule", "thirds"),
        listed=read.listed(pages, language),
    )


def _n(row: JSON, base: JSON | None) -> str:
    n = row["cells"][base["code"]]["n"] if base else None
    return "" if n is None else words.count(n)


def sources_data(pages: JSON, language: str) -> sources.SourcesData | None:
    """The first three main parts, each on its own 0 to 100."""
    nodes = read.blocks(pages)[:MOST_PANELS]
    if len(nodes) < 2 or any(_is_negative(row, node) for row in pages["ranking"] for node in nodes):
        return None
    short = read.short_names(pages, language)
    panels = tuple(
        sources.Panel(short[node["code"]], _what(pages, node, language), read.period(node, language))
        for node in nodes
    )
    rows = tuple(
        sources.SourceRow(read.name(row, language), tuple(_cell(row, node, language) for node in nodes))
        for row in pages["ranking"]
    )
    return sources.SourcesData(panels, rows, read.source(pages, language))


def _is_negative(row: JSON, node: JSON) -> bool:
    points = row["cells"][node["code"]]["points"]
    return points is not None and not 0 <= points <= node["full"] * (1 + NO_DIFFERENCE)


def _what(pages: JSON, node: JSON, language: str) -> str:
    """What a panel counts: the formula of a leaf, the parts of a branch."""
    text = TEXTS.get(node["formula"])
    if text is not None:
        return localized(text.names, language)
    children = [child for child in pages["nodes"] if child["parent"] == node["code"]]
    return words.commas((read.name(child, language) for child in children), language=language)


def _cell(row: JSON, node: JSON, language: str) -> sources.Cell:
    cell = row["cells"][node["code"]]
    if cell["points"] is None:
        missing = localized(cell["missing"], language) or gettext("nothing known")
        return sources.Cell(None, missing=missing)
    share = cell["points"] / node["full"]
    if node["display"] == "count_of" and cell.get("denominator"):
        label = f"{words.count(cell['numerator'])}/{words.count(cell['denominator'])}"
    else:
        label = words.fixed(100 * share)
    is_plain = cell.get("lower") is not None and abs((cell["raw"] or 0) - share) < NO_DIFFERENCE
    return sources.Cell(
        share, label, cell["lower"] if is_plain else None, cell["upper"] if is_plain else None
    )


def contributions_data(pages: JSON, language: str) -> contributions.ContributionsData | None:
    """What each main part gives; None where parts are negative, which bars cannot show."""
    nodes = read.blocks(pages)
    rows = []
    for row in read.ranked(pages):
        parts = [row["cells"][node["code"]]["contribution"] or 0.0 for node in nodes]
        parts.append(row["score"] - sum(parts))
        rows.append((row, parts))
    if not rows or any(part < -NO_DIFFERENCE for _row, parts in rows for part in parts):
        return None
    more = any(abs(parts[-1]) > NO_DIFFERENCE for _row, parts in rows)
    short = read.short_names(pages, language)
    heads = [short[node["code"]] for node in nodes] + ([gettext("Other")] if more else [])
    return contributions.ContributionsData(
        heads=tuple(heads),
        rows=tuple(
            contributions.Contribution(
                read.name(row, language), row["rank"], tuple(parts if more else parts[:-1])
            )
            for row, parts in rows
        ),
        measure=read.measure(pages, language),
        source=read.source(pages, language),
        listed=read.listed(pages, language),
    )


def weights_data(pages: JSON, language: str) -> weights.WeightsData | None:
    """Places under the official weights and under each trial."""
    trials, nodes = pages.get("weights") or [], read.blocks(pages)
    rows = [row for row in read.ranked(pages) if all(row["unit"] in trial["ranks"] for trial in trials)]
    if not trials or not rows:
        return None
    own = {node["code"]: node["share"] for node in nodes}
    short = read.short_names(pages, language)
    columns = [
        weights.WeightSet(gettext("Official"), _shares(own, nodes)),
        *(
            weights.WeightSet(_trial_name(trial, short), _shares(trial["weights"], nodes))
            for trial in trials[:3]
        ),
    ]
    lines = tuple(
        weights.RankLine(
            read.name(row, language),
            (int(row["rank"]), *(int(trial["ranks"][row["unit"]]) for trial in trials[:3])),
        )
        for row in rows
    )
    return weights.WeightsData(
        tuple(columns), lines, 0, gettext("Place in the combined score under other sets of weights."),
        read.source(pages, language),
    )  # fmt: skip


def _shares(shares: Mapping[str, float], nodes: Sequence[JSON]) -> str:
    return "·".join(words.fixed(100 * shares[node["code"]]) for node in nodes)


def _trial_name(trial: JSON, short: Mapping[str, str]) -> str:
    shares = trial["weights"]
    if max(shares.values()) - min(shares.values()) < NO_DIFFERENCE:
        return gettext("All alike")
    main = max(short, key=lambda code: shares[code])
    return gettext("%(part)s first") % {"part": short[main]}


def levels_data(pages: JSON, language: str) -> levels.LevelsData | None:
    """Units with all levels of the five-step scale that may be shown."""
    rows: list[levels.LevelRow] = []
    labels: tuple[str, ...] = ()
    for row in pages["ranking"]:
        found = (pages["units"].get(row["unit"]) or {}).get("levels")
        if found and found["scale"] == "level5":
            ordered = sorted(found["rows"], key=lambda level: level["level"])
            labels = tuple(localized(level["names"], language) for level in ordered)
            rows.append(levels.LevelRow(read.name(row, language), tuple(level["n"] for level in ordered)))
    if not rows:
        return None
    measure = gettext("All levels of the five-step scale, for units with enough answers at each.")
    return levels.LevelsData(labels, tuple(rows), measure, read.source(pages, language))


def shape_data(pages: JSON, language: str) -> shape.ShapeData | None:
    """All answers together by level."""
    found = (pages["facts"] or {}).get("all_levels")
    if not found or len(found["rows"]) < 3:
        return None
    ordered = sorted(found["rows"], key=lambda level: level["level"])
    total = sum(level["n"] for level in ordered)
    period = localized(found.get("period") or {}, language)
    note = gettext("%(n)s answers, %(period)s.") % {"n": words.count(total), "period": period}
    origin = str(found.get("source") or "")
    return shape.ShapeData(
        tuple(localized(level["names"], language) for level in ordered),
        tuple(level["n"] for level in ordered),
        gettext("All answers of residents together."),
        words.sentences(
            gettext("Synthetic data.") if pages["cycle"]["is_synthetic"] else "",
            gettext("Sources: %(sources)s.") % {"sources": origin.rstrip(".。")} if origin else "", note,
            language=language,
        ),
    )  # fmt: skip


def funnel_data(pages: JSON, language: str) -> funnel.FunnelData | None:
    """Shares of residents by number of ratings, against plain chance."""
    node = read.residents(pages)
    if node is None or node["display"] != "share":
        return None
    points = [
        funnel.FunnelPoint(read.name(row, language), round(cell["numerator"]), round(cell["denominator"]))
        for row in pages["ranking"]
        if (cell := row["cells"][node["code"]]).get("numerator") is not None and cell["denominator"]
    ]
    if len(points) < LEAST_FUNNEL or not 0 < sum(p.good for p in points) < sum(p.n for p in points):
        return None
    return funnel.FunnelData(
        tuple(points), 0.0, gettext("%(what)s by number of ratings.") % {"what": _what(pages, node, language)},
        gettext("ratings per unit"), gettext("all units"), read.source(pages, language, nodes=[node]),
    )  # fmt: skip
