"""Paper in batches: every cell checked, all or nothing; and the answers as a data file that leads to nobody."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surveys.core.enums import Role
from surveys.core.imports import ImportRefusedError
from surveys.core.models import LogEntry
from surveys.core.workbooks import read_grids
from surveys.fieldwork.batches import take_batch, template
from surveys.fieldwork.enums import Outcome, ResponseState, SurveyChannel
from surveys.fieldwork.models import Response
from surveys.instruments.answering import clean_answers
from surveys.instruments.definition import parse
from surveys.instruments.interchange.datarows import answers_of, cells_of
from surveys.instruments.interchange.variables import variables
from tests.surveys.fieldwork import world
from tests.surveys.fieldwork.test_pages import signed_in
from tests.surveys.instruments.documents import EVERY_KIND

pytestmark = pytest.mark.django_db
HEAD = "_number,overall,why,speed,age\n"
DEFINITION = parse(EVERY_KIND)
VARIABLES = variables(DEFINITION, "en")


def take(survey, text):
    return take_batch(
        survey=survey, content=(HEAD + text).encode(), file_name="paper.csv", actor=None, now=world.NOW,
        today=world.TODAY,
    )  # fmt: skip


def test_a_batch_becomes_finished_interviews_on_paper():
    survey = world.in_the_field()
    report = take(survey, "1,2,slow,dk,old\n2,Satisfied,,,Under 40\n")
    assert (report.ok, report.rows) == (True, 2)
    kept = Response.objects.order_by("respondent__number")
    assert [row.answers for row in kept] == [
        {"overall": "2", "why": "slow", "speed": "dk", "age": "old"},
        {"overall": "4", "age": "young"},
    ]
    assert {(row.state, row.channel) for row in kept} == {(ResponseState.COMPLETE, SurveyChannel.PAPER)}
    assert survey.respondents.filter(outcome=Outcome.COMPLETE).count() == 2
    assert LogEntry.objects.filter(verb="survey.paper").count() == 1


def test_every_wrong_cell_is_named_and_nothing_is_written():
    survey = world.in_the_field()
    take(survey, "3,5,,,old\n")
    with pytest.raises(ImportRefusedError) as refused:
        take(survey, "1,9,,,\n2,2,,,old\n3,4,,,old\n4,4,,,old\n4,4,,,old\n999,4,,,old\n,4,,,\n5,,,,old\n")
    told = {(error.row, error.column): error.message for error in refused.value.errors}
    assert set(told) >= {(2, "B"), (3, "C"), (4, "A"), (6, "A"), (7, "A"), (8, "A"), (9, "B")}
    assert "Choose an answer" in told[3, "C"]
    assert "not asked any more" in told[4, "A"]
    assert "stands in row 5 already" in told[6, "A"]
    assert "Nobody in this survey has the number 999" in told[7, "A"]
    assert Response.objects.count() == 1


def test_paper_completes_what_was_begun_on_the_web():
    survey = world.in_the_field()
    Client().post(world.links(survey)[0], {"begin": "1"})
    take(survey, "1,5,,,old\n")
    kept = Response.objects.get()
    assert (kept.channel, kept.state, kept.answers) == ("paper", "complete", {"overall": "5", "age": "old"})


def test_the_template_has_a_column_a_variable_and_the_page_takes_it():
    survey = world.in_the_field()
    grid = next(iter(read_grids(template(survey)).values()))
    assert list(grid.headings)[1:] == ["overall", "why", "speed", "age"]
    office = signed_in(Role.OFFICE)
    address = f"/office/fieldwork/{survey.code}/paper/"
    bad = office.post(address, {"file": SimpleUploadedFile("p.csv", (HEAD + "1,9,,,\n").encode())})
    assert bad.status_code == 422
    assert "Nothing was written" in bad.content.decode()
    good = office.post(
        address, {"file": SimpleUploadedFile("p.csv", (HEAD + "1,4,,,old\n").encode())}, follow=True
    )
    assert "1 interview was taken in." in good.content.decode()


def test_a_closed_survey_takes_no_paper():
    with pytest.raises(ImportRefusedError, match="not open"):
        take(world.planned(), "1,4,,,old\n")


def test_the_data_file_holds_answers_and_weights_and_leads_to_nobody():
    survey = world.in_the_field()
    office = signed_in(Role.OFFICE)
    address = f"/office/fieldwork/{survey.code}/answers.csv"
    world.answer_all(survey, [{"overall": "4", "age": "old"}] * 9)
    assert len(office.get(address).content.decode().splitlines()) == 1
    Response.objects.all().delete()
    answers = [{"overall": str(1 + n % 5), "why": "slow", "age": "old"} for n in range(12)]
    world.answer_all(survey, answers)
    rows = list(csv.DictReader(io.StringIO(office.get(address).content.decode().removeprefix("\ufeff"))))
    assert list(rows[0]) == [
        "overall", "why", "speed", "age", "w_design", "w_final", "w_stratum", "w_channel", "w_language",
    ]  # fmt: skip
    assert sorted(row["overall"] for row in rows) == sorted(one["overall"] for one in answers)
    assert {row["speed"] for row in rows} == {""}
    assert LogEntry.objects.filter(verb="survey.data").count() == 2


GIVEN = {
    "agree": "yes", "overall": "4", "stars": "2", "district": "north", "used": ["web", "phone"],
    "grid": {"speed": "bad", "staff": "dk"}, "first": ["parks", "roads", "buses"], "age": "30.5",
    "moved": "2020-01-31", "job": "baker", "effort": "3",
}  # fmt: skip


def test_answers_of_every_kind_go_into_cells_and_come_back():
    cells = cells_of(VARIABLES, GIVEN)
    named = dict(zip((one.name for one in VARIABLES), cells, strict=True))
    assert (named["used_web"], named["used_desk"], named["first_1"]) == ("1", "0", "parks")
    assert answers_of(VARIABLES, named) == GIVEN
    assert set(cells_of(VARIABLES, {})) == {""}


@given(st.dictionaries(st.sampled_from([one.name for one in VARIABLES]), st.text(max_size=12)))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_cells_with_anything_in_them_give_answers_or_faults(cells):
    found = clean_answers(DEFINITION, answers_of(VARIABLES, cells), "en", today=world.TODAY)
    again = clean_answers(DEFINITION, found.answers, "en", today=world.TODAY)
    assert again.answers == found.answers
