"""What core's own lists can be narrowed by."""

import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from surveys.core.models import OutboxMessage

READ = (("new", _("New")), ("read", _("Read already")))


class NoticeFilter(filters.FilterSet):  # type: ignore[misc]
    show = filters.ChoiceFilter(label=_("Show"), choices=READ, empty_label=_("All"), method="by_read")
    subject = filters.CharFilter(label=_("Words"), lookup_expr="icontains")

    class Meta:
        model = OutboxMessage
        fields = ("show", "subject")

    def by_read(self, rows: QuerySet[OutboxMessage], _name: str, value: str) -> QuerySet[OutboxMessage]:
        return rows.filter(read_at__isnull=value == "new")
