"""What sort of value each part of a condition has, and whether the parts fit; faults carry the character."""

from collections.abc import Mapping
from decimal import Decimal
from enum import Enum

from django.utils.translation import gettext as _

from surveys.instruments.enums import QuestionKind
from surveys.instruments.expressions.evaluation import as_day, as_number
from surveys.instruments.expressions.nodes import (
    COMPARISONS,
    Binary,
    Call,
    ExpressionError,
    Literal,
    Name,
    Node,
    Own,
    Unary,
)
from surveys.instruments.shapes import DONT_KNOW, Question


class Sort(Enum):
    """The sorts of value."""

    NUMBER = "number"
    TEXT = "text"
    CHOICE = "choice"
    CHOICES = "choices"
    GRID = "grid"
    DAY = "day"
    TRUTH = "truth"


SORT_OF: Mapping[str, Sort] = {
    QuestionKind.MULTIPLE: Sort.CHOICES,
    QuestionKind.RANKING: Sort.CHOICES,
    QuestionKind.MATRIX: Sort.GRID,
    QuestionKind.NUMBER: Sort.NUMBER,
    QuestionKind.DATE: Sort.DAY,
    QuestionKind.SHORT_TEXT: Sort.TEXT,
    QuestionKind.LONG_TEXT: Sort.TEXT,
}


