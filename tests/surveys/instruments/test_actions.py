"""Installing, drafting, freezing and superseding questionnaires."""

from datetime import UTC, datetime

import pytest

from surveys.core.log import verify_chain
from surveys.core.models import LogEntry
from surveys.instruments import actions, queries
from surveys.instruments.enums import VersionState
from surveys.instruments.models import Questionnaire, QuestionnaireVersion
from surveys.instruments.shipped import preset_documents

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def changed(version: QuestionnaireVersion, text: str) -> dict[str, object]:
    document = dict(version.definition)
    first = dict(document["questions"][0])
    first["texts"] = {"zh-hans": text, "zh-hant": text, "en": text}
    return document | {"questions": [first, *document["questions"][1:]]}


def test_presets_install_once_and_stay():
    first = actions.install_presets(NOW)
    again = actions.install_presets(NOW)
    assert [row.pk for row in again] == [row.pk for row in first]
    assert len(first) == len(preset_documents()) == Questionnaire.objects.count()
    assert {row.state for row in first} == {VersionState.FROZEN}
    assert LogEntry.objects.filter(verb="questionnaire.freeze").count() == len(first)
    assert verify_chain().ok


def test_current_version_is_the_rating_form_by_default():
    actions.install_presets(NOW)
    version = queries.current_version()
    assert version.questionnaire.code == "cn-haochaping-5"
    assert queries.definition_of(version.pk).question("overall").values == ("1", "2", "3", "4", "5")


def test_a_new_version_supersedes_the_one_in_force():
    actions.install_presets(NOW)
    old = queries.current_version("bench-5q")
    draft = actions.draft_version(
        questionnaire=old.questionnaire, document=changed(old, "Neu?"), actor=None, now=NOW
    )
    assert queries.current_version("bench-5q") == old
    new = actions.freeze_version(version=draft, actor=None, now=NOW, breaks_series=True)
    old.refresh_from_db()
    assert (old.state, new.number, new.breaks_series) == (VersionState.SUPERSEDED, 2, True)
    assert queries.current_version("bench-5q") == new
    assert queries.definition_of(old.pk).question("overall").texts["en"].startswith("How satisfied")


def test_a_frozen_version_cannot_be_edited():
    actions.install_presets(NOW)
    version = queries.current_version("bench-5q")
    with pytest.raises(actions.InstrumentRefusedError, match="Make a new version instead"):
        actions.edit_draft(version=version, document={}, actor=None, now=NOW)
    with pytest.raises(actions.InstrumentRefusedError, match="frozen already"):
        actions.freeze_version(version=version, actor=None, now=NOW)


def test_a_second_draft_is_refused():
    actions.install_presets(NOW)
    version = queries.current_version("bench-5q")
    make = {"questionnaire": version.questionnaire, "actor": None, "now": NOW}
    actions.draft_version(document=version.definition, **make)
    with pytest.raises(actions.InstrumentRefusedError, match="already a draft"):
        actions.draft_version(document=version.definition, **make)


def test_a_draft_with_faults_cannot_be_frozen_and_has_no_cached_definition():
    actions.install_presets(NOW)
    version = queries.current_version("bench-5q")
    draft = actions.draft_version(
        questionnaire=version.questionnaire,
        document=version.definition | {"questions": []},
        actor=None,
        now=NOW,
    )
    with pytest.raises(actions.InstrumentRefusedError, match="at least one question"):
        actions.freeze_version(version=draft, actor=None, now=NOW)
    with pytest.raises(queries.NotFrozenError):
        queries.definition_of(draft.pk)


def test_a_document_under_another_code_is_refused():
    actions.install_presets(NOW)
    version = queries.current_version("bench-5q")
    with pytest.raises(actions.InstrumentRefusedError, match="this questionnaire is “bench-5q”"):
        actions.draft_version(
            questionnaire=version.questionnaire, document={"code": "other"}, actor=None, now=NOW
        )
