"""A seeded simulator of behaviour: honest counters, coerced ones, a stuffing script, selective invitations.

It draws ratings with their traces and cases as the doors would have stored them, so that rules can be judged
by what they find and by what they flag wrongly.
"""

import datetime as dt
import random
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from surveys.catalogue.enums import Channel, Mode
from surveys.catalogue.models import Service, ServicePoint
from surveys.instruments.models import QuestionnaireVersion
from surveys.ratings.enums import InvitationState, Outcome, Privacy, Stage
from surveys.ratings.models import Invitation, Matter, Rating, Trace
from surveys.ratings.tokens import new_nonce, token_hash, token_of
from surveys.ratings.traces import TraceFacts, hashed, seal_trace

LEVELS = (5, 4, 3, 2, 1)
HONEST = (0.74, 0.19, 0.04, 0.02, 0.01)
COERCED = (0.985, 0.01, 0.005, 0.0, 0.0)
OPEN_FROM, OPEN_HOURS = 9, 8
OVERDUE_SHARE = 0.12
ONLINE_RATED = 0.6
PHRASES = (
    "窗口人员讲得很清楚，材料一次交齐",
    "等了大约四十分钟，叫号有点慢",
    "网上填表时照片总是传不上去",
    "跑了两趟才办好，第一次没有说清要带什么",
    "比承诺的时间提前了两天办结",
    "停车不方便，其他都满意",
)


@dataclass(frozen=True)
class Behaviour:
    """How one counter behaves: what share of visitors it makes rate on the spot, and how they then rate."""

    name: str
    n_cases_a_day: int = 40
    n_online_a_day: int = 12
    counter_share: float = 0.35
    online_share: float = 0.2
    counter_levels: Sequence[float] = HONEST
    quick_share: float = 0.02
    stuffed_a_day: int = 0
    invites_overdue: float = 1.0


HONEST_COUNTER = Behaviour("honest")
COERCED_COUNTER = Behaviour("coerced", counter_share=0.9, counter_levels=COERCED, quick_share=0.6)
STUFFING = Behaviour("stuffing", stuffed_a_day=60)
CHERRY_PICKED = Behaviour("cherry", invites_overdue=0.2)


@dataclass
class Drawn:
    """The rows of one counter, and which of its ratings no resident gave freely."""

    matters: list[Matter]
    invitations: list[Invitation]
    ratings: list[Rating]
    traces: list[Trace]
    guilty: set[uuid.UUID]


@dataclass(frozen=True)
class Counter:
    """A window, the service it serves, and how it behaves."""

    point: ServicePoint
    service: Service
    behaviour: Behaviour


def draw(counter: Counter, *, days: Sequence[dt.date], version: QuestionnaireVersion, seed: int) -> Drawn:
    """Everything that happens at one counter on these days."""
    rng = random.Random(f"{seed}|{counter.point.code}")
    drawn = Drawn([], [], [], [], set())
    for day in days:
        for matter in _cases(counter, day, rng):
            _case(counter, matter, version, rng, drawn)
        _stuff(counter, day, version, rng, drawn)
    return drawn


def _cases(counter: Counter, day: dt.date, rng: random.Random) -> Iterator[Matter]:
    opening = dt.datetime.combine(day, dt.time(OPEN_FROM), timezone.get_default_timezone())
    n_here, n_online = counter.behaviour.n_cases_a_day, counter.behaviour.n_online_a_day
    for number in range(n_here + n_online):
        yield Matter(
            case_no=f"{counter.point.code}-{day:%Y%m%d}-{number}",
            stage=Stage.COMPLETION,
            service=counter.service,
            organisation_id=counter.point.organisation_id,
            point=counter.point if number < n_here else None,
            finished_at=opening + dt.timedelta(seconds=rng.randrange(OPEN_HOURS * 3600)),
            outcome=Outcome.OVERDUE if rng.random() < OVERDUE_SHARE else Outcome.ON_TIME,
        )


