"""The calendar's pages: a known and an unknown year, one day changed, the yearly notice checked and taken."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from surveys.core.calendar import UnknownYearError, add_working_days, is_working_day
from surveys.core.enums import Role
from surveys.core.models import CalendarDay, CalendarYear, LogEntry, Seat, User
from surveys.core.seeds import seed
from surveys.core.yearplan import year_plan

NOW = dt.datetime(2026, 3, 2, 4, tzinfo=dt.UTC)
HEAD = "日期,是否上班,名称（简体）,名称（繁体）,名称（英文）,依据\n"
pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client):
    return seated(client, "lin", Role.OFFICE)


def seated(client, name, role):
    person = User.objects.create(username=name)
    Seat.objects.create(user=person, role=role, organisation_code="", granted_at=NOW)
    client.force_login(person)
    return client


@pytest.fixture(autouse=True)
def _known():
    seed(NOW)


def test_a_year_is_counted_and_drawn():
    plan = year_plan(2026, dt.date(2026, 10, 9))
    assert (plan.n_working, plan.n_rest, plan.n_moved) == (248, 19, 6)
    october = plan.months[9]
    kinds = {cell.number: cell.kind for week in october.weeks for cell in week if cell}
    assert [kinds[day] for day in (1, 3, 7, 8, 10, 11)] == ["rest", "off", "rest", "", "moved", "off"]
    assert [cell.number for week in october.weeks for cell in week if cell and cell.is_today] == [9]


def test_an_unknown_year_says_so_and_guesses_nothing(office):
    page = office.get(reverse("core:calendar_year", args=[2031])).content.decode()
    assert "The working days of 2031 are not known" in page
    assert "<table" not in page
    with pytest.raises(UnknownYearError, match="2031"):
        is_working_day(dt.date(2031, 3, 3))
    assert office.get(reverse("core:calendar_year", args=[9999])).status_code == 404


def test_everybody_reads_and_the_office_alone_writes(client):
    client = seated(client, "handler", Role.HANDLER)
    assert client.get(reverse("core:calendar")).status_code == 200
    assert client.get(reverse("core:calendar_import")).status_code == 403
    assert client.get(reverse("core:calendar_template")).status_code == 403
    assert client.post(reverse("core:calendar_take")).status_code == 403
    change = reverse("core:calendar_change", args=[2026])
    assert client.post(change, {"clear": "2026-10-01"}).status_code == 403
    assert CalendarDay.objects.filter(day=dt.date(2026, 10, 1)).exists()


def test_one_day_is_added_with_its_notice_and_moves_what_is_counted_from_then(office):
    day = dt.date(2026, 9, 3)
    assert add_working_days(dt.date(2026, 9, 2), 1) == day
    data = {"day": "2026-09-03", "is_working": "0", "zh_hans": "纪念日", "source": "国办通知"}
    assert office.post(reverse("core:calendar_change", args=[2026]), data).status_code == 302
    assert add_working_days(dt.date(2026, 9, 2), 1) == dt.date(2026, 9, 4)
    assert LogEntry.objects.get(verb="calendar.change").object == "calendar 2026-09-03"
    office.post(reverse("core:calendar_change", args=[2026]), {"clear": "2026-09-03"})
    assert add_working_days(dt.date(2026, 9, 2), 1) == day
    assert office.post(reverse("core:calendar_change", args=[2026]), {"clear": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"day": "2031-09-03"}, "The working days of 2031 are not known yet."),
        ({"source": ""}, "This field is required."),
        ({"day": "2026-13-40"}, "Enter a valid date."),
    ],
)
def test_a_day_that_cannot_be_written_is_refused_beside_its_field(office, data, said):
    whole = {"day": "2026-09-03", "is_working": "0", "zh_hans": "纪念日", "source": "国办通知"} | data
    answer = office.post(reverse("core:calendar_change", args=[2026]), whole)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not LogEntry.objects.exists()


def notice(lines, name="2031.csv"):
    return {"file": SimpleUploadedFile(name, (HEAD + lines).encode("utf-8-sig"), "text/csv")}


def test_a_yearly_notice_is_checked_shown_and_then_taken(office):
    lines = "2031-01-01,否,元旦,,,国办通知\n2031-01-05,是,调休,,,国办通知\n"
    page = office.post(reverse("core:calendar_import"), notice(lines))
    assert page.status_code == 200
    assert "Nothing is written yet." in page.content.decode()
    assert not CalendarYear.objects.filter(year=2031).exists()
    taken = office.post(reverse("core:calendar_take"), {"sha256": page.context["stored"].sha256})
    assert taken.status_code == 302
    assert is_working_day(dt.date(2031, 1, 5))
    assert not is_working_day(dt.date(2031, 1, 1))
    assert LogEntry.objects.get(verb="calendar.import").detail["rows"] == 2


def test_a_crooked_notice_is_refused_with_every_cell(office):
    lines = "2031-01-01,也许,元旦,,,国办通知\n2031-13-05,是,调休,,,\n"
    answer = office.post(reverse("core:calendar_import"), notice(lines))
    assert answer.status_code == 422
    assert len(answer.context["report"].errors) == 3
    assert not CalendarYear.objects.filter(year=2031).exists()
    assert office.post(reverse("core:calendar_take"), {"sha256": "0" * 64}).status_code == 404


def test_this_year_is_shown_first(office):
    page = office.get(reverse("core:calendar"))
    assert page.context["plan"].year == timezone.localdate().year
