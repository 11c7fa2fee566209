"""The app's name for Django."""

from django.apps import AppConfig


class FieldworkConfig(AppConfig):
    name = "surveys.fieldwork"
    label = "fieldwork"
    default_auto_field = "django.db.models.BigAutoField"
