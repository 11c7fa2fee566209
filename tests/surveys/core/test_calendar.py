"""Working days with holidays and make-up Saturdays."""

import datetime as dt

import pytest

from surveys.core.calendar import UnknownYearError, add_working_days, is_working_day, working_days_between
from surveys.core.calendar_import import importer
from surveys.core.imports import ImportRefusedError
from surveys.core.models import CalendarDay, CalendarYear, LogEntry, StoredFile
from surveys.core.seeds import seed

NOW = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
D = dt.date

pytestmark = pytest.mark.django_db


@pytest.fixture
def _calendar():
    seed(NOW)


# State Council notices for 2024, 2025 and 2026.
@pytest.mark.usefixtures("_calendar")
@pytest.mark.parametrize(
    ("day", "works"),
    [
        (D(2026, 2, 14), True),
        (D(2026, 2, 16), False),
        (D(2026, 2, 28), True),
        (D(2026, 10, 8), True),
        (D(2026, 10, 7), False),
        (D(2026, 9, 20), True),
        (D(2025, 1, 26), True),
        (D(2025, 5, 5), False),
        (D(2024, 5, 11), True),
        (D(2026, 11, 21), False),
        (D(2026, 11, 23), True),
    ],
)
def test_each_day_is_as_announced(day, works):
    assert is_working_day(day) is works


@pytest.mark.usefixtures("_calendar")
@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        (D(2026, 9, 18), 1, D(2026, 9, 20)),
        (D(2026, 9, 30), 1, D(2026, 10, 8)),
        (D(2026, 11, 20), 5, D(2026, 11, 27)),
        (D(2026, 10, 8), -1, D(2026, 9, 30)),
        (D(2026, 11, 21), 0, D(2026, 11, 23)),
        (D(2026, 11, 23), 0, D(2026, 11, 23)),
    ],
)
def test_working_days_are_added(start, n, end):
    assert add_working_days(start, n) == end


@pytest.mark.usefixtures("_calendar")
def test_counting_agrees_with_adding():
    start = D(2026, 1, 1)
    for n in (1, 7, 40, 200):
        assert working_days_between(start, add_working_days(start, n)) == n
    assert working_days_between(D(2026, 1, 10), D(2026, 1, 5)) == -working_days_between(
        D(2026, 1, 5), D(2026, 1, 10)
    )
    assert working_days_between(D(2025, 12, 31), D(2026, 12, 31)) == 248


@pytest.mark.usefixtures("_calendar")
def test_a_deadline_in_an_unknown_year_is_refused_not_guessed():
    CalendarYear.objects.filter(year=2026).delete()
    with pytest.raises(UnknownYearError, match="2026"):
        add_working_days(D(2025, 12, 30), 5)


def test_seeding_again_leaves_an_edited_year_alone():
    seed(NOW)
    CalendarDay.objects.filter(day=D(2026, 2, 14)).delete()
    n_days = CalendarDay.objects.count()
    seed(NOW)
    assert CalendarDay.objects.count() == n_days


def test_a_year_not_yet_announced_is_not_seeded():
    seed(dt.datetime(2040, 1, 1, tzinfo=dt.UTC))
    assert not CalendarYear.objects.filter(year=2041).exists()


GOOD = b"day,is_working,name_en,source\n2027-01-01,no,New Year,Notice 1\n2027-02-06,yes,,Notice 1\n"


def test_a_year_is_imported_kept_and_logged():
    report = importer.commit(GOOD, "2027.csv", cycle=None, actor=None, now=NOW)
    assert (report.ok, report.rows, report.created) == (True, 2, 2)
    assert is_working_day(D(2027, 2, 6)) is True
    assert StoredFile.objects.get().sha256 == report.digest
    assert LogEntry.objects.get().verb == "calendar.import"
    again = importer.commit(GOOD, "2027.csv", cycle=None, actor=None, now=NOW)
    assert (again.created, again.unchanged) == (0, 2)


def test_a_refused_calendar_changes_nothing():
    bad = GOOD + b"2027-01-01,no,,Notice 1\nsoon,maybe,,\n"
    assert importer.check(bad, "2027.csv", cycle=None).ok is False
    with pytest.raises(ImportRefusedError) as refused:
        importer.commit(bad, "2027.csv", cycle=None, actor=None, now=NOW)
    assert [(e.row, e.column, e.code) for e in refused.value.errors] == [
        (5, "A", "not_a_date"),
        (5, "B", "not_yes_or_no"),
        (5, "D", "required"),
        (4, "A", "twice"),
    ]
    assert not CalendarYear.objects.exists()
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_the_template_is_accepted_as_it_is(language):
    report = importer.check(importer.template(language), "calendar.xlsx", cycle=None)
    assert (report.ok, report.rows, report.warnings) == (True, 2, ())
