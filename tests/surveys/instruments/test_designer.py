"""The designer's pages: who enters, a questionnaire built and put in force, tried, superseded, exchanged."""

import re
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from surveys.core.enums import Role
from surveys.core.models import LogEntry, Seat, User
from surveys.instruments import actions, queries
from surveys.instruments.enums import VersionState
from surveys.instruments.models import Questionnaire, QuestionnaireVersion
from surveys.instruments.views.exchange import EXPORTS
from tests.surveys.instruments.documents import EVERY_KIND
from tests.surveys.instruments.interchange.test_xlsform import FOREIGN

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
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
def office(seated):
    return seated(Role.OFFICE)


@pytest.fixture
def draft():
    return actions.create_questionnaire(document=EVERY_KIND, actor=None, now=NOW)


def at(name, row, *more):
    return reverse(f"instruments:{name}", args=[row.questionnaire.code, row.number, *more])


def was(page):
    return re.search(r'name="was" value="([0-9a-f]+)"', page.content.decode())[1]


def test_only_the_office_designs_and_readers_may_try(seated, draft):
    pages = [at("design", draft), at("translate", draft), at("header", draft), at("question", draft, "overall"),
             reverse("instruments:start"), reverse("instruments:new")]  # fmt: skip
    posts = [at("arrange", draft), at("supersede", draft), reverse("instruments:take")]
    for role, status in ((Role.LEAD, 403), (Role.SYSTEM_ADMIN, 403)):
        client = seated(role)
        assert {client.get(page).status_code for page in pages} == {status}
        assert {client.post(page).status_code for page in posts} == {status}
    assert seated(Role.AUDITOR).get(at("try", draft)).status_code == 200
    office = seated(Role.OFFICE)
    assert {office.get(page).status_code for page in pages} == {200}
    assert office.get(reverse("instruments:design", args=["nowhere", 1])).status_code == 404


def test_a_questionnaire_is_built_checked_and_put_in_force(office):
    started = office.post(
        reverse("instruments:start"),
        {"name": "Library visit", "languages": ["zh-hans", "en"], "code": "", "template": ""},
    )
    assert started.headers["Location"] == reverse("instruments:design", args=["library_visit", 1])
    page = office.get(started.headers["Location"])
    assert "no questions yet" in page.content.decode()
    add = {
        "kind": "rating",
        "ready": "level5",
        "text_zh-hans": "满意吗？",
        "text_en": "How satisfied are you?",
        "required": "on",
    }
    page = office.post(started.headers["Location"], add | {"was": was(page)}, follow=True)
    assert "ready to be put in force" in page.content.decode()
    why = {"kind": "long_text", "text_zh-hans": "为什么？", "text_en": "", "when": "how_satisfied_are <= '2'"}
    page = office.post(started.headers["Location"], why | {"was": was(page)}, follow=True)
    assert page.status_code == 422
    why |= {"when": "how_satisfied_are <= 2"}
    page = office.post(started.headers["Location"], why | {"was": was(page)}, follow=True)
    assert "1 thing is still to be done" in page.content.decode()
    place = reverse("instruments:translate", args=["library_visit", 1])
    office.post(place, {"questions.1.texts:en": "Why?", "was": was(office.get(place))})
    office.post(reverse("instruments:freeze", args=["library_visit", 1]))
    definition = queries.definition_of(queries.current_version("library_visit").pk)
    assert [(q.kind, q.relevant) for q in definition.questions] == [
        ("rating", ""),
        ("long_text", "how_satisfied_are <= 2"),
    ]
    assert (
        definition.question(
            "q2" if definition.questions[1].code == "q2" else definition.questions[1].code
        ).texts["en"]
        == "Why?"
    )


def test_a_version_in_force_cannot_be_edited_only_superseded(office, draft):
    actions.freeze_version(version=draft, actor=None, now=NOW)
    before = QuestionnaireVersion.objects.get(pk=draft.pk).definition
    for name in ("design", "translate", "header"):
        answer = office.post(at(name, draft), {"names:en": "Other"}, follow=True)
        assert "never changes" in answer.content.decode()
    office.post(at("arrange", draft), {"do": "remove:overall"})
    office.post(at("question", draft, "overall"), {"kind": "number"})
    assert QuestionnaireVersion.objects.get(pk=draft.pk).definition == before
    following = office.post(at("supersede", draft))
    assert following.headers["Location"] == reverse("instruments:design", args=["survey", 2])
    assert "already a draft" in office.post(at("supersede", draft), follow=True).content.decode()


