"""The Celery application: it only wakes workers; the job table is the truth."""

import os
from pathlib import Path

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evaluation.site.settings")
app = Celery("evaluation")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def make_queue_folders() -> None:
    """The embedded broker keeps messages as files; its folders must exist before anyone sends."""
    if settings.CELERY_BROKER_URL.startswith("filesystem://"):
        for folder in dict.fromkeys(settings.CELERY_BROKER_TRANSPORT_OPTIONS.values()):
            if isinstance(folder, str):
                Path(folder).mkdir(parents=True, exist_ok=True)
