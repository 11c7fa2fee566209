"""Addresses of the questionnaires' staff pages."""

from django.urls import path

from surveys.instruments import views

app_name = "instruments"
urlpatterns = [
    path("", views.QuestionnaireList.as_view(), name="list"),
    path("new/", views.new, name="new"),
    path("<str:code>/", views.questionnaire, name="questionnaire"),
    path("<str:code>/<int:number>/", views.version, name="version"),
    path("<str:code>/<int:number>/document.json", views.document, name="document"),
    path("<str:code>/<int:number>/freeze/", views.freeze, name="freeze"),
    path("<str:code>/<int:number>/drop/", views.drop, name="drop"),
    path("<str:code>/<int:old>/<int:new>/", views.difference, name="difference"),
]
