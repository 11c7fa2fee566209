"""Every address of the site; which of them exist is settled by SITE."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
