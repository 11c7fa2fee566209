"""The addresses of statistics, below office/tallies/."""

from django.urls import path

from surveys.tallies.views import coverage, exports, statistics

app_name = "tallies"
urlpatterns = [
    path("", statistics.statistics, name="statistics"),
    path("crosstab/", statistics.crossed, name="crosstab"),
    path("held/", statistics.held, name="held"),
    path("comments/", statistics.CommentList.as_view(), name="comments"),
    path("coverage/", coverage.ledger, name="ledger"),
    path("ratings.csv", exports.export_csv, name="csv"),
    path("ratings.xlsx", exports.export_workbook, name="workbook"),
    path("files/<uuid:pk>/", exports.download, name="download"),
]