def test_somebody_who_was_slower_is_told(office, draft):
    stale = was(office.get(at("design", draft)))
    office.post(at("arrange", draft), {"do": "down:stars", "was": stale})
    answer = office.post(at("arrange", draft), {"do": "remove:stars", "was": stale}, follow=True)
    assert "Somebody else changed this draft" in answer.content.decode()
    codes = [one["code"] for one in QuestionnaireVersion.objects.get(pk=draft.pk).definition["questions"]]
    assert codes[3:5] == ["likert", "stars"]
    assert LogEntry.objects.filter(verb="questionnaire.edit").count() == 1


@pytest.mark.parametrize("code", [one["code"] for one in EVERY_KIND["questions"]])
def test_a_question_opened_and_kept_stays_the_same(office, draft, code):
    page = office.get(at("question", draft, code))
    form = page.context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value() not in (None, "", False)}
    answer = office.post(at("question", draft, code), data | {"was": was(page)})
    assert answer.status_code == 302, answer.context["form"].errors
    after = QuestionnaireVersion.objects.get(pk=draft.pk)
    assert queries.draft_definition(after) == queries.checked_definition(EVERY_KIND)


def test_the_header_is_kept_and_taken_away(office, draft):
    page = office.get(at("header", draft))
    office.post(at("header", draft), {"form_number": "F-9", "valid_until": "2027-01-31", "was": was(page)})
    assert QuestionnaireVersion.objects.get(pk=draft.pk).definition["header"] == {
        "form_number": "F-9", "valid_until": "2027-01-31",
    }  # fmt: skip
    office.post(at("header", draft), {"was": was(office.get(at("header", draft)))})
    assert "header" not in QuestionnaireVersion.objects.get(pk=draft.pk).definition


def test_branching_is_tried_page_by_page_and_nothing_is_stored(office, draft):
    def state(page):
        return re.search(r'name="state" value="([^"]+)"', page.content.decode())[1]

    page = office.get(at("try", draft))
    assert "Page 1 of 3" in page.content.decode()
    page = office.post(at("try", draft), {"state": state(page), "q-agree": "yes"})
    page = office.post(at("try", draft), {"state": state(page)})
    page = office.post(at("try", draft), {"state": state(page), "q-overall": "1"})
    assert [fault.code for fault in page.context["form"].faults] == ["district"]
    sent = {"q-overall": "1", "q-district": "north", "q-used": ["web"], "q-grid-speed": "bad"}
    page = office.post(at("try", draft), {"state": state(page), **sent, "language": "zh-hans"})
    assert page.context["form"].fields[0].code == "why"
    assert page.context["language"] == "zh-hans"
    page = office.post(at("try", draft), {"state": state(page), "back": "1"})
    assert page.context["here"] == 2
    page = office.post(at("try", draft), {"state": "forged", "q-agree": "no"})
    assert page.context["here"] == 0 or page.context["is_declined"]
    assert LogEntry.objects.filter(verb__startswith="questionnaire.edit").count() == 0


def test_a_trial_begins_in_the_language_of_the_page_and_can_change_it(office, draft):
    page = office.get(at("try", draft))
    assert page.context["language"] == "en"
    state = re.search(r'name="state" value="([^"]+)"', page.content.decode())[1]
    page = office.post(
        at("try", draft) + "?language=zh-hant", {"state": state, "stay": "1", "language": "en"}
    )
    assert page.context["language"] == "zh-hant"
    draft.definition["languages"] = ["zh-hans", "zh-hant"]
    draft.save(update_fields=["definition"])
    assert office.get(at("try", draft)).context["language"] == "zh-hans"


