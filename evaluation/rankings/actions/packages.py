"""Attaching the package that was built of an edition."""

import datetime as dt

from django.db import transaction

from evaluation.rankings.models import Edition
from surveys.core.log import record
from surveys.core.models import StoredFile, User


@transaction.atomic
def attach_package(*, edition: Edition, file: StoredFile, actor: User | None, now: dt.datetime) -> Edition:
    """Point the edition to its package; its content is frozen already, so only the pointer changes."""
    found = Edition.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=edition.pk)
    before = found.package_id
    found.package = file
    found.save(update_fields=["package"])
    record(
        actor=actor,
        verb="edition.packaged",
        obj=f"edition:{found.cycle.code}:{found.number}",
        now=now,
        before=before,
        after=file.sha256,
        detail={"package": file.sha256},
    )
    edition.package = file
    return found
