"""Addresses of the staff pages of cycles and schemes."""

from django.urls import path

from evaluation.cycles.views import editor, pages, panels

app_name = "cycles"
urlpatterns = [
    path("", pages.index, name="list"),
    path("new/", pages.new, name="new"),
    path("schemes/", pages.schemes, name="schemes"),
    path("schemes/<str:code>/<str:version>/", pages.scheme, name="scheme"),
    path("schemes/<str:code>/<str:version>/file", pages.scheme_file, name="scheme_file"),
    path("schemes/<str:code>/<str:version>/approve/", pages.approve, name="approve"),
    path("schemes/<str:code>/<str:version>/edit/", editor.edit, name="edit"),
    path("schemes/<str:code>/<str:version>/check/", editor.check, name="check"),
    path("schemes/<str:code>/<str:version>/use/", editor.use, name="use"),
    path("schemes/<str:code>/<str:version>/round/<str:node>/", panels.panel, name="round"),
    path("<str:code>/move/", pages.move, name="move"),
]
