"""Publishing: one edition or none, never half; corrected by a further edition, withdrawn only with a stone."""

import datetime as dt
import threading
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from evaluation.cycles.actions import MoveRefusedError, check_move, lock_row, move
from evaluation.cycles.enums import CycleState
from evaluation.cycles.models import Cycle, CycleMove
from evaluation.evidence.gate import measure
from evaluation.evidence.queries import open_failures, overrides_of
from evaluation.rankings.corrections import changes_between
from evaluation.rankings.freeze import pages_of
from evaluation.rankings.frozen_figures import FrozenFigure, figures_of
from evaluation.rankings.models import Edition, Figure, Run
from evaluation.rankings.queries import latest_run, objections_of, open_objections, run_view
from surveys.core.digests import digest
from surveys.core.log import record
from surveys.core.models import User
from surveys.ratings.models import ReceiptRoot

BATCH = 500
ONE_AT_A_TIME = threading.Lock()
"""Within a process only one edition is prepared at once: the others then see that it is published."""


class PublicationRefusedError(Exception):
    """Results that may not be published now; carries the sentence why."""


@dataclass(frozen=True)
class _Prepared:
    """An edition's content, made before any lock is held: ratings must not wait for it."""

    run: Run
    pages: dict[str, Any]
    figures: list[FrozenFigure]


def publish(
    *, cycle: Cycle, actor: User | None, now: dt.datetime, changes: dict[str, str] | None = None
) -> Edition:
    """Freeze the latest official run as an edition; of many who ask at once, one succeeds and no half is left.

    From the second edition of a cycle on, `changes` tells readers what was corrected; without it the reason
    given when the cycle was reopened is shown.
    """
    with ONE_AT_A_TIME:
        cycle = Cycle.objects.select_related("scheme").get(pk=cycle.pk)
        run = _publishable(cycle, now)
        measure(cycle=cycle, now=now)
        _check_gate(cycle)
        view = run_view(run)
        prepared = _Prepared(run, pages_of(view), list(figures_of(view)))
        return _write(cycle, prepared, actor=actor, now=now, changes=changes)


@transaction.atomic
def _write(
    cycle: Cycle,
    prepared: _Prepared,
    *,
    actor: User | None,
    now: dt.datetime,
    changes: dict[str, str] | None,
) -> Edition:
    """Under the lock of the cycle's row everything is checked again, then written whole."""
    cycle = lock_row(cycle)
    run = _publishable(cycle, now)
    _check_gate(cycle)
    if run != prepared.run:
        raise PublicationRefusedError(
            _("The cycle was evaluated again meanwhile; look at the new result first.")
        )
    earlier = list(Edition.objects.filter(cycle=cycle).order_by("number"))
    pages = prepared.pages | {
        "objections": _objections(cycle),
        "overrides": _overrides(cycle),
        "receipts": _receipts(cycle),
    }
    if earlier:
        pages["corrections"] = changes_between(earlier[-1].pages, pages)
    edition = Edition.objects.create(
        cycle=cycle,
        number=len(earlier) + 1,
        run=run,
        digest=edition_digest(pages, prepared.figures),
        pages=pages,
        published_by=actor,
        published_at=now,
        changes=_told(cycle, changes) if earlier else {},
    )
    Figure.objects.bulk_create((_row(edition, figure) for figure in prepared.figures), batch_size=BATCH)
    cycle.published_at = now
    move(cycle, CycleState.PUBLISHED, actor=actor, now=now)
    after = {"digest": edition.digest, "run": run.number, "result": run.result_digest}
    record(
        actor=actor,
        verb="edition.published",
        obj=f"edition:{cycle.code}:{edition.number}",
        now=now,
        after=after,
        detail={**after, "figures": len(prepared.figures)},
    )
    return edition


def edition_digest(pages: dict[str, Any], figures: list[FrozenFigure]) -> str:
    """The fingerprint of all an edition says."""
    return digest({"pages": pages, "figures": [[one.code, one.value, one.passport] for one in figures]})


def _row(edition: Edition, figure: FrozenFigure) -> Figure:
    return Figure(
        edition=edition,
        code=figure.code,
        unit_code=figure.unit,
        node=figure.node,
        measure=figure.measure,
        value=figure.value,
        shown=figure.shown,
        passport=figure.passport | {"edition": edition.number},
    )


