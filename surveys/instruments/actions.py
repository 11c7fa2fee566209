"""Verbs of instruments: install the shipped questionnaires, draft, freeze, supersede."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from surveys.core.digests import digest
from surveys.core.log import record
from surveys.core.models import User
from surveys.instruments.checks import publishing_faults
from surveys.instruments.definition import Definition, DefinitionError, Fault, parse
from surveys.instruments.enums import VersionState
from surveys.instruments.models import Questionnaire, QuestionnaireVersion
from surveys.instruments.shipped import preset_documents

RESERVED = frozenset({"new", "start"})


class InstrumentRefusedError(ValueError):
    """A change to a questionnaire that cannot be made; carries the sentence why."""


@transaction.atomic
def install_presets(now: datetime, actor: User | None = None) -> list[QuestionnaireVersion]:
    """Put every shipped questionnaire in force; what is already in force unchanged stays as it is."""
    return [_install(document, now=now, actor=actor) for document in preset_documents()]


def _install(document: dict[str, Any], *, now: datetime, actor: User | None) -> QuestionnaireVersion:
    definition = parse(document)
    questionnaire, _made = Questionnaire.objects.get_or_create(
        code=definition.code, defaults={"names": dict(definition.names), "source": definition.source}
    )
    latest = questionnaire.versions.filter(state=VersionState.FROZEN).first()
    if latest is not None and latest.digest == digest(document):
        return latest
    draft = draft_version(questionnaire=questionnaire, document=document, actor=actor, now=now)
    return freeze_version(version=draft, actor=actor, now=now, breaks_series=latest is not None)


@transaction.atomic
def create_questionnaire(
    *, document: Mapping[str, Any], actor: User | None, now: datetime
) -> QuestionnaireVersion:
    """Create a questionnaire under a new code with its first draft."""
    code, names = str(document.get("code", "")), document.get("names", {})
    if not code:
        raise InstrumentRefusedError(_("A questionnaire needs a code."))
    if code in RESERVED:
        raise InstrumentRefusedError(
            _("“%(code)s” is an address of this system; choose another.") % {"code": code}
        )
    if Questionnaire.objects.filter(code=code).exists():
        raise InstrumentRefusedError(
            _("There is already a questionnaire “%(code)s”; open it and make a new version.") % {"code": code}
        )
    questionnaire = Questionnaire.objects.create(
        code=code, names=names, source=str(document.get("source", ""))
    )
    return draft_version(questionnaire=questionnaire, document=document, actor=actor, now=now)


@transaction.atomic
def bring_in(*, document: Mapping[str, Any], actor: User | None, now: datetime) -> QuestionnaireVersion:
    """Keep a document as a draft: of a new questionnaire, or of the next version of a known one."""
    known = Questionnaire.objects.filter(code=str(document.get("code", ""))).first()
    if known is None:
        return create_questionnaire(document=document, actor=actor, now=now)
    return draft_version(questionnaire=known, document=document, actor=actor, now=now)


@transaction.atomic
def drop_draft(*, version: QuestionnaireVersion, actor: User | None, now: datetime) -> None:
    """Put a draft away; nothing was ever answered on it, so its row may go."""
    locked = QuestionnaireVersion.objects.select_for_update().get(pk=version.pk)
    if locked.state != VersionState.DRAFT:
        raise InstrumentRefusedError(_("Only a draft can be put away."))
    record(actor=actor, verb="questionnaire.drop", obj=str(locked), now=now, before=locked.definition)
    questionnaire = locked.questionnaire
    locked.delete()
    if not questionnaire.versions.exists():
        questionnaire.delete()


@transaction.atomic
def draft_version(
    *, questionnaire: Questionnaire, document: Mapping[str, Any], actor: User | None, now: datetime
) -> QuestionnaireVersion:
    """Start the next version of a questionnaire as a draft; one draft at a time."""
    locked = Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
    if locked.retired_on is not None:
        raise InstrumentRefusedError(_("This questionnaire is retired and gets no new version."))
    if locked.versions.filter(state=VersionState.DRAFT).exists():
        raise InstrumentRefusedError(_("There is already a draft of this questionnaire; finish it first."))
    if document.get("code") != locked.code:
        raise InstrumentRefusedError(
            _("The document says “%(found)s”; this questionnaire is “%(code)s”.")
            % {"found": document.get("code"), "code": locked.code}
        )
    last = locked.versions.order_by("-number").first()
    version = QuestionnaireVersion.objects.create(
        questionnaire=locked, number=last.number + 1 if last else 1, definition=dict(document)
    )
    record(actor=actor, verb="questionnaire.draft", obj=str(version), now=now, after=dict(document))
    return version


@transaction.atomic
def edit_draft(
    *,
    version: QuestionnaireVersion,
    document: Mapping[str, Any],
    actor: User | None,
    now: datetime,
    was: str = "",
) -> QuestionnaireVersion:
    """Replace the document of a draft; a frozen version cannot be edited, only superseded.

    `was` is the digest of the document that the change was made on: another one means that somebody was quicker.
    """
    locked = QuestionnaireVersion.objects.select_for_update().get(pk=version.pk)
    if locked.state != VersionState.DRAFT:
        raise InstrumentRefusedError(
            _("Version %(number)d is frozen. Make a new version instead.") % {"number": locked.number}
        )
    before = locked.definition
    if was and was != digest(before):
        raise InstrumentRefusedError(
            _("Somebody else changed this draft meanwhile. Look at it as it is now, then change it again.")
        )
    locked.definition = dict(document)
    locked.save(update_fields=["definition"])
    record(
        actor=actor, verb="questionnaire.edit", obj=str(locked), now=now, before=before, after=dict(document)
    )
    return locked


@transaction.atomic
def freeze_version(
    *, version: QuestionnaireVersion, actor: User | None, now: datetime, breaks_series: bool = False
) -> QuestionnaireVersion:
    """Put a draft in force for good; the version in force before it is superseded."""
    locked = (
        QuestionnaireVersion.objects.select_for_update().select_related("questionnaire").get(pk=version.pk)
    )
    if locked.state != VersionState.DRAFT:
        raise InstrumentRefusedError(_("Version %(number)d is frozen already.") % {"number": locked.number})
    definition = checked(locked.definition)
    locked.questionnaire.versions.filter(state=VersionState.FROZEN).update(state=VersionState.SUPERSEDED)
    locked.state = VersionState.FROZEN
    locked.digest = digest(locked.definition)
    locked.breaks_series = breaks_series
    locked.frozen_at = now
    locked.save(update_fields=["state", "digest", "breaks_series", "frozen_at"])
    Questionnaire.objects.filter(pk=locked.questionnaire_id).update(
        names=dict(definition.names), source=definition.source
    )
    record(actor=actor, verb="questionnaire.freeze", obj=str(locked), now=now, after=locked.digest)
    return locked


def checked(document: Mapping[str, Any]) -> Definition:
    """The definition of a document that may be frozen; the refusal names the first faults."""
    try:
        definition = parse(document)
    except DefinitionError as error:
        raise _not_yet(error.faults) from error
    if faults := publishing_faults(definition):
        raise _not_yet(faults)
    return definition


def _not_yet(faults: Sequence[Fault]) -> InstrumentRefusedError:
    places = "; ".join(f"{fault.place}: {fault.message}" for fault in faults[:5])
    return InstrumentRefusedError(
        _("The questionnaire cannot be frozen yet. %(places)s") % {"places": places}
    )
