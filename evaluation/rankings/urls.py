"""Addresses of rankings: staff pages, and published results for machines."""

from django.urls import path

from evaluation.rankings import api
from evaluation.rankings.views import insight, pages

app_name = "rankings"
urlpatterns = [
    path("", pages.home, name="home"),
    path("objections/<int:pk>/decide/", pages.decide, name="decide"),
    path("<str:code>/", pages.board, name="board"),
    path("<str:code>/evaluate/", pages.evaluate, name="evaluate"),
    path("<str:code>/publish/", pages.publish, name="publish"),
    path("<str:code>/result/", pages.result, name="result"),
    path("<str:code>/runs/<int:number>/", pages.result, name="run"),
    path("<str:code>/what-if/", pages.what_if, name="what_if"),
    path("<str:code>/sensitivity/", insight.sensitivity, name="sensitivity"),
    path("<str:code>/study/", insight.study, name="study"),
    path("<str:code>/sources/", insight.sources, name="sources"),
    path("<str:code>/gap/", insight.gap, name="gap"),
    path("<str:code>/other-scheme/", insight.other_scheme, name="other_scheme"),
    path("<str:code>/objections/", pages.objections, name="objections"),
    path("<str:code>/units/<str:unit>/", pages.unit, name="unit"),
]
api_urlpatterns = [
    path("editions", api.EditionsView.as_view(), name="api-editions"),
    path("editions/<str:cycle>/ranking", api.RankingView.as_view(), name="api-ranking"),
    path("editions/<str:cycle>/units/<str:code>", api.UnitView.as_view(), name="api-unit"),
    path("figures/<str:figure>", api.FigureView.as_view(), name="api-figure"),
]
