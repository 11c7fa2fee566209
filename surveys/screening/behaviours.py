"""How counters behave in the simulator: honestly, or with one kind of abuse for each rule of screening."""

from collections.abc import Sequence
from dataclasses import dataclass

HONEST = (0.74, 0.19, 0.04, 0.02, 0.01)
COERCED = (0.985, 0.01, 0.005, 0.0, 0.0)
POOR = (0.5, 0.24, 0.08, 0.1, 0.08)
ALL_TOP = (1.0, 0.0, 0.0, 0.0, 0.0)
"""Shares of the levels, best first."""


@dataclass(frozen=True)
class Behaviour:
    """How one counter behaves: what share of visitors it makes rate on the spot, and how they then rate."""

    name: str
    n_cases_a_day: int = 40
    n_online_a_day: int = 12
    counter_share: float = 0.35
    online_share: float = 0.2
    counter_levels: Sequence[float] = HONEST
    quick_share: float = 0.02
    stuffed_a_day: int = 0
    invites_overdue: float = 1.0
    taken_back: float = 0.05
    """Share of bad first choices that end as good ratings."""
    raised: float = 0.4
    """Share of bad ratings that are good after the call-back."""
    copied: float = 0.0
    """Share of comments pasted from one text."""
    early: float = 0.0
    """Share of ratings given before their case is finished."""
    elsewhere: float = 0.0
    """Share of ratings at the counter that are sent from outside its hall."""
    alike: float = 0.05
    """Share of residents who answer every item the same."""
    hasty: float = 0.0
    """Share of ratings at the counter that somebody fills in within seconds."""
    turns_in_last: int = 0
    """In so many last days everybody at the counter is very satisfied."""

    def levels_on(self, place: int, n_days: int) -> Sequence[float]:
        """The shares of the levels, best first, on a day of so many."""
        return ALL_TOP if place >= n_days - self.turns_in_last else self.counter_levels


HONEST_COUNTER = Behaviour("honest")
COERCED_COUNTER = Behaviour("coerced", counter_share=0.9, counter_levels=COERCED, quick_share=0.6)
STUFFING = Behaviour("stuffing", stuffed_a_day=80)
CHERRY_PICKED = Behaviour("cherry", invites_overdue=0.2)
TAKEN_BACK = Behaviour("taken_back", counter_levels=POOR, taken_back=0.7)
RAISED = Behaviour("raised", counter_levels=POOR, raised=0.98)
COPIED = Behaviour("copied", copied=0.8)
EARLY = Behaviour("early", early=0.3)
ELSEWHERE = Behaviour("elsewhere", elsewhere=0.3)
ALIKE = Behaviour("alike", alike=0.7)
HASTY = Behaviour("hasty", hasty=0.7)
TURNED = Behaviour("turned", counter_levels=POOR, turns_in_last=7)
EVERY_ABUSE = (
    COERCED_COUNTER, STUFFING, CHERRY_PICKED, TAKEN_BACK, RAISED, COPIED, EARLY, ELSEWHERE, ALIKE, TURNED, HASTY,
)  # fmt: skip
