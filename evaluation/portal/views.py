"""The public pages: results, units, passports, methods, downloads, search; all from frozen editions."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from evaluation.portal import queries
from evaluation.portal.charts import chart as chart_content
from evaluation.portal.charts import charts_of
from evaluation.portal.downloads import described, media_type
from evaluation.portal.feeds import atom
from evaluation.portal.home import HomeView
from evaluation.portal.methods import MethodView
from evaluation.portal.passports import PassportView
from evaluation.portal.presentation import ResultsView
from evaluation.portal.replies import replies_of
from evaluation.portal.services import ServiceView
from evaluation.portal.shapes import EditionPage
from evaluation.portal.units import UnitView

TAB = {"tab": "results"}


def _page(cycle: str, number: int | None = None) -> EditionPage:
    try:
        return queries.edition_page(cycle, number)
    except queries.PageUnknownError as error:
        raise Http404 from error


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    view = HomeView(queries.latest_editions())
    return render(request, "portal/home.html", {"view": view, "tab": "results"})


@require_safe
def results(request: HttpRequest, cycle: str, number: int | None = None) -> HttpResponse:
    page = _page(cycle, number)
    editions = queries.editions_of(cycle)
    files = described(queries.files_of(page))
    view = ResultsView(
        page=page,
        is_latest=page.number == editions[0].number,
        other_editions=editions if len(editions) > 1 else [],
        files=files,
        has_package=any(file.kind == "package" for file in files),
    )
    return render(request, "portal/results.html", {"page": page, "view": view} | TAB)


@require_safe
def unit(request: HttpRequest, cycle: str, unit: str) -> HttpResponse:
    page = _page(cycle)
    if unit not in page.by_unit or page.withdrawn_at is not None:
        raise Http404
    view = UnitView(page, page.by_unit[unit], replies_of(unit))
    return render(request, "portal/unit.html", {"page": page, "view": view} | TAB)


@require_safe
def service(request: HttpRequest, cycle: str, code: str) -> HttpResponse:
    page = _page(cycle)
    found = page.services.get(code)
    if found is None or page.withdrawn_at is not None or found.unit not in page.by_unit:
        raise Http404
    view = ServiceView(page, found, queries.edition_before(page), replies_of(found.unit, code))
    return render(request, "portal/service.html", {"page": page, "view": view} | TAB)


@require_safe
def figure(request: HttpRequest, cycle: str, code: str) -> HttpResponse:
    page = _page(cycle)
    try:
        found = queries.figure_of(page, code)
    except queries.PageUnknownError as error:
        raise Http404 from error
    if page.withdrawn_at is not None:
        raise Http404
    view = PassportView(page, found)
    return render(request, "portal/figure.html", {"page": page, "view": view} | TAB)


@require_safe
def charts(request: HttpRequest, cycle: str) -> HttpResponse:
    page = _page(cycle)
    found = charts_of(page)
    if not found:
        raise Http404
    return render(request, "portal/charts.html", {"page": page, "charts": found} | TAB)


@require_safe
def chart(_request: HttpRequest, cycle: str, name: str) -> HttpResponse:
    try:
        content, kind = chart_content(_page(cycle), name)
    except queries.PageUnknownError as error:
        raise Http404 from error
    return HttpResponse(content, content_type=kind)


@require_safe
def file(request: HttpRequest, cycle: str, name: str) -> HttpResponse:
    page = _page(cycle)
    try:
        found = queries.file_of(page, name)
    except queries.PageUnknownError as error:
        raise Http404 from error
    tag = f'"{found.file_id}"'
    response = get_conditional_response(request, etag=tag)
    if response is None:
        response = HttpResponse(bytes(found.file.content), content_type=media_type(found))
        response["Content-Disposition"] = f'attachment; filename="{found.name}"'
    response["ETag"] = tag
    response["Cache-Control"] = "public, max-age=60"
    return response


@require_safe
def methods(request: HttpRequest) -> HttpResponse:
    context: dict[str, Any] = {"editions": queries.latest_editions(), "tab": "methods"}
    return render(request, "portal/methods.html", context)


@require_safe
def scheme(request: HttpRequest, cycle: str) -> HttpResponse:
    page = _page(cycle)
    return render(request, "portal/scheme.html", {"page": page, "view": MethodView(page), "tab": "methods"})


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/accessibility.html", {"tab": ""})


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/privacy.html", {"tab": ""})


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    shelves = [
        (page, described(queries.files_of(page)), queries.seal_of(page)) for page in queries.latest_editions()
    ]
    return render(request, "portal/data.html", {"shelves": shelves, "tab": "data"})


@require_safe
def feed(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(
        atom(queries.every_edition(), settings.PUBLIC_BASE_URL),
        content_type="application/atom+xml; charset=utf-8",
    )


@require_safe
@cache_control(private=True, max_age=60)
def search(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "")[:100]
    context = {"text": text, "hits": queries.search(text), "tab": "results"}
    return render(request, "portal/search.html", context)


@require_safe
def results_index(_request: HttpRequest) -> HttpResponse:
    return redirect("portal:home")
