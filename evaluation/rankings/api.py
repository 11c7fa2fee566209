"""Published results for machines: open to everybody, read from frozen editions only."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.http import Http404
from django.utils.cache import patch_cache_control
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from evaluation.rankings.models import Edition
from evaluation.rankings.queries import NothingPublishedError, edition_of, editions, figure_by_code
from surveys.core.api import Pages

CYCLE = OpenApiParameter("cycle", str, OpenApiParameter.PATH, description="Code of the cycle")
UNIT = OpenApiParameter("code", str, OpenApiParameter.PATH, description="Code of the unit")
FIGURE = OpenApiParameter("figure", str, OpenApiParameter.PATH, description="CYCLE.UNIT.NODE.MEASURE")
MAX_AGE = 300


class GoneError(exceptions.APIException):
    """The edition was withdrawn; its stone says when and why."""

    status_code = HTTPStatus.GONE
    default_code = "withdrawn"


class EditionSerializer(serializers.Serializer[Any]):
    """One edition in the list of editions."""

    cycle = serializers.CharField(source="cycle.code")
    edition = serializers.IntegerField(source="number")
    names = serializers.JSONField(source="cycle.names")
    starts_on = serializers.DateField(source="cycle.starts_on")
    ends_on = serializers.DateField(source="cycle.ends_on")
    published_at = serializers.DateTimeField()
    digest = serializers.CharField()
    synthetic = serializers.BooleanField(source="cycle.is_synthetic")
    changes = serializers.JSONField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    withdrawal_reason = serializers.JSONField()


class RankingSerializer(serializers.Serializer[dict[str, Any]]):
    """A whole ranking with what is needed to read it."""

    cycle = serializers.CharField()
    edition = serializers.IntegerField()
    published_at = serializers.DateTimeField()
    digest = serializers.CharField()
    scheme = serializers.JSONField()
    nodes = serializers.JSONField()
    made = serializers.JSONField()
    notes = serializers.JSONField()
    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True, help_text="Always null: a ranking comes whole.")
    results = serializers.JSONField()


class UnitSerializer(serializers.Serializer[dict[str, Any]]):
    """One unit of an edition: its row and the details of its page."""

    cycle = serializers.CharField()
    edition = serializers.IntegerField()
    unit = serializers.CharField()
    row = serializers.JSONField()
    details = serializers.JSONField()


class FigureSerializer(serializers.Serializer[dict[str, Any]]):
    """The passport of a figure."""

    id = serializers.CharField()
    edition = serializers.IntegerField()
    value = serializers.FloatField(allow_null=True)
    passport = serializers.JSONField()


class PublicView(APIView):
    """Open to everybody; answers may be kept for a few minutes."""

    authentication_classes: Sequence[type[BaseAuthentication]] = ()
    permission_classes: Sequence[Any] = ()

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        found = super().finalize_response(request, response, *args, **kwargs)
        if found.status_code == HTTPStatus.OK:
            patch_cache_control(found, public=True, max_age=MAX_AGE)
        return found


def standing(cycle: str) -> Edition:
    """The newest edition; 404 if nothing is published, 410 if it was withdrawn."""
    try:
        found = edition_of(cycle)
    except NothingPublishedError as error:
        raise Http404 from error
    if found.withdrawn_at is not None:
        raise GoneError(_("This edition was withdrawn on {day}.").format(day=localdate(found.withdrawn_at)))
    return found


class EditionsView(PublicView):
    """Every edition, the newest first."""

    @extend_schema(operation_id="editions", responses=EditionSerializer(many=True))
    def get(self, request: Request) -> Response:
        pages = Pages()
        rows = pages.paginate_queryset(editions().defer("pages"), request, view=self)
        return pages.get_paginated_response(EditionSerializer(rows or [], many=True).data)


class RankingView(PublicView):
    """The ranking of the newest edition of a cycle."""

    @extend_schema(operation_id="ranking", parameters=[CYCLE], responses=RankingSerializer)
    def get(self, request: Request, cycle: str) -> Response:
        del request
        edition = standing(cycle)
        pages = edition.pages
        return Response(
            {
                "cycle": cycle,
                "edition": edition.number,
                "published_at": edition.published_at,
                "digest": edition.digest,
                "scheme": pages["scheme"],
                "nodes": pages["nodes"],
                "made": pages["edition"],
                "notes": pages["cycle"]["notes"],
                "count": len(pages["ranking"]),
                "next": None,
                "results": pages["ranking"],
            }
        )


class UnitView(PublicView):
    """One unit of the newest edition of a cycle."""

    @extend_schema(operation_id="unit", parameters=[CYCLE, UNIT], responses=UnitSerializer)
    def get(self, request: Request, cycle: str, code: str) -> Response:
        del request
        edition = standing(cycle)
        row = next((row for row in edition.pages["ranking"] if row["unit"] == code), None)
        if row is None:
            raise Http404
        return Response(
            {
                "cycle": cycle,
                "edition": edition.number,
                "unit": code,
                "row": row,
                "details": edition.pages["units"].get(code, {}),
            }
        )


class FigureView(PublicView):
    """The passport of one published figure."""

    @extend_schema(operation_id="figure", parameters=[FIGURE], responses=FigureSerializer)
    def get(self, request: Request, figure: str) -> Response:
        del request
        try:
            found = figure_by_code(figure)
        except NothingPublishedError as error:
            raise Http404 from error
        if found.edition.withdrawn_at is not None:
            raise GoneError(_("The edition of this figure was withdrawn."))
        return Response(
            {
                "id": found.code,
                "edition": found.edition.number,
                "value": None if found.value is None else float(found.value),
                "passport": found.passport,
            }
        )
