"""In the field: invitations, reminders, limits of calls, outcome codes and rates, quotas, retention."""

import datetime as dt

import pytest

from surveys.core.enums import Role
from surveys.core.models import OutboxMessage
from surveys.core.outbox import outgoing
from surveys.fieldwork import progress
from surveys.fieldwork.actions.calling import note_attempt
from surveys.fieldwork.actions.inviting import contact_of, invite, remind
from surveys.fieldwork.actions.keeping import forget_due
from surveys.fieldwork.actions.planning import close_due, close_survey, open_survey
from surveys.fieldwork.enums import Outcome, ResponseState, SurveyState
from surveys.fieldwork.models import FrameEntry, Quota, Respondent, Response, Survey
from surveys.fieldwork.refusals import FieldworkRefusedError
from surveys.instruments.actions import draft_version, freeze_version
from surveys.instruments.enums import VersionState
from tests.surveys.fieldwork import world
from tests.surveys.fieldwork.test_pages import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey():
    return world.in_the_field()


def test_everybody_is_invited_once_in_their_language(survey):
    assert invite(survey=survey, actor=None, now=world.NOW) == 30
    assert invite(survey=survey, actor=None, now=world.NOW) == 0
    messages = list(OutboxMessage.objects.all())
    told = [outgoing(message) for message in messages]
    assert len({message.to for message in told}) == 30
    assert {message.link.rsplit("/", 2)[1] for message in told} == {"s"}
    assert b"1380000" not in b"".join(bytes(message.sealed) for message in messages)


def test_reminders_wait_stop_and_spare_those_who_answered(survey):
    invite(survey=survey, actor=None, now=world.NOW)
    world.answer_all(survey, [{"overall": "4"}] * 5)
    day = dt.timedelta(days=1)
    assert remind(survey=survey, actor=None, now=world.NOW + 2 * day) == 0
    assert remind(survey=survey, actor=None, now=world.NOW + 4 * day) == 25
    assert remind(survey=survey, actor=None, now=world.NOW + 5 * day) == 0
    assert remind(survey=survey, actor=None, now=world.NOW + 8 * day) == 25
    assert remind(survey=survey, actor=None, now=world.NOW + 20 * day) == 0


def test_calls_have_a_limit():
    survey = world.in_the_field(max_calls=2)
    person = survey.respondents.first()
    call = {"channel": "telephone", "outcome": Outcome.NON_CONTACT, "actor": None, "now": world.NOW}
    note_attempt(person=person, **call)
    note_attempt(person=person, **call)
    with pytest.raises(FieldworkRefusedError, match="tried 2 times"):
        note_attempt(person=person, **call)
    assert person.attempts.count() == 2


def test_closing_gives_everybody_a_final_outcome(survey):
    invite(survey=survey, actor=None, now=world.NOW)
    people = list(survey.respondents.order_by("number"))
    world.answer_all(survey, [{"overall": "4"}] * 10)
    for person, answers in (
        (people[10], {"overall": "4", "speed": "3", "age": "old"}),
        (people[11], {"overall": "4"}),
    ):
        Response.objects.create(
            respondent=person, survey=survey, version=survey.version, state=ResponseState.PARTIAL,
            language="en", answers=answers, started_at=world.NOW, saved_at=world.NOW,
        )  # fmt: skip
    Respondent.objects.filter(pk=people[12].pk).update(outcome=Outcome.NOT_ELIGIBLE)
    close_survey(survey=survey, actor=None, now=world.NOW)
    told = progress.outcomes(survey)
    assert told.by_outcome == {"1.1": 10, "1.2": 1, "2.12": 1, "4.10": 1, "3.19": 17}
    # e: 12 eligible of the 13 whose eligibility is known.
    assert told.eligible_share == pytest.approx(12 / 13)
    assert told.rates.rr1 == pytest.approx(10 / 29)
    assert told.rates.rr3 == pytest.approx(10 / (12 + 17 * 12 / 13))
    assert told.rates.rr5 == pytest.approx(10 / 12)


