"""What core's own lists can be narrowed by."""

import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from surveys.core.enums import JobState, MessageKind, MessageState
from surveys.core.models import Job, LogEntry, OutboxMessage

READ = (("new", _("New")), ("read", _("Read already")))


class NoticeFilter(filters.FilterSet):  # type: ignore[misc]
    show = filters.ChoiceFilter(label=_("Show"), choices=READ, empty_label=_("All"), method="by_read")
    subject = filters.CharFilter(label=_("Words"), lookup_expr="icontains")

    class Meta:
        model = OutboxMessage
        fields = ("show", "subject")

    def by_read(self, rows: QuerySet[OutboxMessage], _name: str, value: str) -> QuerySet[OutboxMessage]:
        return rows.filter(read_at__isnull=value == "new")


class JobFilter(filters.FilterSet):  # type: ignore[misc]
    state = filters.ChoiceFilter(label=_("State"), choices=JobState.choices, empty_label=_("All"))
    kind = filters.CharFilter(label=_("Kind"), lookup_expr="icontains")

    class Meta:
        model = Job
        fields = ("state", "kind")


class LogFilter(filters.FilterSet):  # type: ignore[misc]
    verb = filters.CharFilter(label=_("What was done"), lookup_expr="icontains")
    actor = filters.CharFilter(label=_("Sign-in name"))

    class Meta:
        model = LogEntry
        fields = ("verb", "actor")


class MessageFilter(filters.FilterSet):  # type: ignore[misc]
    state = filters.ChoiceFilter(label=_("State"), choices=MessageState.choices, empty_label=_("All"))
    kind = filters.ChoiceFilter(label=_("Kind"), choices=MessageKind.choices, empty_label=_("All"))

    class Meta:
        model = OutboxMessage
        fields = ("state", "kind")
