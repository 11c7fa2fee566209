"""Data of the charts that compare: groups of units with one another, and an edition with the one before."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from evaluation.reports.charts import groups, importance, rank_change, trend, words
from evaluation.reports.charts import pages as read
from surveys.core.text import localized

JSON = Mapping[str, Any]
NO_DIFFERENCE = 1e-9


def groups_data(pages: JSON, language: str) -> groups.GroupsData | None:
    """Peer groups or regions side by side, where there are at least two of them with two units each."""
    found: dict[str, list[groups.Member]] = {}
    for row in read.ranked(pages):
        group = localized(row["peer_group"], language)
        if group:
            found.setdefault(group, []).append(groups.Member(read.name(row, language), row["score"]))
    if sum(len(members) > 1 for members in found.values()) < 2:
        return None
    parts = tuple(groups.Group(name, tuple(members)) for name, members in found.items())
    return groups.GroupsData(parts, read.measure(pages, language), read.source(pages, language))


def importance_data(pages: JSON, language: str) -> importance.ImportanceData | None:
    """What residents of the sampled survey named as important, against how it goes; lines at the averages."""
    found = pages.get("importance")
    if not found:
        return None
    items = tuple(
        importance.Item(
            localized(one["names"], language),
            importance.Estimate(*(one[f"performance{bound}"] / 100 for bound in ("", "_lower", "_upper"))),
            importance.Estimate(*(one[f"importance{bound}"] for bound in ("", "_lower", "_upper"))),
        )
        for one in found["items"]
    )
    asked = localized(found["question"], language) if found["question"] else ""
    measure = (
        gettext("Importance: share who chose it (“%(question)s”). Satisfaction: 0 to 100.")
        % {"question": asked}
        if asked
        else gettext("Importance: share of what goes with the overall answer. Satisfaction: 0 to 100.")
    )
    base = gettext("%(survey)s, %(n)s answers, %(period)s.") % {
        "survey": localized(found["names"], language), "n": words.count(found["n"]),
        "period": localized(found["period"], language),
    }  # fmt: skip
    return importance.ImportanceData(
        items,
        sum(item.satisfaction.share for item in items) / len(items),
        sum(item.importance.share for item in items) / len(items),
        measure,
        words.sentences(
            gettext("Synthetic data.") if pages["cycle"]["is_synthetic"] else "", base, language=language
        ),
        points=True,
    )


def change_data(pages: JSON, language: str) -> rank_change.RankChangeData | None:
    """What moved the unit whose place changed most since the edition before; None where nothing is comparable."""
    moved = [
        (abs(change["rank_change"]), row, change)
        for row in read.ranked(pages)
        if (change := (pages["units"].get(row["unit"]) or {}).get("change"))
        and change["comparable"]
        and change["rank_change"]
        and change.get("factors")
    ]
    if not moved:
        return None
    _size, row, change = max(moved, key=lambda one: (one[0], one[1]["unit"]))
    causes = tuple(
        rank_change.Cause(localized(one["names"], language), -one["rank"], one["factor"] == "own_data")
        for one in change["factors"]
        if abs(one["rank"]) > NO_DIFFERENCE
    )
    return rank_change.RankChangeData(
        name=read.name(row, language),
        label_before=_until(pages, change["cycle"]) or localized(change["names"], language),
        label_after=_until(pages, pages["cycle"]["code"]) or localized(pages["cycle"]["names"], language),
        rank_before=int(change["rank"]),
        rank_after=int(row["rank"]),
        causes=causes,
        measure=read.measure(pages, language),
        source=read.source(pages, language),
    )


def _until(pages: JSON, cycle: str) -> str:
    """The month in which an edition's period ended: shorter than its name."""
    ends: dict[str, str] = {point["cycle"]: point["ends_on"][:7] for point in pages.get("history") or []}
    return ends.get(cycle, "")


def trend_data(pages: JSON, language: str) -> trend.TrendData | None:
    """What residents said from edition to edition; None before there are two."""
    history = pages.get("history") or []
    if len(history) < 2:
        return None
    segments: list[list[trend.TrendPoint]] = []
    breaks: list[str] = []
    for at, point in enumerate(history):
        why = localized(point["break"], language)
        if not segments or why:
            segments.append([])
            breaks += [why] if why else []
        segments[-1].append(trend.TrendPoint(at, point["value"], point["lower"], point["upper"]))
    name = localized(history[-1]["measure"], language)
    return trend.TrendData(
        segments=tuple(trend.Segment(name, tuple(points)) for points in segments),
        breaks=tuple(breaks),
        ticks=tuple((at, point["ends_on"][:7]) for at, point in enumerate(history)),
        measure=gettext("%(name)s, all published answers of each edition, percent of full points.")
        % {"name": name},
        source=read.source(pages, language),
    )
