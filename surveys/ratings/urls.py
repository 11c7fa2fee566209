"""The addresses of ratings: residents' at the root, the office's below office/ratings/."""

from django.urls import path

from surveys.ratings import api
from surveys.ratings.views import residents

app_name = "ratings"
public_urlpatterns = [
    path("r/<str:token>", residents.rate, name="rate"),
    path("r/<str:token>/qr.svg", residents.qr_code, name="qr"),
    path("q/<str:code>", residents.rate_posted, name="posted"),
    path("k/<str:code>", residents.rate_on_device, name="device"),
]
urlpatterns: list[object] = []
api_urlpatterns = [
    path("services", api.ServicesView.as_view(), name="api-services"),
    path("matters", api.MattersView.as_view(), name="api-matters"),
    path("ratings", api.RatingsView.as_view(), name="api-ratings"),
    path("batches", api.BatchesView.as_view(), name="api-batches"),
]
