"""The app's name for Django."""

from django.apps import AppConfig


class RankingsConfig(AppConfig):
    name = "evaluation.rankings"
    label = "rankings"
    default_auto_field = "django.db.models.BigAutoField"
