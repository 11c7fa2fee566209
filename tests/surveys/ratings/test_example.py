"""The example of docs/guide-api.md runs as printed, against a live server, with nothing but Python."""

import ast
import os
import re
import subprocess
import sys
from typing import Any

import pytest
from django.utils import timezone

from surveys.core.actions import make_api_key
from surveys.core.enums import ApiScope
from surveys.ratings.models import Matter, Rating
from tests.paths import EXAMPLES, ROOT
from tests.surveys.ratings.world import Town, build_town

SCRIPT = EXAMPLES / "business_system.py"


@pytest.fixture
def town(transactional_db: None) -> Town:
    return build_town()


def run(base: str, key: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-I", str(SCRIPT), base], env={"PATH": os.environ["PATH"], "EVALUATION_KEY": key},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_the_example_reports_rates_and_counts_once(live_server: Any, town: Town, settings: Any) -> None:
    settings.PUBLIC_BASE_URL = live_server.url
    key = make_api_key(name="hall", scope=ApiScope.INTAKE, actor=None, now=timezone.now())
    said = run(live_server.url, key)
    assert re.fullmatch(rf"201 reported: {live_server.url}/r/[\w-]{{22}}", said[0])
    assert said[1] == "200 reported again, same link: True"
    assert re.fullmatch(r"201 rated, receipt: [0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2}", said[2])
    assert said[3:] == [
        "201 sent again, same receipt: True", "400 refused: ['/level']", "200 ratings of the case: [1]",
    ]  # fmt: skip
    assert (Matter.objects.count(), Rating.objects.count()) == (1, 1)


def test_the_example_needs_nothing_but_python() -> None:
    nodes = list(ast.walk(ast.parse(SCRIPT.read_text(encoding="utf-8"))))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= set(sys.stdlib_module_names)


def test_the_guide_names_what_is_there() -> None:
    guide = (ROOT / "docs" / "guide-api.md").read_text(encoding="utf-8")
    for path in re.findall(r"\]\((\S+?)\)", guide) + [
        "../" + p for p in re.findall(r"`(tests/\S+?)`", guide)
    ]:
        assert (ROOT / "docs" / path).exists(), path
