"""Conditions as SurveyJS writes them ({name}, contains, notempty), read into and written from ours."""

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import reduce

from django.utils.translation import gettext as _

from surveys.instruments.expressions.grammar import NUMBER, TEXT, Dialect, Parser, tokens
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
from surveys.instruments.interchange.xpath import Rename, renamed

SURVEYJS = Dialect(
    re.compile(
        rf"(?P<space>\s+)|(?P<number>{NUMBER})|(?P<text>{TEXT})|(?P<ref>\{{[^{{}}]+\}})"
        r"|(?P<word>[A-Za-z_][A-Za-z0-9_]*)|(?P<own>\Zx)|(?P<op>!=|<>|<=|>=|==|&&|\|\||[=<>+\-*/(),!\[\]])"
    ),
    operators={
        "==": "=", "<>": "!=", "&&": "and", "||": "or", "!": "not", "equal": "=", "equals": "=", "notequal": "!=",
        "less": "<", "lessorequal": "<=", "greater": ">", "greaterorequal": ">=",
    },
    functions={"count": "?count", "length": "?length", "cell": "?cell", "selected": "?selected", "date": "?date"},
    bare_names=False,
)  # fmt: skip


LISTS = {"anyof": "or", "allof": "and", "noneof": "or"}
"""Words before a list of values, with what joins them."""


class _SurveyJsParser(Parser):
    """The same grammar with the words that stand behind a name."""

    def comparison(self) -> Node:
        left = super().comparison()
        word = self.token.text.lower() if self.token.kind == "word" else ""
        if word in {"contains", "contain", "notcontains", "notcontain"}:
            self.place += 1
            node: Node = Call("selected", (left, _value(self.total())), left.at)
            return Unary("not", node, left.at) if word.startswith("not") else node
        if word in {"empty", "notempty"}:
            self.place += 1
            return Binary("=" if word == "empty" else "!=", left, Literal("", left.at), left.at)
        if word in LISTS:
            self.place += 1
            chosen: list[Node] = [Call("selected", (left, _value(one)), left.at) for one in self.listed()]
            node = reduce(lambda a, b: Binary(LISTS[word], a, b, left.at), chosen)
            return Unary("not", node, left.at) if word == "noneof" else node
        return left

    def listed(self) -> list[Node]:
        """The values between square brackets."""
        self.demand("[")
        found = [self.total()]
        while self.take(","):
            found.append(self.total())
        self.demand("]")
        return found


def _value(node: Node) -> Node:
    """The value of an option, which is a text here whatever it is there."""
    if isinstance(node, Literal) and isinstance(node.value, Decimal):
        return Literal(f"{node.value:f}", node.at)
    return node


Switches = Mapping[str, Mapping[object, str]]
"""Questions that are switches there: how their two values are called, with ours."""


def read_surveyjs(text: str, rename: Rename, switches: Switches) -> Node:
    """Our tree of a SurveyJS condition; ExpressionError where it cannot be carried."""
    return _switched(renamed(_SurveyJsParser(tokens(text, SURVEYJS), SURVEYJS).whole(), rename), switches)


def _switched(node: Node, switches: Switches) -> Node:
    """The tree with the values of switches called as they are called here."""
    if isinstance(node, Unary):
        return Unary(node.operator, _switched(node.operand, switches), node.at)
    if not isinstance(node, Binary):
        return node
    left, right = _switched(node.left, switches), _switched(node.right, switches)
    if isinstance(left, Name) and isinstance(right, Literal):
        values = switches.get(left.code, {})
        right = Literal(values.get(right.value, right.value), right.at)
    return Binary(node.operator, left, right, node.at)


def write_surveyjs(node: Node, own: str = "") -> str:
    """A SurveyJS condition; ExpressionError for what that language has no word for.

    `own` is the question whose answer a constraint is about: SurveyJS calls it by its name.
    """
    return write(_worded(_named(node, own)), STYLE)


def _named(node: Node, own: str) -> Node:
    """The tree with "the answer itself" called by the name of its question."""
    if isinstance(node, Own):
        return Name(own, node.at)
    if isinstance(node, Call):
        return Call(node.function, tuple(_named(part, own) for part in node.arguments), node.at)
    if isinstance(node, Unary):
        return Unary(node.operator, _named(node.operand, own), node.at)
    if isinstance(node, Binary):
        return Binary(node.operator, _named(node.left, own), _named(node.right, own), node.at)
    return node


def _worded(node: Node) -> Node:
    """Comparisons with an empty text become calls, so that the words stand behind the name."""
    if isinstance(node, Binary):
        sides = (node.left, node.right)
        if node.operator in {"=", "!="} and isinstance(sides[1], Literal) and sides[1].value == "":
            return Call("empty" if node.operator == "=" else "notempty", (sides[0],), node.at)
        return Binary(node.operator, _worded(node.left), _worded(node.right), node.at)
    if isinstance(node, Unary):
        return Unary(node.operator, _worded(node.operand), node.at)
    return node


def _part(node: Node) -> str:
    if isinstance(node, Name):
        return f"{{{node.code}}}"
    if isinstance(node, Literal):
        return literal(node)
    assert isinstance(node, Call)
    return _call(node)


def _call(node: Call) -> str:
    if node.function in {"empty", "notempty"}:
        return f"({_part(node.arguments[0])} {node.function})"
    if node.function == "selected":
        return f"({_part(node.arguments[0])} contains {_part(node.arguments[1])})"
    if node.function == "cell":
        grid, row = node.arguments
        if isinstance(grid, Name) and isinstance(row, Literal):
            return f"{{{grid.code}.{row.value}}}"
    if node.function == "date":
        return _part(node.arguments[0])
    if node.function == "today":
        return "today()"
    raise ExpressionError(_("“%(name)s” has no counterpart there.") % {"name": node.function}, node.at)


STYLE = Style(_part, negation="!({})")
