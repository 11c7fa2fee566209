"""Pages about what residents write: themes of a place, one theme, what goes with satisfaction, the tone model."""

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from evaluation.improvement import listening, queries
from evaluation.improvement.feedback import themes as theme_words
from evaluation.improvement.feedback.tone import measured as tone_measured
from evaluation.improvement.feedback.tone import model
from evaluation.improvement.feedback.topics import can_find_topics
from evaluation.improvement.listening_tables import ThemeShareTable
from evaluation.improvement.models import Reading, Theme, ThemeTally
from evaluation.improvement.plotting import crosses
from evaluation.improvement.rules import may_keep_measures, may_keep_themes, may_see_work
from evaluation.improvement.views.access import contradictions_for, person, place_by_code, place_of
from evaluation.improvement.wording import trend_words
from surveys.catalogue.models import Organisation
from surveys.catalogue.queries import codes_below, path_of
from surveys.catalogue.rules import codes_in_scope
from surveys.core.doors import staff
from surveys.core.masking import mask_personal
from surveys.core.views import ListPage
from surveys.core.workbooks import csv_lines

SAMPLE = 100


def _opened(request: HttpRequest) -> Organisation:
    """The organisation asked for, else one's own; where nobody wrote there, the first at which somebody did."""
    own = place_of(request)
    if request.GET.get("at"):
        return own
    places = queries.workplaces(person(request))
    window = listening.Window.until(timezone.localdate())
    return listening.first_with_comments([own, *places], window) or own


def _places(request: Any) -> list[tuple[str, str]]:
    return [(place.code, place.name) for place in queries.workplaces(request.user)]


class PlaceFilter(filters.FilterSet):  # type: ignore[misc]
    """Which organisation; the page has narrowed its rows to it already."""

    at = filters.ChoiceFilter(label=gettext_lazy("Organisation"), method="stay", empty_label=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["at"].extra["choices"] = _places(self.request)
        self.filters["at"].extra["initial"] = _opened(self.request).code

    def stay(self, rows: QuerySet[Any], _name: str, _value: str) -> QuerySet[Any]:
        return rows

    class Meta:
        model = ThemeTally
        fields = ("at",)


class ThemeList(ListPage):
    """The themes of one place in the last six months."""

    rule = may_see_work
    table_class = ThemeShareTable
    filterset_class = PlaceFilter
    template_name = "improvement/themes.html"
    title = gettext_lazy("What residents write")
    empty = gettext_lazy(
        "No theme has ten comments yet. Comments are read every few minutes, themes are edited by the office."
    )
    export_name = "themes"

    def setup(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.window = listening.Window.until(timezone.localdate())

    def get_queryset(self) -> QuerySet[ThemeTally, Any]:
        self.place = _opened(self.request)
        self.codes = codes_below(self.place.code)
        self.totals = listening.totals_at(self.codes, self.window)
        return listening.themes_at(self.codes, self.window)

    def get_table_kwargs(self) -> dict[str, Any]:
        return {"names": listening.theme_names(), "totals": self.totals, "place": self.place.code}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "place": self.place,
            "totals": self.totals,
            "window": self.window,
            "may_keep_themes": may_keep_themes(self.request.user),
            "contradictions": contradictions_for(person(self.request), self.place),
        }


@staff(may_see_work)
@require_GET
def theme(request: HttpRequest, code: str, theme: str) -> HttpResponse:
    """One theme at one place: months, words, quotes; from here a measure is opened."""
    place = place_by_code(request, code, may_see_work)
    row = get_object_or_404(Theme, code=theme)
    codes, window = codes_below(place.code), listening.Window.until(timezone.localdate())
    found = listening.themes_at(codes, window).filter(theme=theme).first()
    totals = listening.totals_at(codes, window)
    known = theme_words.Dictionary.of([(row.code, row.words)])
    about = [said for said in listening.latest_comments(codes) if known.themes_of(said.text)] if found else []
    change = listening.change_of(found["n"], totals.n, found["n_before"], totals.n_before) if found else None
    context = {
        "place": place,
        "theme": row,
        "found": found,
        "bounds": listening.share_bounds(found["bad"], found["n"]) if found else None,
        "trend": trend_words(change) if found else "",
        "months": listening.months_of(theme, codes, window),
        "quotes": listening.quotes([said for said in about if said.level <= 3]),
        "praise": listening.quotes([said for said in about if said.level > 3], 3),
        "contradictions": contradictions_for(person(request), place),
        "may_keep": may_keep_measures(request.user, path_of(place.code)),
    }
    return render(request, "improvement/theme.html", context)


@staff(may_see_work)
@require_GET
def associations(request: HttpRequest, code: str) -> HttpResponse:
    """What goes with satisfaction, importance against performance, words and topics."""
    place = place_by_code(request, code, may_see_work)
    reading = Reading.objects.filter(organisation=place).first()
    result = reading.result if reading else {}
    listed = (result.get("drivers") or {}).get("drivers") or []
    context = {
        "place": place,
        "reading": reading,
        "drivers": listed,
        "facts": result.get("drivers") or {},
        "plot": crosses(listed),
        "words": result.get("words") or [],
        "topics": result.get("topics") or [],
        "can_find_topics": can_find_topics(),
        "first": next((row for row in listed if row["place"] == "priority" and row["is_certain"]), None),
        "contradictions": contradictions_for(person(request), place),
        "may_keep": may_keep_measures(request.user, path_of(place.code)),
    }
    return render(request, "improvement/associations.html", context)


@staff(may_see_work)
@require_GET
def tone(request: HttpRequest) -> HttpResponse:
    """How well the model reads: on labelled comments, on the office's own ratings, and how to check it."""
    codes = codes_in_scope(request.user, *queries.WORK_ROLES)
    words = Theme.objects.filter(is_active=True).order_by("code").values_list("code", "words")
    context = {
        "measured": tone_measured(),
        "own": listening.own_accuracy(codes),
        "themes": theme_words.measured(theme_words.Dictionary.of(words)),
        "sample": SAMPLE,
    }
    return render(request, "improvement/tone.html", context)


@staff(may_see_work)
@require_GET
def sample(request: HttpRequest) -> HttpResponseBase:
    """Comments for two persons to label: masked, without their levels, what the model read in the last column."""
    codes = codes_in_scope(person(request), *queries.WORK_ROLES)
    found = listening.drawn(codes, SAMPLE)
    if not found:
        raise Http404
    rows = [[n, mask_personal(text), "", "", model().read(text)] for n, text in enumerate(found, 1)]
    heads = [_("Number"), _("Comment"), _("First person"), _("Second person"), _("Model")]
    response = StreamingHttpResponse(csv_lines(heads, rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="tone-sample.csv"'
    return response
