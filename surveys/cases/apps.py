"""The app's name for Django."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "surveys.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"