def _case(
    counter: Counter, matter: Matter, version: QuestionnaireVersion, rng: random.Random, drawn: Drawn
) -> None:
    behaviour = counter.behaviour
    invited = matter.outcome == Outcome.ON_TIME or rng.random() < behaviour.invites_overdue
    chance = rng.random()
    at_counter = invited and matter.point is not None and chance < behaviour.counter_share
    share = behaviour.online_share if matter.point is not None else ONLINE_RATED
    online = invited and not at_counter and rng.random() < share
    nonce = new_nonce()
    drawn.matters.append(matter)
    state = InvitationState.OPEN if invited else InvitationState.REVOKED
    drawn.invitations.append(
        Invitation(
            matter=matter,
            nonce=nonce,
            token_hash=token_hash(token_of(nonce)),
            state=InvitationState.USED if at_counter or online else state,
            n_ratings=int(at_counter or online),
            version=version,
            expires_at=matter.finished_at + dt.timedelta(days=15),
        )
    )
    if at_counter:
        quick = rng.random() < behaviour.quick_share
        seconds = rng.randrange(2, 10) if quick else rng.randrange(20, 900)
        rating = _rating(counter, matter, version, rng, drawn, seconds=seconds, online=False)
        if behaviour.counter_levels is COERCED:
            drawn.guilty.add(rating.pk)
    elif online:
        _rating(counter, matter, version, rng, drawn, seconds=rng.randrange(600, 8 * 3600), online=True)


def _rating(
    counter: Counter, matter: Matter, version: QuestionnaireVersion, rng: random.Random, drawn: Drawn,
    *, seconds: int, online: bool, device: str = "",
) -> Rating:  # fmt: skip
    at = matter.finished_at + dt.timedelta(seconds=seconds)
    day = timezone.localdate(at)
    weights = HONEST if online or device else counter.behaviour.counter_levels
    level = 5 if device else rng.choices(LEVELS, weights)[0]
    rating = Rating(
        id=uuid.UUID(int=rng.getrandbits(128), version=4),
        privacy=Privacy.UNLINKED,
        service=counter.service,
        organisation_id=counter.point.organisation_id,
        point=None if online else counter.point,
        channel=Channel.MOBILE_APP if online else Channel.QR_CASE,
        mode=Mode.ONLINE if online else Mode.OFFLINE,
        version=version,
        level=level,
        comment=f"{rng.choice(PHRASES)}，{rng.randrange(10**6)}号{rng.choice('甲乙丙丁戊')}"
        if rng.random() < 0.05
        else "",
        rated_on=day,
    )
    own = f"{counter.point.code}-{rng.getrandbits(60)}"
    facts = TraceFacts(
        device=hashed("device", device or own, day), network=hashed("network", device or own, day)
    )
    sealed = seal_trace(facts, now=at, finished_at=matter.finished_at)
    drawn.ratings.append(rating)
    drawn.traces.append(Trace(rating=rating, sealed=sealed, made_on=day))
    return rating


def _stuff(
    counter: Counter, day: dt.date, version: QuestionnaireVersion, rng: random.Random, drawn: Drawn
) -> None:
    """A script rates cases of the day within four minutes, from a few devices."""
    opening = dt.datetime.combine(day, dt.time(OPEN_FROM + 5), timezone.get_default_timezone())
    for number in range(counter.behaviour.stuffed_a_day):
        matter = Matter(
            case_no=f"{counter.point.code}-{day:%Y%m%d}-s{number}",
            stage=Stage.COMPLETION,
            service=counter.service,
            organisation_id=counter.point.organisation_id,
            point=counter.point,
            finished_at=opening - dt.timedelta(hours=rng.randrange(1, 4)),
            outcome=Outcome.ON_TIME,
        )
        seconds = int((opening - matter.finished_at).total_seconds()) + rng.randrange(240)
        device = f"script-{rng.randrange(3)}"
        rating = _rating(counter, matter, version, rng, drawn, seconds=seconds, online=False, device=device)
        drawn.guilty.add(rating.pk)


@transaction.atomic
def store(drawn: Drawn) -> None:
    """Write what was drawn as the doors would have."""
    Matter.objects.bulk_create(drawn.matters, batch_size=1000)
    Invitation.objects.bulk_create(drawn.invitations, batch_size=1000)
    Rating.objects.bulk_create(drawn.ratings, batch_size=1000)
    Trace.objects.bulk_create(drawn.traces, batch_size=1000)
