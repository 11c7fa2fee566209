"""What a condition says about given answers; nothing is ever run, only looked up and compared."""

import operator
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, DecimalException
from typing import Any, TypeAlias

from surveys.instruments.enums import QuestionKind
from surveys.instruments.expressions.nodes import Binary, Call, Literal, Name, Node, Own, Unary
from surveys.instruments.shapes import DONT_KNOW, Question

Value: TypeAlias = Decimal | str | bool | date | tuple[str, ...] | Mapping[str, str] | None
Lookup = Callable[[str], Value]
ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
SUMS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
}  # fmt: skip


def typed(question: Question, answer: object) -> Value:
    """A stored answer as conditions see it; None where there is none or it cannot be read."""
    if answer is None or answer in ("", [], {}):
        return None
    if question.kind == QuestionKind.NUMBER:
        return as_number(str(answer))
    if question.kind == QuestionKind.DATE:
        return as_day(str(answer))
    if question.kind in {QuestionKind.MULTIPLE, QuestionKind.RANKING}:
        return tuple(str(value) for value in answer) if isinstance(answer, list | tuple) else (str(answer),)
    if question.kind == QuestionKind.MATRIX:
        return (
            {str(key): str(value) for key, value in answer.items()} if isinstance(answer, Mapping) else None
        )
    return str(answer)


def holds(node: Node, lookup: Lookup, *, own: Value = None, today: date | None = None) -> bool:
    """Whether a condition is met. An empty answer equals only '', is in no order and is never selected."""
    return truth(evaluate(node, lookup, own=own, today=today))


def truth(value: Value) -> bool:
    return value if isinstance(value, bool) else bool(value)


def evaluate(node: Node, lookup: Lookup, *, own: Value = None, today: date | None = None) -> Value:
    """The value of a condition or a part of one; None for nothing."""

    def value_of(part: Node) -> Value:
        return evaluate(part, lookup, own=own, today=today)

    if isinstance(node, Literal):
        return node.value
    if isinstance(node, Name):
        return lookup(node.code)
    if isinstance(node, Own):
        return own
    if isinstance(node, Call):
        return today if node.function == "today" else _called(node, value_of)
    if isinstance(node, Unary):
        value = value_of(node.operand)
        if node.operator == "not":
            return not truth(value)
        number = as_number(value)
        return None if number is None else -number
    return _joined(node, value_of)


def _joined(node: Binary, value_of: Callable[[Node], Value]) -> Value:
    if node.operator == "and":
        return truth(value_of(node.left)) and truth(value_of(node.right))
    if node.operator == "or":
        return truth(value_of(node.left)) or truth(value_of(node.right))
    left, right = value_of(node.left), value_of(node.right)
    if node.operator == "=":
        return _same(left, right)
    if node.operator == "!=":
        return not _same(left, right)
    if node.operator in ORDERS:
        return _ordered(node.operator, left, right)
    a, b = as_number(left), as_number(right)
    if a is None or b is None:
        return None
    try:
        return SUMS[node.operator](a, b)
    except DecimalException:
        return None


def _called(node: Call, value_of: Callable[[Node], Value]) -> Value:
    values = [value_of(argument) for argument in node.arguments]
    first = values[0]
    if node.function == "selected":
        chosen = first if isinstance(first, tuple) else (first,)
        return any(_same(value, values[1]) for value in chosen if value is not None)
    if node.function == "count":
        return Decimal(len(first) if isinstance(first, tuple) else 0)
    if node.function == "cell":
        return first.get(str(values[1])) if isinstance(first, Mapping) else None
    if node.function == "length":
        return Decimal(len(first) if isinstance(first, str) else 0)
    return as_day(str(first))


def _same(left: Value, right: Value) -> bool:
    if left is None or right is None or "" in (left, right):
        return left in (None, "") and right in (None, "")
    if isinstance(left, bool) or isinstance(right, bool):
        return truth(left) == truth(right)
    if isinstance(left, tuple) or isinstance(right, tuple):
        return _listed(left) == _listed(right)
    if isinstance(left, date) or isinstance(right, date):
        return as_day(left) == as_day(right)
    if isinstance(left, Decimal) or isinstance(right, Decimal):
        return as_number(left) == as_number(right)
    return left == right


def _listed(value: Value) -> frozenset[str]:
    return frozenset(value if isinstance(value, tuple) else (str(value),))


def _ordered(sign: str, left: Value, right: Value) -> bool:
    if isinstance(left, date) or isinstance(right, date):
        first, second = as_day(left), as_day(right)
        return first is not None and second is not None and ORDERS[sign](first, second)
    a, b = as_number(left), as_number(right)
    return a is not None and b is not None and ORDERS[sign](a, b)


def as_number(value: Value) -> Decimal | None:
    """A number, or None for what is none ("don't know" among it)."""
    if isinstance(value, Decimal):
        return value
    if not isinstance(value, str) or value in ("", DONT_KNOW):
        return None
    try:
        number = Decimal(value)
    except DecimalException:
        return None
    return number if number.is_finite() else None


def as_day(value: Value) -> date | None:
    """A day, or None for what is none."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
