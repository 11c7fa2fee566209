"""What every API view shares: keys, problems as RFC 9457 has them, pages."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.pagination import PageNumberPagination
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from surveys.core.actions import KEY_PURPOSE
from surveys.core.doors import RETRY_SECONDS
from surveys.core.enums import ApiScope
from surveys.core.models import ApiKey
from surveys.core.sealing import keyed_hash

PROBLEM = "application/problem+json"


@dataclass(frozen=True)
class Machine:
    """The system behind a key, in the place of a user."""

    key: ApiKey
    is_authenticated: bool = True

    def __str__(self) -> str:
        return self.key.name


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Token <key>`; the key is found by its keyed hash."""

    def authenticate(self, request: Request) -> tuple[Machine, ApiKey] | None:
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != b"token":
            return None
        if len(parts) != 2:
            raise exceptions.AuthenticationFailed(_("Write the header as: Authorization: Token KEY."))
        hashed = keyed_hash(KEY_PURPOSE, parts[1].decode("latin-1"))
        key = ApiKey.objects.filter(hashed=hashed, revoked_at=None).first()
        if key is None:
            raise exceptions.AuthenticationFailed(_("The key is not known or was ended."))
        return Machine(key), key

    def authenticate_header(self, request: Request) -> str:
        del request
        return 'Token realm="api"'


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the key appears in the API's description."""

    target_class = "surveys.core.api.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        del auto_schema
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": "Token KEY"}


class ScopedKey(BasePermission):
    """A key of one of the scopes."""

    scopes: frozenset[str] = frozenset()

    def has_permission(self, request: Request, view: Any) -> bool:
        del view
        key = request.auth
        return isinstance(key, ApiKey) and key.scope in self.scopes


class ReadKey(ScopedKey):
    """Any key may read what is published and the catalogue."""

    scopes = frozenset(ApiScope.values)


class IntakeKey(ScopedKey):
    """Only an intake key may hand in cases, ratings and batches."""

    scopes = frozenset({ApiScope.INTAKE.value})


class Pages(PageNumberPagination):
    """Lists are {count, next, results}."""

    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = 1000

    def get_paginated_response(self, data: Any) -> Response:
        assert self.page is not None
        count = self.page.paginator.count
        return Response({"count": count, "next": self.get_next_link(), "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["count", "next", "results"],
            "properties": {
                "count": {"type": "integer", "minimum": 0},
                "next": {"type": "string", "format": "uri", "nullable": True},
                "results": schema,
            },
        }


class ConflictError(exceptions.APIException):
    """The request does not fit the present state."""

    status_code = HTTPStatus.CONFLICT
    default_code = "conflict"


class UnavailableError(exceptions.APIException):
    """The database or the disk does not answer; nothing was saved."""

    status_code = HTTPStatus.SERVICE_UNAVAILABLE
    default_code = "unavailable"


def titles() -> dict[int, str]:
    """The title of each kind of problem, in the request's language."""
    return {
        400: _("The request has mistakes"),
        401: _("A key is needed"),
        403: _("Not allowed"),
        404: _("Not found"),
        405: _("Method not offered here"),
        406: _("Only JSON is offered"),
        409: _("Conflict"),
        413: _("Too large"),
        415: _("Only JSON is taken"),
        429: _("Too many requests"),
        503: _("Not available just now"),
    }


def mistakes(detail: Any, pointer: str = "") -> list[dict[str, str]]:
    """Validation errors as a flat list, each with a JSON pointer to its place."""
    if isinstance(detail, dict):
        found = []
        for key, value in detail.items():
            place = pointer if key == "non_field_errors" else f"{pointer}/{key}"
            found += mistakes(value, place)
        return found
    if isinstance(detail, list):
        if all(isinstance(item, str) for item in detail):
            return [
                {"pointer": pointer, "detail": str(item), "code": getattr(item, "code", "")}
                for item in detail
            ]
        return [error for n, item in enumerate(detail) for error in mistakes(item, f"{pointer}/{n}")]
    return [{"pointer": pointer, "detail": str(detail), "code": getattr(detail, "code", "")}]


def _known(error: Exception) -> exceptions.APIException | None:
    if isinstance(error, Http404):
        return exceptions.NotFound(_("There is nothing at this address."))
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied(_("This key may not do that."))
    if isinstance(error, OperationalError | InterfaceError):
        return UnavailableError(_("Nothing was saved. Try again shortly."))
    return error if isinstance(error, exceptions.APIException) else None


def problem_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Every error as application/problem+json; what is unknown becomes the 500 page, as JSON."""
    known = _known(error)
    if known is None:
        return None
    status = int(known.status_code)
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": titles().get(status, HTTPStatus(status).phrase),
        "status": status,
        "instance": context["request"].path,
    }
    if isinstance(known, exceptions.ValidationError):
        body["detail"] = _("Some values cannot be taken; each is listed.")
        body["errors"] = mistakes(known.detail)
    else:
        body["detail"] = str(known.detail)
    response = Response(body, status=status, content_type=PROBLEM)
    if challenge := getattr(known, "auth_header", None):
        response.headers["WWW-Authenticate"] = challenge
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    if wait := getattr(known, "wait", None):
        response.headers["Retry-After"] = str(int(wait) + 1)
    return response
