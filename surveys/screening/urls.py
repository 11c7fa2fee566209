"""The addresses of the review queue and of blind audits, below office/screening/."""

from django.urls import path

from surveys.screening.views import audits, queue

app_name = "screening"
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("rules/", queue.rules, name="rules"),
    path("ratings/<uuid:pk>/", queue.rating, name="rating"),
    path("signals/<int:pk>/", queue.signal, name="signal"),
    path("audits/", audits.audits, name="audits"),
    path("audits/<int:pk>/", audits.audit, name="audit"),
    path("audits/<int:pk>/<int:number>/", audits.call, name="call"),
]
