"""The app's name for Django."""

from django.apps import AppConfig


class InstrumentsConfig(AppConfig):
    name = "surveys.instruments"
    label = "instruments"
    default_auto_field = "django.db.models.BigAutoField"
