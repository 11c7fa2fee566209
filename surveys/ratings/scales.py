"""Scales that counts may come in: their options from low to high, which are bad and which are good."""

from dataclasses import dataclass
from functools import lru_cache

GOOD_FROM = 0.7
K_RANGE = range(2, 12)


class ScaleUnknownError(LookupError):
    """No scale has this code."""


@dataclass(frozen=True)
class Scale:
    """One scale; `bad` options open cases, `good` ones make the top share."""

    code: str
    options: tuple[str, ...]
    bad: frozenset[str]
    good: frozenset[str]

    @property
    def bad_positions(self) -> tuple[int, ...]:
        return tuple(place for place, option in enumerate(self.options) if option in self.bad)


LEVEL5 = Scale("level5", ("1", "2", "3", "4", "5"), frozenset("12"), frozenset("45"))
NAMED = {
    scale.code: scale
    for scale in (
        LEVEL5,
        Scale("level2", ("dissatisfied", "satisfied_or_neutral"), frozenset({"dissatisfied"}), frozenset()),
        Scale("yesno", ("no", "yes"), frozenset({"no"}), frozenset({"yes"})),
        Scale(
            "nps11",
            tuple(str(number) for number in range(11)),
            frozenset(str(number) for number in range(7)),
            frozenset({"9", "10"}),
        ),
    )
}
SCALE_CODES = (*NAMED, *(f"k{k}" for k in K_RANGE))


@lru_cache
def scale_of(code: str) -> Scale:
    """The scale of that code; k2 to k11 are plain scales of so many points."""
    if code in NAMED:
        return NAMED[code]
    if not code.startswith("k") or not code[1:].isdigit() or int(code[1:]) not in K_RANGE:
        raise ScaleUnknownError(code)
    k = int(code[1:])
    share = {str(number): (number - 1) / (k - 1) for number in range(1, k + 1)}
    return Scale(
        code=code,
        options=tuple(share),
        bad=frozenset(option for option, value in share.items() if value < 0.5),
        good=frozenset(option for option, value in share.items() if value >= GOOD_FROM),
    )
