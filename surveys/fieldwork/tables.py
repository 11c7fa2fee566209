"""The tables of surveys, frames and respondents."""

from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from surveys.core.numerals import span
from surveys.core.tables import ListTable, MomentColumn, NumberColumn
from surveys.fieldwork.enums import SurveyState
from surveys.fieldwork.models import Frame, Respondent, Survey

SHAPES = {
    SurveyState.DRAFT: "tag",
    SurveyState.DRAWN: "tag",
    SurveyState.OPEN: "tag tag--now",
    SurveyState.CLOSED: "tag tag--warn",
    SurveyState.RELEASED: "tag tag--done",
}


class SurveyTable(ListTable):
    name = tables.Column(
        verbose_name=_("survey"),
        accessor="name",
        orderable=False,
        linkify=("fieldwork:survey", {"code": tables.A("code")}),
    )
    code = tables.Column(verbose_name=_("code"), attrs={"td": {"class": "code nw"}})
    state = tables.Column(verbose_name=_("stage"))
    opens_on = tables.Column(verbose_name=_("in the field"))
    n_respondents = NumberColumn(verbose_name=_("drawn"))
    n_complete = NumberColumn(verbose_name=_("interviews"))

    def render_state(self, record: Survey) -> SafeString:
        shape = SHAPES[SurveyState(record.state)]
        return format_html('<span class="{}">{}</span>', shape, record.get_state_display())

    def value_state(self, record: Survey) -> str:
        return record.state

    def render_opens_on(self, record: Survey) -> str:
        return span(record.opens_on, record.closes_on)

    def value_opens_on(self, record: Survey) -> str:
        return f"{record.opens_on.isoformat()}/{record.closes_on.isoformat()}"

    class Meta(ListTable.Meta):
        model = Survey
        fields = ("name", "code", "state", "opens_on", "n_respondents", "n_complete")
        sequence = fields


class FrameTable(ListTable):
    code = tables.Column(verbose_name=_("code"), attrs={"td": {"class": "code nw"}})
    n_entries = NumberColumn(verbose_name=_("people"))
    imported_at = MomentColumn(verbose_name=_("imported"))
    n_surveys = NumberColumn(verbose_name=_("surveys"))
    digest = tables.Column(verbose_name=_("fingerprint"), attrs={"td": {"class": "code small"}})

    def render_digest(self, value: str) -> str:
        return value[:16]

    def value_digest(self, value: str) -> str:
        return value

    class Meta(ListTable.Meta):
        model = Frame
        fields = ("code", "n_entries", "imported_at", "n_surveys", "digest")
        sequence = fields


class RespondentTable(ListTable):
    number = NumberColumn(
        verbose_name=_("number"),
        linkify=lambda record: f"{record.number}/",
    )
    stratum = tables.Column(verbose_name=_("stratum"))
    attributes = tables.Column(verbose_name=_("known of them"), orderable=False)
    outcome = tables.Column(verbose_name=_("outcome"))
    n_calls = NumberColumn(verbose_name=_("calls"))
    n_reminders = NumberColumn(verbose_name=_("reminders"))
    invited_at = MomentColumn(verbose_name=_("invited"))

    def render_attributes(self, value: dict[str, Any]) -> str:
        return ", ".join(str(part) for part in value.values()) or "—"

    def value_attributes(self, value: dict[str, Any]) -> str:
        return "; ".join(f"{trait}={part}" for trait, part in value.items())

    def value_outcome(self, record: Respondent) -> str:
        return record.outcome

    class Meta(ListTable.Meta):
        model = Respondent
        fields = ("number", "stratum", "attributes", "outcome", "n_calls", "n_reminders", "invited_at")
        sequence = fields
