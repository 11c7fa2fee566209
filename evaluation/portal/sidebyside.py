"""The sources side by side: how each cell reads, its base and period, or why it is missing."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from evaluation.portal.shapes import Cell, EditionPage, Node
from surveys.core import numerals
from surveys.core.text import localized


@dataclass(frozen=True)
class Source:
    name: str
    share: float
    n: float | None
    base: str
    period: str


@dataclass(frozen=True)
class Head:
    label: str
    period: str


@dataclass(frozen=True)
class Value:
    """A cell of the sources, ready to be written."""

    label: str
    value: str
    base: str
    missing: str
    part: float
    lower: float | None
    upper: float | None
    squares: bool
    n_done: float
    n_all: float
    figure: str


@dataclass(frozen=True)
class Line:
    name: str
    is_ranked: bool
    cells: Sequence[Value]


@dataclass(frozen=True)
class Matrix:
    heads: Sequence[Head]
    lines: Sequence[Line]

    @property
    def has_intervals(self) -> bool:
        return any(cell.lower is not None for line in self.lines for cell in line.cells)

    @property
    def has_squares(self) -> bool:
        return any(cell.squares for line in self.lines for cell in line.cells)


def sources_of(page: EditionPage) -> list[Source]:
    """The main sources with their weight, base and period."""
    return [
        Source(node.name, node.share, base.n, localized(base.base), period_of(page, node))
        for node in page.blocks
        for base in [page.base_of(node)]
    ]


def period_of(page: EditionPage, node: Node) -> str:
    """The period of a node's main leaf, in words."""
    base = page.base_of(node)
    return base.periods[0].text if base.periods else ""


def value_of(page: EditionPage, node: Node, cell: Cell | None) -> Value:
    """How one cell reads: a share, k of n, a number with unit, or points; or why it is missing."""
    label = node.name
    if cell is None or (cell.points is None and cell.raw is None):
        why = localized(cell.missing) if cell is not None else ""
        return Value(label, "", "", why or _("Not reported"), 0, None, None, False, 0, 0, "")
    base = page.base_of(node)
    n = cell.n if cell.n is not None else (row_n(page, node, cell))
    counted = f"{numerals.number(n)} {localized(base.base)}" if n is not None else ""
    part = (cell.points or 0.0) / 100
    if node.display == "count_of" and cell.numerator is not None and cell.denominator:
        text = _("%(k)s of %(n)s") % {
            "k": numerals.number(cell.numerator),
            "n": numerals.number(cell.denominator),
        }
        return Value(
            label, text, numerals.share(cell.numerator / cell.denominator, 0), "", part,
            None, None, True, cell.numerator, cell.denominator, cell.figure,
        )  # fmt: skip
    if node.display == "share" and cell.raw is not None:
        return Value(
            label, numerals.share(cell.raw), counted, "", cell.raw,
            cell.lower, cell.upper, False, 0, 0, cell.figure,
        )  # fmt: skip
    if node.display in {"number", "days"} and cell.raw is not None:
        text = f"{numerals.number(cell.raw, 1)} {node.measure_unit}".strip()
        return Value(label, text, counted, "", part, None, None, False, 0, 0, cell.figure)
    text = numerals.number(cell.points or 0.0, 1)
    return Value(label, text, counted, "", part, None, None, False, 0, 0, cell.figure)


def row_n(page: EditionPage, node: Node, cell: Cell) -> float | None:
    """A branch has no n of its own."""
    return cell.denominator if page.by_code[node.code].is_indicator else None


def matrix_of(page: EditionPage) -> Matrix:
    """Every organisation at every main source."""
    blocks = page.blocks
    lines = [
        Line(row.short, row.is_ranked, [value_of(page, node, row.cells.get(node.code)) for node in blocks])
        for row in page.rows
    ]
    return Matrix([Head(node.name, period_of(page, node)) for node in blocks], lines)
