"""Every address of the site; which of them exist is settled by SITE."""

from types import ModuleType

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from evaluation.site import parts

Patterns = list[URLPattern | URLResolver]
HOMES = {
    "surveys.core": "office/",
    "surveys.catalogue": "office/catalogue/",
    "surveys.instruments": "office/instruments/",
    "surveys.ratings": "office/ratings/",
    "surveys.fieldwork": "office/fieldwork/",
    "surveys.screening": "office/screening/",
    "surveys.cases": "office/cases/",
    "surveys.tallies": "office/tallies/",
    "evaluation.cycles": "office/cycles/",
    "evaluation.evidence": "office/evidence/",
    "evaluation.rankings": "office/rankings/",
    "evaluation.reports": "office/reports/",
    "evaluation.improvement": "office/work/",
}
modules = parts.modules("urls")


FACE = settings.SITE


def addresses(app: str, module: ModuleType) -> Patterns:
    """An app's addresses on this face of the site: residents' at the root, staff's and machines' apart."""
    found: Patterns = []
    if app not in HOMES:
        return list(module.urlpatterns) if FACE != "office" else []
    if FACE != "office":
        found += getattr(module, "public_urlpatterns", [])
    if FACE != "public":
        found.append(path(HOMES[app], include(getattr(module, "urlpatterns", []))))
    found.append(path("api/v1/", include(getattr(module, "api_urlpatterns", []))))
    return found


urlpatterns: Patterns = [
    path("", include((addresses(app, module), module.app_name))) for app, module in modules.items()
]
if FACE != "public":
    urlpatterns.append(path("account/", include("allauth.urls")))
