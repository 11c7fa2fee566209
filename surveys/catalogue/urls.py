"""Addresses of the catalogue's staff pages."""

from django.urls import path

from surveys.catalogue import files, lists, views

app_name = "catalogue"
urlpatterns = [
    path("", lists.ServiceList.as_view(), name="services"),
    path("organisations/", lists.OrganisationList.as_view(), name="organisations"),
    path("organisations/new/", views.organisation_new, name="organisation_new"),
    path("organisations/<str:code>/", views.organisation, name="organisation"),
    path("organisations/<str:code>/change/", views.organisation_change, name="organisation_change"),
    path("organisations/<str:code>/retire/", views.organisation_retire, name="organisation_retire"),
    path("points/", lists.PointList.as_view(), name="points"),
    path("points/new/", views.point_new, name="point_new"),
    path("points/<str:code>/", views.point, name="point"),
    path("points/<str:code>/retire/", views.point_retire, name="point_retire"),
    path("regions/", lists.RegionList.as_view(), name="regions"),
    path("peer-groups/", lists.PeerGroupList.as_view(), name="peer_groups"),
    path("services/new/", views.service_new, name="service_new"),
    path("services/<str:code>/", views.service, name="service"),
    path("services/<str:code>/version/", views.service_version, name="service_version"),
    path("services/<str:code>/hand-over/", views.service_hand_over, name="service_hand_over"),
    path("services/<str:code>/retire/", views.service_retire, name="service_retire"),
    path("files/template/", files.template, name="template"),
    path("files/export/", files.export, name="export"),
    path("files/import/", files.preview, name="import"),
    path("files/take/", files.take, name="take"),
]
