"""Doors of pages: a staff page asks for sign-in and seats, a resident's page for nothing but the link one holds."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from surveys.core.rules import Rule, Scope

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


class SeatMissingError(PermissionDenied):
    """A signed-in person lacks the seat; the page says which seats open the door."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        super().__init__(rule.seats_needed())


def demand(user: Any, rule: Rule, scope: Scope = None) -> None:
    """Inside one's scope an action not allowed answers 403 naming the seat needed."""
    if not rule(user, scope):
        raise SeatMissingError(rule)


def reveal(user: Any, rule: Rule, scope: Scope) -> None:
    """Outside one's scope an object answers 404, the same as one that does not exist."""
    if not rule(user, scope):
        raise Http404


def staff(rule: Rule) -> Callable[[View[P]], View[P]]:
    """Open a page to those for whom the rule holds; anonymous readers are asked to sign in."""

    def wrap(view: View[P]) -> View[P]:
        @wraps(view)
        @never_cache
        def inner(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not getattr(request, "user", None) or not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            demand(request.user, rule)
            return view(request, *args, **kwargs)

        inner.rule = rule  # type: ignore[attr-defined]
        return cast(View[P], inner)

    return wrap


RETRY_SECONDS = 30
"""How long anybody is asked to wait while the database or the disk is away."""
ResidentView = Callable[..., HttpResponse]


def resident_page(away: Callable[[HttpRequest], HttpResponse]) -> Callable[[ResidentView], ResidentView]:
    """A resident's page: kept by no cache, its address passed on to nobody, honest when the database is away.

    `away` makes the page for that moment; it is sent as 503 with Retry-After. The secret in the address is the
    authority and no cookie carries anything, so there is no cross-site token.
    """

    def wrap(view: ResidentView) -> ResidentView:
        @csrf_exempt
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(view)
        def guarded(request: HttpRequest, *args: str, **named: str) -> HttpResponse:
            try:
                response = view(request, *args, **named)
            except DatabaseError:
                response = away(request)
                response.status_code = 503
                response.headers["Retry-After"] = str(RETRY_SECONDS)
            response.headers["Cache-Control"] = "no-store"
            response.headers["Referrer-Policy"] = "no-referrer"
            return response

        return guarded

    return wrap


@method_decorator(never_cache, name="dispatch")
class StaffView:
    """Mixin for class-based staff pages: names the rule, asks for sign-in, refuses without the seat."""

    rule: Rule
    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        demand(request.user, self.rule)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc, no-any-return]
