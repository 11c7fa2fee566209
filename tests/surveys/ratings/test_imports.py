"""Files of cases, ratings and batches: all or nothing, every error at once, nothing counted twice."""

import csv
import datetime as dt
import io
import random
from typing import Any

import pytest
from django.db import connection

from surveys.catalogue.enums import Identity
from surveys.core.imports import ImportRefusedError, importers
from surveys.core.models import LogEntry, StoredFile
from surveys.ratings import batches_import, matters_import, ratings_import
from surveys.ratings.actions import AlreadyRatedError, submit_rating
from surveys.ratings.enums import Origin, Privacy, Screening
from surveys.ratings.models import DirtyPeriod, Invitation, Matter, RatedKey, Rating, RatingBatch, Trace
from surveys.ratings.queries import matter_behind
from surveys.tallies.queries import counts
from tests.surveys.ratings.world import NOW, Town, build_town, invited

RATING = {
    "case_no": "A-1", "stage": "completion", "service_no": "1", "rating_no": "1", "service_code": "1100000001",
    "channel": "window_pad", "level": "4", "reason_codes": "kind_staff；one_trip", "comment": "很好，\t谢谢\n再见",
    "rated_at": "2026-11-02 10:25:07", "is_default": "否", "is_valid": "yes",
}  # fmt: skip


@pytest.fixture
def town(db: None) -> Town:
    return build_town()


def csv_of(*rows: dict[str, Any], encoding: str = "utf-8") -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(dict.fromkeys(key for row in rows for key in row)))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def take(kind: str, *rows: dict[str, Any], **more: Any) -> Any:
    return importers()[kind].commit(csv_of(*rows, **more), f"{kind}.csv", cycle=None, actor=None, now=NOW)


def refusals(kind: str, *rows: dict[str, Any]) -> list[tuple[int, str, str]]:
    with pytest.raises(ImportRefusedError) as refused:
        take(kind, *rows)
    return [(error.row, error.column, error.code) for error in refused.value.errors]


def test_a_rating_of_an_unknown_case_is_taken_without_its_case(town: Town) -> None:
    report = take("ratings", RATING)
    assert (report.ok, report.rows, report.created, report.unchanged) == (True, 1, 1, 0)
    rating = Rating.objects.get()
    assert (rating.level, rating.tags, rating.comment) == (
        4,
        ["kind_staff", "one_trip"],
        "很好，\t谢谢\n再见",
    )
    assert (rating.service, rating.organisation, rating.rated_on) == (
        town.title,
        town.office,
        dt.date(2026, 11, 2),
    )
    assert (rating.privacy, rating.matter, rating.rated_at) == (Privacy.UNLINKED, None, None)
    assert (rating.arrival, rating.screening, rating.mode) == ("imported", Screening.KEPT, "offline")
    assert DirtyPeriod.objects.values_list("organisation", "month").get() == (
        town.office.pk,
        dt.date(2026, 11, 1),
    )
    assert LogEntry.objects.filter(verb="ratings.import").count() == 1


def test_the_source_is_known_by_its_fingerprint_only(town: Town) -> None:
    report = take("ratings", RATING)
    source = StoredFile.objects.get(pk=report.digest)
    assert (bytes(source.content), source.size > 0) == (b"", True)
    assert not RatedKey.objects.filter(pk__contains="A-1").exists()


def test_the_same_file_again_changes_nothing(town: Town) -> None:
    take("ratings", RATING, RATING | {"case_no": "A-2"})
    again = take("ratings", RATING, RATING | {"case_no": "A-2", "level": "1", "reason_codes": ""})
    assert (again.created, again.unchanged) == (0, 2)
    assert [warning.code for warning in again.warnings] == ["known_ratings"]
    more = take("ratings", RATING, RATING | {"case_no": "A-3"})
    assert (more.created, more.unchanged, Rating.objects.count()) == (1, 1, 3)


