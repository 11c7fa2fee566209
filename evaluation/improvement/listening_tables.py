"""The tables of themes, of the dictionary and of alerts."""

from collections.abc import Mapping
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evaluation.improvement.enums import AlertState
from evaluation.improvement.listening import Totals, change_of, share_bounds
from evaluation.improvement.models import Alert, Theme
from evaluation.improvement.wording import alert_words, trend_words
from surveys.core import numerals
from surveys.core.tables import ListTable, NumberColumn

ALERT_SHAPES = {
    AlertState.OPEN: "tag tag--bad",
    AlertState.ACKNOWLEDGED: "tag tag--warn",
    AlertState.ASSIGNED: "tag tag--now",
    AlertState.CLOSED: "tag tag--done",
}


class ThemeShareTable(ListTable):
    """Themes of comments at one place: how many, how many bad, and whether they come up more often."""

    theme = tables.Column(verbose_name=gettext_lazy("theme"))
    n = NumberColumn(verbose_name=gettext_lazy("comments"))
    bad = NumberColumn(verbose_name=gettext_lazy("bad"))
    share = NumberColumn(
        verbose_name=gettext_lazy("of them bad, 95% interval"), accessor="bad", orderable=False
    )
    trend = tables.Column(
        verbose_name=gettext_lazy("against the half-year before"), accessor="n_before", orderable=False
    )

    def __init__(
        self, *args: Any, names: Mapping[str, str], totals: Totals, place: str, **kwargs: Any
    ) -> None:
        self.names, self.totals, self.place = names, totals, place
        super().__init__(*args, **kwargs)

    def render_theme(self, value: str) -> SafeString:
        address = reverse("improvement:theme", args=[self.place, value])
        return format_html('<a href="{}">{}</a>', address, self.names.get(value, value))

    def value_theme(self, value: str) -> str:
        return self.names.get(value, value)

    def render_share(self, record: Mapping[str, int]) -> str:
        lower, upper = share_bounds(record["bad"], record["n"])
        return _("%(share)s (%(low)s to %(high)s)") % {
            "share": numerals.share(record["bad"] / record["n"], 0), "low": numerals.share(lower, 0),
            "high": numerals.share(upper, 0),
        }  # fmt: skip

    def value_share(self, record: Mapping[str, int]) -> float:
        return round(record["bad"] / record["n"], 4)

    def render_trend(self, record: Mapping[str, int]) -> str:
        found = change_of(record["n"], self.totals.n, record["n_before"], self.totals.n_before)
        return trend_words(found)

    class Meta(ListTable.Meta):
        fields = ("theme", "n", "bad", "share", "trend")
        sequence = fields


class DictionaryTable(ListTable):
    code = tables.Column(
        verbose_name=gettext_lazy("theme"), linkify=("improvement:theme_edit", {"code": tables.A("code")})
    )
    words = tables.Column(verbose_name=gettext_lazy("words"), orderable=False)
    is_active = tables.BooleanColumn(
        verbose_name=gettext_lazy("in use"), yesno=(gettext_lazy("yes"), gettext_lazy("no"))
    )

    def render_code(self, record: Theme) -> str:
        return record.name

    def value_code(self, record: Theme) -> str:
        return record.code

    def render_words(self, value: str) -> str:
        return value.replace("_", " ") if len(value) <= 160 else value[:160].replace("_", " ") + "…"

    def value_words(self, value: str) -> str:
        return value

    class Meta(ListTable.Meta):
        model = Theme
        fields = ("code", "words", "is_active")
        sequence = fields


class AlertTable(ListTable):
    kind = tables.Column(
        verbose_name=gettext_lazy("alert"), linkify=("improvement:alert", {"pk": tables.A("pk")})
    )
    organisation = tables.Column(
        verbose_name=gettext_lazy("organisation"), accessor="organisation__name",
        order_by=("organisation__code", "pk"),
    )  # fmt: skip
    facts = tables.Column(verbose_name=gettext_lazy("what was seen"), orderable=False, empty_values=())
    on_day = tables.DateColumn(
        verbose_name=gettext_lazy("day"), format="Y-m-d", attrs={"td": {"class": "nw"}}
    )
    assigned_to = tables.Column(verbose_name=gettext_lazy("given to"))
    state = tables.Column(verbose_name=gettext_lazy("state"))

    def __init__(self, *args: Any, names: Mapping[str, str], **kwargs: Any) -> None:
        self.names = names
        super().__init__(*args, **kwargs)

    def render_facts(self, record: Alert) -> str:
        return alert_words(record, self.names)

    def render_state(self, value: str, record: Alert) -> SafeString:
        return format_html('<span class="{}">{}</span>', ALERT_SHAPES[AlertState(record.state)], value)

    def value_state(self, value: str) -> str:
        return value

    class Meta(ListTable.Meta):
        model = Alert
        fields = ("kind", "organisation", "facts", "on_day", "assigned_to", "state")
        sequence = fields
