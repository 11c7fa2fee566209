"""A seeded simulator: draws what happens at a counter, honest or not.

It draws ratings with their traces and cases as the doors would have stored them, so that rules can be judged
by what they find and by what they flag wrongly.
"""

import datetime as dt
import math
import random
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from surveys.catalogue.enums import Channel, Mode
from surveys.catalogue.models import Service, ServicePoint
from surveys.instruments.enums import QuestionKind
from surveys.instruments.models import QuestionnaireVersion
from surveys.instruments.queries import definition_of
from surveys.ratings.enums import BAD_LEVELS, InvitationState, Outcome, Privacy, RatingKind, Stage
from surveys.ratings.models import Invitation, Matter, Rating, Trace
from surveys.ratings.tokens import new_nonce, token_hash, token_of
from surveys.ratings.traces import TraceFacts, hashed, seal_trace
from surveys.screening.behaviours import COERCED, HONEST, Behaviour

LEVELS = (5, 4, 3, 2, 1)
OPEN_FROM, OPEN_HOURS = 9, 8
OVERDUE_SHARE = 0.12
ONLINE_RATED = 0.6
SPEAKING = 0.05
SUPPLEMENTED = 0.5
CALL_BACK_DAYS = 3
N_SCRIPTS = 3
USUAL_SECONDS, SECONDS_SPREAD, COUNTER_SPREAD = 35, 0.6, 0.15
"""Median of an honest resident's time on the page; its logarithmic spread, and that of the counters' medians."""
IDLE_SECONDS = 60
"""How long a shared device may show its page before a person comes."""
SCRIPT_NETWORK = "one network"
PASTED = "服务热情周到，办事效率高，给工作人员点赞，希望继续保持"
PHRASES = (
    "窗口人员讲得很清楚，材料一次交齐",
    "等了大约四十分钟，叫号有点慢",
    "网上填表时照片总是传不上去",
    "跑了两趟才办好，第一次没有说清要带什么",
    "比承诺的时间提前了两天办结",
    "停车不方便，其他都满意",
)


@dataclass(frozen=True)
class Counter:
    """A window, the service it serves, how it behaves, and whether its hall's networks are listed."""

    point: ServicePoint
    service: Service
    behaviour: Behaviour
    is_walled: bool = False


@dataclass
class Drawn:
    """The rows of one counter, and which of its ratings no resident gave freely."""

    matters: list[Matter] = field(default_factory=list)
    invitations: list[Invitation] = field(default_factory=list)
    ratings: list[Rating] = field(default_factory=list)
    traces: list[Trace] = field(default_factory=list)
    guilty: set[uuid.UUID] = field(default_factory=set)


def draw(counter: Counter, *, days: Sequence[dt.date], version: QuestionnaireVersion, seed: int) -> Drawn:
    """Everything that happens at one counter on these days."""
    artist = _Artist(counter, version, days, f"{seed}|{counter.point.code}")
    for place, day in enumerate(days):
        artist.levels = counter.behaviour.levels_on(place, len(days))
        for matter in artist.cases(day):
            artist.rate(matter)
        artist.stuff(day)
    return artist.drawn


