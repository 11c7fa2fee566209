"""The description of the API as JSON, and pages to read and try it that load nothing from elsewhere."""

from typing import Any

from django.conf import settings
from django.http.response import HttpResponseBase
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView


class SchemaView(SpectacularJSONAPIView):
    """The OpenAPI description."""


class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI from our own static files; its icons are data URLs, which this page alone allows."""

    template_name = "site/api_docs.html"

    def dispatch(self, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(*args, **kwargs)
        policy = settings.PAGE_HEADERS["Content-Security-Policy"]
        response.headers["Content-Security-Policy"] = policy.replace("img-src 'self'", "img-src 'self' data:")
        return response
