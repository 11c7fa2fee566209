"""Words and files of a case: internal notes, words for the resident, replies everyone may read."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from surveys.cases.actions.effects import CaseRefusedError, check_words
from surveys.cases.enums import CLOSED_STATES
from surveys.cases.models import Case, CaseFile, Note, ReplyTemplate
from surveys.core.files import keep
from surveys.core.log import record
from surveys.core.models import User

MAX_FILE = 10 * 1024 * 1024
MAX_FILES = 20
STARTS = {b"%PDF": "application/pdf", b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg"}
"""First bytes of the kinds of file a case may hold."""


@transaction.atomic
def add_note(*, case: Case, text: str, for_resident: bool, actor: User, now: datetime) -> Note:
    """Write a note; what the resident reads may hold no telephone or identity number."""
    if not text.strip():
        raise CaseRefusedError(_("Write something first."))
    if for_resident:
        check_words(text)
    note = Note.objects.create(
        case=case, text=text.strip(), for_resident=for_resident, written_by=actor, written_at=now
    )
    record(
        actor=actor,
        verb="case.note",
        obj=f"case {case.code}",
        now=now,
        after=note.text,
        detail={"for_resident": for_resident},
    )
    return note


@transaction.atomic
def publish_note(*, note: Note, actor: User, now: datetime) -> Note:
    """Let everyone read a reply under “you said, we did”; somebody other than its writer publishes it."""
    locked = Note.objects.select_for_update(of=("self",)).select_related("case").get(pk=note.pk)
    if not locked.for_resident:
        raise CaseRefusedError(_("An internal note stays inside."))
    if locked.case.state not in CLOSED_STATES:
        raise CaseRefusedError(_("A reply is published once the case is closed."))
    if locked.written_by_id == actor.pk:
        raise CaseRefusedError(_("Somebody other than its writer publishes a reply."))
    check_words(locked.text)
    locked.is_public, locked.published_by, locked.published_on = True, actor, localdate(now)
    locked.save(update_fields=["is_public", "published_by", "published_on"])
    record(actor=actor, verb="case.publish", obj=f"case {locked.case.code}", now=now, after=locked.text)
    return locked


@transaction.atomic
def attach(*, case: Case, content: bytes, name: str, actor: User, now: datetime) -> CaseFile:
    """Keep a PDF or picture with a case."""
    kind = next((kind for start, kind in STARTS.items() if content.startswith(start)), None)
    if kind is None:
        raise CaseRefusedError(_("Only PDF, PNG and JPEG files are kept with a case."))
    if len(content) > MAX_FILE:
        raise CaseRefusedError(_("The file is larger than 10 MB."))
    if case.files.count() >= MAX_FILES:
        raise CaseRefusedError(_("A case holds up to %(most)d files.") % {"most": MAX_FILES})
    stored = keep(content, name, kind, now)
    row = CaseFile.objects.create(case=case, stored=stored, name=name[-200:], added_by=actor, added_at=now)
    record(
        actor=actor,
        verb="case.attach",
        obj=f"case {case.code}",
        now=now,
        detail={"sha256": stored.sha256},
    )
    return row


@transaction.atomic
def add_template(*, title: str, texts: dict[str, str], actor: User, now: datetime) -> ReplyTemplate:
    """Keep words to start replies from."""
    if not title.strip() or not texts:
        raise CaseRefusedError(_("Write a title and a text in at least one language."))
    for text in texts.values():
        check_words(text)
    row = ReplyTemplate.objects.create(title=title.strip(), texts=texts, added_by=actor)
    record(actor=actor, verb="reply_template.add", obj=f"reply template {row.pk}", now=now, after=texts)
    return row


@transaction.atomic
def retire_template(*, template: ReplyTemplate, actor: User, now: datetime) -> ReplyTemplate:
    """Offer a template no longer."""
    template.retired_on = localdate(now)
    template.save(update_fields=["retired_on"])
    record(actor=actor, verb="reply_template.retire", obj=f"reply template {template.pk}", now=now)
    return template
