"""The app's name for Django."""

from django.apps import AppConfig


class RatingsConfig(AppConfig):
    name = "surveys.ratings"
    label = "ratings"
    default_auto_field = "django.db.models.BigAutoField"
