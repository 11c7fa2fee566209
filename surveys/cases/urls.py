"""Addresses of cases: the office's below office/cases/, residents' at /c/."""

from django.urls import path

from surveys.cases.views import calls, lists, residents, staff

app_name = "cases"
public_urlpatterns = [
    path("c/", residents.enter, name="enter"),
    path("c/<str:receipt>", residents.follow, name="follow"),
    path("c/<str:receipt>/proof", residents.proof, name="proof"),
]
urlpatterns = [
    path("", lists.CaseList.as_view(), name="list"),
    path("triage/", lists.triage, name="triage"),
    path("call-backs/", calls.call_backs, name="call_backs"),
    path("templates/", lists.templates, name="templates"),
    path("<str:code>/", staff.case, name="case"),
    path("<str:code>/move/<str:move>/", staff.move, name="move"),
    path("<str:code>/ask/", staff.ask, name="ask"),
    path("<str:code>/decide/<int:pk>/", staff.decide, name="decide"),
    path("<str:code>/resume/", staff.resume, name="resume"),
    path("<str:code>/note/", staff.note, name="note"),
    path("<str:code>/publish/<int:pk>/", staff.publish, name="publish"),
    path("<str:code>/files/", staff.attach, name="attach"),
    path("<str:code>/files/<int:pk>/", staff.attachment, name="attachment"),
    path("<str:code>/call/", calls.call, name="call"),
    path("<str:code>/contact/", calls.contact, name="contact"),
]