def test_every_error_is_told_and_nothing_is_written(town: Town) -> None:
    found = refusals(
        "ratings",
        RATING,
        RATING | {"case_no": "A-2", "level": "6"},
        RATING | {"case_no": "A-3", "service_code": "nowhere"},
        RATING | {"case_no": "A-4", "reason_codes": "poor_attitude"},
        RATING | {"case_no": "A-5", "rated_at": "yesterday"},
    )
    assert [(row, code) for row, _column, code in found] == [
        (3, "too_large"),
        (4, "unknown_service"),
        (5, "reason_does_not_fit"),
        (6, "not_a_time"),
    ]
    assert not Rating.objects.exists()
    assert not RatedKey.objects.exists()
    assert not StoredFile.objects.exists()


def test_errors_of_case_and_day_are_told_with_their_row(town: Town) -> None:
    found = refusals(
        "ratings",
        RATING,
        RATING,
        RATING | {"case_no": ""},
        RATING | {"case_no": "", "channel": "qr_static"},
    )
    assert [(row, code) for row, _column, code in found] == [(3, "rated_twice"), (4, "required")]
    later = refusals("ratings", RATING | {"rated_at": "2027-01-01 00:00"}, RATING | {"comment": "好" * 501})
    assert [(row, code) for row, _column, code in later] == [(2, "implausible_time"), (3, "too_long")]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_quick_and_thorough_reading_agree(town: Town, encoding: str) -> None:
    rng = random.Random(5)
    rows = [
        RATING
        | {
            "case_no": f"A-{number}",
            "level": rng.choice(["5", "４", "3"]) if number % 7 == 0 else "5",
            "reason_codes": rng.choice(["", "other_good"]) if number % 7 else "",
            "rated_at": rng.choice(["2026-11-02 10:25", "2026/11/03 09:05", "2026-11-02T23:30:00+00:00"]),
            "is_default": rng.choice(["", "no", "1"]),
        }
        for number in range(60)
    ]
    take("ratings", *rows, encoding=encoding)
    stored = Rating.objects.order_by("rated_on", "level", "origin", "pk")
    assert stored.count() == 60
    moved = sum(row["rated_at"] != "2026-11-02 10:25" for row in rows)
    assert stored.filter(rated_on=dt.date(2026, 11, 3)).count() == moved
    assert stored.filter(origin=Origin.DEFAULT).count() == sum(row["is_default"] == "1" for row in rows)


def test_titles_in_chinese_are_understood(town: Town) -> None:
    content = "办件编号,事项编码,渠道,满意度,评价时间\nA-1,1100000001,窗口平板,5,2026-11-02 10:25\n".encode(
        "gb18030"
    )
    report = importers()["ratings"].commit(content, "评价.csv", cycle=None, actor=None, now=NOW)
    assert report.created == 1


def test_a_known_case_gives_the_rating_its_place(town: Town) -> None:
    invited(town, "A-1", now=NOW - dt.timedelta(days=30), identity=Identity.NAMED)
    invited(town, "A-2", now=NOW - dt.timedelta(days=30))
    take("ratings", RATING, RATING | {"case_no": "A-2", "level": "1", "reason_codes": "", "comment": ""})
    linked = Rating.objects.get(level=4)
    assert (linked.privacy, linked.matter and linked.matter.case_no, linked.point) == (
        "linked",
        "A-1",
        town.window,
    )
    assert linked.rated_at == dt.datetime(2026, 11, 2, 2, 25, 7, tzinfo=dt.UTC)
    bad = Rating.objects.get(level=1)
    behind = matter_behind(bad)
    assert (bad.matter, behind and behind.case_no) == (None, "A-2")
    assert list(Invitation.objects.values_list("state", "n_ratings")) == [("used", 1), ("used", 1)]


def test_what_was_rated_here_is_not_imported_again(town: Town) -> None:
    submit_rating(token=invited(town, "A-1").token, level=5, now=NOW)
    report = take("ratings", RATING)
    assert (report.created, report.unchanged, Rating.objects.count()) == (0, 1, 1)


