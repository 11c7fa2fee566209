"""The conditions of an XLSForm in our language: what cannot be carried, and what falls with it."""

from collections.abc import Mapping
from decimal import Decimal
from functools import reduce
from typing import Any

from django.utils.translation import gettext as _

from surveys.instruments.expressions.nodes import Binary, Call, ExpressionError, Literal, Name, Node
from surveys.instruments.expressions.writing import write_condition
from surveys.instruments.interchange.xlsform_kinds import Asked
from surveys.instruments.interchange.xlsform_lists import ChoiceLists
from surveys.instruments.interchange.xlsform_parts import implied, own_part
from surveys.instruments.interchange.xlsform_rows import Survey
from surveys.instruments.interchange.xpath import read_xpath
from surveys.instruments.shapes import Option, Question


def settle_conditions(found: Survey, lists: ChoiceLists) -> None:
    """Write every condition in our language; a question whose condition cannot be carried is refused.

    Asking everybody what was meant for some would be worse than not asking. What looks at a refused question is
    refused too, until nothing more falls.
    """
    known = _Known(found, lists)
    while True:
        fallen = [asked for asked in found.asked if not known.settle(asked)]
        if not fallen:
            break
        found.asked = [asked for asked in found.asked if asked not in fallen]
        known = _Known(found, lists)
    for asked in found.asked:
        known.constraint(asked)
    for sectioned in found.sections:
        known.settle_section(sectioned.section, sectioned.relevant, sectioned.line)
    _drop_empty_sections(found)
    lists.used = {asked.list_name for asked in found.asked}
    _section_loose_questions(found)


class _Known:
    """The names that conditions may look at."""

    def __init__(self, found: Survey, lists: ChoiceLists) -> None:
        taken = {asked.question["code"] for asked in found.asked}
        self.codes = {name: code for name, code in found.names.code_of.items() if code in taken}
        self.cells = {name: cell for name, cell in found.cells.items() if cell[0] in taken}
        self.values: Mapping[str, str] = lists.values

    def rename(self, node: Name) -> Node:
        if node.code in self.cells:
            grid, row = self.cells[node.code]
            return Call("cell", (Name(grid, node.at), Literal(row, node.at)), node.at)
        if node.code not in self.codes:
            raise ExpressionError(
                _("“%(name)s” is not a question that was taken.") % {"name": node.code}, node.at
            )
        return Name(self.codes[node.code], node.at)

    def read(self, text: str) -> Node:
        return _restored(read_xpath(text, self.rename), self.values)

    def settle(self, asked: Asked) -> bool:
        """Read the conditions of a question; False where it has to be refused."""
        try:
            trees = [self.read(text) for text in asked.relevants]
        except ExpressionError as error:
            asked.refuse(_("Its condition cannot be carried: %(reason)s") % {"reason": error.message})
            return False
        if trees:
            asked.question["relevant"] = write_condition(reduce(_both, trees))
        return True

    def constraint(self, asked: Asked) -> None:
        if not asked.constraint:
            return
        safe = {own: name for name, own in self.values.items()}
        own = own_part(asked.constraint, implied(_shape(asked.question), safe))
        text = asked.constraint if own is None else own
        try:
            if text:
                asked.question["constraint"] = write_condition(self.read(text))
        except ExpressionError as error:
            asked.line.change(_("Its constraint is not carried: %(reason)s") % {"reason": error.message})

    def settle_section(self, section: dict[str, Any], text: str, line: Any) -> None:
        if not text:
            return
        try:
            section["relevant"] = write_condition(self.read(text))
        except ExpressionError as error:
            line.refuse(_("Its condition cannot be carried: %(reason)s") % {"reason": error.message})


def _both(left: Node, right: Node) -> Node:
    return Binary("and", left, right)


def _restored(node: Node, values: Mapping[str, str]) -> Node:
    """The tree with the options called as they are called here."""
    if isinstance(node, Literal) and isinstance(node.value, str) and node.value in values:
        return Literal(values[node.value], node.at)
    if isinstance(node, Call):
        return Call(node.function, tuple(_restored(part, values) for part in node.arguments), node.at)
    if isinstance(node, Binary):
        return Binary(node.operator, _restored(node.left, values), _restored(node.right, values), node.at)
    return node


def _shape(question: Mapping[str, Any]) -> Question:
    """As much of a question as says which conditions follow from its limits."""
    options = tuple(
        Option(option["value"], {}, exclusive=option.get("exclusive", False))
        for option in question.get("options", ())
    )
    return Question(
        code=question["code"],
        kind=question["kind"],
        texts={},
        options=options,
        minimum=_decimal(question.get("minimum")),
        maximum=_decimal(question.get("maximum")),
        max_length=question.get("max_length"),
        min_choices=question.get("min_choices"),
        max_choices=question.get("max_choices"),
    )


def _decimal(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _drop_empty_sections(found: Survey) -> None:
    """A section whose questions were all refused falls with them; so do those of a section that was refused."""
    refused = {one.section["code"] for one in found.sections if one.line.outcome.value == "refused"}
    for asked in found.asked:
        if asked.section in refused:
            asked.refuse(_("The group it stands in was refused."))
    found.asked = [asked for asked in found.asked if asked.section not in refused]
    filled = {asked.section for asked in found.asked}
    for sectioned in found.sections:
        if sectioned.section["code"] not in filled | refused:
            sectioned.line.refuse(_("None of its questions was taken."))
    found.sections = [one for one in found.sections if one.section["code"] in filled]


def _section_loose_questions(found: Survey) -> None:
    """Where there are sections, questions outside them get sections without a heading."""
    if not found.sections:
        return
    known = {one.section["code"]: one for one in found.sections}
    order: list[Any] = []
    here = None
    for asked in found.asked:
        if not asked.section:
            if here is None or here.section["code"] in known:
                code = f"part_{len(order) + 1}"
                here = type(found.sections[0])(asked.line, {"code": code}, "")
                order.append(here)
            asked.section = here.section["code"]
        elif here is None or here.section["code"] != asked.section:
            here = known[asked.section]
            order.append(here)
        asked.question["section"] = asked.section
    found.sections = order
