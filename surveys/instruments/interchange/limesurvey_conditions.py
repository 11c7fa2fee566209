"""Conditions of LimeSurvey's expression manager (Q1.NAOK == "Y") read into ours."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from surveys.instruments.expressions.grammar import NUMBER, TEXT, Dialect, Parser, Token, tokens
from surveys.instruments.expressions.nodes import Binary, Call, ExpressionError, Literal, Name, Node, Unary

LIMESURVEY = Dialect(
    re.compile(
        rf"(?P<space>\s+)|(?P<number>{NUMBER})|(?P<text>{TEXT})|(?P<ref>\Zx)"
        r"|(?P<word>[A-Za-z_][A-Za-z0-9_]*(?:\.(?:NAOK|value|code|shown))?)|(?P<own>\Zx)"
        r"|(?P<op>!=|<=|>=|==|&&|\|\||[<>+\-*/(),!])"
    ),
    operators={
        "==": "=", "&&": "and", "||": "or", "!": "not", "eq": "=", "ne": "!=", "lt": "<", "le": "<=", "gt": ">",
        "ge": ">=",
    },
    functions={name: f"?{name}" for name in ("count", "length", "cell", "selected", "date", "today")},
)  # fmt: skip
ALWAYS = {"", "1", "(1)"}


@dataclass(frozen=True, slots=True)
class Known:
    """The questions that were taken: code by name, and for parts the question, the part and whether it is a tick."""

    codes: Mapping[str, str]
    parts: Mapping[str, tuple[str, str, bool]]


class _LimeSurveyParser(Parser):
    """The same grammar with is_empty()."""

    def call(self, function: str, token: Token) -> Node:
        if function != "is_empty":
            return super().call(function, token)
        self.demand("(")
        inner = self.either()
        self.demand(")")
        return Binary("=", inner, Literal("", token.at), token.at)


def read_limesurvey(text: str, known: Known) -> Node | None:
    """Our tree of a relevance equation; None where it says "always"; ExpressionError where it cannot be carried."""
    plain = text.strip()
    if plain in ALWAYS:
        return None
    return _named(_LimeSurveyParser(tokens(plain, LIMESURVEY), LIMESURVEY).whole(), known)


def _named(node: Node, known: Known) -> Node:
    if isinstance(node, Name):
        return _name(node, known)
    if isinstance(node, Unary):
        return Unary(node.operator, _named(node.operand, known), node.at)
    if isinstance(node, Binary):
        return _tick(node, known) or Binary(
            node.operator, _named(node.left, known), _named(node.right, known), node.at
        )
    return node


def _bare(node: Node) -> str:
    return node.code.partition(".")[0] if isinstance(node, Name) else ""


def _tick(node: Binary, known: Known) -> Node | None:
    """`Q2_A == "Y"` of a question with several answers: whether the option was chosen."""
    part = known.parts.get(_bare(node.left))
    if part is None or not part[2] or node.operator not in {"=", "!="} or not isinstance(node.right, Literal):
        return None
    chosen = Call("selected", (Name(part[0], node.at), Literal(part[1], node.at)), node.at)
    return chosen if (node.operator == "=") == (node.right.value == "Y") else Unary("not", chosen, node.at)


def _name(node: Name, known: Known) -> Node:
    bare = _bare(node)
    if bare in known.parts:
        code, part, is_tick = known.parts[bare]
        function = "selected" if is_tick else "cell"
        return Call(function, (Name(code, node.at), Literal(part, node.at)), node.at)
    if bare not in known.codes:
        raise ExpressionError(_("“%(name)s” is not a question that was taken.") % {"name": bare}, node.at)
    return Name(known.codes[bare], node.at)
