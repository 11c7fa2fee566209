"""Pages of questionnaires: who reads, what a version shows, a document brought in, what changed."""

import copy
import json
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from surveys.core.enums import Role
from surveys.core.models import Seat, User
from surveys.instruments import actions, queries
from surveys.instruments.compare import Change, breaks_series, compare
from surveys.instruments.definition import parse
from surveys.instruments.enums import VersionState
from surveys.instruments.models import Questionnaire
from surveys.instruments.preview import frames

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TEXT = {"zh-hans": "为什么？", "zh-hant": "為什麼？", "en": "Why?"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def seated(client):
    def sign_in(role):
        user = User.objects.create(username=role)
        Seat.objects.create(user=user, role=role, organisation_code="", granted_at=NOW)
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def version():
    actions.install_presets(NOW)
    return queries.current_version("bench-5q")


def next_document(version):
    document = copy.deepcopy(version.definition)
    document["questions"][1]["texts"]["en"] = "How fast was it?"
    document["questions"][2], document["questions"][3] = document["questions"][3], document["questions"][2]
    document["questions"][4] = {"code": "why", "kind": "long_text", "texts": TEXT}
    document["questions"][0]["options"][0]["texts"]["en"] = "Very unhappy"
    document["tags"][0]["levels"] = [5]
    return document


def upload(document):
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    return {"file": SimpleUploadedFile("q.json", content)}


@pytest.mark.parametrize(
    ("role", "reads", "designs"),
    [(Role.OFFICE, 200, 200), (Role.LEAD, 200, 403), (Role.AUDITOR, 200, 403), (Role.SYSTEM_ADMIN, 403, 403)],
)
def test_who_reads_and_who_brings_in(seated, version, role, reads, designs):
    client = seated(role)
    assert client.get(reverse("instruments:list")).status_code == reads
    assert client.get(reverse("instruments:version", args=["bench-5q", 1])).status_code == reads
    assert client.get(reverse("instruments:document", args=["bench-5q", 1])).status_code == reads
    assert client.get(reverse("instruments:new")).status_code == designs
    assert client.post(reverse("instruments:freeze", args=["bench-5q", 1])).status_code in {302, designs}


def test_strangers_are_asked_to_sign_in(client, version):
    assert client.get(reverse("instruments:list")).status_code == 302


def test_the_list_takes_as_many_queries_for_three_as_for_one(seated, version):
    client = seated(Role.OFFICE)
    everything = list(Questionnaire.objects.order_by("code"))
    counted = []
    for n in (1, 3):
        kept = {"code": everything[0].code} if n == 1 else {}
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse("instruments:list"), kept)
        counted.append(len(seen))
    assert counted[0] == counted[1] <= 10


def test_a_version_is_shown_in_three_languages_with_its_source(seated, version):
    page = seated(Role.LEAD).get(reverse("instruments:version", args=["cn-haochaping-5", 1])).content.decode()
    for words in (
        "这次办事，您满意吗？",
        "這次辦事，您滿意嗎？",
        "How satisfied are you with this service?",
        "GB/T 39734",
    ):
        assert words in page
    assert 'lang="zh-Hant"' in page
    unverified = seated_get(seated, "ca-cmt-core")
    assert "Unverified." in unverified


def seated_get(seated, code):
    return seated(Role.OFFICE).get(reverse("instruments:version", args=[code, 1])).content.decode()


def test_the_short_address_leads_to_the_version_in_force(seated, version):
    response = seated(Role.OFFICE).get(reverse("instruments:questionnaire", args=["bench-5q"]))
    assert response.headers["Location"] == reverse("instruments:version", args=["bench-5q", 1])
    assert seated_status(response.client, "nowhere") == 404


def seated_status(client, code):
    return client.get(reverse("instruments:questionnaire", args=[code])).status_code


def test_a_document_goes_out_comes_in_and_is_put_in_force(seated, version):
    client = seated(Role.OFFICE)
    out = client.get(reverse("instruments:document", args=["bench-5q", 1])).json()
    assert out == version.definition
    made = client.post(reverse("instruments:new"), upload(next_document(version)))
    assert made.headers["Location"] == reverse("instruments:version", args=["bench-5q", 2])
    assert queries.current_version("bench-5q").number == 1
    client.post(reverse("instruments:freeze", args=["bench-5q", 2]), {"breaks_series": "on"})
    now = queries.current_version("bench-5q")
    assert (now.number, now.breaks_series) == (2, True)
    page = client.get(reverse("instruments:difference", args=["bench-5q", 1, 2])).content.decode()
    assert "How fast was it?" in page
    assert "the series should be marked as broken" in page


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"[" * 100_000, b'"x"', b"\xff\xfe", b"1" * 2_000_001])
def test_a_file_that_is_no_document_is_refused(seated, version, content):
    response = seated(Role.OFFICE).post(reverse("instruments:new"), upload(content))
    assert response.status_code == 422
    assert Questionnaire.objects.filter(versions__state=VersionState.DRAFT).count() == 0


def test_a_document_with_faults_shows_their_places(seated, version):
    document = next_document(version)
    document["questions"][0]["kind"] = "poem"
    response = seated(Role.OFFICE).post(reverse("instruments:new"), upload(document))
    assert response.status_code == 422
    assert "questions[0].kind" in response.content.decode()


def test_a_second_draft_is_refused_and_a_draft_can_be_put_away(seated, version):
    client = seated(Role.OFFICE)
    client.post(reverse("instruments:new"), upload(next_document(version)))
    again = client.post(reverse("instruments:new"), upload(next_document(version)))
    assert "already a draft" in again.content.decode()
    client.post(reverse("instruments:drop", args=["bench-5q", 2]))
    assert not version.questionnaire.versions.filter(number=2).exists()
    client.post(reverse("instruments:drop", args=["bench-5q", 1]))
    assert version.questionnaire.versions.count() == 1


def test_differences_name_every_place(version):
    changes = compare(parse(version.definition), parse(next_document(version)))
    assert changes == [
        Change("questions.overall.options.1.texts.en", "changed", "Very dissatisfied", "Very unhappy"),
        Change(
            "questions.efficiency.texts.en", "changed", "How satisfied are you with the time it took?",
            "How fast was it?",
        ),
        Change("questions.attitude", "moved", "4", "3"),
        Change("questions.competence", "moved", "3", "4"),
        Change("questions.why", "added", "", "Why?"),
        Change(
            "questions.convenience", "removed", "How satisfied are you with how easy it was?", ""
        ),
        Change("tags.guide_conditions.levels", "changed", "4, 5", "5"),
    ]  # fmt: skip
    assert breaks_series(changes)
    assert not breaks_series(changes[-1:])
    assert compare(parse(version.definition), parse(version.definition)) == []


def test_a_preview_holds_each_language_on_its_own(version):
    shown = frames(parse(version.definition))
    assert [frame.html_lang for frame in shown] == ["zh-Hans", "zh-Hant", "en"]
    english = shown[2].questions[0]
    assert [(choice.text, choice.face) for choice in english.choices] == [
        ("Very satisfied", 5), ("Satisfied", 4), ("Basically satisfied", 3), ("Dissatisfied", 2),
        ("Very dissatisfied", 1),
    ]  # fmt: skip
    assert len(shown[0].reasons) == 6