class _Artist:
    """The state of one counter's drawing."""

    def __init__(
        self, counter: Counter, version: QuestionnaireVersion, days: Sequence[dt.date], seed: str
    ) -> None:
        self.counter, self.behaviour, self.version = counter, counter.behaviour, version
        self.last, self.rng, self.drawn = days[-1], random.Random(seed), Drawn()
        self.pace = random.Random(f"{seed}|pace")
        self.usual = self.pace.gauss(math.log(USUAL_SECONDS), COUNTER_SPREAD)
        self.levels: Sequence[float] = HONEST
        items = definition_of(version.pk).items
        self.items = [item.code for item in items if item.kind == QuestionKind.RATING]

    def cases(self, day: dt.date) -> Iterator[Matter]:
        """The cases finished on a day, at the counter and online."""
        n_here, n_online = self.behaviour.n_cases_a_day, self.behaviour.n_online_a_day
        for number in range(n_here + n_online):
            moment = _opening(day) + dt.timedelta(seconds=self.rng.randrange(OPEN_HOURS * 3600))
            matter = self._matter(f"{day:%Y%m%d}-{number}", moment, at_counter=number < n_here)
            if self.rng.random() < OVERDUE_SHARE:
                matter.outcome = Outcome.OVERDUE
            yield matter

    def _matter(self, number: str, moment: dt.datetime, *, at_counter: bool) -> Matter:
        point = self.counter.point
        return Matter(
            case_no=f"{point.code}-{number}",
            stage=Stage.COMPLETION,
            service=self.counter.service,
            organisation_id=point.organisation_id,
            point=point if at_counter else None,
            finished_at=moment,
            outcome=Outcome.ON_TIME,
        )

    def rate(self, matter: Matter) -> None:
        """Invite the resident of a case, or not; have them rate at the counter, online, or not at all."""
        rng, behaviour = self.rng, self.behaviour
        invited = matter.outcome == Outcome.ON_TIME or rng.random() < behaviour.invites_overdue
        at_counter = invited and matter.point is not None and rng.random() < behaviour.counter_share
        share = behaviour.online_share if matter.point is not None else ONLINE_RATED
        online = invited and not at_counter and rng.random() < share
        self._invite(matter, invited=invited, rated=at_counter or online)
        if at_counter:
            self._at_counter(matter)
        elif online:
            self._supplement(
                self._rating(matter, rng.choices(LEVELS, HONEST)[0], rng.randrange(600, 8 * 3600))
            )

    def _invite(self, matter: Matter, *, invited: bool, rated: bool) -> None:
        nonce = new_nonce()
        state = InvitationState.OPEN if invited else InvitationState.REVOKED
        self.drawn.matters.append(matter)
        self.drawn.invitations.append(
            Invitation(
                matter=matter,
                nonce=nonce,
                token_hash=token_hash(token_of(nonce)),
                state=InvitationState.USED if rated else state,
                n_ratings=int(rated),
                version=self.version,
                expires_at=matter.finished_at + dt.timedelta(days=15),
            )
        )

    def _at_counter(self, matter: Matter) -> None:
        """A rating on the spot: perhaps watched, too early, from elsewhere, or with its bad choice taken back."""
        rng, behaviour = self.rng, self.behaviour
        seconds = rng.randrange(2, 10) if rng.random() < behaviour.quick_share else rng.randrange(20, 900)
        is_early = rng.random() < behaviour.early
        if is_early:
            seconds = -rng.randrange(20, 900)
        level, taps = rng.choices(LEVELS, self.levels)[0], 0
        if level in BAD_LEVELS and rng.random() < behaviour.taken_back:
            level, taps = rng.choice((4, 5)), 1
        elsewhere = rng.random() < behaviour.elsewhere
        rating = self._rating(matter, level, seconds, at_counter=True, taps=taps, elsewhere=elsewhere)
        if self.levels is COERCED or is_early or elsewhere:
            self.drawn.guilty.add(rating.pk)
        self._supplement(rating)

    def _rating(
        self, matter: Matter, level: int, seconds: int, *, at_counter: bool = False, device: str = "",
        taps: int = 0, elsewhere: bool = False,
    ) -> Rating:  # fmt: skip
        rng, at = self.rng, matter.finished_at + dt.timedelta(seconds=seconds)
        day, on_site = timezone.localdate(at), at_counter and self.counter.is_walled
        here = Channel.WINDOW_PAD if on_site else Channel.QR_CASE
        rating = self._row(level, day)
        rating.point = self.counter.point if at_counter else None
        rating.channel = here if at_counter else Channel.MOBILE_APP
        rating.mode = Mode.OFFLINE if at_counter else Mode.ONLINE
        own = device or f"{self.counter.point.code}-{rng.getrandbits(60)}"
        known = "" if on_site and not elsewhere and not device else own
        network = SCRIPT_NETWORK if device else known
        hasty = at_counter and self.pace.random() < self.behaviour.hasty
        if hasty:
            self.drawn.guilty.add(rating.pk)
        on_page = None if device else self._on_page(hasty=hasty, on_site=on_site)
        facts = TraceFacts(hashed("device", known, day), hashed("network", network, day), taps, on_page)
        sealed = seal_trace(facts, now=at, finished_at=matter.finished_at)
        self.drawn.ratings.append(rating)
        self.drawn.traces.append(Trace(rating=rating, sealed=sealed, made_on=day))
        return rating

    def _on_page(self, *, hasty: bool, on_site: bool) -> int:
        """Seconds the page lay open; a script that posts straight to the link never opened one."""
        idle = self.pace.randrange(IDLE_SECONDS) if on_site else 0
        honest = self.pace.lognormvariate(self.usual, SECONDS_SPREAD)
        return idle + (self.pace.randrange(2, 5) if hasty else int(honest))

    def _row(self, level: int, day: dt.date) -> Rating:
        pk = uuid.UUID(int=self.rng.getrandbits(128), version=4)
        comment = ""
        if self.rng.random() < SPEAKING:
            comment, pasted = self._comment()
            if pasted:
                self.drawn.guilty.add(pk)
        return Rating(
            id=pk,
            privacy=Privacy.UNLINKED,
            service=self.counter.service,
            organisation_id=self.counter.point.organisation_id,
            version=self.version,
            level=level,
            comment=comment,
            answers=self._answers(level),
            rated_on=day,
        )

    def _comment(self) -> tuple[str, bool]:
        if self.rng.random() < self.behaviour.copied:
            return PASTED, True
        rng = self.rng
        return f"{rng.choice(PHRASES)}，{rng.randrange(10**6)}号{rng.choice('甲乙丙丁戊')}", False

    def _answers(self, level: int) -> dict[str, str]:
        if self.rng.random() < self.behaviour.alike:
            return dict.fromkeys(self.items, str(level))
        return {code: str(min(5, max(1, level + self.rng.choice((-1, -1, 0, 0, 1))))) for code in self.items}

    def _supplement(self, rating: Rating) -> None:
        """After the call-back some of those who rated badly rate again."""
        rng, day = self.rng, rating.rated_on + dt.timedelta(days=CALL_BACK_DAYS)
        if rating.level not in BAD_LEVELS or day > self.last or rng.random() >= SUPPLEMENTED:
            return
        again = self._row(rng.choice((4, 5) if rng.random() < self.behaviour.raised else (1, 2, 3)), day)
        again.kind, again.initial = RatingKind.SUPPLEMENTARY, rating
        again.point, again.channel, again.mode = rating.point, rating.channel, rating.mode
        self.drawn.ratings.append(again)

    def stuff(self, day: dt.date) -> None:
        """A script rates cases of the day within four minutes, from a few devices."""
        rng, moment = self.rng, _opening(day) + dt.timedelta(hours=5)
        for number in range(self.behaviour.stuffed_a_day):
            finished = moment - dt.timedelta(hours=rng.randrange(1, 4))
            matter = self._matter(f"{day:%Y%m%d}-s{number}", finished, at_counter=True)
            seconds = int((moment - finished).total_seconds()) + rng.randrange(240)
            device = f"script-{rng.randrange(N_SCRIPTS)}"
            rating = self._rating(matter, 5, seconds, at_counter=True, device=device)
            self.drawn.guilty.add(rating.pk)


def _opening(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(OPEN_FROM), timezone.get_default_timezone())


@transaction.atomic
def store(drawn: Drawn) -> None:
    """Write what was drawn as the doors would have."""
    Matter.objects.bulk_create(drawn.matters, batch_size=1000)
    Invitation.objects.bulk_create(drawn.invitations, batch_size=1000)
    Rating.objects.bulk_create(drawn.ratings, batch_size=1000)
    Trace.objects.bulk_create(drawn.traces, batch_size=1000)
