"""One number of the panel with everything its passport needs: base, interval, formula, period, files."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Origin:
    """A file or table that a number rests on, and who answers for it."""

    name: str
    digest: str = ""
    place: str = ""
    source: str = ""
    attested: str = ""
    rows: int | None = None
    kind: str = ""


@dataclass(frozen=True)
class Cell:
    """A unit's value in one column; shares are percent (0-100), `is_share` says so.

    `reason` is the code of why there is no value; `applies` is False where none is due. lower and upper
    bound the value at 95 %. `numerator` of `denominator` give the value where it is a share of counts.
    `excluded` counts what is left out by reason; None is not known, "1-9" too few to be told.
    """

    unit: str
    column: str
    source: str
    formula: str
    version: str = "1"
    value: float | None = None
    se: float | None = None
    n: float | None = None
    n_eff: float | None = None
    lower: float | None = None
    upper: float | None = None
    method: str = ""
    numerator: float | None = None
    denominator: float | None = None
    is_share: bool = False
    applies: bool = True
    reason: str = ""
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None
    included: int | None = None
    excluded: Mapping[str, int | str | None] = field(default_factory=dict)
    origins: tuple[Origin, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The cell as a Run keeps it; dates in ISO form."""
        found = asdict(self)
        found["starts_on"] = self.starts_on.isoformat() if self.starts_on else None
        found["ends_on"] = self.ends_on.isoformat() if self.ends_on else None
        found["excluded"] = dict(self.excluded)
        found["origins"] = [asdict(origin) for origin in self.origins]
        return found


def cell_from_json(found: Mapping[str, Any]) -> Cell:
    """The cell a Run kept."""
    starts_on, ends_on = found["starts_on"], found["ends_on"]
    return Cell(
        **{
            **found,
            "starts_on": dt.date.fromisoformat(starts_on) if starts_on else None,
            "ends_on": dt.date.fromisoformat(ends_on) if ends_on else None,
            "origins": tuple(Origin(**origin) for origin in found["origins"]),
        }
    )
