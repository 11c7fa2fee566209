"""A scheme file is taken whole or refused with every fault."""

import json

import pytest

from evaluation.cycles.models import SchemeDocument
from evaluation.cycles.queries import presets
from evaluation.cycles.scheme_import import importer
from surveys.core.imports import ImportRefusedError
from tests.worlds.clock import NOON
from tests.worlds.people import person

pytestmark = pytest.mark.django_db


def content(**changes: object) -> bytes:
    preset = presets()["nyc_three_sources"]
    body = {"document": preset["document"] | changes, "bindings": preset["bindings"]}
    return json.dumps(body).encode()


def test_scheme_file_is_taken_once_and_then_unchanged() -> None:
    first = importer.commit(content(), "s.json", cycle=None, actor=person("author"), now=NOON)
    again = importer.commit(content(), "s.json", cycle=None, actor=person("author"), now=NOON)
    assert [(r.created, r.updated, r.unchanged) for r in (first, again)] == [(1, 0, 0), (0, 0, 1)]
    assert SchemeDocument.objects.get().written_by == person("author")


def test_template_is_a_scheme_of_its_own_format() -> None:
    assert importer.check(importer.template("en"), "t.json", cycle=None).ok


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "not_json"),
        (b"[]", "scheme_fault"),
        (content(nodes=[]), "scheme_fault"),
        (content(name={"en": "only"}), "scheme_fault"),
        (b"x" * 1_000_001, "too_large"),
    ],
)
def test_bad_file_is_refused_and_nothing_is_written(body: bytes, code: str) -> None:
    report = importer.check(body, "s.json", cycle=None)
    assert [error.code for error in report.errors] == [code]
    with pytest.raises(ImportRefusedError):
        importer.commit(body, "s.json", cycle=None, actor=None, now=NOON)
    assert not SchemeDocument.objects.exists()