def test_a_draft_whose_conditions_cannot_be_read_says_so(office, draft):
    broken = dict(EVERY_KIND)
    broken["questions"] = [dict(one) for one in EVERY_KIND["questions"]]
    broken["questions"][3]["relevant"] = "overall <"
    actions.edit_draft(version=draft, document=broken, actor=None, now=NOW)
    text = office.get(at("try", draft)).content.decode()
    assert "It cannot be tried yet" in text
    assert "is missing here" in text


@pytest.mark.parametrize("kind", EXPORTS)
def test_a_version_goes_out_in_every_format(office, draft, kind):
    answer = office.get(at("export", draft, kind))
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    assert len(answer.content) > 500
    assert office.get(at("export", draft, "nothing")).status_code == 404


def test_a_foreign_form_is_previewed_then_kept(office):
    answer = office.post(reverse("instruments:new"), {"file": SimpleUploadedFile("visits.xlsx", FOREIGN)})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "9 rows taken, 10 changed, 9 refused" in text
    assert not Questionnaire.objects.exists()
    sha256 = re.search(r'name="sha256" value="([0-9a-f]+)"', text)[1]
    kept = office.post(reverse("instruments:take"), {"sha256": sha256})
    row = QuestionnaireVersion.objects.get()
    assert kept.headers["Location"] == at("design", row)
    assert (row.questionnaire.code, row.state) == ("visits-2026", VersionState.DRAFT)
    assert office.get(at("design", row)).status_code == 200
    again = office.post(reverse("instruments:take"), {"sha256": sha256}, follow=True)
    assert "already a draft" in again.content.decode()
    assert office.post(reverse("instruments:take"), {"sha256": "0"}).status_code == 404


def test_what_is_no_form_is_refused(office):
    for name, content in (
        ("a.xlsx", b"PK\x03\x04"),
        ("a.txt", b"x"),
        ("a.json", b"[" * 9999),
        ("a.json", b'{"pages": 1}'),
    ):
        answer = office.post(reverse("instruments:new"), {"file": SimpleUploadedFile(name, content)})
        assert answer.status_code == 422


def test_addresses_of_the_system_are_no_codes():
    with pytest.raises(actions.InstrumentRefusedError, match="address of this system"):
        actions.create_questionnaire(document=EVERY_KIND | {"code": "start"}, actor=None, now=NOW)


def test_a_section_gets_a_heading_and_a_condition_without_code(office, draft):
    code = EVERY_KIND["sections"][-1]["code"]
    page = office.get(at("section", draft, code))
    text = page.content.decode()
    assert page.status_code == 200
    assert "<optgroup" in text
    sent = {
        "text_en": "The end",
        "text_zh-hans": "结尾",
        "text_zh-hant": "結尾",
        "when": "overall <= 2",
        "was": was(page),
    }
    page = office.post(at("section", draft, code), sent, follow=True)
    assert "The section is changed." in page.content.decode()
    draft.refresh_from_db()
    assert draft.definition["sections"][-1] == {
        "code": code,
        "texts": {"en": "The end", "zh-hans": "结尾", "zh-hant": "結尾"},
        "relevant": "overall <= 2",
    }
    late = office.post(at("section", draft, code), sent | {"relevant": "x <"})
    assert late.status_code == 422
    page = office.get(at("section", draft, code))
    office.post(at("section", draft, code), sent | {"when": "", "relevant": "nowhere = 1", "was": was(page)})
    assert "nowhere" in office.get(at("section", draft, code)).content.decode()
    assert office.get(at("section", draft, "nothing")).status_code == 302


def test_a_document_that_names_no_language_is_built_in_all_of_them(office):
    plain = {key: value for key, value in EVERY_KIND.items() if key != "languages"}
    draft = actions.create_questionnaire(document=plain, actor=None, now=NOW)
    section = EVERY_KIND["sections"][0]["code"]
    for place in (at("design", draft), at("translate", draft), at("header", draft), at("try", draft),
                  at("question", draft, "overall"), at("section", draft, section)):  # fmt: skip
        assert office.get(place).status_code == 200
    page = office.get(at("design", draft))
    sent = {"do": "section:new", "section_en": "More", "was": was(page)}
    page = office.post(at("arrange", draft), sent, follow=True)
    assert "More" in page.content.decode()
