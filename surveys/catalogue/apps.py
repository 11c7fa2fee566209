"""The app's name for Django."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "surveys.catalogue"
    label = "catalogue"
    default_auto_field = "django.db.models.BigAutoField"
