"""Arranges a department's day: what is late, due, soon; what residents said; where it stands and why."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from evaluation.improvement.duties import DutyGroup, When
from evaluation.improvement.queries import OwnRatings, text_of
from evaluation.improvement.standing import Standing
from surveys.catalogue.models import Organisation
from surveys.core import numerals

LABELS = {
    When.LATE: gettext_lazy("Late"),
    When.TODAY: gettext_lazy("Today"),
    When.SOON: gettext_lazy("Within a week"),
    When.LATER: gettext_lazy("Later"),
}


FULL = 100.0


@dataclass(frozen=True)
class Part:
    """One part of the own result against the best of the peers."""

    name: str
    code: str
    level: int
    won: float | None
    possible: float | None
    missing: str
    is_leaf: bool


@dataclass(frozen=True)
class Workdesk:
    place: Organisation
    today: dt.date
    duties: Sequence[DutyGroup]
    ratings: OwnRatings | None
    standing: Standing | None

    @cached_property
    def groups(self) -> list[tuple[str, DutyGroup]]:
        """The duties by urgency, each group under its name."""
        return [(str(LABELS[group.when]), group) for group in self.duties]

    def _n(self, when: When) -> int:
        return sum(group.n for group in self.duties if group.when == when)

    @cached_property
    def headline(self) -> str:
        """The state of the day."""
        n_late, n_today = self._n(When.LATE), self._n(When.TODAY)
        if n_late and n_today:
            return _("%(late)d late, %(today)d due today") % {"late": n_late, "today": n_today}
        if n_late:
            return ngettext("One duty is late", "%(n)d duties are late", n_late) % {"n": n_late}
        if n_today:
            return ngettext("One duty is due today", "%(n)d duties are due today", n_today) % {"n": n_today}
        return _("Nothing is late and nothing is due today")

    @cached_property
    def ratings_title(self) -> str:
        found = self.ratings
        if found is None or not found.n:
            return _("What residents said: no ratings in these days")
        words = {"share": numerals.share(found.n_top2 / found.n, 0), "bad": numerals.number(found.n_bad)}
        return (
            ngettext(
                "%(share)s satisfied; %(bad)s bad rating",
                "%(share)s satisfied; %(bad)s bad ratings",
                found.n_bad,
            )
            % words
        )

    @property
    def top2(self) -> float | None:
        return self.ratings.n_top2 / self.ratings.n if self.ratings and self.ratings.n else None

    @property
    def bad(self) -> float | None:
        return self.ratings.n_bad / self.ratings.n if self.ratings and self.ratings.n else None

    @cached_property
    def peer_rows(self) -> list[tuple[float, float, float, bool]]:
        if self.standing is None:
            return []
        return [(peer.score, peer.lower, peer.upper, peer.is_own) for peer in self.standing.peers]

    @cached_property
    def peer_scale(self) -> tuple[float, float]:
        """Round ends that hold every interval."""
        lows = [row[1] for row in self.peer_rows] or [0.0]
        highs = [row[2] for row in self.peer_rows] or [100.0]
        low, high = 5 * (min(lows) // 5), 5 * -(-max(highs) // 5)
        while (high - low) % 15:
            if high < FULL:
                high += 5
            else:
                low -= 5
        return low, high

    @cached_property
    def peers_title(self) -> str:
        found = self.standing
        if found is None:
            return ""
        if found.place is None:
            return _("Listed, not ranked: %(reason)s") % {"reason": text_of(found.row.reason)}
        words = {"place": found.place, "n": len(found.peers), "alike": found.n_undecided}
        if not found.n_undecided:
            return _("Place %(place)d of %(n)d peers, apart from all others") % words
        return (
            ngettext(
                "Place %(place)d of %(n)d peers; cannot be told apart from one other",
                "Place %(place)d of %(n)d peers; cannot be told apart from %(alike)d others",
                found.n_undecided,
            )
            % words
        )

    @cached_property
    def peers_label(self) -> str:
        if self.standing is None:
            return ""
        told = "; ".join(
            f"{text_of(peer.names)} {numerals.number(peer.score, 1)}" for peer in self.standing.peers
        )
        return _("Scores of the peers with 95 %% intervals: %(peers)s") % {"peers": told}

    @cached_property
    def parts(self) -> list[Part]:
        """Where the points come from, part by part."""
        if self.standing is None:
            return []
        values, nodes = self.standing.row.values, self.standing.view.nodes
        parents = {node.parent for node in nodes}
        return [
            Part(
                text_of(node.names),
                node.code,
                node.depth - 1,
                values[node.code].contribution,
                values[node.code].possible if values[node.code].possible is not None else 100 * node.share,
                text_of(values[node.code].missing),
                node.code not in parents,
            )
            for node in nodes
            if node.parent is not None
        ]

    @cached_property
    def widest(self) -> float:
        return max((part.possible or 0.0 for part in self.parts if part.level == 0), default=100.0)

    @cached_property
    def open_parts(self) -> list[Part]:
        """The leaves with most points still to win: where work pays most."""
        leaves = [
            part
            for part in self.parts
            if part.is_leaf
            and part.won is not None
            and part.possible is not None
            and part.possible - part.won > 0.05
        ]
        return sorted(leaves, key=lambda part: (part.won or 0.0) - (part.possible or 0.0))[:3]
