"""Addresses of the staff pages of evidence."""

from django.urls import path

from evaluation.evidence import views

app_name = "evidence"
urlpatterns = [
    path("", views.index, name="list"),
    path("templates/<str:kind>/", views.template, name="template"),
    path("imports/<int:pk>/attest/", views.attest, name="attest"),
    path("imports/<int:pk>/reject/", views.reject, name="reject"),
    path("imports/<int:pk>/file/", views.source_file, name="file"),
    path("findings/<int:pk>/decide/", views.decide, name="decide"),
    path("<str:code>/", views.cycle, name="cycle"),
    path("<str:code>/import/<str:kind>/", views.bring, name="import"),
    path("<str:code>/import/<str:kind>/take/", views.take, name="take"),
    path("<str:code>/gate/<str:source>/<str:dimension>/", views.let_pass, name="let_pass"),
]