class Typing:
    """The questions a condition may look at, and the one whose answer is its own."""

    def __init__(self, questions: Mapping[str, Question], own: Question | None = None) -> None:
        self.questions, self.own = questions, own

    def check(self, node: Node) -> None:
        """ExpressionError unless the condition says yes or no about known questions."""
        if self.sort(node) != Sort.TRUTH:
            raise ExpressionError(_("The condition does not say yes or no."), node.at)

    def sort(self, node: Node) -> Sort:
        """The sort of a part; ExpressionError where its parts do not fit."""
        if isinstance(node, Literal):
            return self._literal(node)
        if isinstance(node, Name | Own):
            return self._question_sort(self._question(node), node)
        if isinstance(node, Call):
            return self._call(node)
        if isinstance(node, Unary):
            wanted = Sort.TRUTH if node.operator == "not" else Sort.NUMBER
            self._demand(node.operand, wanted)
            return wanted
        return self._binary(node)

    def _literal(self, node: Literal) -> Sort:
        if isinstance(node.value, bool):
            return Sort.TRUTH
        return Sort.NUMBER if isinstance(node.value, Decimal) else Sort.TEXT

    def _question(self, node: Name | Own) -> Question:
        if isinstance(node, Own):
            if self.own is None:
                raise ExpressionError(
                    _("“.” means the answer itself and stands in constraints only."), node.at
                )
            return self.own
        if node.code not in self.questions:
            raise ExpressionError(_("There is no question “%(code)s”.") % {"code": node.code}, node.at)
        return self.questions[node.code]

    def _question_sort(self, question: Question, node: Node) -> Sort:
        if question.kind == QuestionKind.INFORMATION:
            raise ExpressionError(
                _("“%(code)s” is a text without an answer.") % {"code": question.code}, node.at
            )
        return SORT_OF.get(question.kind, Sort.CHOICE)

    def _binary(self, node: Binary) -> Sort:
        if node.operator in {"and", "or"}:
            self._demand(node.left, Sort.TRUTH)
            self._demand(node.right, Sort.TRUTH)
            return Sort.TRUTH
        if node.operator in COMPARISONS:
            return self._comparison(node)
        self._number(node.left)
        self._number(node.right)
        return Sort.NUMBER

    def _comparison(self, node: Binary) -> Sort:
        left, right = self.sort(node.left), self.sort(node.right)
        for side, other in ((node.left, node.right), (node.right, node.left)):
            self._option(side, other)
        if Sort.GRID in (left, right) and not self._is_empty(node):
            raise ExpressionError(_("A grid is read row by row: cell(question, 'row')."), node.at)
        if node.operator not in {"=", "!="}:
            self._orderable(node, left, right)
        elif not self._is_empty(node) and not self._comparable(node, left, right):
            raise ExpressionError(
                _("The two sides of “%(sign)s” are of different sorts.") % {"sign": node.operator}, node.at
            )
        return Sort.TRUTH

    def _is_empty(self, node: Binary) -> bool:
        """Compared with '': whether there is an answer at all."""
        return any(isinstance(side, Literal) and side.value == "" for side in (node.left, node.right))

    def _orderable(self, node: Binary, left: Sort, right: Sort) -> None:
        if Sort.DAY in (left, right):
            for side, sort in ((node.left, left), (node.right, right)):
                self._day(side, sort)
            return
        self._number(node.left)
        self._number(node.right)

    def _comparable(self, node: Binary, left: Sort, right: Sort) -> bool:
        sorts = {left, right}
        if len(sorts) == 1:
            return True
        if Sort.DAY in sorts:
            self._day(node.left, left)
            self._day(node.right, right)
            return True
        if Sort.NUMBER in sorts and Sort.CHOICE in sorts:
            self._number(node.left)
            self._number(node.right)
            return True
        return sorts == {Sort.CHOICE, Sort.TEXT}

    def _day(self, side: Node, sort: Sort) -> None:
        is_written = (
            isinstance(side, Literal) and isinstance(side.value, str) and as_day(side.value) is not None
        )
        if sort != Sort.DAY and not is_written:
            raise ExpressionError(_("A day is compared with a day, as in date('2026-12-31')."), side.at)

    def _number(self, node: Node) -> None:
        sort = self.sort(node)
        if sort == Sort.CHOICE and self._numbered(node):
            return
        if sort != Sort.NUMBER:
            raise ExpressionError(_("A number is needed here."), node.at)

    def _numbered(self, node: Node) -> bool:
        options = self._options(node)
        return bool(options) and all(as_number(option) is not None for option in options)

    def _options(self, node: Node) -> tuple[str, ...]:
        """The closed list a part takes its value from; empty where it is open."""
        if isinstance(node, Name | Own):
            return self._question(node).answer_options
        if isinstance(node, Call) and node.function == "cell" and isinstance(node.arguments[0], Name | Own):
            return self._question(node.arguments[0]).values
        return ()

    def _option(self, side: Node, other: Node) -> None:
        """A choice is compared with one of its options, an empty text or "don't know"."""
        options = self._options(side)
        if not options or not isinstance(other, Literal) or isinstance(other.value, bool):
            return
        known = {*options, "", DONT_KNOW}
        if isinstance(other.value, str) and other.value not in known:
            raise ExpressionError(
                _("“%(value)s” is not among the options (%(options)s).")
                % {"value": other.value, "options": ", ".join(options[:20])},
                other.at,
            )

    def _call(self, node: Call) -> Sort:
        if node.function == "today":
            if self.own is None:
                raise ExpressionError(_("“today()” stands in constraints only."), node.at)
            return Sort.DAY
        first = node.arguments[0]
        if node.function == "date":
            if not isinstance(first, Literal) or as_day(str(first.value)) is None:
                raise ExpressionError(_("Write the day as in date('2026-12-31')."), node.at)
            return Sort.DAY
        if not isinstance(first, Name | Own):
            raise ExpressionError(_("“%(name)s” takes a question first.") % {"name": node.function}, node.at)
        return self._of_question(node, first)

    def _of_question(self, node: Call, first: Name | Own) -> Sort:
        sort = self.sort(first)
        if node.function == "length":
            self._sorted(sort, {Sort.TEXT}, node)
            return Sort.NUMBER
        if node.function == "count":
            self._sorted(sort, {Sort.CHOICES}, node)
            return Sort.NUMBER
        second = node.arguments[1]
        if not isinstance(second, Literal) or not isinstance(second.value, str):
            raise ExpressionError(_("“%(name)s” takes a text second.") % {"name": node.function}, node.at)
        if node.function == "selected":
            self._sorted(sort, {Sort.CHOICES, Sort.CHOICE}, node)
            self._option(first, second)
            return Sort.TRUTH
        self._sorted(sort, {Sort.GRID}, node)
        rows = [row.value for row in self._question(first).rows]
        if second.value not in rows:
            raise ExpressionError(
                _("“%(value)s” is not a row of this grid (%(rows)s).")
                % {"value": second.value, "rows": ", ".join(rows[:20])},
                second.at,
            )
        return Sort.CHOICE

    def _sorted(self, sort: Sort, allowed: set[Sort], node: Call) -> None:
        if sort not in allowed:
            raise ExpressionError(
                _("“%(name)s” does not fit this kind of question.") % {"name": node.function}, node.at
            )

    def _demand(self, node: Node, wanted: Sort) -> None:
        if wanted == Sort.NUMBER:
            self._number(node)
        elif self.sort(node) != wanted:
            raise ExpressionError(_("A condition that says yes or no is needed here."), node.at)
