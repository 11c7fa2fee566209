"""Addresses of the staff pages of cycles and schemes."""

from django.urls import path

from evaluation.cycles import views

app_name = "cycles"
urlpatterns = [
    path("", views.index, name="list"),
    path("new/", views.new, name="new"),
    path("schemes/", views.schemes, name="schemes"),
    path("schemes/<str:code>/<str:version>/", views.scheme, name="scheme"),
    path("schemes/<str:code>/<str:version>/file", views.scheme_file, name="scheme_file"),
    path("schemes/<str:code>/<str:version>/approve/", views.approve, name="approve"),
    path("<str:code>/move/", views.move, name="move"),
]
