"""Machines read published results without a key, exactly as they were frozen; nothing else shows."""

import datetime as dt

import pytest
from django.test import Client

from evaluation.rankings.actions import withdraw
from evaluation.rankings.models import Figure
from tests.worlds import edition
from tests.worlds.clock import days_later
from tests.worlds.people import person

pytestmark = pytest.mark.django_db
ROOT = "/api/v1"


def test_published_results_are_read_as_they_were_frozen(client: Client) -> None:
    found = edition.published()
    listed = client.get(f"{ROOT}/editions").json()
    assert (listed["count"], listed["next"]) == (1, None)
    assert listed["results"][0]["cycle"] == "nyc-2026"
    assert listed["results"][0]["digest"] == found.digest
    ranking = client.get(f"{ROOT}/editions/nyc-2026/ranking")
    assert ranking.json()["results"] == found.pages["ranking"]
    assert "public" in ranking.headers["Cache-Control"]
    unit = client.get(f"{ROOT}/editions/nyc-2026/units/DSNY").json()
    assert unit["row"] == next(row for row in found.pages["ranking"] if row["unit"] == "DSNY")
    assert unit["details"] == found.pages["units"]["DSNY"]
    for figure in Figure.objects.filter(unit_code="DSNY"):
        answer = client.get(f"{ROOT}/figures/{figure.code}").json()
        assert answer["passport"] == figure.passport
        assert answer["value"] == float(figure.value)


def test_unpublished_and_unknown_answer_alike(client: Client) -> None:
    edition.scored()
    for path in ("editions/nyc-2026/ranking", "editions/none/ranking", "editions/nyc-2026/units/DSNY",
                 "figures/nyc-2026.DSNY.total.score"):  # fmt: skip
        answer = client.get(f"{ROOT}/{path}")
        assert answer.status_code == 404
        assert answer.headers["Content-Type"] == "application/problem+json"
    assert client.get(f"{ROOT}/editions").json() == {"count": 0, "next": None, "results": []}


def test_unknown_parameters_are_ignored(client: Client) -> None:
    edition.published()
    plain = client.get(f"{ROOT}/editions/nyc-2026/ranking").json()
    for query in ("x=1&page=%27%22", "format=xml", "format=json&format=html", "format=%00"):
        assert client.get(f"{ROOT}/editions/nyc-2026/ranking?{query}").json() == plain, query


def test_withdrawn_edition_answers_gone(client: Client) -> None:
    found, night = edition.published(), days_later(20) + dt.timedelta(hours=14)
    withdraw(edition=found, reason={"en": "wrong file"}, actor=person("second"), now=night)
    for path in ("editions/nyc-2026/ranking", "figures/nyc-2026.DSNY.total.score"):
        assert client.get(f"{ROOT}/{path}").status_code == 410
    told = client.get(f"{ROOT}/editions/nyc-2026/ranking").json()["detail"]
    assert "withdrawn on 2026-11-23" in told
    listed = client.get(f"{ROOT}/editions").json()["results"][0]
    assert listed["withdrawal_reason"] == {"en": "wrong file"}
