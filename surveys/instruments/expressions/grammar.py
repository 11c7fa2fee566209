"""Reads a condition: or, and, not, comparison, sum, product, then names, literals and functions."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from django.utils.translation import gettext as _

from surveys.instruments.expressions.nodes import (
    COMPARISONS,
    FUNCTIONS,
    MAX_DEPTH,
    MAX_LENGTH,
    MAX_TOKENS,
    PRODUCTS,
    SUMS,
    Binary,
    Call,
    ExpressionError,
    Literal,
    Name,
    Node,
    Own,
    Unary,
)

NUMBER = r"\d+(?:\.\d+)?"
TEXT = r"'[^']*'|\"[^\"]*\""
WORD = r"[A-Za-z_][A-Za-z0-9_]*"
OPERATORS = r"!=|<=|>=|==|<>|[=<>+\-*/(),]"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a language of conditions differs from ours: its pattern of tokens and its words.

    `pattern` has the groups space, number, text, ref (a question's name inside, if marked), word, own, op.
    """

    pattern: re.Pattern[str]
    operators: Mapping[str, str] = field(default_factory=dict)
    functions: Mapping[str, str] = field(default_factory=dict)
    bare_names: bool = True


OURS = Dialect(
    re.compile(
        rf"(?P<space>\s+)|(?P<number>{NUMBER})|(?P<text>{TEXT})|(?P<ref>\Zx)|(?P<word>{WORD})|(?P<own>\.)"
        rf"|(?P<op>{OPERATORS})"
    ),
    operators={"==": "=", "<>": "!="},
)


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str
    at: int


END = "end"


def tokens(text: str, dialect: Dialect) -> list[Token]:
    """The tokens of a condition; ExpressionError at the first character that fits nowhere."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(_("The condition is longer than %(n)d characters.") % {"n": MAX_LENGTH}, 1)
    found: list[Token] = []
    place = 0
    while place < len(text):
        match = dialect.pattern.match(text, place)
        if match is None or match.lastgroup is None:
            raise ExpressionError(
                _("“%(sign)s” does not belong in a condition.") % {"sign": text[place]},
                place + 1,
            )
        if match.lastgroup != "space":
            found.append(Token(match.lastgroup, match[match.lastgroup], place + 1))
        if len(found) > MAX_TOKENS:
            raise ExpressionError(_("The condition has more than %(n)d parts.") % {"n": MAX_TOKENS}, place)
        place = match.end()
    return [*found, Token(END, "", len(text) + 1)]


@lru_cache(maxsize=2048)
def parse_condition(text: str) -> Node:
    """The tree of a condition in our language; ExpressionError says what is wrong and where."""
    return read_condition(text, OURS)


def read_condition(text: str, dialect: Dialect) -> Node:
    """The tree of a condition in any of the known languages."""
    return Parser(tokens(text, dialect), dialect).whole()


class Parser:
    """Recursive descent over the tokens; one method a level of precedence."""

    def __init__(self, found: list[Token], dialect: Dialect) -> None:
        self.found, self.dialect = found, dialect
        self.place = self.depth = 0

    @property
    def token(self) -> Token:
        return self.found[self.place]

    def sign(self) -> str:
        """The operator or word of the language that stands here, as ours; empty for anything else."""
        token = self.token
        if token.kind not in {"op", "word"}:
            return ""
        text = self.dialect.operators.get(token.text.lower(), token.text)
        return text.lower() if token.kind == "word" else text

    def take(self, *signs: str) -> str:
        """Step over one of the signs and return it; empty when none stands here."""
        sign = self.sign()
        if sign not in signs:
            return ""
        self.place += 1
        return sign

    def repeated(self, sign: str) -> int:
        """Step over any number of the same sign; how many there were."""
        before = self.place
        while self.take(sign):
            pass
        n = self.place - before
        if n > MAX_DEPTH:
            self.refuse(_("The condition is nested too deeply."))
        return n

    def demand(self, sign: str) -> None:
        if not self.take(sign):
            self.refuse(_("“%(sign)s” is missing."), sign=sign)

    def refuse(self, message: str, **words: str) -> None:
        raise ExpressionError(message % words, self.token.at)

    def whole(self) -> Node:
        if self.token.kind == END:
            self.refuse(_("The condition is empty."))
        node = self.either()
        if self.token.kind != END:
            self.refuse(_("“%(text)s” is not expected."), text=self.token.text)
        return node

    def either(self) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.refuse(_("The condition is nested too deeply."))
        node = self.both()
        while sign := self.take("or"):
            node = Binary(sign, node, self.both(), self.token.at)
        self.depth -= 1
        return node

    def both(self) -> Node:
        node = self.negation()
        while sign := self.take("and"):
            node = Binary(sign, node, self.negation(), self.token.at)
        return node

    def negation(self) -> Node:
        at = self.token.at
        signs = self.repeated("not")
        node = self.comparison()
        for _sign in range(signs):
            node = Unary("not", node, at)
        return node

    def comparison(self) -> Node:
        left = self.total()
        at = self.token.at
        if sign := self.take(*COMPARISONS):
            left = Binary(sign, left, self.total(), at)
            if self.sign() in COMPARISONS:
                self.refuse(_("Join two comparisons with “and”."))
        return left

    def total(self) -> Node:
        node = self.product()
        while sign := self.take(*SUMS):
            node = Binary(sign, node, self.product(), self.token.at)
        return node

    def product(self) -> Node:
        node = self.signed()
        while sign := self.take(*PRODUCTS):
            node = Binary(sign, node, self.signed(), self.token.at)
        return node

    def signed(self) -> Node:
        at = self.token.at
        signs = self.repeated("-")
        node = self.primary()
        for _sign in range(signs):
            node = Unary("-", node, at)
        return node

    def primary(self) -> Node:
        token = self.token
        if self.take("("):
            node = self.either()
            self.demand(")")
            return node
        self.place += 1
        if token.kind == "number":
            return Literal(Decimal(token.text), token.at)
        if token.kind == "text":
            return Literal(token.text[1:-1], token.at)
        if token.kind == "own":
            return Own(token.at)
        if token.kind == "ref":
            return self.reference(token)
        if token.kind == "word":
            return self.word(token)
        self.place -= 1
        self.refuse(
            _("A question, a number or a text is missing here.")
            if token.kind == END
            else _("“%(text)s” is not expected."),
            text=token.text,
        )
        raise AssertionError

    def reference(self, token: Token) -> Node:
        """A marked name: what stands between its braces."""
        return Name(token.text.strip("${} "), token.at)

    def word(self, token: Token) -> Node:
        text = self.dialect.functions.get(token.text, token.text)
        if text in {"true", "false"}:
            if self.take("("):
                self.demand(")")
            return Literal(text == "true", token.at)
        if self.sign() == "(":
            return self.call(text, token)
        if not self.dialect.bare_names:
            self.place -= 1
            self.refuse(_("“%(text)s” is not expected."), text=token.text)
        return Name(text, token.at)

    def call(self, function: str, token: Token) -> Node:
        self.demand("(")
        arguments: list[Node] = []
        if self.sign() != ")":
            arguments.append(self.either())
            while self.take(","):
                arguments.append(self.either())
        self.demand(")")
        if function not in FUNCTIONS:
            raise ExpressionError(
                _("There is no function “%(name)s”.") % {"name": token.text},
                token.at,
            )
        if len(arguments) != FUNCTIONS[function]:
            raise ExpressionError(
                _("“%(name)s” takes %(n)d values.") % {"name": function, "n": FUNCTIONS[function]},
                token.at,
            )
        return Call(function, tuple(arguments), token.at)
