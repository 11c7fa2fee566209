"""Reads the frozen pages of a run for its charts: names, sources and sentences in one language."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext

from evaluation.reports.charts import words
from evaluation.reports.charts.ranking import Listed
from surveys.core.text import localized

JSON = Mapping[str, Any]
RESIDENTS = "tally"


def blocks(pages: JSON) -> list[JSON]:
    """The main parts of the score, the residents' first."""
    found = [node for node in pages["nodes"] if node["parent"] == pages["scheme"]["root"]]
    return sorted(found, key=lambda node: RESIDENTS not in _origins(pages, node))


def _origins(pages: JSON, node: JSON) -> set[str]:
    if node["indicator"]:
        return {node["from"]}
    children = [child for child in pages["nodes"] if child["parent"] == node["code"]]
    return {origin for child in children for origin in _origins(pages, child)}


def residents(pages: JSON) -> JSON | None:
    """The first indicator that residents' ratings fill."""
    return next((node for node in pages["nodes"] if node["indicator"] and node["from"] == RESIDENTS), None)


def short_names(pages: JSON, language: str) -> dict[str, str]:
    """The main parts in a word or two, after where they come from; their own names where that is not clear."""
    words_of = {
        "tally": gettext("Residents"),
        "survey": gettext("Residents"),
        "outcome": gettext("Hotline"),
        "kpi": gettext("Own KPIs"),
        "kpi_targets": gettext("Own targets"),
        "audit": gettext("Audit"),
        "findings": gettext("Audit"),
    }
    found: dict[str, str] = {}
    for node in blocks(pages):
        origins = _origins(pages, node)
        own = name(node, language)
        found[node["code"]] = words_of.get(min(origins), own) if len(origins) == 1 else own
    clear = len(set(found.values())) == len(found)
    return found if clear else {node["code"]: name(node, language) for node in blocks(pages)}


def name(part: JSON, language: str) -> str:
    return localized(part.get("short") or part["names"], language)


def ranked(pages: JSON) -> list[JSON]:
    return [row for row in pages["ranking"] if row["rank"] is not None and row["score"] is not None]


def listed(pages: JSON, language: str) -> tuple[Listed, ...]:
    return tuple(
        Listed(name(row, language), localized(row["reason"], language))
        for row in pages["ranking"]
        if row["rank"] is None
    )


def period(node: JSON, language: str) -> str:
    return words.commas((localized(one["text"], language) for one in node["periods"]), language=language)


def measure(pages: JSON, language: str) -> str:
    """What the score is made of, as a sentence."""
    short = short_names(pages, language)
    parts = [
        gettext("%(name)s %(share)s") % {"name": short[node["code"]], "share": words.percent(node["share"])}
        for node in blocks(pages)
    ]
    return gettext("Score from %(parts)s.") % {"parts": words.commas(parts, language=language)}


def source(pages: JSON, language: str, *, nodes: Sequence[JSON] | None = None) -> str:
    """Where the figures come from and for which periods; synthetic data say so first."""
    chosen = [node for node in pages["nodes"] if node["indicator"]] if nodes is None else list(nodes)
    kinds = {node["from"].removesuffix("_targets") for node in chosen}
    origins = list(
        dict.fromkeys(
            text
            for item in pages["sources"]
            if (text := item["origin"])
            and any(item["kind"].startswith(kind[:4]) for kind in kinds | {"batc"})
        )
    )
    spans = list(dict.fromkeys(text for node in chosen if (text := period(node, language))))
    return words.sentences(
        gettext("Synthetic data.") if pages["cycle"]["is_synthetic"] else "",
        gettext("Sources: %(sources)s.")
        % {"sources": words.listed(*origins, language=language).rstrip(".。")}
        if origins
        else "",
        gettext("Periods: %(spans)s.") % {"spans": words.listed(*spans, language=language)} if spans else "",
        gettext("Edition of %(cycle)s.") % {"cycle": name(pages["cycle"], language)},
        language=language,
    )
