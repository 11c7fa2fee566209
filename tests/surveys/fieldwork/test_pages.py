"""The office's pages: every address by seat, the whole way of a survey, refusals in their sentences."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from surveys.core.enums import Role
from surveys.core.models import LogEntry, OutboxMessage, Seat, User
from surveys.fieldwork import urls
from surveys.fieldwork.enums import Outcome, ResponseState, SurveyState
from surveys.fieldwork.models import ContactAttempt, Frame, Respondent, Response, Survey
from tests.surveys.fieldwork import world

pytestmark = pytest.mark.django_db

OFFICE_ONLY = {
    "new", "frames", "frame_import", "frame_template", "queue", "move", "respondents", "add", "respondent",
    "contact", "interview", "weights", "paper", "paper_template", "answers",
}  # fmt: skip
READ = {"list", "survey", "draw", "results", "groups", "waves", "fairness"}
POST_ONLY = {"move", "add", "contact"}
ARGS = {
    "survey": ["town-1"], "draw": ["town-1"], "queue": ["town-1"], "move": ["town-1", "close"],
    "respondents": ["town-1"], "add": ["town-1"], "respondent": ["town-1", 1], "contact": ["town-1", 1],
    "interview": ["town-1", 1, "telephone"], "weights": ["town-1"], "results": ["town-1"],
    "groups": ["town-1"], "waves": ["town-1"], "fairness": ["town-1"], "paper": ["town-1"],
    "paper_template": ["town-1"], "answers": ["town-1"],
}  # fmt: skip


def signed_in(role, name=None, code=""):
    user = User.objects.create_user(name or f"u-{role}", password="a long password", display_name="Lin")
    Seat.objects.create(user=user, role=role, organisation_code=code, granted_at=timezone.now())
    client = Client()
    client.force_login(user)
    return client


def test_every_staff_address_is_in_the_matrix():
    assert {pattern.name for pattern in urls.urlpatterns} == OFFICE_ONLY | READ


@pytest.mark.parametrize("name", sorted(OFFICE_ONLY | READ))
def test_each_address_opens_to_its_seats_alone(name):
    world.in_the_field()
    address = reverse(f"fieldwork:{name}", args=ARGS.get(name, []))
    stranger = Client().get(address)
    assert (stranger.status_code, stranger["Location"].split("?")[0]) == (302, "/account/login/")
    for role in Role:
        answer = signed_in(role).get(address)
        if role == Role.OFFICE:
            assert answer.status_code == (405 if name in POST_ONLY else 200), role
        elif role == Role.LEADER and name in READ:
            assert answer.status_code == 200, role
        else:
            assert answer.status_code == 403, role


@pytest.mark.parametrize(
    "name", sorted(set(ARGS) - {"move", "add", "respondent", "contact", "interview", "respondents"})
)
def test_an_unknown_survey_is_not_found(name):
    address = reverse(f"fieldwork:{name}", args=["nowhere", *ARGS[name][1:]])
    assert signed_in(Role.OFFICE).get(address).status_code == 404


def test_the_lists_hold_a_constant_number_of_queries():
    client = signed_in(Role.OFFICE)
    world.in_the_field()
    client.get("/office/fieldwork/")

    def queries_of(address):
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    addresses = ["/office/fieldwork/", "/office/fieldwork/frames/", "/office/fieldwork/town-1/respondents/"]
    few = [queries_of(address) for address in addresses]
    version = Survey.objects.get().version
    for number in (2, 3):
        world.planned(code=f"town-{number}", version=version, frame=world.frame(code=f"more-{number}"))
    assert [queries_of(address) for address in addresses] == few


def test_a_survey_goes_its_whole_way_through_the_pages():
    client = signed_in(Role.OFFICE)
    version = world.questionnaire()
    client.post("/office/fieldwork/frames/import/", {"file": upload(world.frame_rows())})
    assert Frame.objects.get().n_entries == 60
    plan = {
        "code": "town-1", "name_en": "Town survey", "version": version.pk, "population": "Everyone",
        "selection": "stratified", "allocation": "proportional", "frame": "people", "n_planned": 30,
        "opens_on": "2026-01-01", "closes_on": "2099-12-01", "retain_until": "2099-12-31",
        "quotas": "age_group young 2\nage_group old 2",
    }  # fmt: skip
    assert client.post("/office/fieldwork/new/", plan).status_code == 302
    for verb, data in [("seed", {"seed": "4711"}), ("draw", {}), ("open", {}), ("invite", {})]:
        client.post(f"/office/fieldwork/town-1/move/{verb}/", data)
    survey = Survey.objects.get()
    assert (survey.state, survey.seed, survey.respondents.count()) == (SurveyState.OPEN, "4711", 30)
    assert OutboxMessage.objects.count() == 30
    assert Respondent.objects.filter(outcome=Outcome.NO_REPLY).count() == 30
    assert "The draw can be repeated" in client.get("/office/fieldwork/town-1/draw/").content.decode()
    queue = client.get("/office/fieldwork/town-1/draw/queue.csv").content.decode()
    assert queue.count("\n") == 61
    assert "1380000" not in queue
    world.answer_all(
        survey, [{"overall": str(1 + n % 5), "age": "old" if n % 2 else "young"} for n in range(20)]
    )
    client.post("/office/fieldwork/town-1/move/close/")
    page = client.get("/office/fieldwork/town-1/").content.decode()
    assert "20 interviews with 30 people drawn" in page
    assert "66.7" in page
    weighed = client.post("/office/fieldwork/town-1/weights/", {"margins": "age young 0.4\nage old 0.6"})
    assert weighed.status_code == 302
    assert "How satisfied are you?" in client.get("/office/fieldwork/town-1/results/").content.decode()
    client.post("/office/fieldwork/town-1/move/release/")
    assert Survey.objects.get().state == SurveyState.RELEASED
    verbs = list(
        LogEntry.objects.filter(verb__startswith="survey.").order_by("number").values_list("verb", flat=True)
    )
    assert verbs == [
        "survey.plan", "survey.seed", "survey.draw", "survey.open", "survey.invite", "survey.close",
        "survey.weigh", "survey.release",
    ]  # fmt: skip


def upload(content, name="frame.csv"):
    return SimpleUploadedFile(name, content, content_type="text/csv")


def test_a_step_out_of_order_is_refused_in_a_sentence():
    client = signed_in(Role.OFFICE)
    world.planned()
    page = client.post("/office/fieldwork/town-1/move/draw/", follow=True).content.decode()
    assert "Publish the seed first" in page
    page = client.post("/office/fieldwork/town-1/move/release/", follow=True).content.decode()
    assert "this cannot be done at that stage" in page
    assert client.post("/office/fieldwork/town-1/move/fly/").status_code == 404


def test_margins_that_do_not_sum_are_refused_with_their_place():
    client = signed_in(Role.OFFICE)
    survey = world.in_the_field()
    world.answer_all(survey, [{"overall": "4", "age": "old" if n % 2 else "young"} for n in range(20)])
    Survey.objects.update(state=SurveyState.CLOSED)
    for margins, sentence in (
        ("age young 0.4\nage old 0.5", "The shares of margin age sum to 0.9, not to 1."),
        ("age young 0.4\nage old 0.6\nage child 0.1", "nobody answered in child"),
        ("age young 1", "there is no target for old"),
        ("age young forty", "Line 1: write trait, value and number"),
        ("age young 40\nage old 60\nstratum north 4\nstratum south 2", "they count the same people"),
    ):
        answer = client.post("/office/fieldwork/town-1/weights/", {"margins": margins})
        assert answer.status_code == 422, margins
        assert sentence in answer.content.decode()
    assert not Response.objects.filter(weight__isnull=False).exists()


def test_an_interviewer_calls_notes_and_asks():
    client = signed_in(Role.OFFICE)
    survey = world.in_the_field()
    at = "/office/fieldwork/town-1/respondents/1/"
    client.post(at, {"channel": "telephone", "outcome": Outcome.NON_CONTACT, "note": "nobody home"})
    assert ContactAttempt.objects.get().outcome == Outcome.NON_CONTACT
    shown = client.post(f"{at}contact/", {"reason": "to call again"}).content.decode()
    assert "1380000" in shown
    assert LogEntry.objects.filter(verb="respondent.contact").count() == 1
    assert "1380000" not in client.get(at).content.decode()
    client.get(f"{at}interview/telephone/")
    client.post(f"{at}interview/telephone/", {"page": "0", "q-overall": "4"})
    client.post(f"{at}interview/telephone/", {"page": "1", "q-speed": "3", "q-age": "old"})
    made = Response.objects.get()
    assert (made.state, made.channel) == (ResponseState.COMPLETE, "telephone")
    assert made.entered_by is not None
    assert survey.respondents.get(number=1).outcome == Outcome.COMPLETE
    late = client.post(at, {"channel": "telephone", "outcome": Outcome.REFUSAL})
    assert late.status_code == 422
    assert "outcome is final" in late.content.decode()


def test_a_quota_sample_takes_people_as_they_are_met():
    client = signed_in(Role.OFFICE)
    world.in_the_field(selection="quota", frame=None, quotas=[("age_group", "old", 1)])
    answer = client.post("/office/fieldwork/town-1/respondents/add/", {"age_group": "old"})
    assert answer["Location"].endswith("/respondents/1/")
    assert Respondent.objects.get().attributes == {"age_group": "old"}
    page = client.get("/office/fieldwork/town-1/").content.decode()
    assert "there is no response rate" in page


def test_a_random_sample_takes_nobody_who_was_not_drawn():
    client = signed_in(Role.OFFICE)
    world.in_the_field()
    page = client.post("/office/fieldwork/town-1/respondents/add/", {"age_group": "old"}, follow=True)
    assert "asks only those who were drawn" in page.content.decode()
    assert Respondent.objects.count() == 30


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"code": "taken"}, "There is already a survey “taken”"),
        ({"code": "a/b"}, "Write letters of English, digits, - and _, without blanks."),
        ({"quotas": "age_group old 9\nage_group old 3"}, "These quotas stand twice: age_group old."),
        ({"quotas": "x\nage_group old 3\ny"}, "Line 3: write trait"),
        ({"quotas": "age_group old 31"}, "want 31 interviews; only 30 people are to be asked"),
        ({"quotas": "shoe_size 43 10"}, "Nothing tells who belongs to quota shoe_size"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_with_its_sentence(change, words):
    client = signed_in(Role.OFFICE)
    version = world.questionnaire()
    world.planned(code="taken", version=version)
    plan = {
        "code": "street-1", "name_en": "Street", "version": version.pk, "population": "Everyone", "selection": "quota",
        "allocation": "proportional", "n_planned": 30, "opens_on": "2026-01-01", "closes_on": "2099-12-01",
        "retain_until": "2099-12-31", "quotas": "age_group old 10",
    }  # fmt: skip
    page = client.post("/office/fieldwork/new/", plan | change)
    assert page.status_code == 422
    assert words in page.content.decode()
    assert [survey.code for survey in Survey.objects.all()] == ["taken"]
    assert client.post("/office/fieldwork/new/", plan).status_code == 302
