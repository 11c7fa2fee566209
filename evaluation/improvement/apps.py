"""The app's name for Django."""

from django.apps import AppConfig


class ImprovementConfig(AppConfig):
    name = "evaluation.improvement"
    label = "improvement"
    default_auto_field = "django.db.models.BigAutoField"
