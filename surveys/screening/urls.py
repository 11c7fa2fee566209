"""The addresses of the review queue, below office/screening/."""

from django.urls import path

from surveys.screening import views

app_name = "screening"
urlpatterns = [
    path("", views.queue, name="queue"),
    path("rules/", views.rules, name="rules"),
    path("ratings/<uuid:pk>/", views.rating, name="rating"),
    path("signals/<int:pk>/", views.signal, name="signal"),
]
