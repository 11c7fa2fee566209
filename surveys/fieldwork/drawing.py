"""Sharing a sample out over strata and drawing it, so that anyone with frame and seed draws the same people."""

import hashlib
from collections.abc import Iterable, Mapping
from fractions import Fraction

from django.utils.translation import gettext as _

from surveys.core.digests import digest
from surveys.fieldwork.enums import Allocation

LEAST = 2
"""A stratum needs two answers before its spread can be told."""


class DrawRefusedError(ValueError):
    """A sample that cannot be drawn like this; carries the sentence why."""


def allocate(
    n: int, sizes: Mapping[str, int], method: str, spreads: Mapping[str, float | None] | None = None
) -> dict[str, int]:
    """How many to draw from each stratum; at least two where it has two, never more than it has.

    proportional: n·N_h/N; neyman: n·N_h·S_h/ΣN_h·S_h (Neyman 1934); fixed: the same in each. What is left by
    rounding goes to the largest remainders, ties to the first code.
    """
    if not sizes or min(sizes.values()) <= 0:
        raise DrawRefusedError(_("Every stratum needs people to draw from."))
    total = sum(sizes.values())
    if n > total:
        raise DrawRefusedError(
            _("%(n)d people are to be drawn, but the frame holds %(total)d.") % {"n": n, "total": total}
        )
    least = {code: min(LEAST, size) for code, size in sizes.items()}
    if n < sum(least.values()):
        raise DrawRefusedError(
            _("%(n)d people are too few for %(strata)d strata; draw at least %(least)d.")
            % {"n": n, "strata": len(sizes), "least": sum(least.values())}
        )
    shares = _shares(sizes, method, spreads or {})
    found = dict(least)
    while (left := n - sum(found.values())) > 0:
        open_shares = {code: shares[code] for code in sizes if found[code] < sizes[code]}
        if not any(open_shares.values()):
            open_shares = dict.fromkeys(open_shares, Fraction(1))
        found = _towards(found, open_shares, sizes, left)
    return found


def _shares(
    sizes: Mapping[str, int], method: str, spreads: Mapping[str, float | None]
) -> dict[str, Fraction]:
    if method == Allocation.FIXED:
        return dict.fromkeys(sizes, Fraction(1))
    if method == Allocation.PROPORTIONAL:
        return {code: Fraction(size) for code, size in sizes.items()}
    unknown = sorted(code for code in sizes if not spreads.get(code))
    if unknown:
        raise DrawRefusedError(
            _("Neyman allocation needs the spread of answers in every stratum; it is missing for %(strata)s.")
            % {"strata": ", ".join(unknown)}
        )
    return {
        code: size * Fraction(spreads[code] or 0).limit_denominator(10**6) for code, size in sizes.items()
    }


def _towards(
    held: Mapping[str, int], shares: Mapping[str, Fraction], sizes: Mapping[str, int], left: int
) -> dict[str, int]:
    """One step: the open strata share all that is theirs; whoever is full drops out of the next step."""
    total = sum(shares.values())
    pool = left + sum(held[code] for code in shares)
    wanted = {code: pool * share / total for code, share in shares.items()}
    found = dict(held)
    for code, exact in wanted.items():
        found[code] = min(sizes[code], max(held[code], int(exact)))
    over = sum(found.values()) - sum(held.values()) - left
    order = sorted(wanted, key=lambda code: (-(wanted[code] - int(wanted[code])), code))
    if over < 0:
        for code in order[:-over]:
            found[code] = min(sizes[code], found[code] + 1)
    for code in reversed(order):
        while over > 0 and found[code] > held[code]:
            found[code] -= 1
            over -= 1
    return found


def place_of(seed: str, stratum: str, reference: str) -> str:
    """Where a person stands in the queue of a stratum: SHA-256 of seed, stratum and reference."""
    return hashlib.sha256(f"{seed}\n{stratum}\n{reference}".encode()).hexdigest()


def draw(entries: Iterable[tuple[str, str]], wanted: Mapping[str, int], seed: str) -> list[str]:
    """References of the drawn from (stratum, reference) pairs: in each stratum the first in the seed's queue.

    Neither the order of the frame nor any generator matters: with a spreadsheet and SHA-256 it can be repeated.
    """
    queues: dict[str, list[tuple[str, str]]] = {}
    for stratum, reference in entries:
        queues.setdefault(stratum, []).append((place_of(seed, stratum, reference), reference))
    found: list[str] = []
    for stratum in sorted(wanted):
        queue = sorted(queues.get(stratum, []))
        if len(queue) < wanted[stratum]:
            raise DrawRefusedError(
                _("Stratum %(stratum)s has %(has)d people on the frame; %(wanted)d are to be drawn.")
                % {"stratum": stratum, "has": len(queue), "wanted": wanted[stratum]}
            )
        found += [reference for _place, reference in queue[: wanted[stratum]]]
    return found


def draw_digest(seed: str, references: Iterable[str]) -> str:
    """The fingerprint of a draw."""
    return digest({"seed": seed, "drawn": sorted(references)})
