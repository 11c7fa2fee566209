"""Writes a condition in our language, with no more brackets than it needs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from surveys.instruments.expressions.nodes import Binary, Call, Literal, Name, Node, Own, Unary

STRENGTH = {
    "or": 1, "and": 2, "not": 3, "=": 4, "!=": 4, "<": 4, "<=": 4, ">": 4, ">=": 4, "+": 5, "-": 5, "*": 6, "/": 6,
}  # fmt: skip
SIGNED = 7
WHOLE = 8


@dataclass(frozen=True, slots=True)
class Style:
    """How a language writes its operators and its names, literals and functions (`part`)."""

    part: Callable[[Node], str]
    operators: Mapping[str, str] = field(default_factory=dict)
    negation: str = "not {}"


def write_condition(node: Node) -> str:
    """The text of a condition that reads back as the same tree."""
    return write(node, OURS)


def write(node: Node, style: Style) -> str:
    """The text of a tree in a style."""
    return _written(node, style)[0]


def _written(node: Node, style: Style) -> tuple[str, int]:
    if isinstance(node, Binary):
        mine = STRENGTH[node.operator]
        # a comparison stands alone; the others lean left
        left = _inside(node.left, mine + (mine == STRENGTH["="]), style)
        right = _inside(node.right, mine + 1, style)
        return f"{left} {style.operators.get(node.operator, node.operator)} {right}", mine
    if isinstance(node, Unary):
        if node.operator == "-":
            return f"-{_inside(node.operand, SIGNED, style)}", SIGNED
        if style.negation.endswith(")"):
            return style.negation.format(write(node.operand, style)), WHOLE
        return style.negation.format(_inside(node.operand, STRENGTH["not"], style)), STRENGTH["not"]
    return style.part(node), WHOLE


def _inside(node: Node, least: int, style: Style) -> str:
    text, strength = _written(node, style)
    return text if strength >= least else f"({text})"


def write_part(node: Node) -> str:
    """A name, literal or function in our language."""
    if isinstance(node, Name):
        return node.code
    if isinstance(node, Own):
        return "."
    if isinstance(node, Call):
        inner = ", ".join(write(argument, OURS) for argument in node.arguments)
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


OURS = Style(write_part)
