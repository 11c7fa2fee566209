"""The yardstick of online ratings: a Django project as `startproject` makes it, with one view that inserts one row."""

import os

import environ
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

URL = os.environ.get("DATABASE_URL", "")
DATABASES = {"default": environ.Env.db_url_config(URL)}
DATABASES["default"]["CONN_MAX_AGE"] = 600

if not settings.configured:
    settings.configure(
        SECRET_KEY="x" * 50,
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=__name__,
        DATABASES=DATABASES,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"],
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ],
        USE_TZ=True,
    )

application = get_wsgi_application()

from django.db import models  # noqa: E402 - models need the settings above


class Answer(models.Model):
    level = models.PositiveSmallIntegerField()
    comment = models.TextField()
    said_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "minimal"

    def __str__(self) -> str:
        return str(self.level)


def answer(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        row = Answer.objects.create(level=int(request.POST["level"]), comment=request.POST.get("comment", ""))
        return HttpResponse(f"<p>Thank you. Number {row.pk}</p>")
    return HttpResponse("<form method=post></form>")


urlpatterns = [path("answer", answer), path("r/nobody", answer)]