def test_a_quota_that_cannot_be_met_is_refused_before_the_field():
    survey = world.in_the_field()
    Survey.objects.update(state=SurveyState.DRAWN)
    for trait, value, n in (("age_group", "old", 29), ("shoe_size", "43", 29)):
        Quota.objects.create(survey=survey, trait=trait, value=value, n_target=n)
    Quota.objects.create(survey=survey, trait="age_group", value="young", n_target=1)
    with pytest.raises(FieldworkRefusedError) as caught:
        open_survey(survey=survey, actor=None, now=world.NOW)
    text = str(caught.value)
    assert "Quota age_group old wants 29 interviews" in text
    assert "Nothing tells who belongs to quota shoe_size" in text
    assert "do not add up to the same number: age_group 30, shoe_size 29" in text


def test_when_its_time_is_over_nothing_leads_to_a_person(survey):
    person = survey.respondents.select_related("entry").first()
    assert contact_of(person).startswith("1380000")
    Survey.objects.update(
        opens_on=dt.date(2026, 1, 1), closes_on=dt.date(2026, 2, 1), retain_until=dt.date(2026, 3, 1)
    )
    assert forget_due(now=world.NOW, today=dt.date(2026, 2, 28)) == 0
    assert forget_due(now=world.NOW, today=dt.date(2026, 3, 1)) == 60
    assert not Respondent.objects.filter(entry__isnull=False).exists()
    assert not FrameEntry.objects.filter(sealed__isnull=False).exists()
    assert forget_due(now=world.NOW, today=dt.date(2026, 3, 2)) == 0


def test_the_clock_closes_a_survey_after_its_last_day(survey):
    Survey.objects.update(closes_on=dt.date(2026, 11, 22))
    assert close_due(now=world.NOW, today=dt.date(2026, 11, 22)) == 0
    assert close_due(now=world.NOW, today=dt.date(2026, 11, 23)) == 1
    assert Survey.objects.get().state == SurveyState.CLOSED


@pytest.mark.parametrize(
    ("plan", "sentence"),
    [
        ({"frame": None}, "A random sample needs a frame"),
        ({"closes_on": dt.date(2026, 10, 1)}, "closes before it opens"),
        ({"retain_until": dt.date(2026, 11, 2)}, "keep them at least so long"),
        ({"breaks_series": True}, "Say why the series breaks"),
        ({"selection": "quota", "frame": None}, "at least one quota"),
    ],
)
def test_a_plan_that_cannot_hold_is_refused(plan, sentence):
    with pytest.raises(FieldworkRefusedError, match=sentence):
        world.planned(**plan)
    assert not Survey.objects.exists()


def test_a_draft_questionnaire_asks_nobody():
    version = world.questionnaire()
    type(version).objects.update(state="draft", digest="", frozen_at=None)
    version.refresh_from_db()
    with pytest.raises(FieldworkRefusedError, match="Freeze the questionnaire first"):
        world.planned(version=version)


def test_answers_to_a_superseded_version_are_carried_and_the_reason_is_told(client):
    survey = world.in_the_field()
    old = survey.version
    reworded = world.document() | {"names": world.names("Town survey, new")}
    newer = draft_version(questionnaire=old.questionnaire, document=reworded, actor=None, now=world.NOW)
    freeze_version(version=newer, actor=None, now=world.NOW)
    old.refresh_from_db()
    assert old.state == VersionState.SUPERSEDED
    link = world.links(survey)[0]
    client.post(link, {"begin": "1"})
    client.post(link, {"page": "0", "q-overall": "5"})
    client.post(link, {"page": "1", "q-age": "old"})
    kept = Response.objects.get()
    assert (kept.state, kept.version_id) == (ResponseState.COMPLETE, old.pk)
    told = signed_in(Role.OFFICE).get(f"/office/fieldwork/{survey.code}/").content.decode()
    assert "This survey goes on with version 1" in told
    with pytest.raises(FieldworkRefusedError, match="Version 1 of this questionnaire was superseded"):
        world.planned(version=old, code="town-2", frame=survey.frame)
