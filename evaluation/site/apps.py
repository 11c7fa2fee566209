"""The app's name for Django; loads the Celery application so that every process can wake workers."""

from django.apps import AppConfig

from evaluation.site.celery import app

__all__ = ["SiteConfig", "app"]


class SiteConfig(AppConfig):
    name = "evaluation.site"
    label = "site"
    default_auto_field = "django.db.models.BigAutoField"
