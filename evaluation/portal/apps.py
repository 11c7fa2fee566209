"""The app's name for Django."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "evaluation.portal"
    label = "portal"
    default_auto_field = "django.db.models.BigAutoField"
