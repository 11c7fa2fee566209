"""Reads of questionnaires: the version in force and its parsed definition."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

from surveys.instruments.definition import Definition, parse
from surveys.instruments.enums import VersionState
from surveys.instruments.models import Questionnaire, QuestionnaireVersion

RATING_FORM = "cn-haochaping-5"
"""The questionnaire residents answer after a finished case unless a service says otherwise."""


class NotFrozenError(LookupError):
    """A draft was asked for where only frozen wording may be used."""


@lru_cache(maxsize=256)
def definition_of(version_id: int) -> Definition:
    """The definition of a frozen version; kept in memory, because frozen versions never change."""
    version = QuestionnaireVersion.objects.get(pk=version_id)
    if version.state == VersionState.DRAFT:
        raise NotFrozenError(str(version))
    return parse(version.definition)


def draft_definition(version: QuestionnaireVersion) -> Definition:
    """The definition of any version as it stands now; DefinitionError while a draft is unfinished."""
    return parse(version.definition)


def checked_definition(document: Mapping[str, Any]) -> Definition:
    """The definition of a document that is not kept yet; DefinitionError names every fault."""
    return parse(document)


def current_version(code: str = RATING_FORM) -> QuestionnaireVersion:
    """The frozen version in force; QuestionnaireVersion.DoesNotExist when there is none."""
    return (
        QuestionnaireVersion.objects.select_related("questionnaire")
        .filter(questionnaire__code=code, state=VersionState.FROZEN)
        .order_by("-number")[:1]
        .get()
    )


def questionnaires() -> QuerySet[Questionnaire]:
    """Every questionnaire with its versions, by code."""
    return Questionnaire.objects.prefetch_related("versions").order_by("code")
