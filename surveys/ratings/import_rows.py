"""Turns the columns of a ratings file into rows to store: joins, checks, and every error with its cell.

Rows that agree in all but case, day and comment share one profile; what a profile means is worked out once.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext as _

from surveys.catalogue.enums import Channel, Identity
from surveys.core.cleaning import clean_text
from surveys.core.sealing import sealer
from surveys.ratings.enums import (
    BAD_LEVELS,
    PRIVACY_OF_IDENTITY,
    InvitationState,
    Origin,
    Privacy,
    RatingKind,
    Screening,
)
from surveys.ratings.import_cases import Known, known_cases, random_ids
from surveys.ratings.import_columns import Columns
from surveys.ratings.import_profiles import PROFILE, Profile, Profiles
from surveys.ratings.keys import key_maker
from surveys.ratings.pointers import PURPOSE, plain_pointer
from surveys.ratings.wording import MAX_COMMENT

WITHOUT_CASE = frozenset({Channel.QR_STATIC, Channel.OPINION_BOX, Channel.KIOSK})
EARLIEST = dt.date(2000, 1, 1)

Row = tuple[str, dt.date, str, dt.datetime | None, bytes | None, int]
"""id, day, comment, moment (linked only), sealed pointer (bad and unlinked only), number of the profile."""


@dataclass
class Prepared:
    """What is to be written."""

    ratings: list[Row] = field(default_factory=list)
    profiles: list[Profile] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    used: dict[int, int] = field(default_factory=dict)
    """Invitations that the file uses up, with the place of the row that does."""
    touched: set[tuple[int, dt.date]] = field(default_factory=set)
    early: list[str] = field(default_factory=list)
    """Ratings that claim to be older than the end of their case; screening looks at them."""
    n_known: int = 0


def prepare(columns: Columns, now: dt.datetime, known_keys: Callable[[Sequence[str]], set[str]]) -> Prepared:
    """Check every row and make what is to be stored; errors are noted in the columns' findings."""
    return _Preparation(columns, now).run(known_keys)


