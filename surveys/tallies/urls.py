"""The addresses of statistics, below office/tallies/."""

from django.urls import path

from surveys.tallies import views

app_name = "tallies"
urlpatterns = [
    path("", views.statistics, name="statistics"),
    path("comments/", views.CommentList.as_view(), name="comments"),
    path("coverage/", views.ledger, name="ledger"),
    path("ratings.csv", views.export_csv, name="csv"),
    path("ratings.xlsx", views.export_workbook, name="workbook"),
    path("files/<uuid:pk>/", views.download, name="download"),
]
