"""Arranges the passport of one published figure: what it says, how it was made, what is in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from evaluation.portal.findings import possible, sentences
from evaluation.portal.formulas import explain_formula
from evaluation.portal.scales import Scale, places_line, round_line
from evaluation.portal.shapes import EditionPage, Node, Row, names_of
from evaluation.portal.sidebyside import period_of
from evaluation.rankings.models import Figure
from surveys.core import numerals
from surveys.core.text import localized


@dataclass(frozen=True)
class Input:
    """A file or import a figure rests on."""

    name: str
    place: str
    origin: str
    digest: str
    attested: str


@dataclass(frozen=True)
class PartLink:
    """A figure that enters another."""

    code: str
    name: str
    points: float | None
    weight: float | None


@dataclass(frozen=True)
class PassportView:
    page: EditionPage
    figure: Figure

    @property
    def passport(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.figure.passport
        return found

    @cached_property
    def row(self) -> Row | None:
        return self.page.by_unit.get(self.figure.unit_code)

    @cached_property
    def node(self) -> Node | None:
        return self.page.by_code.get(self.figure.node)

    @property
    def unit_name(self) -> str:
        return self.row.name if self.row else ""

    @property
    def measure(self) -> str:
        """What the number is, in words."""
        named = {
            "score": _("Score"),
            "rank": _("Place"),
            "points": _("Points"),
            "contribution": _("Points of the score"),
        }
        if self.figure.measure in named and (self.node is None or self.figure.node == self.page.root):
            return named[self.figure.measure]
        return self.node.name if self.node else self.figure.measure

    @property
    def value(self) -> float | None:
        return None if self.figure.value is None else float(self.figure.value)

    @cached_property
    def is_share(self) -> bool:
        return (
            self.node is not None
            and self.figure.measure == "raw"
            and self.node.display in {"share", "count_of"}
        )

    @property
    def is_place(self) -> bool:
        return self.figure.measure == "rank"

    @property
    def written(self) -> str:
        """The number with its sign, in the reader's language."""
        return numerals.share(self.value, 1) if self.is_share and self.value is not None else self.shown

    @cached_property
    def shown(self) -> str:
        """The number as the pages write it."""
        if self.value is None:
            return self.figure.shown
        if self.is_share:
            return numerals.number(self.value * 100, 1)
        if self.is_place:
            return numerals.place(self.value)
        return numerals.number(self.value, 2)

    @cached_property
    def period(self) -> str:
        own = names_of(self.passport.get("period"))
        return localized(own) or (period_of(self.page, self.node) if self.node else "")

    @cached_property
    def sentence(self) -> str:
        """The figure as one sentence with its base and period."""
        words = {
            "measure": self.measure,
            "unit": self.unit_name,
            "value": self.written,
            "n": numerals.number(self.n) if self.n is not None else "",
            "base": localized(self.node.base) if self.node else "",
            "period": self.period,
        }
        if self.is_place and self.period:
            return _("%(unit)s: place %(value)s of %(n)s, %(period)s.") % words
        if self.n is not None and words["base"] and self.period:
            if self.is_share:
                return _("%(measure)s, %(unit)s: %(value)s of %(n)s %(base)s, %(period)s.") % words
            return _("%(measure)s, %(unit)s: %(value)s from %(n)s %(base)s, %(period)s.") % words
        if self.period:
            return _("%(measure)s, %(unit)s: %(value)s, %(period)s.") % words
        return _("%(measure)s, %(unit)s: %(value)s.") % words

    @property
    def n(self) -> float | None:
        found = self.passport.get("n")
        return None if found is None else float(found)

    @property
    def formula(self) -> str:
        return str(self.passport.get("formula") or "")

    @property
    def formula_version(self) -> str:
        return str(self.passport.get("version") or "")

    @property
    def formula_name(self) -> str:
        return localized(names_of(self.passport.get("formula_names")))

    @property
    def explanation(self) -> str:
        return localized(names_of(self.passport.get("formula_texts"))) or explain_formula(self.formula)

    @property
    def method(self) -> str:
        """The formula by name and code, and what it does."""
        told = {"formula": self.formula, "version": self.formula_version}
        return sentences(
            [
                _("%(text)s.") % {"text": self.formula_name} if self.formula_name else "",
                _("Formula %(formula)s, version %(version)s.") % told if self.formula else "",
                self.explanation,
            ]
        )

    @cached_property
    def parts(self) -> list[PartLink]:
        """The figures this one is made of, each with its own passport."""
        return [
            PartLink(
                code=str(item["name"]),
                name=self.page.by_code[item["node"]].name
                if item["node"] in self.page.by_code
                else item["node"],
                points=self._points_of(item),
                weight=item.get("weight"),
            )
            for item in self.passport.get("inputs", ())
            if "node" in item
        ]

    def _points_of(self, item: Mapping[str, Any]) -> float | None:
        """What a part amounts to, as its own figure has it."""
        told, measure = item.get("points"), str(item["name"]).rpartition(".")[2]
        if told is not None or self.row is None:
            return None if told is None else float(told)
        if measure == "score":
            return self.row.score
        cell = self.row.cells.get(str(item["node"]))
        return cell.points if cell and measure == "points" else None

    @property
    def calculation(self) -> str:
        return str(self.passport.get("calculation") or "")

    @cached_property
    def scale(self) -> Scale | None:
        """The interval on a line."""
        lower, upper = self.passport.get("lower"), self.passport.get("upper")
        if lower is None or upper is None or self.value is None:
            return None
        if self.is_place:
            return places_line(self.value, lower, upper, len(self.page.ranked))
        factor, most = (100, 100.0) if self.is_share else (1, None)
        return round_line(self.value * factor, lower * factor, upper * factor, most)

    @cached_property
    def interval_note(self) -> str:
        if self.scale is None:
            return ""
        decimals = 0 if self.is_place else 1
        return _("%(coverage)s interval %(low)s to %(high)s (%(method)s). Sampling error only.") % {
            "coverage": numerals.share(0.95, 0),
            "low": numerals.number(self.scale.lower, decimals),
            "high": numerals.number(self.scale.upper, decimals),
            "method": _method(self.passport.get("method") or "Wilson"),
        }

    @cached_property
    def inputs(self) -> Sequence[Input]:
        return [
            Input(
                name=str(item.get("name") or ""),
                place=str(item.get("place") or item.get("row") or ""),
                origin=localized(names_of(item.get("source") or item.get("origin"))),
                digest=str(item.get("digest") or ""),
                attested=str(item.get("attested") or ""),
            )
            for item in self.passport.get("inputs", ())
            if "node" not in item
        ]

    @cached_property
    def counted(self) -> list[tuple[str, str]]:
        """What is in the figure and what is not, counted by reason."""
        included = self.passport.get("included")
        rows = []
        if included is not None and self.is_place:
            rows.append((_("Ranked"), numerals.number(included)))
        elif included is not None and not self.parts:
            rows.append((_("Counted"), numerals.number(included)))
        for reason, n in dict(self.passport.get("excluded") or {}).items():
            rows.append((reason_name(reason), _number_of(n)))
        return rows

    @cached_property
    def in_score(self) -> str:
        """How the figure enters the score: points times share."""
        cell = self.row.cells.get(self.figure.node) if self.row and self.node else None
        if self.figure.node == self.page.root:
            return ""
        if cell is None or cell.points is None or cell.contribution is None or not self.node:
            return ""
        return (
            f"{numerals.number(cell.points, 2)} × {numerals.number(self.node.share, 2)}"
            f" = {numerals.number(cell.contribution, 2)}"
        )

    @cached_property
    def places(self) -> str:
        if self.row is None or self.row.rank is None:
            return ""
        return _("Place %(rank)s of %(n)d; %(places)s possible") % {
            "rank": numerals.place(self.row.rank),
            "n": len(self.page.ranked),
            "places": numerals.places(*possible(self.row)),
        }


def _number_of(n: float | str | None) -> str:
    """How many are left out; a text stands for too few to be told."""
    if n is None:
        return _("not known")
    return _("fewer than 10") if isinstance(n, str) else numerals.number(n)


def reason_name(reason: str) -> str:
    """Why answers are not in a figure, in words; an unknown reason keeps its code."""
    named = {
        "set_aside": _("Set aside by us"),
        "publisher": _("Set aside by the publisher"),
        "default": _("Default answers counted as satisfied"),
        "static_qr": _("Posted QR codes, counted apart"),
        "dont_know": _("No opinion"),
        "unscreened": _("Not yet screened"),
        "no_target": _("Without a target"),
        "not_reported": _("Not reported"),
        "not_assessed": _("Not assessed"),
        "not_applicable": _("Does not apply"),
        "listed": _("Listed, not ranked"),
    }
    return named.get(reason, reason)


def _method(code: str) -> str:
    """How an interval was found, in the reader's language; names of authors stand as they are."""
    words = {"normal": _("normal distribution"), "simultaneous rank sets": _("simultaneous rank sets")}
    return words.get(code, code)
