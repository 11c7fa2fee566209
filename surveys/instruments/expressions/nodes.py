"""What a condition is made of once it is read."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

MAX_LENGTH = 2000
MAX_DEPTH = 40
MAX_TOKENS = 300
FUNCTIONS = {"selected": 2, "count": 1, "cell": 2, "length": 1, "date": 1, "today": 0}
"""The functions of the language with their number of arguments."""
WORDS = frozenset({"and", "or", "not", "true", "false"})
"""Words of the language; a question cannot have one as its code."""
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
SUMS = ("+", "-")
PRODUCTS = ("*", "/")


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, a text or a truth written out."""

    value: Decimal | str | bool
    at: int = 0


@dataclass(frozen=True, slots=True)
class Name:
    """The answer to a question."""

    code: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class Own:
    """The answer being given, in a constraint."""

    at: int = 0


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments."""

    function: str
    arguments: "tuple[Node, ...]"
    at: int = 0


@dataclass(frozen=True, slots=True)
class Unary:
    """`not x` or `-x`."""

    operator: str
    operand: "Node"
    at: int = 0


@dataclass(frozen=True, slots=True)
class Binary:
    """`a operator b`."""

    operator: str
    left: "Node"
    right: "Node"
    at: int = 0


Node: TypeAlias = Literal | Name | Own | Call | Unary | Binary


class ExpressionError(ValueError):
    """A condition that cannot be read or makes no sense; carries the sentence and the character (from 1)."""

    def __init__(self, message: str, at: int) -> None:
        self.message, self.at = message, at
        super().__init__(message)


def walk(node: Node) -> Iterator[Node]:
    """The node and everything under it."""
    yield node
    if isinstance(node, Call):
        for argument in node.arguments:
            yield from walk(argument)
    elif isinstance(node, Unary):
        yield from walk(node.operand)
    elif isinstance(node, Binary):
        yield from walk(node.left)
        yield from walk(node.right)


def names(node: Node) -> frozenset[str]:
    """The codes of the questions a condition looks at."""
    return frozenset(part.code for part in walk(node) if isinstance(part, Name))
