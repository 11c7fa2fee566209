"""What the lists of surveys and respondents can be narrowed by."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from surveys.fieldwork.enums import Outcome, SurveyState
from surveys.fieldwork.models import Respondent, Survey


class SurveyFilter(filters.FilterSet):  # type: ignore[misc]
    state = filters.ChoiceFilter(label=_("Stage"), choices=SurveyState.choices, empty_label=_("All"))
    code = filters.CharFilter(label=_("Code"), lookup_expr="icontains")

    class Meta:
        model = Survey
        fields = ("state", "code")


class RespondentFilter(filters.FilterSet):  # type: ignore[misc]
    outcome = filters.ChoiceFilter(label=_("Outcome"), choices=Outcome.choices, empty_label=_("All"))
    stratum = filters.CharFilter(label=_("Stratum"))
    number = filters.NumberFilter(label=_("Number"))

    class Meta:
        model = Respondent
        fields = ("outcome", "stratum", "number")
