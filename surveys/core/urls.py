"""Addresses of core's staff pages."""

from django.urls import path

from surveys.core import views

app_name = "core"
urlpatterns = [
    path("jobs/", views.JobList.as_view(), name="jobs"),
    path("jobs/<uuid:pk>/", views.job, name="job"),
    path("log/", views.LogList.as_view(), name="log"),
    path("notices/", views.notices, name="notices"),
    path("messages/", views.MessageList.as_view(), name="messages"),
]
