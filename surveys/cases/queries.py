"""Reads of cases: what is to be opened, lists with their clocks, one case, a resident's case by receipt."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Max, Prefetch, Q, QuerySet

from surveys.cases.clocks import Reading, read
from surveys.cases.enums import CLOSED_STATES, Clock, Move, RequestState, State
from surveys.cases.models import Case, CaseMove, Note, ReplyTemplate, TimeRequest
from surveys.cases.rules import cases_in_scope, cases_to_call, seats_at
from surveys.cases.transitions import moves_from
from surveys.core.calendar import Calendar
from surveys.core.models import LogEntry
from surveys.core.text import localized
from surveys.instruments.queries import definition_of
from surveys.ratings.enums import BAD_LEVELS, Arrival, Origin, RatingKind, Screening
from surveys.ratings.models import Rating
from surveys.ratings.queries import rating_by_receipt

BEFORE_ASSIGNED = (State.RECEIVED, State.PRE_REVIEWED)
IN_NOBODYS_HANDS = Q(state__in=BEFORE_ASSIGNED) | Q(handler__is_active=False) & ~Q(state__in=CLOSED_STATES)
ASKING = frozenset({Move.CALL_BACK, Move.SOLVED, Move.REPLIED, Move.NOT_SOLVED})
OPEN_FIRST = F("closed_on").asc(nulls_first=True)
BY_DEADLINE = F("due_on").asc(nulls_last=True)
"""Said outright: databases differ in where they put what is empty."""
LOOK_BACK = timedelta(days=45)
"""Ratings older than this open no case any more: they came in by an import long after the visit."""


def ratings_without_case(today: date) -> QuerySet[Rating]:
    """Kept first ratings of level 1 or 2, given here, that have no case yet."""
    return (
        Rating.objects.select_related("service", "organisation__region", "contact")
        .filter(
            level__in=BAD_LEVELS,
            rated_on__gte=today - LOOK_BACK,
            screening=Screening.KEPT,
            kind=RatingKind.INITIAL,
            origin=Origin.ACTIVE,
            arrival=Arrival.OWN,
            erased_on=None,
            case=None,
        )
        .order_by("rated_on", "pk")
    )


def ratings_after_a_fix() -> Iterator[tuple[Case, Rating]]:
    """Kept ratings given again after the fix that their case has not noted yet."""
    found = Rating.objects.select_related("initial__case").filter(
        kind=RatingKind.SUPPLEMENTARY,
        screening=Screening.KEPT,
        initial__case__isnull=False,
        initial__case__again=None,
    )
    for rating in found.order_by("rated_on", "pk"):
        assert rating.initial is not None
        yield rating.initial.case, rating


def days_to_log(today: date) -> list[date]:
    """Past days with new cases whose list is not in the log yet."""
    recent = Case.objects.filter(opened_on__lt=today, opened_on__gte=today - LOOK_BACK)
    days = list(recent.order_by("opened_on").values_list("opened_on", flat=True).distinct())
    logged = set(
        LogEntry.objects.filter(verb="case.open", object__in=[f"day {day}" for day in days]).values_list(
            "object", flat=True
        )
    )
    return [day for day in days if f"day {day}" not in logged]


@dataclass(frozen=True, slots=True)
class Duty:
    """A case in a list, with what its clock shows."""

    case: Case
    reading: Reading | None
    is_paused: bool

    @property
    def reasons(self) -> list[str]:
        return reasons_of(self.case)


def duties(cases: Sequence[Case], today: date) -> list[Duty]:
    """Cases with their clocks; the calendar is read once for all of them."""
    calendar = Calendar()
    return [Duty(case, reading_of(case, today, calendar), case.paused_on is not None) for case in cases]


def reading_of(case: Case, today: date, calendar: Calendar | None = None) -> Reading | None:
    """What the clock of a case shows: while it is paused, the day of the pause."""
    if case.clock_on is None:
        return None
    return read(Clock(case.clock), case.clock_on, case.due_on, case.paused_on or today, calendar)


def cases_for(user: Any) -> QuerySet[Case]:
    """The cases a person's seats reach, with what a list shows, most urgent first."""
    return (
        cases_in_scope(user)
        .select_related("service", "organisation", "handler", "rating")
        .order_by(OPEN_FIRST, BY_DEADLINE, "opened_on", "code")
    )


def to_do(user: Any) -> QuerySet[Case]:
    """Open cases that wait for the department or the office, not for the resident."""
    return cases_for(user).open().exclude(state=State.CALLED_BACK)  # type: ignore[attr-defined,no-any-return]


@dataclass(frozen=True, slots=True)
class CaseView:
    """Everything the page of a case shows."""

    case: Case
    reading: Reading | None
    moves: list[CaseMove]
    notes: list[Note]
    open_request: TimeRequest | None
    can: list[Move]


