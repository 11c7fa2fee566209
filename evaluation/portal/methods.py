"""Arranges the scheme of an edition in plain words: the tree with weights, sources and formulas."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from evaluation.portal.formulas import explain_formula
from evaluation.portal.shapes import EditionPage, Node
from evaluation.portal.sidebyside import period_of
from surveys.core import numerals
from surveys.core.text import localized


@dataclass(frozen=True)
class Branch:
    """One line of the tree."""

    name: str
    code: str
    level: int
    share: float
    formula: str
    explanation: str
    base: str
    period: str
    is_indicator: bool


@dataclass(frozen=True)
class MethodView:
    page: EditionPage

    @cached_property
    def branches(self) -> Sequence[Branch]:
        return [self._branch(node) for node in self.page.nodes if node.parent is not None]

    def _branch(self, node: Node) -> Branch:
        return Branch(
            name=node.name,
            code=node.code,
            level=node.depth - 1,
            share=node.share,
            formula=node.formula,
            explanation=explain_formula(node.formula) if node.is_indicator else "",
            base=localized(node.base),
            period=period_of(self.page, node),
            is_indicator=node.is_indicator,
        )

    @cached_property
    def headline(self) -> str:
        """The weights of the main sources as one sentence."""
        told = [f"{node.name} {numerals.share(node.share, 0)}" for node in self.page.blocks]
        return numerals.listed(told)
