"""Addresses of the questionnaires' staff pages."""

from django.urls import path

from surveys.instruments.views import designing, exchange, pages, sections, trying, wording

app_name = "instruments"
urlpatterns = [
    path("", pages.QuestionnaireList.as_view(), name="list"),
    path("new/", exchange.new, name="new"),
    path("new/take/", exchange.take, name="take"),
    path("start/", designing.start, name="start"),
    path("<str:code>/", pages.questionnaire, name="questionnaire"),
    path("<str:code>/<int:number>/", pages.version, name="version"),
    path("<str:code>/<int:number>/document.json", pages.document, name="document"),
    path("<str:code>/<int:number>/as/<slug:kind>/", exchange.export, name="export"),
    path("<str:code>/<int:number>/design/", designing.design, name="design"),
    path("<str:code>/<int:number>/design/arrange/", designing.arrange, name="arrange"),
    path("<str:code>/<int:number>/design/header/", wording.header, name="header"),
    path("<str:code>/<int:number>/design/translate/", wording.translate, name="translate"),
    path("<str:code>/<int:number>/design/q/<slug:question>/", designing.question, name="question"),
    path("<str:code>/<int:number>/design/s/<slug:section>/", sections.section, name="section"),
    path("<str:code>/<int:number>/try/", trying.trial, name="try"),
    path("<str:code>/<int:number>/next/", designing.supersede, name="supersede"),
    path("<str:code>/<int:number>/freeze/", pages.freeze, name="freeze"),
    path("<str:code>/<int:number>/drop/", pages.drop, name="drop"),
    path("<str:code>/<int:old>/<int:new>/", pages.difference, name="difference"),
]
