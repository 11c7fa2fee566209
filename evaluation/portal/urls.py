"""Addresses of the public pages."""

from django.urls import path

from evaluation.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("editions.atom", views.feed, name="feed"),
    path("results/", views.results_index, name="index"),
    path("results/<str:cycle>/", views.results, name="results"),
    path("results/<str:cycle>/editions/<int:number>/", views.results, name="edition"),
    path("results/<str:cycle>/services/<str:code>/", views.service, name="service"),
    path("results/<str:cycle>/figures/<str:code>/", views.figure, name="figure"),
    path("results/<str:cycle>/charts/", views.charts, name="charts"),
    path("results/<str:cycle>/charts/<str:name>", views.chart, name="chart"),
    path("results/<str:cycle>/files/<str:name>", views.file, name="file"),
    path("results/<str:cycle>/<str:unit>/", views.unit, name="unit"),
    path("methods/", views.methods, name="methods"),
    path("methods/accessibility/", views.accessibility, name="accessibility"),
    path("methods/privacy/", views.privacy, name="privacy"),
    path("methods/<str:cycle>/", views.scheme, name="scheme"),
    path("data/", views.data, name="data"),
]