def case_view(case: Case, user: Any, today: date) -> CaseView:
    """One case with its history and what this person can do with it now."""
    can = [] if case.archived_on else moves_from(State(case.state), seats_at(user, case))
    if case.fixed_by_id == user.pk:  # whoever mended it does not also ask whether it is mended
        can = [move for move in can if move not in ASKING]
    if case.paused_on is None:
        can = [move for move in can if move != Move.RESUME]
    return CaseView(
        case=case,
        reading=reading_of(case, today),
        moves=list(
            case.moves.exclude(move=Move.OPEN).select_related("by", "organisation").order_by("-number")
        ),
        notes=list(case.notes.select_related("written_by").order_by("-written_at", "-pk")),
        open_request=case.requests.filter(state=RequestState.ASKED).select_related("asked_by").first(),
        can=can,
    )


@dataclass(frozen=True, slots=True)
class Followed:
    """What a receipt opens: the rating, and its case if there is one."""

    rating: Rating
    case: Case | None
    steps: list[CaseMove]
    replies: list[Note]


def followed(code: str) -> Followed | None:
    """What a resident may see by receipt code; None when no rating has it."""
    rating = rating_by_receipt(code)
    if rating is None:
        return None
    case = Case.objects.select_related("organisation", "service").filter(rating=rating).first()
    if case is None:
        return Followed(rating, None, [], [])
    return Followed(
        rating,
        case,
        list(case.moves.order_by("number")),
        list(case.notes.filter(for_resident=True).order_by("written_at", "pk")),
    )


def published_replies(codes: Collection[str], service_code: str = "") -> QuerySet[Note]:
    """“You said, we did”: replies to bad ratings that everyone may read, latest first."""
    found = Note.objects.filter(is_public=True, case__organisation__code__in=codes)
    if service_code:
        found = found.filter(case__service__code=service_code)
    return found.select_related("case__rating").order_by("-published_on", "-pk")


def last_published() -> tuple[int, date | None]:
    """How many replies everyone may read, and the day of the latest: what a page kept of them depends on."""
    found = Note.objects.filter(is_public=True).aggregate(n=Count("pk"), last=Max("published_on"))
    return found["n"], found["last"]


def reasons_of(case: Case) -> list[str]:
    """The ticked reasons in the reader's language, in the wording they were ticked on."""
    definition = definition_of(case.rating.version_id)
    known = {tag.code: tag for tag in definition.tags}
    return [localized(known[code].texts) if code in known else code for code in case.tags]


def to_call_back(user: Any) -> QuerySet[Case]:
    """Fixed cases that this person may ask about: not those they fixed themselves."""
    return _with_facts(cases_to_call(user).filter(state=State.FIXED).exclude(fixed_by=user))


def asked_once(user: Any) -> QuerySet[Case]:
    """Cases whose resident was asked and has not answered yet: an answer that comes later is recorded there."""
    return _with_facts(cases_to_call(user).filter(state=State.CALLED_BACK).exclude(fixed_by=user))


def _with_facts(cases: QuerySet[Case]) -> QuerySet[Case]:
    """What a caller needs to know: the complaint, what was done, whether there is a number."""
    replies = Note.objects.filter(for_resident=True).order_by("-written_at", "-pk")
    return (
        cases.select_related("service", "organisation", "rating", "rating__contact", "fixed_by")
        .prefetch_related(Prefetch("notes", replies, to_attr="replies"))
        .order_by(BY_DEADLINE, "code")
    )


def to_triage(user: Any) -> QuerySet[Case]:
    """Cases in nobody's hands: not yet given to anybody, or whose handler has left."""
    return (
        cases_in_scope(user)
        .filter(IN_NOBODYS_HANDS)
        .select_related("service", "organisation", "rating")
        .order_by(BY_DEADLINE, "opened_on", "code")
    )


def urgent(user: Any, today: date) -> QuerySet[Case]:
    """Open cases of one's scope whose day is today or past."""
    return cases_in_scope(user).open().exclude(clock=Clock.SILENCE).filter(due_on__lte=today)


def late_and_today(user: Any, today: date) -> tuple[int, int]:
    """How many open cases of one's scope are past their day, and how many have it today."""
    found = urgent(user, today).aggregate(
        late=Count("pk", filter=Q(due_on__lt=today)), today=Count("pk", filter=Q(due_on=today))
    )
    return found["late"], found["today"]


def reply_templates() -> QuerySet[ReplyTemplate]:
    """Words on offer to start a reply from."""
    return ReplyTemplate.objects.filter(retired_on=None).order_by("title", "pk")
