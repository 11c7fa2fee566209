"""The way of a case as a row of stages: behind it, here, ahead of it, each with its day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.cases.enums import CLOSED_STATES, State
from surveys.cases.models import Case, CaseMove
from surveys.core import numerals

FOUND = frozenset({State.VALID, State.EXPLAIN_ONLY})
WAY: tuple[tuple[str | Promise, frozenset[State]], ...] = (
    (gettext_lazy("Received"), frozenset({State.RECEIVED})),
    (gettext_lazy("Pre-reviewed"), frozenset({State.PRE_REVIEWED})),
    (gettext_lazy("Assigned"), frozenset({State.ASSIGNED, State.REOPENED})),
    (gettext_lazy("Verified"), FOUND),
    (gettext_lazy("Put right"), frozenset({State.FIXED})),
    (gettext_lazy("Resident asked"), frozenset({State.CALLED_BACK})),
    (gettext_lazy("Case closed"), CLOSED_STATES),
)
"""Each stage, and the states whose reaching completes it."""
N_DONE = {state: at + 1 for at, (_label, states) in enumerate(WAY) for state in states} | {
    State.VERIFYING: 3,
    State.APPEALED: 3,
    State.FIXING: 4,
}
"""How many stages lie behind a case in each state."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: behind ("is-done"), here ("is-now") or ahead ("is-next"), with its day in words."""

    label: str
    css: str
    note: str


def stages(case: Case, moves: Sequence[CaseMove]) -> list[Stage]:
    """The stages of a case; its moves latest first. A reopened case goes the second half again."""
    n_done = N_DONE[State(case.state)]
    reached = _reached(moves)
    found = []
    for at, (label, states) in enumerate(WAY):
        css = "is-done" if at < n_done else "is-now" if at == n_done else "is-next"
        days = [reached[state] for state in states if state in reached]
        found.append(Stage(str(label), css, _note(case, css, at, days)))
    return found


def _reached(moves: Sequence[CaseMove]) -> dict[State, date]:
    """The latest day on which each state was reached, not looking behind the latest reopening."""
    found: dict[State, date] = {}
    again = False
    for step in moves:
        state = State(step.to_state)
        if state != step.from_state and not (again and N_DONE[state] > N_DONE[State.REOPENED]):
            found.setdefault(state, step.moved_on)
        again = again or state == State.REOPENED
    return found


def _note(case: Case, css: str, at: int, days: list[date]) -> str:
    if css == "is-done":
        day = case.opened_on if at == 0 else max(days, default=None)
        return numerals.day(day, year=False) if day else numerals.DASH
    if css == "is-now" and case.due_on is not None:
        return _("by %(day)s") % {"day": numerals.day(case.due_on, year=False)}
    return numerals.DASH
