"""The base of every list's table, and the tables of core's own lists."""

from datetime import datetime
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from surveys.core.masking import mask_personal
from surveys.core.models import ApiKey, Job, LogEntry, OutboxMessage, Seat, User
from surveys.core.templatetags.figures import moment

WHOLE = {"th": {"class": "nw"}, "td": {"class": "nw"}}
"""The attributes of a column of short words or days, which a narrow table must not break."""


class NumberColumn(tables.Column):  # type: ignore[misc]
    """A number, set to the right."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("attrs", {"th": {"class": "r"}, "td": {"class": "r"}})
        super().__init__(*args, **kwargs)


class MomentColumn(tables.DateTimeColumn):  # type: ignore[misc]
    """A day and its time, written the same in every language."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("format", "Y-m-d H:i")
        super().__init__(*args, **kwargs)


class ListTable(tables.Table):  # type: ignore[misc]
    """A staff list: sortable headings, first cell a row heading, one page of 50.

    `is_stacked` (with the class "stack") has a phone show each row as a card with its headings.
    """

    is_stacked = False

    class Meta:
        attrs = {"class": "tbl"}
        empty_text = _("Nothing here yet.")
        per_page = 50


class JobTable(ListTable):
    kind = tables.Column(verbose_name=_("work"), linkify=("core:job", {"pk": tables.A("pk")}))
    state = tables.Column(verbose_name=_("state"))
    n_done = NumberColumn(verbose_name=_("done"))
    n_total = NumberColumn(verbose_name=_("of"))
    n_attempts = NumberColumn(verbose_name=_("attempts"))
    created_at = MomentColumn(verbose_name=_("asked for"))
    finished_at = MomentColumn(verbose_name=_("finished"))
    error = tables.Column(verbose_name=_("problem"))

    class Meta(ListTable.Meta):
        model = Job
        fields = ("kind", "state", "n_done", "n_total", "n_attempts", "created_at", "finished_at", "error")


class LogTable(ListTable):
    number = NumberColumn(verbose_name=_("No."))
    at = MomentColumn(verbose_name=_("when"), format="Y-m-d H:i:s")
    actor = tables.Column(verbose_name=_("who"))
    verb = tables.Column(verbose_name=_("what"))
    object = tables.Column(verbose_name=_("of what"))
    hash = tables.Column(verbose_name=_("hash"), attrs={"td": {"class": "code small"}})

    def render_hash(self, value: str) -> str:
        return value[:12] + "…"

    def value_hash(self, value: str) -> str:
        return value

    class Meta(ListTable.Meta):
        model = LogEntry
        fields = ("number", "at", "actor", "verb", "object", "hash")


class MessageTable(ListTable):
    created_at = MomentColumn(verbose_name=_("written"), attrs=WHOLE)
    kind = tables.Column(verbose_name=_("kind"), attrs=WHOLE)
    subject = tables.Column(verbose_name=_("subject"))
    state = tables.Column(verbose_name=_("state"), attrs=WHOLE)
    n_attempts = NumberColumn(verbose_name=_("attempts"))
    next_at = MomentColumn(verbose_name=_("next try"), attrs=WHOLE)

    def render_subject(self, value: str) -> str:
        return mask_personal(value)

    class Meta(ListTable.Meta):
        model = OutboxMessage
        fields = ("created_at", "kind", "subject", "state", "n_attempts", "next_at")


class NoticeTable(ListTable):
    subject = tables.Column(verbose_name=_("notice"))
    created_at = MomentColumn(verbose_name=_("written"), format="Y-m-d H:i", attrs={"td": {"class": "nw"}})
    read_at = tables.Column(verbose_name=_("read"), empty_values=())

    def render_subject(self, record: OutboxMessage) -> SafeString | str:
        address = reverse("core:notice", args=[record.pk])
        words = format_html('<a href="{}">{}</a>', address, record.subject) if record.link else record.subject
        return format_html('{}<span class="small">{}</span>', words, record.body) if record.body else words

    def value_subject(self, value: str) -> str:
        return value

    def render_read_at(self, record: OutboxMessage) -> SafeString | str:
        if record.read_at:
            return format_html('<span class="tag tag--done">{}</span>', moment(record.read_at))
        return format_html(
            '<button type="submit" class="act" form="read" name="notice" value="{}">'
            '{}<span class="vh"> {}</span></button>',
            record.pk,
            _("Mark as read"),
            record.subject,
        )

    def value_read_at(self, value: datetime | None) -> str:
        return timezone.localtime(value).isoformat(" ", "minutes") if value else ""

    class Meta(ListTable.Meta):
        model = OutboxMessage
        fields = ("subject", "created_at", "read_at")


class PersonTable(ListTable):
    username = tables.Column(verbose_name=_("sign-in name"), linkify=("site:person", {"pk": tables.A("pk")}))
    display_name = tables.Column(verbose_name=_("name"))
    seats = tables.Column(verbose_name=_("seats"), accessor="pk", orderable=False)
    is_active = tables.BooleanColumn(verbose_name=_("active"), yesno=(_("yes"), _("no")))
    last_login = MomentColumn(verbose_name=_("last sign-in"))

    def render_seats(self, record: User) -> SafeString | str:
        return ", ".join(seat_words(seat) for seat in record.current_seats)  # type: ignore[attr-defined]

    class Meta(ListTable.Meta):
        model = User
        fields = ("username", "display_name", "seats", "is_active", "last_login")


class KeyTable(ListTable):
    name = tables.Column(verbose_name=_("name"))
    scope = tables.Column(verbose_name=_("may"))
    created_at = MomentColumn(verbose_name=_("made"))
    revoked_at = MomentColumn(verbose_name=_("ended"))

    class Meta(ListTable.Meta):
        model = ApiKey
        fields = ("name", "scope", "created_at", "revoked_at")


def seat_words(seat: Seat) -> str:
    """A seat in words: the role and where."""
    return f"{seat.get_role_display()} · {seat.organisation_code or gettext('The whole jurisdiction')}"
