"""Sentences about one unit of an edition, and the cautions to read every ranking with."""

from django.utils.translation import gettext as _

from evaluation.portal.findings import HARDLY, main_agreement, sentences
from evaluation.portal.shapes import Change, EditionPage, Lift, Node, Row
from surveys.core import numerals
from surveys.core.text import localized

FEW = 500
UNRELIABLE = 0.5
COUNTED = frozenset({"kpi_targets", "audit"})


def place_at(page: EditionPage, row: Row, node: Node) -> tuple[int, int] | None:
    """The unit's place at one node among all units that have points there."""
    own = row.cells.get(node.code)
    if own is None or own.points is None:
        return None
    points = [
        cell.points
        for other in page.rows
        if (cell := other.cells.get(node.code)) is not None and cell.points is not None
    ]
    return 1 + sum(value > own.points for value in points), len(points)


def headline(page: EditionPage, row: Row) -> str:
    """Where the unit is best, and where most points are still to be won."""
    if not row.is_ranked:
        return _("Listed, not ranked: %(reason)s") % {"reason": localized(row.reason)}
    places = [(place, node) for node in page.blocks if (place := place_at(page, row, node)) is not None]
    parts = []
    if places:
        (best, n), node = min(places, key=lambda found: (found[0][0] / found[0][1], found[1].code))
        parts.append(
            _("Strongest in “%(node)s”: place %(place)d of %(n)d.")
            % {"node": node.name, "place": best, "n": n}
        )
    if (weakest := open_points(page, row)) is not None:
        node, points = weakest
        parts.append(
            _("Most points are still open in “%(node)s”: %(points)s.")
            % {"node": node.name, "points": numerals.number(points, 1)}
        )
    return sentences(parts)


def open_points(page: EditionPage, row: Row) -> tuple[Node, float] | None:
    """The block with most points not won, if any are open."""
    gaps = [
        (cell.possible - cell.contribution, node)
        for node in page.blocks
        if (cell := row.cells.get(node.code)) is not None
        and cell.possible is not None
        and cell.contribution is not None
    ]
    if not gaps:
        return None
    gap, node = max(gaps, key=lambda found: (found[0], found[1].code))
    return (node, gap) if gap > 0.05 else None


def lift_title(row: Row, lifts: tuple[Lift, ...]) -> str:
    """The change that would lift it furthest."""
    best = max(lifts, key=lambda lift: lift.gain)
    words = {"gain": numerals.number(best.gain, 1)}
    if best.rank is None or row.rank is None or best.rank >= row.rank:
        return _("The largest single gain is %(gain)s points; it changes no place") % words
    words |= {"before": numerals.place(row.rank), "after": numerals.place(best.rank)}
    return (
        _("The largest single gain, %(gain)s points, would lift it from place %(before)s to %(after)s")
        % words
    )


def change_title(change: Change) -> str:
    """What changed against the edition before, or why nothing may be compared."""
    if not change.is_comparable:
        return _("What changed: the two editions cannot be compared")
    if change.score_change is None:
        return _("What changed: there is no earlier score")
    words = {"change": numerals.signed(change.score_change, 1), "cycle": localized(change.names)}
    if not change.rank_change:
        return _("What changed: %(change)s points since %(cycle)s, the place stays") % words
    words["places"] = numerals.signed(-change.rank_change, 0)
    return _("What changed: %(change)s points and %(places)s places since %(cycle)s") % words


def targets_title(row_targets: list[bool | None]) -> str:
    counted = [met for met in row_targets if met is not None]
    return _("%(met)d of %(n)d targets were met") % {"met": sum(counted), "n": len(counted)}


def cautions(page: EditionPage) -> list[str]:
    """What to keep in mind: who answered, periods, thin evidence, what is missing, how sources relate."""
    found: list[str] = []
    bases = [(node, page.base_of(node)) for node in page.blocks]
    if any(base.origin == "tally" for _node, base in bases):
        found.append(_("People choose to answer. The ratings are not a sample of all users."))
    periods = [(node.name, base.periods[0].text) for node, base in bases if base.periods]
    if len({text for _name, text in periods}) > 1:
        told = numerals.statements(f"{name} {text}" for name, text in periods)
        found.append(_("The periods differ: %(periods)s.") % {"periods": told})
    if any(node.reading == "sample" and node.origin in COUNTED for node in page.nodes):
        found.append(
            _(
                "Targets and checks are read as a sample of what an organisation does: "
                "few of them mean wide margins."
            )
        )
    if (thin := thinnest(page)) is not None:
        row, node, n = thin
        found.append(
            _("The place of %(unit)s rests on %(n)s %(base)s.")
            % {"unit": row.short, "n": numerals.number(n), "base": localized(node.base)}
        )
    found += [
        _("%(unit)s is listed, not ranked. %(reason)s.")
        % {"unit": row.short, "reason": localized(row.reason)}
        for row in page.listed
    ]
    pair = main_agreement(page)
    if pair is not None and abs(pair.spearman) < HARDLY:
        found.append(_("The sources measure different things; a change of weights changes the order."))
    if page.reliability is not None and page.reliability < UNRELIABLE:
        found.append(
            _("Less than half of the differences between scores is more than chance (reliability %(share)s).")
            % {"share": numerals.number(page.reliability, 2)}
        )
    found += [
        _("A check of the data failed and two people let it pass: %(reason)s") % {"reason": localized(reason)}
        for reason in page.overrides
    ]
    return found + [localized(note) for note in page.notes]


def thinnest(page: EditionPage) -> tuple[Row, Node, float] | None:
    """The ranked unit with fewest ratings, where they are few."""
    found = [
        (cell.n, row, base)
        for node in page.blocks
        if (base := page.base_of(node)).origin == "tally"
        for row in page.ranked
        if (cell := row.cells.get(base.code)) is not None and cell.n is not None
    ]
    if not found:
        return None
    n, row, base = min(found, key=lambda item: (item[0], item[1].unit))
    return (row, base, n) if n < FEW else None
