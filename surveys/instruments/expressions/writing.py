"""Writes a condition in our language, with no more brackets than it needs."""

from collections.abc import Callable
from decimal import Decimal

from surveys.instruments.expressions.nodes import Binary, Call, Literal, Name, Node, Own, Unary

STRENGTH = {
    "or": 1, "and": 2, "not": 3, "=": 4, "!=": 4, "<": 4, "<=": 4, ">": 4, ">=": 4, "+": 5, "-": 5, "*": 6, "/": 6,
}  # fmt: skip
SIGNED = 7
WHOLE = 8


def write_condition(node: Node) -> str:
    """The text of a condition that reads back as the same tree."""
    return write(node, write_part)


def write(node: Node, part: Callable[[Node], str]) -> str:
    """The text of a tree; `part` writes names, literals and functions of a language."""
    return _written(node, part)[0]


def _written(node: Node, part: Callable[[Node], str]) -> tuple[str, int]:
    if isinstance(node, Binary):
        mine = STRENGTH[node.operator]
        # a comparison stands alone; sums and products lean left
        left = _inside(node.left, mine + (1 if mine == STRENGTH["="] else 0), part)
        right = _inside(node.right, mine + (0 if node.operator in {"and", "or"} else 1), part)
        return f"{left} {node.operator} {right}", mine
    if isinstance(node, Unary):
        if node.operator == "not":
            return f"not {_inside(node.operand, STRENGTH['not'], part)}", STRENGTH["not"]
        return f"-{_inside(node.operand, SIGNED, part)}", SIGNED
    return part(node), WHOLE


def _inside(node: Node, least: int, part: Callable[[Node], str]) -> str:
    text, strength = _written(node, part)
    return text if strength >= least else f"({text})"


def write_part(node: Node) -> str:
    """A name, literal or function in our language."""
    if isinstance(node, Name):
        return node.code
    if isinstance(node, Own):
        return "."
    if isinstance(node, Call):
        inner = ", ".join(write(argument, write_part) for argument in node.arguments)
        return f"{node.function}({inner})"
    assert isinstance(node, Literal)
    return literal(node)


def literal(node: Literal) -> str:
    """A literal as it is written; a text in the quotation marks it does not hold."""
    value = node.value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return f'"{value}"' if "'" in value else f"'{value}'"
