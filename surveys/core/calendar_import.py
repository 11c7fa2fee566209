"""Import of a year's holidays and make-up working days (KIND calendar)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from surveys.core.files import keep
from surveys.core.imports import ImportRefusedError, ImportReport
from surveys.core.log import record
from surveys.core.models import CalendarDay, CalendarYear, User
from surveys.core.workbooks import CellError, Column, Reading, Row, Sheet, read_sheets, write_template

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NAME_TITLES = {
    "zh_hans": {"en": "Name (zh-Hans)", "zh-hans": "名称（简体）", "zh-hant": "名稱（簡體）"},
    "zh_hant": {"en": "Name (zh-Hant)", "zh-hans": "名称（繁体）", "zh-hant": "名稱（繁體）"},
    "en": {"en": "Name (English)", "zh-hans": "名称（英文）", "zh-hant": "名稱（英文）"},
}
SHEETS = (
    Sheet(
        "days",
        {"en": "Days", "zh-hans": "日期", "zh-hant": "日期"},
        (
            Column("day", {"en": "Day", "zh-hans": "日期", "zh-hant": "日期"}, "date", required=True),
            Column(
                "is_working",
                {"en": "Working day", "zh-hans": "是否上班", "zh-hant": "是否上班"},
                "yesno",
                required=True,
                hints={
                    "en": "Only days that differ from the plain week; every day of a year in one file.",
                    "zh-hans": "只写与平常周不同的日子；同一年的日子写在一个文件里。",
                    "zh-hant": "只寫與平常週不同的日子；同一年的日子寫在一個檔案裡。",
                },
            ),
            Column(
                "name_zh_hans",
                {"en": "Name (zh-Hans)", "zh-hans": "名称（简体）", "zh-hant": "名稱（簡體）"},
                max_length=80,
            ),
            Column(
                "name_zh_hant",
                {"en": "Name (zh-Hant)", "zh-hans": "名称（繁体）", "zh-hant": "名稱（繁體）"},
                max_length=80,
            ),
            Column(
                "name_en",
                {"en": "Name (English)", "zh-hans": "名称（英文）", "zh-hant": "名稱（英文）"},
                max_length=80,
            ),
            Column(
                "source",
                {"en": "Source", "zh-hans": "依据", "zh-hant": "依據"},
                required=True,
                max_length=200,
            ),
        ),
        required=True,
    ),
)
EXAMPLES = {
    "days": [
        {
            "day": dt.date(2026, 2, 14),
            "is_working": "yes",
            "name_zh_hans": "春节调休上班",
            "source": "国务院办公厅关于2026年部分节假日安排的通知",
        },
        {
            "day": dt.date(2026, 2, 17),
            "is_working": "no",
            "name_zh_hans": "春节",
            "source": "国务院办公厅关于2026年部分节假日安排的通知",
        },
    ]
}
Content = tuple[bool, dict[str, str], str]


def _content(row: Row) -> Content:
    names = {
        "zh-hans": row.values["name_zh_hans"],
        "zh-hant": row.values["name_zh_hant"],
        "en": row.values["name_en"],
    }
    return row.values["is_working"], {k: v for k, v in names.items() if v}, row.values["source"]


def _repeated(rows: Sequence[Row]) -> list[CellError]:
    seen: dict[dt.date, int] = {}
    errors = []
    for row in rows:
        day = row.values["day"]
        if day is not None and day in seen:
            message = _("This day stands in row %(row)s already.") % {"row": seen[day]}
            errors.append(row.error("day", "twice", message, _("Delete one of the two rows.")))
        seen.setdefault(day, row.number)
    return errors


def _read(content: bytes, file_name: str) -> tuple[Reading, tuple[CellError, ...]]:
    reading = read_sheets(content, file_name, SHEETS)
    return reading, (*reading.errors, *_repeated(reading.rows["days"]))


def _report(reading: Reading) -> ImportReport:
    """What taking the file changes: the days of each year named in it are replaced as a whole."""
    wanted = {row.values["day"]: _content(row) for row in reading.rows["days"]}
    kept = CalendarDay.objects.filter(day__in=wanted).order_by("day")
    known = {day.day: (day.is_working, day.names, day.source) for day in kept}
    unchanged = sum(known.get(day) == content for day, content in wanted.items())
    return ImportReport(
        ok=True,
        rows=len(wanted),
        created=len(wanted) - len(known),
        updated=len(known) - unchanged,
        unchanged=unchanged,
        warnings=tuple(reading.warnings),
        digest=reading.digest,
    )


class CalendarImporter:
    """Takes whole years; a year named in the file holds afterwards exactly the days of the file."""

    kind = "calendar"
    sheets = SHEETS

    def template(self, language: str) -> bytes:
        return write_template(SHEETS, language=language, examples=EXAMPLES)

    def check(self, content: bytes, file_name: str, *, cycle: str | None = None) -> ImportReport:
        del cycle
        reading, errors = _read(content, file_name)
        return ImportReport(ok=False, errors=errors) if errors else _report(reading)

    @transaction.atomic
    def commit(
        self,
        content: bytes,
        file_name: str,
        *,
        cycle: str | None = None,
        actor: User | None,
        now: dt.datetime,
    ) -> ImportReport:
        del cycle
        reading, errors = _read(content, file_name)
        if errors:
            raise ImportRefusedError(errors)
        report = _report(reading)
        years: dict[int, list[Row]] = defaultdict(list)
        for row in reading.rows["days"]:
            years[row.values["day"].year].append(row)
        for year, rows in sorted(years.items()):
            _replace(year, rows)
        keep(content, file_name, XLSX if file_name.endswith(".xlsx") else "text/csv", now)
        record(
            actor=actor,
            verb="calendar.import",
            obj=f"calendar {', '.join(map(str, sorted(years)))}",
            now=now,
            after={"file": reading.digest},
            detail={"file": file_name, "rows": report.rows, "digest": reading.digest},
        )
        return report


def _replace(year: int, rows: Sequence[Row]) -> None:
    source = rows[0].values["source"]
    CalendarYear.objects.update_or_create(year=year, defaults={"source": source, "confirmed": True})
    CalendarDay.objects.filter(day__year=year).delete()
    CalendarDay.objects.bulk_create(
        CalendarDay(day=row.values["day"], is_working=works, names=names, source=told)
        for row in rows
        for works, names, told in [_content(row)]
    )


importer = CalendarImporter()
