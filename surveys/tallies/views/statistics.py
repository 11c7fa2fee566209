"""Live counts: distribution, trend, comparison, cross-tabs, with and without held ratings; comments."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from surveys.core.doors import staff
from surveys.core.lists import ListPage
from surveys.core.text import localized
from surveys.instruments.queries import current_version, definition_of
from surveys.ratings.models import Rating
from surveys.tallies.crosstabs import crosstab
from surveys.tallies.filters import CommentFilter
from surveys.tallies.forms import DIMENSIONS, CrossForm, QuestionForm
from surveys.tallies.rules import codes_seen, may_read_answers
from surveys.tallies.summary import summary, with_and_without
from surveys.tallies.tables import CappedPaginator, CommentTable
from surveys.tallies.views.asking import asked, question_of


@staff(may_read_answers)
def statistics(request: HttpRequest) -> HttpResponse:
    """Live counts: distribution, trend, services, windows, channels, reasons."""
    form = asked(request, QuestionForm)
    if not form.is_valid():
        return render(request, "tallies/statistics.html", {"form": form}, status=422)
    question = question_of(request, form)
    found = summary(question)
    definition = definition_of(current_version().pk)
    words = {tag.code: localized(tag.texts) for tag in definition.tags}
    levels = {option.value: localized(option.texts) for option in definition.question("overall").options}
    context = {
        "form": form,
        "question": question,
        "found": found,
        "bars": [(bar, levels[str(bar.level)]) for bar in found.bars],
        "reasons": [(words.get(code, code), n) for code, n in found.reasons[:12]],
        "most": max((n for _code, n in found.reasons), default=0),
        "query": request.GET.urlencode(),
        "by_service": question.organisations is not None and len(question.organisations) == 1,
    }
    return render(request, "tallies/statistics.html", context)


@staff(may_read_answers)
def crossed(request: HttpRequest) -> HttpResponse:
    """Two things crossed: how many rated, and how many of them are satisfied or better."""
    form = asked(request, CrossForm)
    if not form.is_valid():
        return render(request, "tallies/crosstab.html", {"form": form}, status=422)
    question, names = question_of(request, form), dict(DIMENSIONS)
    rows, columns = form.cleaned_data["rows"], form.cleaned_data["columns"]
    context = {
        "form": form,
        "question": question,
        "table": crosstab(question, rows, columns),
        "head": names[rows],
        "across": names[columns],
        "by_level": "level" in {rows, columns},
    }
    return render(request, "tallies/crosstab.html", context)


@staff(may_read_answers)
def held(request: HttpRequest) -> HttpResponse:
    """Scores with and without ratings that are held back or set aside, side by side."""
    form = asked(request, QuestionForm)
    if not form.is_valid():
        return render(request, "tallies/held.html", {"form": form}, status=422)
    question = question_of(request, form)
    context = {"form": form, "question": question, "rows": with_and_without(question)}
    return render(request, "tallies/held.html", context)


class CommentList(ListPage):
    """What residents wrote, with telephone and identity numbers masked."""

    rule = may_read_answers
    model = Rating
    table_class = CommentTable
    filterset_class = CommentFilter
    template_name = "tallies/comments.html"
    title = _("Comments")
    empty = _("When residents write something with their rating, it appears here.")
    export_name = "comments"
    paginator_class = CappedPaginator

    def get_queryset(self) -> QuerySet[Rating]:
        rows = Rating.objects.exclude(comment="").select_related("service", "organisation")
        codes = codes_seen(self.request.user)
        if codes is not None:
            rows = rows.filter(organisation__code__in=codes)
        return rows.order_by("-rated_on", "pk")