def _publishable(cycle: Cycle, now: dt.datetime) -> Run:
    """The run to be published, if the cycle's stage, notice and objections allow it."""
    try:
        check_move(cycle, CycleState.PUBLISHED)
    except MoveRefusedError as error:
        raise PublicationRefusedError(str(error)) from error
    if cycle.scheme.approved_at is None:
        raise PublicationRefusedError(
            _("The scheme has not been approved; someone other than its author must.")
        )
    last = cycle.objection_ends_on
    if last is None or timezone.localdate(now) <= last:
        day = last.isoformat() if last else "–"
        raise PublicationRefusedError(
            _("Departments may object until {day}; publish after that day.").format(day=day)
        )
    if n := open_objections(cycle).count():
        raise PublicationRefusedError(_("Objections not yet decided: {n}.").format(n=n))
    run = latest_run(cycle)
    if run is None:
        raise PublicationRefusedError(_("There is no result to publish; evaluate the cycle first."))
    if run.scheme_digest != cycle.scheme_digest or run.scheme != cycle.frozen_scheme:
        raise PublicationRefusedError(_("The result was not made with the frozen scheme; evaluate again."))
    if run.result_digest != digest(run.result):
        raise PublicationRefusedError(_("The stored result does not match its fingerprint; evaluate again."))
    upheld = objections_of(cycle).filter(upheld=True, run=run)
    if upheld.exists():
        raise PublicationRefusedError(
            _("An objection to this result was upheld; mend the figures and evaluate again.")
        )
    return run


def _check_gate(cycle: Cycle) -> None:
    failures = open_failures(cycle)
    if failures:
        told = ", ".join(f"{row.source}: {row.get_dimension_display()}" for row in failures)
        raise PublicationRefusedError(
            _(
                "The data-quality gate has failed ({failures}); two people may let it pass with a reason."
            ).format(failures=told)
        )


def _told(cycle: Cycle, changes: dict[str, str] | None) -> dict[str, str]:
    if changes:
        return changes
    reopened = (
        CycleMove.objects.filter(cycle=cycle, before=CycleState.PUBLISHED, after=CycleState.OPEN)
        .order_by("-moved_at", "-pk")
        .first()
    )
    reason = reopened.reason if reopened else ""
    return dict.fromkeys(("en", "zh-hans", "zh-hant"), reason)


def _objections(cycle: Cycle) -> list[dict[str, Any]]:
    """Every objection with its decision; who lodged it is not public, the unit is."""
    return [
        {
            "unit": row.unit.code,
            "names": row.unit.names,
            "node": row.node,
            "text": row.text,
            "lodged_on": timezone.localdate(row.lodged_at).isoformat(),
            "upheld": row.upheld,
            "decision": row.decision,
            "run": row.run.number,
        }
        for row in objections_of(cycle)
    ]


def _overrides(cycle: Cycle) -> list[dict[str, Any]]:
    return [
        {"source": row.source, "dimension": row.dimension, "reason": row.translations or row.reason}
        for row in overrides_of(cycle)
        if row.second_person_id is not None
    ]


def _receipts(cycle: Cycle) -> list[dict[str, str]]:
    """The root over each day's receipts: residents can show that theirs is among them."""
    rows = ReceiptRoot.objects.filter(day__range=(cycle.starts_on, cycle.ends_on)).order_by("day")
    return [{"day": row.day.isoformat(), "root": row.root} for row in rows]


@transaction.atomic
def withdraw(*, edition: Edition, reason: dict[str, str], actor: User, now: dt.datetime) -> Edition:
    """Take an edition back; its page says that, when and why, and its content stays in the record."""
    found = Edition.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=edition.pk)
    if found.withdrawn_at is not None:
        raise PublicationRefusedError(_("This edition was withdrawn already."))
    if not any(text.strip() for text in reason.values()):
        raise PublicationRefusedError(_("Give the reason; it stands in place of the results."))
    found.withdrawn_at, found.withdrawal_reason = now, reason
    found.save(update_fields=["withdrawn_at", "withdrawal_reason"])
    record(
        actor=actor,
        verb="edition.withdrawn",
        obj=f"edition:{found.cycle.code}:{found.number}",
        now=now,
        before={"digest": found.digest},
        detail={"reason": reason},
    )
    return found
