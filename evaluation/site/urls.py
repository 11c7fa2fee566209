"""Every address of the site; which of them exist is settled by SITE."""

from types import ModuleType
from typing import NoReturn

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, URLPattern, URLResolver, include, path, re_path
from django.urls.resolvers import RoutePattern
from django.views.generic import RedirectView

from evaluation.site import docs, health, parts, views

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
    "evaluation.improvement": "office/improvement/",
}
modules = parts.modules("urls")
FACE = settings.SITE
PUBLISHED = r"^(?:(?:results|methods|data|search)/|editions\.atom$)"
"""Public pages that staff pages link to; the office face sends readers on to them."""


class Elsewhere(URLResolver):
    """Addresses of another face: links to them can be made, for messages, prints and jobs; none is found here."""

    def resolve(self, path: str) -> NoReturn:
        raise Resolver404({"path": path, "tried": []})


def part(route: str, patterns: Patterns, *, is_here: bool) -> URLResolver:
    """The addresses under the route, served by this face or known only by name."""
    return path(route, include(patterns)) if is_here else Elsewhere(RoutePattern(route), patterns)


def addresses(app: str, module: ModuleType) -> Patterns:
    """An app's addresses: residents' at the root, staff's and machines' apart, each where this face serves it."""
    if app not in HOMES:
        away = [re_path(PUBLISHED, views.published, name="published")] if FACE == "office" else []
        return [part("", list(module.urlpatterns), is_here=FACE != "office"), *away]
    return [
        part("", list(getattr(module, "public_urlpatterns", [])), is_here=FACE != "office"),
        part(HOMES[app], list(getattr(module, "urlpatterns", [])), is_here=FACE != "public"),
        path("api/v1/", include(getattr(module, "api_urlpatterns", []))),
    ]


def absent(_request: HttpRequest, **_kwargs: object) -> HttpResponseBase:
    """Addresses of the sign-in package that this site does not offer."""
    raise Http404


OFFICE: Patterns = [
    path("office/", views.home, name="home"),
    path("office/account/", views.account, name="account"),
    path("office/people/", views.PersonList.as_view(), name="people"),
    path("office/people/new/", views.person_new, name="person_new"),
    path("office/people/<int:pk>/", views.person, name="person"),
    path("office/people/<int:pk>/<slug:deed>/", views.person_change, name="person_change"),
    path("office/seats/<int:pk>/revoke/", views.seat_revoke, name="seat_revoke"),
    path("office/keys/", views.KeyList.as_view(), name="keys"),
    path("office/keys/new/", views.key_new, name="key_new"),
    path("office/keys/<int:pk>/revoke/", views.key_revoke, name="key_revoke"),
]
SIGN_IN: Patterns = [
    re_path(r"^account/(?:signup|email|confirm-email|password/(?:set|reset)|login/code)/", absent),
    path("account/", include("allauth.urls")),
]

urlpatterns: Patterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
    path("api/v1/openapi.json", docs.SchemaView.as_view(), name="openapi"),
    path("api/v1/docs/", docs.DocsView.as_view(url_name="openapi"), name="api-docs"),
]
urlpatterns.append(part("", [path("", include((OFFICE, "site"))), *SIGN_IN], is_here=FACE != "public"))
if FACE == "office":
    urlpatterns.append(path("", RedirectView.as_view(pattern_name="site:home"), name="front"))
urlpatterns += [
    path("", include((addresses(app, module), module.app_name))) for app, module in modules.items()
]

handler400 = "evaluation.site.errors.bad_request"
handler403 = "evaluation.site.errors.denied"
handler404 = "evaluation.site.errors.not_found"
handler500 = "evaluation.site.errors.failed"
