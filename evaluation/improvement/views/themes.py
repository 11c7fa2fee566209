"""Pages of the theme dictionary: the office edits names and words."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evaluation.improvement import actions
from evaluation.improvement.actions import ThemeRefusedError
from evaluation.improvement.listening_forms import NewThemeForm, ThemeForm
from evaluation.improvement.listening_tables import DictionaryTable
from evaluation.improvement.models import Theme
from evaluation.improvement.rules import may_keep_themes
from evaluation.improvement.views.access import person
from surveys.core.doors import staff
from surveys.core.text import LANGUAGES
from surveys.core.views import ListPage


class DictionaryList(ListPage):
    rule = may_keep_themes
    model = Theme
    table_class = DictionaryTable
    title = gettext_lazy("Themes and their words")
    lead = gettext_lazy("A comment touches a theme when one of its words stands in it, in either script.")
    empty = gettext_lazy("No theme is kept yet.")
    export_name = "theme-words"
    filterset_fields = ("is_active",)

    def get_queryset(self) -> QuerySet[Theme]:
        return Theme.objects.order_by("code")

    def actions(self) -> list[tuple[str, Any]]:
        return [(reverse("improvement:theme_new"), _("New theme"))]


def _keep(request: HttpRequest, form: ThemeForm, code: str) -> HttpResponse | None:
    """Save a valid form; None where the page must be shown again."""
    clean = form.cleaned_data
    names = {language: clean[f"name_{language.replace('-', '_')}"] for language in LANGUAGES}
    try:
        actions.keep_theme(
            code=code, names={key: text for key, text in names.items() if text}, words=clean["words"],
            is_active=clean["is_active"], actor=person(request), now=timezone.now(),
        )  # fmt: skip
    except ThemeRefusedError as error:
        form.add_error(None, str(error))
        return None
    messages.success(request, _("Kept. All comments are read again with it within minutes."))
    return redirect("improvement:dictionary")


@staff(may_keep_themes)
def new(request: HttpRequest) -> HttpResponse:
    form = NewThemeForm(request.POST or None, initial={"is_active": True})
    if request.method == "POST" and form.is_valid():
        done = _keep(request, form, form.cleaned_data["code"])
        if done is not None:
            return done
    return _page(request, form, None)


@staff(may_keep_themes)
def edit(request: HttpRequest, code: str) -> HttpResponse:
    theme = get_object_or_404(Theme, code=code)
    initial = {f"name_{language.replace('-', '_')}": theme.names.get(language, "") for language in LANGUAGES}
    form = ThemeForm(
        request.POST or None, initial=initial | {"words": theme.words, "is_active": theme.is_active}
    )
    if request.method == "POST" and form.is_valid():
        done = _keep(request, form, theme.code)
        if done is not None:
            return done
    return _page(request, form, theme)


def _page(request: HttpRequest, form: ThemeForm, theme: Theme | None) -> HttpResponse:
    context = {"form": form, "theme": theme}
    return render(request, "improvement/theme_edit.html", context, status=422 if form.errors else 200)
