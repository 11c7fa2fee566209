"""Addresses of fieldwork: respondents' at /s/, the office's below office/fieldwork/."""

from django.urls import path

from surveys.fieldwork.views import residents

app_name = "fieldwork"
public_urlpatterns = [
    path("s/", residents.enter, name="enter"),
    path("s/<str:token>", residents.answer, name="answer"),
    path("s/<str:token>/stored", residents.stored, name="stored"),
]
urlpatterns: list[object] = []
