"""The Celery application: it only wakes workers; the job table is the truth."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evaluation.site.settings")
app = Celery("evaluation")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
