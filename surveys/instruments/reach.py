"""Whether some answers lead to a question: a search over the values at which its conditions can change."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain, combinations, pairwise, product

from surveys.instruments.enums import QuestionKind
from surveys.instruments.expressions.evaluation import Value, as_day, as_number, holds
from surveys.instruments.expressions.grammar import parse_condition
from surveys.instruments.expressions.nodes import (
    COMPARISONS,
    PRODUCTS,
    SUMS,
    Binary,
    Call,
    Literal,
    Node,
    Unary,
    walk,
)
from surveys.instruments.flow import conditions, governing, is_refusal
from surveys.instruments.shapes import DONT_KNOW, Definition, Question

BUDGET = 20_000
"""Steps of search a question gets; a question not settled within it counts as reachable."""
MAX_LITERALS = 60
"""Values written in conditions; beyond these nothing is proved."""


def _is_written(node: Node) -> bool:
    """Whether a side of a comparison is a value written out."""
    if isinstance(node, Unary):
        return isinstance(node.operand, Literal)
    return isinstance(node, Literal) or (isinstance(node, Call) and node.function == "date")


class Reach:
    """The search; one for a questionnaire."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.by_code = {question.code: question for question in definition.questions}
        self.trees: dict[str, list[Node]] = {
            question.code: [parse_condition(text) for text in conditions(definition, question)]
            for question in definition.questions
        }
        self.steps = 0

    def can_be_asked(self, question: Question) -> bool:
        """Whether any answers make this question appear.

        True as well where the search would take too long or cannot try everything that matters (arithmetic, one
        answer compared with another, the length of a text): False is a proof, True may be the benefit of the doubt.
        """
        if not self.trees[question.code]:
            return True
        chosen = self._deciding(question)
        if not all(
            self._is_exhaustive(tree) for code in (question, *chosen) for tree in self.trees[code.code]
        ):
            return True
        self.steps = BUDGET
        return self._search(chosen, {}, question)

    def _is_exhaustive(self, tree: Node) -> bool:
        """Whether trying both sides of every literal settles this condition."""
        for part in walk(tree):
            if isinstance(part, Binary) and part.operator in {*SUMS, *PRODUCTS}:
                return False
            if isinstance(part, Binary) and part.operator in COMPARISONS:
                sides = (part.left, part.right)
                if sum(map(_is_written, sides)) != 1:
                    return False
            if isinstance(part, Call) and part.function == "length":
                return False
        return len(self._literals()) <= MAX_LITERALS

    def _deciding(self, question: Question) -> list[Question]:
        """The questions that decide, directly or through others, in the order of the questionnaire."""
        found: set[str] = set()
        waiting = [question.code]
        while waiting:
            for code in governing(self.definition, self.by_code[waiting.pop()]) - found:
                found.add(code)
                waiting.append(code)
        return [other for other in self.definition.questions if other.code in found]

    def _search(self, left: Sequence[Question], values: dict[str, Value], goal: Question) -> bool:
        self.steps -= 1
        if self.steps <= 0:
            return True
        if not left:
            return self._is_asked(goal, values)
        first, rest = left[0], left[1:]
        if not self._is_asked(first, values):
            return self._search(rest, values, goal)
        return any(self._search(rest, {**values, first.code: value}, goal) for value in self._values(first))

    def _is_asked(self, question: Question, values: dict[str, Value]) -> bool:
        return all(holds(tree, values.get) for tree in self.trees[question.code])

    def _values(self, question: Question) -> Iterator[Value]:
        """The answers worth trying: each option, and each side of every literal in any condition."""
        if not question.required:
            yield None
        literals = self._literals()
        kind = question.kind
        if kind in {QuestionKind.MULTIPLE, QuestionKind.RANKING}:
            yield from self._subsets(question, literals)
        elif kind == QuestionKind.MATRIX:
            yield from self._grids(question, literals)
        elif question.answer_options:
            yield from (
                option
                for option in question.answer_options
                if not is_refusal(question, {question.code: option})
            )
            yield from (DONT_KNOW,) if question.allows_dont_know else ()
        elif kind == QuestionKind.NUMBER:
            yield from self._numbers(question, literals)
        elif kind == QuestionKind.DATE:
            days = [day for literal in literals if (day := as_day(str(literal))) is not None]
            yield from (
                chain.from_iterable((day - timedelta(1), day, day + timedelta(1)) for day in days)
                if days
                else iter((date(2000, 1, 1),))
            )
        else:
            yield from (str(literal) for literal in literals if literal != "")
            yield "?"

    def _literals(self) -> list[Decimal | str]:
        found = {
            part.value
            for trees in self.trees.values()
            for tree in trees
            for part in walk(tree)
            if isinstance(part, Literal) and not isinstance(part.value, bool)
        }
        return sorted(found, key=str)

    def _numbers(self, question: Question, literals: Sequence[Decimal | str]) -> Iterator[Value]:
        bounds = [bound for bound in (question.minimum, question.maximum) if bound is not None]
        known = [number for literal in literals if (number := as_number(literal)) is not None]
        points = sorted(
            {
                near
                for number in [*known, *bounds, Decimal(0)]
                for near in (number - 1, number, number + 1, -number - 1, -number, 1 - number)
            }
        )
        low = question.minimum if question.minimum is not None else points[0]
        high = question.maximum if question.maximum is not None else points[-1]
        between = [(a + b) / 2 for a, b in pairwise(points)]
        yield from (number for number in sorted({*points, *between}) if low <= number <= high)

    def _subsets(self, question: Question, literals: Sequence[Decimal | str]) -> Iterator[Value]:
        """Every combination of the options that conditions name, with any number of the others."""
        named = [value for value in question.values if value in literals]
        others = [value for value in question.values if value not in literals]
        alone = {option.value for option in question.options if option.exclusive}
        most = question.max_choices or len(question.values)
        for n in range(min(len(named), most), -1, -1):
            for chosen in combinations(named, n):
                for extra in range(min(len(others), most - n) + 1):
                    picked = (*chosen, *others[:extra])
                    if picked and not (len(picked) > 1 and alone & set(picked)):
                        yield picked

    def _grids(self, question: Question, literals: Sequence[Decimal | str]) -> Iterator[Value]:
        """Every combination of answers in the rows that conditions name."""
        options = (*question.values, *((DONT_KNOW,) if question.allows_dont_know else ()))
        if not question.required:
            options = (*options, "")
        named = [row.value for row in question.rows if row.value in literals]
        rest = {row.value: question.values[0] for row in question.rows if row.value not in named}
        for chosen in product(options, repeat=len(named)):
            cells = {row: option for row, option in zip(named, chosen, strict=True) if option}
            if cells or rest:
                yield rest | cells
