"""Sentences that say what an edition found, made from its figures alone; each is true or is not said."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from evaluation.portal.shapes import Agreement, EditionPage, LevelCounts, Node, Row, Trial
from evaluation.rankings.enums import Tier
from surveys.core import numerals
from surveys.core.text import localized

NAMED = 3
NAMED_AT_MOST = 4
HARDLY, PARTLY = 0.3, 0.6
TIERS = (Tier.TOP, Tier.MIDDLE, Tier.BOTTOM)


@dataclass(frozen=True)
class Mover:
    """A unit whose place differs between two rankings."""

    row: Row
    before: float
    after: float


def sentences(parts: Sequence[str]) -> str:
    """Whole sentences one after another: a space between them where the script has spaces."""
    gap = "" if (get_language() or "").startswith("zh") else " "
    return gap.join(part for part in parts if part)


def possible(row: Row) -> tuple[int, int]:
    """The widest span of places known: from sampling, and from changed weights where they were drawn."""
    low, high = row.lower or 0, row.upper or 0
    return min(low, row.joint_lower or low), max(high, row.joint_upper or high)


def groups(page: EditionPage) -> list[list[Row]]:
    """Ranked units cut wherever no unit above can change places with one below."""
    spans = [possible(row) for row in page.ranked]
    lowest_below = [low for low, _high in spans]
    for at in range(len(spans) - 2, -1, -1):
        lowest_below[at] = min(lowest_below[at], lowest_below[at + 1])
    found: list[list[Row]] = []
    reach = 0
    for row, (_low, high), below in zip(page.ranked, spans, lowest_below, strict=True):
        if not found or reach < below:
            found.append([])
        found[-1].append(row)
        reach = max(reach, high)
    return found


def by_tier(page: EditionPage) -> list[tuple[str, list[Row]]]:
    """Ranked units under the tier they surely belong to, empty tiers left out."""
    return [
        (str(tier.label), rows)
        for tier in TIERS
        if (rows := [row for row in page.ranked if row.tier == tier])
    ] or [(str(Tier.MIDDLE.label), list(page.ranked))]


def headline(page: EditionPage) -> str:
    """Who is ahead and who is behind, as far as that is certain."""
    if page.withdrawn_at is not None:
        return _("This edition was withdrawn.")
    if not page.ranked:
        return _("No organisation could be ranked.")
    cut = groups(page)
    parts = []
    if len(cut) > 1 and len(cut[0]) <= NAMED:
        first = numerals.listed([row.short for row in cut[0]])
        parts.append(ngettext("%(names)s leads.", "%(names)s lead.", len(cut[0])) % {"names": first})
    if len(cut) > 1 and len(cut[-1]) <= NAMED:
        last = numerals.listed([row.short for row in cut[-1]])
        parts.append(ngettext("%(names)s trails.", "%(names)s trail.", len(cut[-1])) % {"names": last})
    if not parts and len(cut) > 1:
        parts.append(_("%(n)d groups can be told apart.") % {"n": len(cut)})
    return sentences(parts) or _("Who leads is not certain: the possible places overlap from first to last.")


def lead(page: EditionPage) -> str:
    """How much of the order is certain, and how many could be ranked."""
    if not page.ranked:
        return ""
    cut = groups(page)
    parts = []
    if len(cut) == 1 < len(page.ranked):
        parts += _first_and_rest(page)
    if len(cut) == len(page.ranked) > 1:
        parts.append(_("Every place is certain."))
    elif len(cut) > 1:
        parts.append(
            _("%(n)d groups can be told apart; inside a group the order is not certain.") % {"n": len(cut)}
        )
    numbers = {"ranked": len(page.ranked), "all": len(page.rows)}
    if page.listed:
        parts.append(_("%(ranked)d of %(all)d organisations could be ranked.") % numbers)
    else:
        parts.append(_("All %(all)d organisations could be ranked.") % numbers)
    return sentences(parts)


def _first_and_rest(page: EditionPage) -> list[str]:
    """What can be said of the top where possible places overlap throughout."""
    first = page.ranked[0]
    low, high = possible(first)
    parts = [
        _("%(unit)s has the highest score; its place may be %(places)s.")
        % {"unit": first.short, "places": numerals.places(low, high)}
    ]
    not_first = [row.short for row in page.ranked if possible(row)[0] > 1]
    n_not_first = len(not_first)
    if 0 < n_not_first <= NAMED_AT_MOST:
        parts.append(_("%(names)s cannot be first.") % {"names": numerals.listed(not_first)})
    elif n_not_first:
        parts.append(
            ngettext(
                "%(n)d organisation cannot be first.", "%(n)d organisations cannot be first.", n_not_first
            )
            % {"n": n_not_first}
        )
    return parts


def tier_title(page: EditionPage) -> str:
    """The message of the ranking picture."""
    top = sum(row.tier == Tier.TOP for row in page.ranked)
    bottom = sum(row.tier == Tier.BOTTOM for row in page.ranked)
    if not top and not bottom:
        return _("No place in the first or the last third is certain")
    return _("%(top)d of %(all)d are surely in the first third, %(bottom)d in the last") % {
        "top": top,
        "bottom": bottom,
        "all": len(page.ranked),
    }


def main_agreement(page: EditionPage) -> Agreement | None:
    """The pair of sources worth a sentence: residents against internal results, else the least alike."""
    pairs = [pair for pair in page.agreements if pair.n >= 3]
    if not pairs:
        return None

    def told(pair: Agreement) -> tuple[bool, float]:
        origins = {page.base_of(page.by_code[code]).origin[:3] for code in (pair.first, pair.second)}
        return origins != {"tal", "kpi"}, abs(pair.spearman)

    return min(pairs, key=told)


def agreement_title(page: EditionPage) -> str:
    pair = main_agreement(page)
    if pair is None:
        return _("The sources side by side")
    names = {"a": page.by_code[pair.first].name, "b": page.by_code[pair.second].name}
    if abs(pair.spearman) < HARDLY:
        return _("“%(a)s” and “%(b)s” hardly go together") % names
    if pair.spearman < 0:
        return _("“%(a)s” and “%(b)s” point in opposite directions") % names
    if pair.spearman < PARTLY:
        return _("“%(a)s” and “%(b)s” agree only in part") % names
    return _("“%(a)s” and “%(b)s” mostly agree") % names


def agreement_note(page: EditionPage) -> str:
    pair = main_agreement(page)
    if pair is None:
        return ""
    return _("Rank correlation of “%(a)s” and “%(b)s”: %(rho)s over %(n)d organisations.") % {
        "a": page.by_code[pair.first].name,
        "b": page.by_code[pair.second].name,
        "rho": numerals.number(pair.spearman, 2),
        "n": pair.n,
    }


def movers(page: EditionPage, trial: Trial) -> list[Mover]:
    """Units whose place the trial changes, the widest move first."""
    found = [
        Mover(row, row.rank, trial.ranks[row.unit])
        for row in page.ranked
        if row.rank is not None and trial.ranks.get(row.unit, row.rank) != row.rank
    ]
    return sorted(found, key=lambda mover: (-abs(mover.after - mover.before), mover.after, mover.row.unit))


def raised(page: EditionPage, trial: Trial) -> Node:
    """The block whose weight the trial raises most."""
    weights = dict(trial.weights)
    return max(page.blocks, key=lambda node: weights.get(node.code, 0.0) - node.share)


def weights_title(page: EditionPage, trial: Trial) -> str:
    """What the other weights would change, by the unit that moves furthest."""
    node = raised(page, trial)
    share = numerals.share(dict(trial.weights)[node.code], 0)
    moved = movers(page, trial)
    if not moved:
        return _("The order stays the same if “%(node)s” counts %(share)s") % {
            "node": node.name,
            "share": share,
        }
    return _(
        "Weights matter: %(unit)s moves from place %(before)s to %(after)s if “%(node)s” counts %(share)s"
    ) % {
        "unit": moved[0].row.short,
        "before": numerals.place(moved[0].before),
        "after": numerals.place(moved[0].after),
        "node": node.name,
        "share": share,
    }


def weights_note(page: EditionPage, trial: Trial) -> str:
    """The two sets of weights in words, and how far from the top nothing moves."""
    weights = dict(trial.weights)
    stays = 0
    for row in page.ranked:
        if trial.ranks.get(row.unit) != row.rank:
            break
        stays += 1
    parts = [
        _("Places under the published weights (%(now)s) and under others (%(then)s).")
        % {
            "now": numerals.listed([f"{node.name} {100 * node.share:.0f}" for node in page.blocks]),
            "then": numerals.listed([f"{node.name} {100 * weights[node.code]:.0f}" for node in page.blocks]),
        }
    ]
    if 0 < stays < len(page.ranked):
        parts.append(ngettext("The first place stays.", "The first %(n)d places stay.", stays) % {"n": stays})
    return sentences(parts)


def levels_title(levels: LevelCounts) -> str:
    """Whether answers gather at both ends, or how many are good."""
    top, bottom = levels.rows[0], levels.rows[-1]
    if levels.n and len(levels.rows) > 2:
        ends = (top[2] / levels.n, bottom[2] / levels.n)
        if min(ends) > 0.15 and sum(ends) > 0.6:
            return _("Most answers lie at the two ends: %(top)s %(best)s, %(bottom)s %(worst)s") % {
                "top": numerals.share(ends[0], 0),
                "best": localized(top[0]),
                "bottom": numerals.share(ends[1], 0),
                "worst": localized(bottom[0]),
            }
    if len(levels.rows) == 2:
        return _("%(share)s answered “%(answer)s”") % {
            "share": numerals.share(top[2] / max(levels.n, 1), 0),
            "answer": localized(top[0]),
        }
    good = sum(n for _names, level, n in levels.rows if level >= 4)
    return _("%(share)s gave one of the two best answers") % {
        "share": numerals.share(good / max(levels.n, 1), 0)
    }
