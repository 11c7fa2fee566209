"""Groups comments that say the same in nearly the same words, so that one voice copied often is seen as one."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from scoring.screening import duplicates


@dataclass(frozen=True)
class Said:
    """A comment: day, service, level, text."""

    on_day: dt.date
    service: str
    level: int
    text: str


def grouped(comments: Sequence[Said]) -> list[tuple[Said, int]]:
    """The newest of each group of near-duplicates with how many there are; order as given.

    Near-duplicates are those of screening: Jaccard index of 3-grams at least 0.8 within thirty days, any service.
    """
    days = [comment.on_day.toordinal() for comment in comments]
    order = sorted(range(len(comments)), key=lambda i: (days[i], i))
    pairs = duplicates([comments[i].text for i in order], [""] * len(order), [days[i] for i in order])
    root = list(range(len(order)))

    def find(i: int) -> int:
        while root[i] != i:
            root[i] = root[root[i]]
            i = root[i]
        return i

    for earlier, later, _alike in pairs:
        root[find(later)] = find(earlier)
    groups: dict[int, list[int]] = {}
    for i in range(len(order)):
        groups.setdefault(find(i), []).append(order[i])
    newest = {max(found, key=lambda i: (days[i], -i)): len(found) for found in groups.values()}
    return [(comments[i], newest[i]) for i in range(len(comments)) if i in newest]
