"""An auditor's work under a commission: draw the sample, record visits, keep pictures, hand in."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from evaluation.improvement.actions.commissions import CommissionRefusedError
from evaluation.improvement.actions.telling import tell_of_handing_in
from evaluation.improvement.auditing import CHECKLIST, frame_of, questions_of
from evaluation.improvement.models import AuditSample, AuditVisit, Commission, VisitFile
from surveys.core.files import keep
from surveys.core.log import record
from surveys.core.models import ChainHead, User
from surveys.fieldwork.drawing import draw, draw_digest
from surveys.instruments.queries import current_version

MOST_EACH = 20
MAX_FILE = 10 * 1024 * 1024
MAX_FILES = 10
STARTS = {b"%PDF": "application/pdf", b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg"}
"""First bytes of the kinds of file a visit may show."""


def _name(commission: Commission) -> str:
    return f"commission:{commission.cycle.code}:{commission.audit}:{commission.auditor.username}"


def _check(commission: Commission, actor: User, now: dt.datetime) -> None:
    if commission.auditor_id != actor.pk:
        raise CommissionRefusedError(_("Only the auditor who holds the commission does this."))
    if commission.declared_at is None:
        raise CommissionRefusedError(_("Declare your independence first."))
    if commission.expires_on < localdate(now):
        raise CommissionRefusedError(_("The commission has ended."))


@transaction.atomic
def draw_sample(*, commission: Commission, n_each: int, actor: User, now: dt.datetime) -> AuditSample:
    """Draw so many services of each organisation; the seed is the log's latest hash, which nobody can choose."""
    locked = (
        Commission.objects.select_for_update(of=("self",))
        .select_related("cycle", "auditor")
        .get(pk=commission.pk)
    )
    _check(locked, actor, now)
    if AuditSample.objects.filter(commission=locked).exists():
        raise CommissionRefusedError(_("The sample is drawn already; it is drawn once."))
    if not 1 <= n_each <= MOST_EACH:
        raise CommissionRefusedError(_("Draw 1 to %(most)d in each organisation.") % {"most": MOST_EACH})
    frame = frame_of(locked)
    if not frame:
        raise CommissionRefusedError(_("The organisations in scope have no service to visit."))
    seed = ChainHead.objects.get(pk=1).hash
    sizes: dict[str, int] = {}
    for place, _service in frame:
        sizes[place.code] = sizes.get(place.code, 0) + 1
    wanted = {code: min(n_each, n) for code, n in sizes.items()}
    drawn = draw(((place.code, service.code) for place, service in frame), wanted, seed)
    sample = AuditSample.objects.create(
        commission=locked, checklist=current_version(CHECKLIST), seed=seed, n_each=n_each,
        n_frame=len(frame), digest=draw_digest(seed, drawn), drawn_at=now,
    )  # fmt: skip
    by_code = {service.code: (place, service) for place, service in frame}
    AuditVisit.objects.bulk_create(
        AuditVisit(sample=sample, number=number, organisation=by_code[code][0], service=by_code[code][1])
        for number, code in enumerate(drawn, 1)
    )
    after = {"seed": seed, "digest": sample.digest, "n": len(drawn)}
    record(actor=actor, verb="audit.draw", obj=_name(locked), now=now, after=after)
    return sample


def _open(sample: AuditSample, actor: User, now: dt.datetime) -> AuditSample:
    """The sample, locked, as long as visits may be written."""
    locked = (
        AuditSample.objects.select_for_update(of=("self",))
        .select_related("commission__cycle", "commission__auditor")
        .get(pk=sample.pk)
    )
    _check(locked.commission, actor, now)
    if locked.handed_in_at is not None:
        raise CommissionRefusedError(_("The audit was handed in; nothing in it changes any more."))
    return locked


@transaction.atomic
def record_visit(
    *,
    visit: AuditVisit,
    visited_on: dt.date,
    answers: Mapping[str, str],
    evidence: Mapping[str, str],
    finding: str,
    severity: int,
    actor: User,
    now: dt.datetime,
) -> AuditVisit:
    """Write down a visit: every question answered, and evidence named for each answer that is not a plain yes."""
    sample = _open(visit.sample, actor, now)
    if not localdate(sample.drawn_at) <= visited_on <= localdate(now):
        raise CommissionRefusedError(_("A visit lies between the draw and today."))
    for question in questions_of(sample):
        values = [option.value for option in question.options]
        if answers.get(question.code) not in values:
            raise CommissionRefusedError(_("Answer every question of the checklist."))
        is_plain = answers[question.code] in {values[0], values[-1]}
        if not is_plain and not evidence.get(question.code, "").strip():
            raise CommissionRefusedError(
                _("Name the evidence for “%(question)s”.") % {"question": str(question)}
            )
    visit.visited_on, visit.answers, visit.evidence = visited_on, dict(answers), dict(evidence)
    visit.finding, visit.severity, visit.recorded_at = finding.strip(), severity, now
    visit.save()
    after = {"answers": visit.answers, "finding": visit.finding, "severity": severity}
    obj = f"{_name(sample.commission)}:{visit.number}"
    record(actor=actor, verb="audit.visit", obj=obj, now=now, after=after)
    return visit


@transaction.atomic
def add_visit_file(
    *, visit: AuditVisit, content: bytes, name: str, actor: User, now: dt.datetime
) -> VisitFile:
    """Keep a picture or PDF with a visit."""
    sample = _open(visit.sample, actor, now)
    kind = next((kind for start, kind in STARTS.items() if content.startswith(start)), None)
    if kind is None:
        raise CommissionRefusedError(_("Only PDF, PNG and JPEG files are kept with a visit."))
    if len(content) > MAX_FILE:
        raise CommissionRefusedError(_("The file is larger than 10 MB."))
    if visit.files.count() >= MAX_FILES:
        raise CommissionRefusedError(_("A visit holds up to %(most)d files.") % {"most": MAX_FILES})
    stored = keep(content, name, kind, now)
    row = VisitFile.objects.create(visit=visit, stored=stored, name=name[-200:], added_by=actor, added_at=now)
    detail = {"sha256": stored.sha256}
    obj = f"{_name(sample.commission)}:{visit.number}"
    record(actor=actor, verb="audit.file", obj=obj, now=now, detail=detail)
    return row


@transaction.atomic
def hand_in(*, sample: AuditSample, actor: User, now: dt.datetime) -> AuditSample:
    """End the audit: every visit is recorded, and from now on nothing changes."""
    locked = _open(sample, actor, now)
    n_open = locked.visits.filter(recorded_at=None).count()
    if n_open:
        raise CommissionRefusedError(_("%(n)d visits are not recorded yet.") % {"n": n_open})
    locked.handed_in_at = now
    locked.save(update_fields=["handed_in_at"])
    after = {"digest": locked.digest, "n": locked.visits.count()}
    record(actor=actor, verb="audit.hand_in", obj=_name(locked.commission), now=now, after=after)
    tell_of_handing_in(commission=locked.commission, actor=actor, now=now)
    return locked
