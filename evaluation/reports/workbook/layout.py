"""Where everything stands in the workbook, and which steps can be written as live formulas."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from evaluation.reports.book import Book
from scoring.types import Indicator, Node, Scheme

FIRST = 14
"""Row of the first unit on the sheets of values, points and scores."""
WEIGHT_ROW = 12
"""Row above each column of points and scores that holds its weight."""
LEFT = 3
"""Columns for code, name and peer group before the first value."""

LIVE_NORMALISE = frozenset({"none", "goalposts", "minmax", "zscore", "target", "piecewise"})
LIVE_AGGREGATE = frozenset({"amean", "sum"})
LIVE_MISSING = frozenset({"rescale", "refuse"})
LIVE_TIES = frozenset({"competition", "modified", "average"})


@dataclass(frozen=True)
class Layout:
    """Rows and columns; all counted from 1."""

    book: Book

    @property
    def scheme(self) -> Scheme:
        return self.book.scheme

    @cached_property
    def units(self) -> tuple[str, ...]:
        return tuple(self.book.result["units"])

    @cached_property
    def last(self) -> int:
        return FIRST + len(self.units) - 1

    @cached_property
    def row(self) -> dict[str, int]:
        return {unit: FIRST + i for i, unit in enumerate(self.units)}

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Nodes level by level, so that brothers and sisters stand side by side."""
        by_code = {node.code: node for node in self.scheme.nodes}
        order, queue = [], [self.scheme.root]
        while queue:
            order += queue
            queue = [c for code in queue for c in self.scheme.children[code] if c in by_code]
        return tuple(by_code[code] for code in order)

    @cached_property
    def indicators(self) -> tuple[Indicator, ...]:
        """Indicators parent by parent, for the same reason."""
        by_code = {indicator.code: indicator for indicator in self.scheme.indicators}
        codes = [c for node in self.nodes for c in self.scheme.children[node.code] if c in by_code]
        return tuple(by_code[code] for code in codes)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Numbers that are no indicators: events of adjustments, sample sizes."""
        found = [a.column for a in self.scheme.adjustments]
        if self.scheme.samples:
            found.append(self.scheme.samples.column)
        return tuple(dict.fromkeys(code for code in found if code not in self.scheme.codes))

    @cached_property
    def data_column(self) -> dict[str, int]:
        codes = [*(i.code for i in self.indicators), *self.columns]
        return {code: LEFT + 1 + i for i, code in enumerate(codes)}

    @cached_property
    def score_column(self) -> dict[str, int]:
        return {node.code: LEFT + 1 + i for i, node in enumerate(self.nodes)}

    @cached_property
    def weight_row(self) -> dict[str, int]:
        """Rows of the sheet of weights, parents before children."""
        order: list[str] = []

        def visit(code: str) -> None:
            order.append(code)
            for child in self.scheme.children.get(code, ()):
                visit(child)

        visit(self.scheme.root)
        return {code: 5 + i for i, code in enumerate(order)}

    @cached_property
    def group_columns(self) -> tuple[str, ...]:
        """Names of the label columns the scheme asks for."""
        grades, full = self.scheme.grades, self.scheme.full_marks
        wanted = [
            self.scheme.rank.within,
            grades.within if grades else None,
            full.column if full else None,
            *(i.normalise.within for i in self.scheme.indicators),
        ]
        return tuple(dict.fromkeys(name for name in wanted if name))

    @cached_property
    def groups(self) -> Mapping[str, str]:
        """The label of each unit, where the scheme uses one column of labels."""
        if len(self.group_columns) != 1:
            return {}
        data = self.book.result["data"]
        place = data["columns"].index(self.group_columns[0])
        return {row[0]: row[place] or "" for row in data["rows"]}

    @cached_property
    def hidden(self) -> frozenset[str]:
        """Units whose scores may not be shown."""
        states = zip(self.units, self.book.result["status"], strict=True)
        return frozenset(unit for unit, one in states if one["reason"] in ("not_shown", "no_sample"))

    @cached_property
    def fixed(self) -> frozenset[str]:
        """Units with a withheld value: their scores cannot be formulas."""
        return frozenset(unit for _code, unit in self.book.withheld)

    def is_withheld(self, code: str, unit: str) -> bool:
        return unit in self.hidden or (code, unit) in self.book.withheld

    def is_live_indicator(self, indicator: Indicator) -> bool:
        """Whether its points are a formula of its value."""
        spec = indicator.normalise
        return (
            self.scheme.treat.method == "none"
            and self.scheme.impute.method == "none"
            and not indicator.transform
            and not indicator.denominator
            and spec.method in LIVE_NORMALISE
            and not spec.within
        )

    def is_live_node(self, node: Node) -> bool:
        return node.aggregate in LIVE_AGGREGATE and self.scheme.missing.rule in LIVE_MISSING

    def has_live_weights(self, code: str) -> bool:
        return dict(self.scheme.weights).get(code) is None or dict(self.scheme.weights)[code].method in (
            "manual",
            "equal",
        )

    @cached_property
    def is_live_rank(self) -> bool:
        ranked = {u for u, r in zip(self.units, self.book.result["ranks"], strict=True) if r is not None}
        unseen = any((self.scheme.rank.node, unit) in self.book.withheld for unit in ranked)
        return self.scheme.rank.ties in LIVE_TIES and len(self.group_columns) <= 1 and not unseen

    @cached_property
    def is_live_grade(self) -> bool:
        rule = self.scheme.grades
        return rule is not None and len(self.group_columns) <= 1 and rule.round in ("down", "cumulative")

    @cached_property
    def values_only(self) -> tuple[str, ...]:
        """Codes of the steps that are written as values, not as formulas."""
        found = [i.code for i in self.indicators if not self.is_live_indicator(i)]
        found += [n.code for n in self.nodes if not self.is_live_node(n) or not self.has_live_weights(n.code)]
        return tuple(dict.fromkeys(found))
