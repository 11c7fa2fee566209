"""What the list of comments can be narrowed by."""

import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from surveys.catalogue.enums import Channel
from surveys.catalogue.models import Organisation
from surveys.ratings.enums import Level, Screening
from surveys.ratings.models import Rating


class CommentFilter(filters.FilterSet):  # type: ignore[misc]
    words = filters.CharFilter(label=_("Words"), method="by_words")
    organisation = filters.ModelChoiceFilter(
        label=_("Organisation"),
        queryset=Organisation.objects.without_tree_fields().order_by("code"),
        empty_label=_("All"),
    )
    level = filters.ChoiceFilter(label=_("Level"), choices=Level.choices, empty_label=_("All"))
    channel = filters.ChoiceFilter(label=_("Channel"), choices=Channel.choices, empty_label=_("All"))
    screening = filters.ChoiceFilter(label=_("Screening"), choices=Screening.choices, empty_label=_("All"))
    first = filters.DateFilter(label=_("From"), field_name="rated_on", lookup_expr="gte")
    last = filters.DateFilter(label=_("To"), field_name="rated_on", lookup_expr="lte")

    class Meta:
        model = Rating
        fields = ("words", "organisation", "level", "channel", "screening", "first", "last")

    def by_words(self, rows: QuerySet[Rating], _name: str, value: str) -> QuerySet[Rating]:
        for word in value.split()[:5]:
            rows = rows.filter(comment__icontains=word)
        return rows
