"""Attacks published counts: every whole-number solution that agrees with all published statistics is searched."""

from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp


@dataclass
class Attack:
    """Unknown counts by name, and what was published of them as linear statements."""

    index: dict[tuple[str, ...], int] = field(default_factory=dict)
    rows: list[tuple[dict[int, float], float, float]] = field(default_factory=list)

    def cell(self, *name: str) -> int:
        return self.index.setdefault(name, len(self.index))

    def know(self, parts: dict[tuple[str, ...], float], low: float, high: float | None = None) -> None:
        """A published sum, exact or within bounds."""
        row = {self.cell(*name): weight for name, weight in parts.items()}
        self.rows.append((row, low, low if high is None else high))

    def range_of(self, name: tuple[str, ...]) -> tuple[int, int]:
        """Least and greatest whole count that agrees with everything, within the cell's own component."""
        inside, rows = self._component(self.index[name])
        place = {cell: i for i, cell in enumerate(sorted(inside))}
        matrix = np.zeros((len(rows), len(place)))
        low, high = np.empty(len(rows)), np.empty(len(rows))
        for i, (row, least, most) in enumerate(rows):
            for cell, weight in row.items():
                matrix[i, place[cell]] = weight
            low[i], high[i] = least - 1e-6, most + 1e-6
        goal = np.zeros(len(place))
        goal[place[self.index[name]]] = 1.0
        found = []
        for sign in (1, -1):
            answer = milp(
                sign * goal, constraints=LinearConstraint(matrix, low, high),
                integrality=np.ones(len(place)), bounds=Bounds(0, np.inf),
            )  # fmt: skip
            assert answer.success, answer.message
            found.append(round(sign * answer.fun))
        return found[0], found[1]

    def _component(self, start: int) -> tuple[set[int], list[tuple[dict[int, float], float, float]]]:
        inside, rows, grown = {start}, [], True
        while grown:
            rows = [row for row in self.rows if inside & set(row[0])]
            wider = inside.union(*(set(row[0]) for row in rows))
            grown, inside = wider != inside, wider
        return inside, rows
