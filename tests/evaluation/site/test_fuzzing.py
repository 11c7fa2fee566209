"""The API against its own description: thousands of generated requests, right and wrong, and no server error."""

from collections import Counter
from contextlib import suppress
from http import HTTPStatus

import pytest
import requests
import schemathesis
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.generation import GenerationMode

from surveys.core.actions import make_api_key
from surveys.core.enums import ApiScope
from surveys.ratings.models import Matter, Rating
from tests.surveys.ratings.world import build_town, invited

N_EACH = 80
LEAST = 2000
KNOWN = {
    "service_code": "1100000001",
    "unit_code": "BDC",
    "case_no": "FUZZ-0",
    "stage": "completion",
    "service_no": 1,
    "finished_at": "2026-06-01T10:00:00+08:00",
    "rated_at": "2026-06-01T11:00:00+08:00",
    "channel": "mobile_app",
    "scale": "level5",
    "period": "2026-05",
    "level": 5,
}
QUIET = settings(
    max_examples=N_EACH,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def made_plausible(case, keep, number):
    """Some fields get values of the catalogue, so that requests reach beyond the first check."""
    if isinstance(case.body, dict):
        known = KNOWN | {"case_no": f"FUZZ-{number}"}
        case.body = case.body | {name: known[name] for name in keep if name in case.body}
    return case


def answer(client, case, key):
    """The status of a case, sent through the whole stack of middleware."""
    sent = requests.Request(**case.as_transport_kwargs(base_url="http://testserver")).prepare()
    headers = {
        name: value.decode("latin-1") if isinstance(value, bytes) else value
        for name, value in sent.headers.items()
        if name.lower() not in {"content-length", "host"}
    }
    kind = headers.pop("Content-Type", "application/json")
    headers["Authorization"] = f"Token {key}"
    body = sent.body.encode() if isinstance(sent.body, str) else sent.body or b""
    return client.generic(sent.method, sent.path_url, body, kind, headers=headers).status_code


@pytest.mark.prove
@pytest.mark.django_db
def test_no_generated_request_makes_the_api_fail():
    town = build_town()
    for number in range(3):
        invited(town, f"FUZZ-{number}", now=timezone.now())
    keys = {
        scope: make_api_key(name=f"fuzz {scope}", scope=scope, actor=None, now=timezone.now())
        for scope in ApiScope
    }
    client = Client(raise_request_exception=False)
    schema = schemathesis.openapi.from_dict(client.get("/api/v1/openapi.json").json())
    operations = [found.ok() for found in schema.get_all_operations()]
    told, failed = Counter(), []

    def send(operation, scope, mode):
        @QUIET
        @given(
            case=operation.as_strategy(generation_mode=mode),
            keep=st.just(sorted(KNOWN)) | st.sets(st.sampled_from(sorted(KNOWN))),
            number=st.integers(0, 9),
        )
        def one(case, keep, number):
            case = made_plausible(case, keep, number)
            status = answer(client, case, keys[scope])
            told[status] += 1
            if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                failed.append((operation.label, status, case.body, case.query, case.path_parameters))

        one()

    for operation in operations:
        for scope in ApiScope:
            send(operation, scope, GenerationMode.POSITIVE)
            with suppress(Unsatisfiable):  # nothing that such an operation takes can be wrong
                send(operation, scope, GenerationMode.NEGATIVE)
    assert failed[:5] == []
    assert sum(told.values()) >= LEAST
    assert {200, 201, 400, 403, 404} <= set(told), told
    assert Matter.objects.count() > 3
    assert Rating.objects.exists()
