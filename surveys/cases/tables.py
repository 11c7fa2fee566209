"""The table of cases: reasons, state, clock, who handles it."""

from typing import Any

import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from surveys.cases.models import Case
from surveys.cases.queries import reading_of, reasons_of
from surveys.core.calendar import Calendar
from surveys.core.numerals import listed
from surveys.core.tables import ListTable
from surveys.ratings.enums import Level


class CaseTable(ListTable):
    is_stacked = True
    code = tables.Column(
        verbose_name=_("case"),
        linkify=("cases:case", {"code": tables.A("code")}),
        attrs={"td": {"class": "nw"}},
    )
    level = tables.Column(verbose_name=_("rating and reasons"))
    service = tables.Column(verbose_name=_("service"), accessor="service__name", orderable=False)
    organisation = tables.Column(
        verbose_name=_("organisation"), accessor="organisation__name", order_by=("organisation__code", "code")
    )
    state = tables.Column(verbose_name=_("stage"))
    due_on = tables.Column(verbose_name=_("deadline"), empty_values=(), attrs={"td": {"class": "nw"}})
    handler = tables.Column(verbose_name=_("handled by"), default="—")

    def render_level(self, record: Case) -> SafeString:
        reasons = listed(reasons_of(record)) or _("no reason given")
        return format_html('{}<span class="small">{}</span>', reasons, Level(record.level).label)

    def value_level(self, record: Case) -> str:
        return f"{record.level}: {', '.join(record.tags)}"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.calendar, self.today = Calendar(), timezone.localdate()
        self.clocks: dict[tuple[Any, ...], str] = {}

    def render_due_on(self, record: Case) -> str:
        """The clock in words and squares; cases with the same clock share one drawing."""
        key = (record.clock, record.clock_on, record.due_on, record.paused_on)
        if key not in self.clocks:
            reading = reading_of(record, self.today, self.calendar)
            page = {"case": record, "reading": reading}
            self.clocks[key] = render_to_string("cases/_clock.html", page)
        return self.clocks[key]

    def value_due_on(self, record: Case) -> str:
        return record.due_on.isoformat() if record.due_on else ""

    class Meta(ListTable.Meta):
        model = Case
        attrs = {"class": "tbl stack"}
        fields = ("code", "level", "service", "organisation", "state", "due_on", "handler")
        sequence = fields
