"""The app's name for Django."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "evaluation.site"
    label = "site"
    default_auto_field = "django.db.models.BigAutoField"
