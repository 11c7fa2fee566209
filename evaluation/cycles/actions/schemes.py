"""Writing and approving schemes: a version once approved never changes, and its author does not approve it."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from evaluation.cycles.bindings import check_bindings, parse_bindings
from evaluation.cycles.draft_edits import with_weights
from evaluation.cycles.drafts import begin
from evaluation.cycles.experts import Round, rule_of
from evaluation.cycles.models import SchemeDocument
from evaluation.cycles.queries import presets
from scoring.schemes import scheme_from_json
from scoring.types import ScoringError
from surveys.core.digests import digest
from surveys.core.log import record
from surveys.core.models import User
from surveys.core.text import LANGUAGES

KEYS = frozenset({"document", "bindings", "is_verified", "note"})
CODE_LENGTH, VERSION_LENGTH = 40, 20


class SchemeRefusedError(Exception):
    """A scheme that cannot be taken; `faults` holds every sentence why."""

    def __init__(self, *faults: str) -> None:
        self.faults = faults
        super().__init__(" ".join(faults))


def check_scheme_file(content: Any) -> list[str]:
    """Every fault of {"document": …, "bindings": …}: the scoring checker's sentence, names, and the bindings."""
    if not isinstance(content, Mapping) or not {"document", "bindings"} <= set(content):
        return [_("A scheme file is an object with “document” and “bindings”.")]
    faults = [_("The key “{key}” is not known.").format(key=key) for key in content if key not in KEYS]
    document = content["document"]
    bindings, found = parse_bindings(content["bindings"])
    faults += found
    try:
        scheme = scheme_from_json(document)
    except ScoringError as error:
        return [*faults, _("The scheme: {fault}.").format(fault=error)]
    names = document.get("name")
    if not isinstance(names, Mapping) or any(not names.get(language) for language in LANGUAGES):
        faults.append(_("The scheme needs its name in three languages: zh-hans, zh-hant and en."))
    if not scheme.version or len(scheme.version) > VERSION_LENGTH or len(scheme.code) > CODE_LENGTH:
        faults.append(_("The scheme needs a code of up to 40 and a version of up to 20 characters."))
    parts = [*(node.code for node in scheme.nodes), *scheme.codes]
    faults += [
        _("The code {code} has a dot or more than 60 characters; it is part of figure numbers.").format(
            code=code
        )
        for code in parts
        if "." in code or len(code) > 60
    ]
    return faults + check_bindings(scheme, bindings)


@transaction.atomic
def write_scheme(
    *,
    document: dict[str, Any],
    bindings: dict[str, Any],
    actor: User | None,
    now: dt.datetime,
    is_verified: bool = False,
    detail: dict[str, Any] | None = None,
) -> SchemeDocument:
    """A new version, or another text of one not yet approved; the same text again changes nothing."""
    if faults := check_scheme_file({"document": document, "bindings": bindings}):
        raise SchemeRefusedError(*faults)
    code, version = document["code"], document["version"]
    mark = digest({"document": document, "bindings": bindings})
    held = SchemeDocument.objects.select_for_update().filter(code=code, version=version).first()
    if held is not None and held.digest == mark:
        return held
    if held is not None and held.approved_at is not None:
        raise SchemeRefusedError(
            _("Version {version} of {code} is approved and no longer changes; give a new version.").format(
                version=version, code=code
            )
        )
    before = held.digest if held else None
    scheme = held or SchemeDocument(code=code, version=version)
    scheme.names = document["name"]
    scheme.document, scheme.bindings, scheme.digest = document, bindings, mark
    scheme.source = document.get("source") or ""
    scheme.is_verified = is_verified
    scheme.written_by = actor
    scheme.save()
    record(
        actor=actor,
        verb="scheme.written",
        obj=f"scheme:{code}:{version}",
        now=now,
        before=before,
        after=mark,
        detail=detail,
    )
    return scheme


@transaction.atomic
def take_round(
    *, scheme: SchemeDocument, node: str, found: Round, actor: User | None, now: dt.datetime
) -> SchemeDocument:
    """Write what an expert round found as the weights of a node's parts; a version already approved is refused."""
    draft = begin(scheme.document, scheme.bindings)
    weights = {code: round(100 * weight, 6) for code, weight in found.weights.items()}
    draft = with_weights(draft, node, rule_of(found), weights)
    detail = {"node": node, "experts": found.n, "weights": weights, "consistency_ratio": found.ratio}
    return write_scheme(
        document=draft.document,
        bindings=draft.bindings,
        actor=actor,
        now=now,
        detail={"expert_round": detail},
    )


@transaction.atomic
def approve_scheme(*, scheme: SchemeDocument, actor: User, now: dt.datetime) -> SchemeDocument:
    """Approve a version; the person who wrote it may not."""
    scheme = SchemeDocument.objects.select_for_update(of=("self",)).get(pk=scheme.pk)
    if scheme.approved_at is not None:
        return scheme
    if scheme.written_by_id == actor.pk:
        raise SchemeRefusedError(_("Someone other than the author must approve a scheme."))
    scheme.approved_by, scheme.approved_at = actor, now
    scheme.save(update_fields=["approved_by", "approved_at"])
    record(
        actor=actor,
        verb="scheme.approved",
        obj=f"scheme:{scheme.code}:{scheme.version}",
        now=now,
        after=scheme.digest,
    )
    return scheme


def install_preset(*, code: str, actor: User | None, now: dt.datetime) -> SchemeDocument:
    """One shipped scheme, not yet approved; a version already approved stays as it is."""
    preset = presets()[code]
    held = SchemeDocument.objects.filter(code=code, version=preset["document"]["version"]).first()
    if held is not None and held.approved_at is not None:
        return held
    return write_scheme(
        document=preset["document"],
        bindings=preset["bindings"],
        actor=actor,
        now=now,
        is_verified=preset["is_verified"],
    )


@transaction.atomic
def install_presets(*, now: dt.datetime, actor: User | None = None) -> list[SchemeDocument]:
    """Every shipped scheme; running it again changes nothing."""
    return [install_preset(code=code, actor=actor, now=now) for code in presets()]
