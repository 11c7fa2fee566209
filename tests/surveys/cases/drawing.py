"""Draws the table of moves for the guide; `python -m tests.surveys.cases.drawing` writes it into docs/cases.md."""

import os
import re
from pathlib import Path

import django
from django.utils.translation import override

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evaluation.site.settings_test")
    django.setup()

from surveys.cases.clocks import WORKING_DAYS
from surveys.cases.enums import CLOSED_STATES, Clock, State
from surveys.cases.transitions import FIRST, TRANSITIONS, Transition

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "cases.md"
BLOCK = "<!-- {name}: written by tests/surveys/cases/drawing.py -->\n{text}\n<!-- end of {name} -->"


def diagram() -> str:
    """The states and what leads from one to the next."""
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {FIRST.value}"]
    for move, row in TRANSITIONS.items():
        if row.target is not None:
            lines += [
                f"    {source.value} --> {row.target.value}: {move.value}"
                for source in State
                if source in row.sources
            ]
    lines += [f"    {state.value} --> [*]" for state in State if state in CLOSED_STATES]
    return "\n".join([*lines, "```"])


def clock_words(row: Transition) -> str:
    if row.clock is None:
        return "runs on"
    if row.clock == Clock.NONE:
        return "new: none"
    n = WORKING_DAYS.get(row.clock)
    days = f", {n} working day{'s' if n > 1 else ''}" if n else ""
    return f"new: {row.clock.label}{days}"


def table() -> str:
    """Every move: from where, to where, by whom, what it asks for, and the clock afterwards."""
    lines = ["| move | from | to | by | asks for | clock |", "|---|---|---|---|---|---|"]
    for move, row in TRANSITIONS.items():
        sources = ", ".join(str(state.label) for state in State if state in row.sources)
        target = str(row.target.label) if row.target else "stays"
        by = ", ".join(sorted(str(seat.label) for seat in row.seats))
        outside = " (outside the department)" if row.outside else ""
        words = "words" if row.needs_text else "–"
        lines.append(
            f"| {move.label} | {sources} | {target} | {by}{outside} | {words} | {clock_words(row)} |"
        )
    return "\n".join(lines)


def drawn(guide: str) -> str:
    """The guide with both blocks as the table of moves has them today."""
    with override("en"):
        for name, text in (("diagram", diagram()), ("moves", table())):
            block = BLOCK.format(name=name, text=text)
            begin, end = BLOCK.format(name=name, text="\n").split("\n\n\n")
            guide = re.sub(
                re.escape(begin) + ".*?" + re.escape(end), lambda _m, b=block: b, guide, flags=re.DOTALL
            )
    return guide


if __name__ == "__main__":
    GUIDE.write_text(drawn(GUIDE.read_text(encoding="utf-8")), encoding="utf-8")
