"""Conditions as XLSForm writes them (XPath with ${names}), read into and written from ours."""

import re
from collections.abc import Callable, Mapping

from surveys.instruments.expressions.grammar import NUMBER, TEXT, Dialect, read_condition
from surveys.instruments.expressions.nodes import (
    Binary,
    Call,
    ExpressionError,
    Literal,
    Name,
    Node,
    Own,
    Unary,
)
from surveys.instruments.expressions.writing import Style, literal, write

XPATH = Dialect(
    re.compile(
        rf"(?P<space>\s+)|(?P<number>{NUMBER})|(?P<text>{TEXT})|(?P<ref>\$\{{[^{{}}]+\}})"
        rf"|(?P<word>[A-Za-z_][A-Za-z0-9_:-]*)|(?P<own>\.)|(?P<op>!=|<=|>=|[=<>+\-*(),])"
    ),
    operators={"div": "/"},
    functions={
        "count-selected": "count", "string-length": "length", "true": "true", "false": "false",
        "count": "?count", "length": "?length", "cell": "?cell",
    },
    bare_names=False,
)  # fmt: skip
CALLED = {"count": "count-selected", "length": "string-length"}

Rename = Callable[[Name], Node]


def read_xpath(text: str, rename: Rename) -> Node:
    """Our tree of an XPath condition, its names put through `rename`; ExpressionError where it cannot be carried."""
    return renamed(read_condition(text, XPATH), rename)


def renamed(node: Node, rename: Rename) -> Node:
    """The same tree with every name replaced."""
    if isinstance(node, Name):
        return rename(node)
    if isinstance(node, Call):
        return Call(node.function, tuple(renamed(part, rename) for part in node.arguments), node.at)
    if isinstance(node, Unary):
        return Unary(node.operator, renamed(node.operand, rename), node.at)
    if isinstance(node, Binary):
        return Binary(node.operator, renamed(node.left, rename), renamed(node.right, rename), node.at)
    return node


def write_xpath(node: Node, cells: Mapping[tuple[str, str], str], values: Mapping[str, str]) -> str:
    """An XPath condition; `cells` names the question of each row of a grid, `values` options that were renamed."""

    def part(piece: Node) -> str:
        if isinstance(piece, Name):
            return f"${{{piece.code}}}"
        if isinstance(piece, Own):
            return "."
        if isinstance(piece, Literal):
            if isinstance(piece.value, bool):
                return f"{literal(piece)}()"
            if isinstance(piece.value, str) and piece.value in values:
                return literal(Literal(values[piece.value]))
            return literal(piece)
        assert isinstance(piece, Call)
        if piece.function == "cell":
            return _cell(piece, cells)
        inner = ", ".join(write(argument, style) for argument in piece.arguments)
        return f"{CALLED.get(piece.function, piece.function)}({inner})"

    style = Style(part, {"/": "div"}, "not({})")
    return write(node, style)


def _cell(call: Call, cells: Mapping[tuple[str, str], str]) -> str:
    grid, row = call.arguments
    if not isinstance(grid, Name) or not isinstance(row, Literal):
        raise ExpressionError("cell", call.at)
    return f"${{{cells[grid.code, str(row.value)]}}}"