def test_what_was_imported_cannot_be_rated_here(town: Town) -> None:
    take("ratings", RATING)
    token = invited(town, "A-1").token
    with pytest.raises(AlreadyRatedError):
        submit_rating(token=token, level=1, now=NOW)


def test_silence_counted_elsewhere_bars_nobody(town: Town) -> None:
    take("ratings", RATING | {"is_default": "yes", "level": "3", "reason_codes": ""})
    token = invited(town, "A-1").token
    submit_rating(token=token, level=1, now=NOW)
    assert set(Rating.objects.values_list("origin", flat=True)) == {"default", "active"}


def test_a_rating_older_than_its_case_goes_to_screening(town: Town) -> None:
    invited(town, "A-1")
    report = take("ratings", RATING)
    assert [warning.code for warning in report.warnings] == ["before_completion"]
    assert Rating.objects.get().screening == Screening.UNSCREENED
    assert Trace.objects.count() == 1


def test_invalid_ratings_are_kept_aside(town: Town) -> None:
    take("ratings", RATING | {"is_valid": "no"})
    assert Rating.objects.get().screening == Screening.SET_ASIDE


def test_rows_do_not_keep_the_order_of_the_file(town: Town) -> None:
    take("ratings", *(RATING | {"case_no": f"A-{n}", "comment": str(n)} for n in range(40)))
    with connection.cursor() as cursor:
        cursor.execute("SELECT comment FROM ratings_rating")
        order = [int(text) for (text,) in cursor.fetchall()]
    assert sorted(order) == list(range(40))
    assert order != sorted(order)


def test_cases_are_taken_once(town: Town) -> None:
    row = {
        "case_no": "B-1", "service_code": "1100000001", "finished_at": "2026-11-20 09:00", "point_code": "w-03",
        "identity": "named", "outcome": "overdue",
    }  # fmt: skip
    first = take("matters", row, row | {"case_no": "B-2", "invited": "no"})
    again = take("matters", row, row | {"case_no": "B-3"})
    assert (first.created, again.created, again.unchanged) == (2, 1, 1)
    assert list(Invitation.objects.order_by("pk").values_list("state", flat=True)) == [
        "open",
        "revoked",
        "open",
    ]
    matter = Matter.objects.get(case_no="B-1")
    assert (matter.organisation, matter.point, matter.outcome) == (town.office, town.window, "overdue")
    found = refusals("matters", row, row, row | {"case_no": "B-9", "point_code": "none"})
    assert [(line, code) for line, _column, code in found] == [(3, "case_twice"), (4, "unknown_code")]


def test_batches_are_taken_corrected_and_refused(town: Town) -> None:
    row = {
        "unit_code": "BDC", "starts_on": "2026-04-01", "ends_on": "2026-09-30", "scale": "level2", "n1": "59",
        "n2": "41", "source": "open data",
    }  # fmt: skip
    assert take("batches", row).created == 1
    assert take("batches", row).unchanged == 1
    assert take("batches", row | {"n1": "60"}).updated == 1
    (counted,) = counts(starts_on=dt.date(2026, 1, 1), ends_on=dt.date(2026, 12, 31))
    assert (counted.vector, RatingBatch.objects.count()) == ((60, 41), 2)
    found = refusals(
        "batches", row, row, row | {"unit_code": "", "n3": "1"}, row | {"n1": "-1", "ends_on": "2026-01-01"}
    )
    assert [(line, code) for line, _column, code in found] == [
        (3, "batch_twice"),
        (4, "required"),
        (5, "batch_ends_on"),
        (5, "too_small"),
    ]


def test_templates_can_be_read_again(town: Town) -> None:
    for kind in ("matters", "ratings", "batches"):
        for language in ("zh-hans", "zh-hant", "en"):
            content = importers()[kind].template(language)
            report = importers()[kind].check(content, f"{kind}.xlsx", cycle=None)
            assert {error.code for error in report.errors} <= {"no_rows"}


def test_the_kinds_are_registered() -> None:
    for module in (matters_import, ratings_import, batches_import):
        assert importers()[module.importer.kind] is module.importer
