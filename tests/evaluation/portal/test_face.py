"""The public face of the site answers no address of the office, whatever the office's addresses are."""

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.evaluation.site.installation import installation

OFFICE = ("office/", "account/")
ASK = """
import json
from django.conf import settings
from django.test import Client
from django.urls import Resolver404, resolve
client = Client(headers={{"host": "127.0.0.1"}})
found = []
for path in {paths!r}:
    try:
        resolve(path)
    except Resolver404:
        continue
    found.append(path)
print(json.dumps([found, {{path: client.get(path).status_code for path in {paths!r}}}]))
"""


def office_paths(patterns: list[URLPattern | URLResolver], before: str = "") -> list[str]:
    """Every address of the office on the whole site, with a plain word for each variable part."""
    found = []
    for one in patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            found += office_paths(one.url_patterns, route)
        elif route.startswith(OFFICE):
            words = [("1" if "int:" in part else "x") if "<" in part else part for part in route.split("/")]
            found.append("/" + "/".join(words).replace("^", "").replace("$", ""))
    return found


@pytest.mark.prove
def test_no_address_of_the_office_answers_on_the_public_face(tmp_path) -> None:
    paths = office_paths(get_resolver().url_patterns)
    assert len(paths) > 100
    place = installation(tmp_path, SITE="public")
    assert place.bootstrap().returncode == 0
    found, statuses = place.shell(ASK.format(paths=paths))
    assert found == []
    assert [path for path, status in statuses.items() if status != 404] == []
