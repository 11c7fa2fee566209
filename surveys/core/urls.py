"""Addresses of core's staff pages."""

from django.urls import path

from surveys.core import calendar_pages, views

app_name = "core"
urlpatterns = [
    path("jobs/", views.JobList.as_view(), name="jobs"),
    path("jobs/<uuid:pk>/", views.job, name="job"),
    path("log/", views.LogList.as_view(), name="log"),
    path("notices/", views.NoticeList.as_view(), name="notices"),
    path("notices/<uuid:pk>/", views.notice, name="notice"),
    path("calendar/", calendar_pages.this_year, name="calendar"),
    path("calendar/import/", calendar_pages.bring, name="calendar_import"),
    path("calendar/take/", calendar_pages.take, name="calendar_take"),
    path("calendar/template/", calendar_pages.template, name="calendar_template"),
    path("calendar/<int:year>/", calendar_pages.year, name="calendar_year"),
    path("calendar/<int:year>/change/", calendar_pages.change, name="calendar_change"),
    path("messages/", views.MessageList.as_view(), name="messages"),
]