class _Preparation:
    """The state of one file's checking."""

    def __init__(self, columns: Columns, now: dt.datetime) -> None:
        self.columns, self.today = columns, timezone.localdate(now)
        self.sealers: dict[dt.date, Callable[[bytes], bytes]] = {}
        self.rated: set[int] = set()
        self.out = Prepared()

    def run(self, known_keys: Callable[[Sequence[str]], set[str]]) -> Prepared:
        columns, values = self.columns, self.columns.values
        n = len(columns)
        cells = list(zip(*(values[key] for key in PROFILE), strict=True))
        profiles = Profiles(columns).read(cells)
        numbers = [profiles.numbers[cell] for cell in cells]
        self.out.profiles = profiles.found
        self._check_days()
        comments = self._comments(values["comment"])
        case_nos = values["case_no"]
        if columns.findings.errors:
            return self.out
        self._check_cases(case_nos, numbers)
        seen = self._keys(case_nos, numbers)
        cases = known_cases(case_nos)
        rows: list[Row | None] = list(
            zip(random_ids(n), columns.days, comments, [None] * n, [None] * n, numbers, strict=True)
        )
        if cases:
            self._join(rows, cases)
        return self._finished(rows, seen, known_keys(list(seen)))

    def _check_days(self) -> None:
        strange = {day for day in set(self.columns.days) if not EARLIEST <= day <= self.today}
        for place, day in enumerate(self.columns.days if strange else ()):
            if day in strange and day != dt.date.max:
                self.columns.error(
                    place, "rated_at", "implausible_time",
                    _("%(day)s lies in the future or before 2000.") % {"day": day.isoformat()},
                    _("Write the time at which the resident rated."),
                )  # fmt: skip

    def _comments(self, cells: list[str | None]) -> list[str]:
        found = []
        for place, cell in enumerate(cells):
            text = clean_text(cell) if cell else ""
            if len(text) > MAX_COMMENT:
                self.columns.error(
                    place, "comment", "too_long",
                    _("The comment has %(n)s characters; at most %(most)s fit.")
                    % {"n": len(text), "most": MAX_COMMENT},
                    _("Shorten it."),
                )  # fmt: skip
            found.append(text)
        return found

    def _check_cases(self, case_nos: list[str | None], numbers: list[int]) -> None:
        if None not in case_nos:
            return
        for place, (case_no, number) in enumerate(zip(case_nos, numbers, strict=True)):
            if case_no is None and self.out.profiles[number].channel not in WITHOUT_CASE:
                self.columns.error(
                    place, "case_no", "required",
                    _("The case number is empty; in this channel every rating belongs to a case."),
                    _("Write the case number."),
                )  # fmt: skip

    def _keys(self, case_nos: list[str | None], numbers: list[int]) -> dict[str, int]:
        """The key of every row that has a case, with its place; a second row of one key is an error."""
        rests = [profile.rest for profile in self.out.profiles]
        key_of = key_maker()
        keys = [
            None if case_no is None else key_of(case_no, rests[number])
            for case_no, number in zip(case_nos, numbers, strict=True)
        ]
        seen = {key: place for place, key in enumerate(keys) if key is not None}
        if len(seen) + keys.count(None) != len(keys):
            first: dict[str, int] = {}
            for place, key in enumerate(keys):
                if key is not None and first.setdefault(key, place) != place:
                    self._twice(place, first[key])
        return seen

    def _twice(self, place: int, first: int) -> None:
        self.columns.error(
            place, "case_no", "rated_twice",
            _("This case, stage, service number and rating number stands in row %(row)d already.")
            % {"row": self.columns.numbers[first]},
            _("Delete one of the two rows."),
        )  # fmt: skip

    def _join(self, rows: list[Row | None], cases: Mapping[tuple[str, str, int], Known]) -> None:
        """Give the rows of cases we know what is known of them."""
        for place, (case_no, row) in enumerate(zip(self.columns.values["case_no"], rows, strict=True)):
            if case_no is None or row is None:
                continue
            profile = self.out.profiles[row[5]]
            known = cases.get((case_no, profile.stage, profile.service_no))
            if known is None:
                continue
            is_first = profile.kind == RatingKind.INITIAL and profile.origin == Origin.ACTIVE
            if known.state == InvitationState.USED and is_first:
                self.rated.add(place)
            else:
                rows[place] = self._of_known(place, row, profile, known)

    def _of_known(self, place: int, row: Row, profile: Profile, known: Known) -> Row:
        """A rating of a case we know: linked as its identity says, else with a sealed pointer if it is bad."""
        if known.service_id != profile.service_id:
            self.columns.error(
                place, "service_code", "other_service",
                _("This case belongs to another service."),
                _("Write the service code of the case, or correct the case number."),
            )  # fmt: skip
        linked = PRIVACY_OF_IDENTITY[Identity(known.identity)] == Privacy.LINKED
        moment = self.columns.moment(self.columns.values["rated_at"][place])
        active = profile.origin == Origin.ACTIVE
        early = active and moment < known.finished_at
        if early:
            self.out.early.append(row[0])
        if active and known.state != InvitationState.USED:
            self.out.used[known.invitation_id] = place
        pointer = None
        if not linked and active and profile.level in BAD_LEVELS:
            pointer = self._sealer(row[1])(plain_pointer(known.matter_id))
        self.out.profiles.append(
            profile._replace(
                privacy=Privacy.LINKED if linked else Privacy.UNLINKED,
                matter_id=known.matter_id if linked else None,
                organisation_id=known.organisation_id,
                point_id=known.point_id,
                screening=Screening.UNSCREENED
                if early and profile.screening == Screening.KEPT
                else profile.screening,
            )
        )
        return (row[0], row[1], row[2], moment if linked else None, pointer, len(self.out.profiles) - 1)

    def _sealer(self, day: dt.date) -> Callable[[bytes], bytes]:
        month = day.replace(day=1)
        if month not in self.sealers:
            self.sealers[month] = sealer(PURPOSE, month)
        return self.sealers[month]

    def _finished(self, rows: list[Row | None], seen: Mapping[str, int], known: set[str]) -> Prepared:
        """Leave out what is stored already; what stays is put in the order of its random keys."""
        out = self.out
        dropped = {seen[key] for key in known} | self.rated
        kept = [row for row in rows if row is not None]
        keys = list(seen)
        if dropped:
            kept = [row for place, row in enumerate(rows) if row is not None and place not in dropped]
            keys = [key for key, place in seen.items() if place not in dropped]
            out.used = {pk: place for pk, place in out.used.items() if place not in dropped}
        units = [profile.organisation_id for profile in out.profiles]
        spans = {(number, day.replace(day=1)) for number, day in {(row[5], row[1]) for row in kept}}
        out.touched = {(units[number], month) for number, month in spans}
        kept.sort()
        out.ratings, out.keys, out.n_known = kept, sorted(keys), len(dropped)
        stored = {row[0] for row in kept} if out.early else set()
        out.early = [pk for pk in out.early if pk in stored]
        return out
