"""Changes of single days of the calendar; whole years come in with the yearly notice (calendar_import)."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from surveys.core.log import record
from surveys.core.models import CalendarDay, CalendarYear, User


class CalendarRefusedError(Exception):
    """A change of the calendar that cannot be made; carries the sentence why."""


@transaction.atomic
def change_day(
    *, day: dt.date, is_working: bool, names: dict[str, str], source: str, actor: User, now: dt.datetime
) -> CalendarDay:
    """Make one day worked or off, with the notice it rests on. Deadlines given before stay as they were given."""
    if not CalendarYear.objects.select_for_update().filter(year=day.year).exists():
        raise CalendarRefusedError(
            _("The working days of %(year)s are not known yet. Import that year's calendar first.")
            % {"year": day.year}
        )
    if not source.strip():
        raise CalendarRefusedError(_("Name the notice this rests on."))
    before = CalendarDay.objects.filter(day=day).values("is_working", "names", "source").first()
    after = {"is_working": is_working, "names": names, "source": source.strip()}
    row, _made = CalendarDay.objects.update_or_create(day=day, defaults=after)
    record(actor=actor, verb="calendar.change", obj=f"calendar {day}", now=now, before=before, after=after)
    return row


@transaction.atomic
def clear_day(*, day: dt.date, actor: User, now: dt.datetime) -> None:
    """Let a day follow the plain week again."""
    row = CalendarDay.objects.select_for_update().filter(day=day).first()
    if row is None:
        raise CalendarRefusedError(_("This day follows the plain week already."))
    before = {"is_working": row.is_working, "names": row.names, "source": row.source}
    row.delete()
    record(actor=actor, verb="calendar.clear", obj=f"calendar {day}", now=now, before=before)
