"""The addresses of ratings: residents' at the root, the office's below office/ratings/."""

from django.urls import path

from surveys.ratings import api
from surveys.ratings.views import calls, files, paper, prints, residents

app_name = "ratings"
public_urlpatterns = [
    path("r/<str:token>", residents.rate, name="rate"),
    path("r/<str:token>/qr.svg", residents.qr_code, name="qr"),
    path("q/<str:code>", residents.rate_posted, name="posted"),
    path("k/<str:code>", residents.rate_on_device, name="device"),
]
urlpatterns = [
    path("files/", files.index, name="files"),
    path("files/<slug:kind>/template/", files.template, name="file_template"),
    path("files/<uuid:pk>/", files.report, name="file_report"),
    path("calls/", calls.find, name="calls"),
    path("calls/<int:pk>/", calls.call, name="call"),
    path("paper/", paper.pile_list, name="piles"),
    path("paper/<int:pk>/", paper.pile, name="pile"),
    path("paper/<int:pk>/forms/<int:number>/", paper.settle, name="settle"),
    path("paper/<int:pk>/store/", paper.store, name="store"),
    path("paper/<int:pk>/end/", paper.end, name="end"),
    path("print/", prints.index, name="prints"),
    path("print/form/", prints.blank, name="print_blank"),
    path("print/cases/<int:pk>/", prints.case, name="print_case"),
    path("print/points/<str:code>/", prints.counter, name="print_counter"),
]
api_urlpatterns = [
    path("services", api.ServicesView.as_view(), name="api-services"),
    path("matters", api.MattersView.as_view(), name="api-matters"),
    path("ratings", api.RatingsView.as_view(), name="api-ratings"),
    path("batches", api.BatchesView.as_view(), name="api-batches"),
]
