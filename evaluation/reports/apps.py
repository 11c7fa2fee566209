"""The app's name for Django."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "evaluation.reports"
    label = "reports"
    default_auto_field = "django.db.models.BigAutoField"
