"""Data of the charts that compare: groups of units with one another, and an edition with the one before."""

from collections.abc import Mapping
from typing import Any

from evaluation.reports.charts import groups, rank_change
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
        label_before=localized(change["names"], language),
        label_after=localized(pages["cycle"]["names"], language),
        rank_before=int(change["rank"]),
        rank_after=int(row["rank"]),
        causes=causes,
        measure=read.measure(pages, language),
        source=read.source(pages, language),
    )
