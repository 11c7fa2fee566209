"""The app's name for Django."""

from django.apps import AppConfig


class CyclesConfig(AppConfig):
    name = "evaluation.cycles"
    label = "cycles"
    default_auto_field = "django.db.models.BigAutoField"
