"""Take counts that a publisher gave instead of single ratings; a corrected batch replaces the earlier one."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys.catalogue.enums import Channel
from surveys.catalogue.models import Organisation, Service
from surveys.core.cleaning import clean_text
from surveys.core.log import record
from surveys.core.models import StoredFile, User
from surveys.instruments.shapes import DONT_KNOW
from surveys.ratings.checking import RatingRefusedError
from surveys.ratings.models import RatingBatch
from surveys.ratings.scales import ScaleUnknownError, scale_of
from surveys.ratings.shapes import Fault

OVERALL = "overall"
MOST = 2_000_000_000


@dataclass(frozen=True)
class BatchEntry:
    """Counts per option of one organisation or one of its services, in one period."""

    organisation: Organisation
    starts_on: dt.date
    ends_on: dt.date
    scale: str
    counts: Mapping[str, int]
    service: Service | None = None
    channel: str = Channel.API_IMPORT
    question: str = OVERALL
    n_dont_know: int = 0
    n_eligible: int | None = None
    source: str = ""


@dataclass(frozen=True)
class Kept:
    """A batch as it stands now, and whether it is new, changed or was there already."""

    batch: RatingBatch
    outcome: str


def batch_faults(entry: BatchEntry, today: dt.date) -> list[Fault]:
    """Everything that keeps a batch from being taken."""
    faults = []
    if entry.ends_on < entry.starts_on:
        faults.append(Fault("ends_on", _("The period ends before it begins.")))
    if entry.starts_on > today:
        faults.append(Fault("starts_on", _("The period lies in the future; check the sender's clock.")))
    try:
        options = (*scale_of(entry.scale).options, DONT_KNOW)
    except ScaleUnknownError:
        return [*faults, Fault("scale", _("There is no scale “%(code)s”.") % {"code": entry.scale[:40]})]
    strange = [option for option in entry.counts if option not in options]
    if strange:
        values = {"option": clean_text(strange[0])[:40], "options": ", ".join(options)}
        faults.append(
            Fault("counts", _("“%(option)s” is not an option of this scale: %(options)s.") % values)
        )
    if any(not 0 <= n <= MOST for n in entry.counts.values()):
        faults.append(Fault("counts", _("A count is a whole number from 0.")))
    n = sum(entry.counts.values())
    if n == 0 and not entry.n_dont_know:
        faults.append(Fault("counts", _("A batch needs at least one answer.")))
    if entry.n_eligible is not None and entry.n_eligible < n:
        faults.append(Fault("n_eligible", _("More people answered than could have answered.")))
    return faults


@transaction.atomic
def take_batch(
    *, entry: BatchEntry, source_file: StoredFile | None, actor: User | None, now: dt.datetime
) -> Kept:
    """Store a batch; the same again changes nothing, other counts for the same period supersede the earlier."""
    if faults := batch_faults(entry, timezone.localdate(now)):
        raise RatingRefusedError(faults)
    options = scale_of(entry.scale).options
    counts = {option: int(entry.counts.get(option, 0)) for option in options}
    n_dont_know = entry.n_dont_know + int(entry.counts.get(DONT_KNOW, 0))
    same = RatingBatch.objects.select_for_update().filter(
        organisation=entry.organisation, service=entry.service, starts_on=entry.starts_on,
        ends_on=entry.ends_on, channel=entry.channel, question=entry.question, scale=entry.scale,
        superseded_at=None,
    )  # fmt: skip
    earlier = same.first()
    said = (counts, n_dont_know, entry.n_eligible, entry.source)
    if earlier is not None:
        if said == (earlier.counts, earlier.n_dont_know, earlier.n_eligible, earlier.source):
            return Kept(earlier, "unchanged")
        same.update(superseded_at=now)
    batch = RatingBatch.objects.create(
        organisation=entry.organisation, service=entry.service, starts_on=entry.starts_on,
        ends_on=entry.ends_on, channel=entry.channel, question=entry.question, scale=entry.scale,
        counts=counts, n_dont_know=n_dont_know, n_eligible=entry.n_eligible, source=entry.source,
        source_file=source_file,
    )  # fmt: skip
    record(
        actor=actor, verb="batch.take", obj=f"batch {batch.pk} {entry.organisation.code}", now=now,
        before=None if earlier is None else earlier.counts, after=counts,
    )  # fmt: skip
    return Kept(batch, "created" if earlier is None else "updated")
