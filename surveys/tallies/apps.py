"""The app's name for Django."""

from django.apps import AppConfig


class TalliesConfig(AppConfig):
    name = "surveys.tallies"
    label = "tallies"
    default_auto_field = "django.db.models.BigAutoField"
