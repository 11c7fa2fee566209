"""The app's name for Django."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "evaluation.evidence"
    label = "evidence"
    default_auto_field = "django.db.models.BigAutoField"
