"""The table of comments."""

from typing import Any

import django_tables2 as tables
from django.core.paginator import Paginator
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from surveys.core.masking import mask_personal
from surveys.core.numerals import listed
from surveys.core.tables import WHOLE, ListTable
from surveys.core.text import localized
from surveys.instruments.queries import definition_of
from surveys.ratings.models import Rating


class CappedPaginator(Paginator):  # type: ignore[type-arg]
    """Pages of the first ten thousand rows: nobody turns to page 6,000, and counting them all takes seconds."""

    most = 10_000

    @cached_property
    def count(self) -> int:
        """How many rows there are, at most."""
        rows: Any = self.object_list
        return int(rows.data.data[: self.most].count())

    @property
    def is_capped(self) -> bool:
        return self.count == self.most


class CommentTable(ListTable):
    rated_on = tables.DateColumn(verbose_name=_("day"), format="Y-m-d", attrs=WHOLE)
    level = tables.Column(verbose_name=_("level"), attrs=WHOLE)
    comment = tables.Column(verbose_name=_("comment"), orderable=False)
    tags = tables.Column(verbose_name=_("reasons"), orderable=False)
    service = tables.Column(verbose_name=_("service"), accessor="service__name", orderable=False)
    organisation = tables.Column(
        verbose_name=_("organisation"), accessor="organisation__name", orderable=False
    )
    screening = tables.Column(verbose_name=_("screening"), attrs=WHOLE)

    class Meta(ListTable.Meta):
        model = Rating
        fields = ("rated_on", "level", "comment", "tags", "service", "organisation", "screening")
        empty_text = _("No comment fits.")

    def render_level(self, record: Rating) -> str:
        return record.get_level_display()

    def value_level(self, value: int) -> int:
        return value

    def render_comment(self, value: str) -> str:
        return mask_personal(value)

    def value_comment(self, value: str) -> str:
        return mask_personal(value)

    def render_tags(self, value: Any, record: Rating) -> str:
        known = {tag.code: tag for tag in definition_of(record.version_id).tags}
        return listed([localized(known[code].texts) if code in known else code for code in value])

    def value_tags(self, value: list[str]) -> str:
        return ";".join(value)
