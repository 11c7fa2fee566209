"""One address whose view breaks."""

from django.urls import path

handler500 = "evaluation.site.errors.failed"


def boom(_request):
    raise ValueError("secret detail")


urlpatterns = [path("boom/", boom)]
