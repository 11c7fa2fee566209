"""Addresses of rankings: staff pages, and published results for machines."""

from django.urls import path

from evaluation.rankings import api, views

app_name = "rankings"
urlpatterns = [
    path("", views.home, name="home"),
    path("objections/<int:pk>/decide/", views.decide, name="decide"),
    path("<str:code>/", views.board, name="board"),
    path("<str:code>/evaluate/", views.evaluate, name="evaluate"),
    path("<str:code>/publish/", views.publish, name="publish"),
    path("<str:code>/result/", views.result, name="result"),
    path("<str:code>/runs/<int:number>/", views.result, name="run"),
    path("<str:code>/what-if/", views.what_if, name="what_if"),
    path("<str:code>/objections/", views.objections, name="objections"),
    path("<str:code>/units/<str:unit>/", views.unit, name="unit"),
]
api_urlpatterns = [
    path("editions", api.EditionsView.as_view(), name="api-editions"),
    path("editions/<str:cycle>/ranking", api.RankingView.as_view(), name="api-ranking"),
    path("editions/<str:cycle>/units/<str:code>", api.UnitView.as_view(), name="api-unit"),
    path("figures/<str:figure>", api.FigureView.as_view(), name="api-figure"),
]
