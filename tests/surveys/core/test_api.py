"""What every API view shares: keys, problems, pages, repeated requests."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from surveys.core.actions import make_api_key, revoke_api_key
from surveys.core.api import ConflictError, IntakeKey, Pages
from surveys.core.idempotency import KEEP_DAYS, answer_once, forget_answers
from surveys.core.models import ApiKey, IdempotencyKey, LogEntry

NOW = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
FACTORY = APIRequestFactory()

pytestmark = pytest.mark.django_db
performed = []


class Row(serializers.Serializer):
    level = serializers.IntegerField(min_value=1, max_value=5)
    names = serializers.ListField(child=serializers.CharField(max_length=3), required=False)


class Echo(APIView):
    permission_classes = [IntakeKey]

    def get(self, request):
        raise {"404": Http404, "403": PermissionDenied, "503": OperationalError, "409": ConflictError}[
            request.query_params["raise"]
        ]("hidden detail" if request.query_params["raise"] in {"404", "503"} else None)

    def post(self, request):
        row = Row(data=request.data)
        row.is_valid(raise_exception=True)

        def perform():
            performed.append(row.validated_data)
            return 201, {"receipt": f"R{len(performed)}"}

        return answer_once(request, "echo", NOW, perform)


class Listing(APIView):
    def get(self, request):
        pages = Pages()
        page = pages.paginate_queryset(LogEntry.objects.order_by("number"), request)
        return pages.get_paginated_response([entry.number for entry in page])


@pytest.fixture
def key():
    return make_api_key(name="hall", scope="intake", actor=None, now=NOW)


def call(method="post", key="", path="/api/v1/echo", view=Echo, body=None, **headers):
    performed_before = len(performed)
    if key:
        headers["Authorization"] = f"Token {key}"
    request = getattr(FACTORY, method)(
        path, body, headers=headers, format="json" if body is not None else None
    )
    response = view.as_view()(request)
    response.render()
    response.n_performed = len(performed) - performed_before
    return response


@pytest.mark.parametrize("header", ["", "Token", "Token wrong", "Token a b", "Bearer x", "token \xff"])
def test_without_a_good_key_the_answer_is_401_and_says_how(header):
    response = call(body={"level": 5}, **({"Authorization": header} if header else {}))
    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Token")
    assert response["Content-Type"] == "application/problem+json"
    assert response.data["status"] == 401


def test_a_key_of_the_wrong_scope_is_403():
    read = make_api_key(name="reader", scope="read", actor=None, now=NOW)
    assert call(key=read, body={"level": 5}).status_code == 403


def test_an_ended_key_is_refused(key):
    revoke_api_key(key=ApiKey.objects.get(name="hall"), actor=None, now=NOW)
    assert call(key=key, body={"level": 5}).status_code == 401


def test_mistakes_are_listed_with_their_place(key):
    response = call(key=key, body={"level": 9, "names": ["ok", "too long"]})
    assert response.status_code == 400
    assert [(e["pointer"], e["code"]) for e in response.data["errors"]] == [
        ("/level", "max_value"),
        ("/names/1", "max_length"),
    ]


@pytest.mark.parametrize("status", [403, 404, 409, 503])
def test_every_refusal_is_a_problem_and_gives_nothing_away(key, status):
    response = call("get", key=key, path=f"/api/v1/echo?raise={status}")
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
    assert set(response.data) == {"type", "title", "status", "detail", "instance"}
    assert "hidden detail" not in response.content.decode()
    assert response.has_header("Retry-After") is (status == 503)


def test_a_repeated_request_gets_the_same_answer_and_is_performed_once(key):
    first = call(key=key, body={"level": 5}, **{"Idempotency-Key": "k1"})
    again = call(key=key, body={"level": 5}, **{"Idempotency-Key": "k1"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.data == again.data
    assert (first.n_performed, again.n_performed) == (1, 0)
    assert again["Idempotent-Replayed"] == "true"


def test_the_same_key_with_another_body_is_a_conflict(key):
    call(key=key, body={"level": 5}, **{"Idempotency-Key": "k1"})
    other = call(key=key, body={"level": 4}, **{"Idempotency-Key": "k1"})
    assert (other.status_code, other.n_performed) == (409, 0)


def test_another_system_may_use_the_same_idempotency_key(key):
    second = make_api_key(name="hall 2", scope="intake", actor=None, now=NOW)
    call(key=key, body={"level": 5}, **{"Idempotency-Key": "k1"})
    assert call(key=second, body={"level": 4}, **{"Idempotency-Key": "k1"}).n_performed == 1


def test_a_refused_request_may_be_mended_under_the_same_key(key):
    assert call(key=key, body={"level": 9}, **{"Idempotency-Key": "k1"}).status_code == 400
    assert call(key=key, body={"level": 5}, **{"Idempotency-Key": "k1"}).status_code == 201


def test_what_is_kept_for_repeats_gives_away_neither_receipt_nor_key(key):
    answer = call(key=key, body={"level": 5}, **{"Idempotency-Key": "k-secret"})
    kept = str(IdempotencyKey.objects.values().get())
    assert answer.data["receipt"] not in kept
    assert "k-secret" not in kept


def test_answers_are_forgotten_after_a_week(key):
    call(key=key, body={"level": 5}, **{"Idempotency-Key": "k1"})
    assert forget_answers(NOW + dt.timedelta(days=KEEP_DAYS)) == 0
    assert forget_answers(NOW + dt.timedelta(days=KEEP_DAYS + 1)) == 1


def test_a_list_is_count_next_and_results(key):
    make_api_key(name="two", scope="read", actor=None, now=NOW)
    first = call("get", key=key, view=Listing, path="/api/v1/list?page_size=1")
    assert set(first.data) == {"count", "next", "results"}
    assert (first.data["count"], first.data["results"]) == (2, [1])
    last = call("get", key=key, view=Listing, path="/api/v1/list?page_size=1&page=2")
    assert (last.data["next"], last.data["results"]) == (None, [2])


def test_a_plain_response_is_json(key):
    class Plain(APIView):
        def get(self, request):
            return Response({"name": str(request.user)})

    assert call("get", key=key, view=Plain).data == {"name": "hall"}
