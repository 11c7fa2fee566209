"""The shape in which counts come out, and how rows of single options become it."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from surveys.instruments.shapes import DONT_KNOW
from surveys.ratings.scales import scale_of

OVERALL = "overall"
AFTER_FIX = "overall_after_fix"
TAG = "tag"
LEVEL_SCALE = "level5"
GROUPINGS = ("organisation", "service", "channel", "mode", "month")
Row = dict[str, Any]
Key = tuple[Any, ...]


@dataclass(frozen=True)
class LevelCounts:
    """How often each option was chosen by one unit's residents, on one scale, in one period.

    `counts` holds every option of the scale from low to high; `n` is their sum, without don't-knows.
    `starts_on` and `ends_on` are the days the counts stand for; `sources` names where they come from.
    """

    organisation_id: int
    service_id: int | None
    channel: str
    scale: str
    counts: dict[str, int]
    n: int
    starts_on: dt.date
    ends_on: dt.date
    sources: tuple[str, ...]
    n_dont_know: int = 0
    mode: str = ""

    @property
    def vector(self) -> tuple[int, ...]:
        """The counts from low to high."""
        return tuple(self.counts.values())

    @property
    def n_bad(self) -> int:
        bad = scale_of(self.scale).bad
        return sum(n for option, n in self.counts.items() if option in bad)


def _key(row: Row, by: Sequence[str]) -> Key:
    return (
        row["organisation_id"],
        row["service_id"] if "service" in by else None,
        row["channel"] if "channel" in by else "",
        row["mode"] if "mode" in by else "",
        row["first"] if "month" in by else None,
        row["scale"],
    )


def gathered(rows: Iterable[Row], by: Sequence[str]) -> list[LevelCounts]:
    """Rows of single options put together per unit and scale, ordered by their key."""
    if unknown := set(by) - set(GROUPINGS):
        raise ValueError(f"counts cannot be grouped by {', '.join(sorted(unknown))}")
    cells: dict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        cells[_key(row, by)].append(row)
    ordered = sorted(cells.items(), key=lambda cell: tuple(_sortable(part) for part in cell[0]))
    return [_counted(key, members) for key, members in ordered]


def _sortable(part: Any) -> tuple[int, str]:
    if part is None:
        return (0, "")
    return (1, f"{part:020d}" if isinstance(part, int) else str(part))


def _counted(key: Key, members: list[Row]) -> LevelCounts:
    organisation_id, service_id, channel, mode, _month, scale = key
    found: dict[str, int] = dict.fromkeys(_options(scale, members), 0)
    n_dont_know = 0
    for row in members:
        if row["option"] == DONT_KNOW:
            n_dont_know += row["total"]
        else:
            found[row["option"]] += row["total"]
    return LevelCounts(
        organisation_id=organisation_id,
        service_id=service_id,
        channel=channel,
        scale=scale,
        counts=found,
        n=sum(found.values()),
        starts_on=min(row["first"] for row in members),
        ends_on=max(row["last"] for row in members),
        sources=tuple(sorted({str(row["source"]) for row in members})),
        n_dont_know=n_dont_know,
        mode=mode,
    )


def _options(scale: str, members: list[Row]) -> Sequence[str]:
    if scale in {TAG, "choice"}:
        return sorted({row["option"] for row in members})
    return scale_of(scale).options
