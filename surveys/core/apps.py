"""The app's name for Django."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "surveys.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"
