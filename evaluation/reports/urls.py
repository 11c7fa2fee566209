"""Addresses of the staff pages of reports."""

from django.urls import path

from evaluation.reports import views

app_name = "reports"
urlpatterns = [
    path("", views.index, name="list"),
    path("files/<int:pk>/", views.download, name="file"),
    path("<str:code>/", views.cycle, name="cycle"),
    path("<str:code>/build/", views.build, name="build"),
]
