"""The table of docs/security.md names tests that exist."""

import re

import pytest

from tests.paths import ROOT

TABLE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`([\w/]+\.py)::(test_\w+)`", TABLE)


@pytest.mark.parametrize(("file", "name"), sorted(set(NAMED)))
def test_every_test_the_table_names_is_there(file, name):
    text = (ROOT / "tests" / file).read_text(encoding="utf-8")
    assert re.search(rf"^def {name}\(", text, re.MULTILINE)


def test_no_requirement_stands_twice():
    codes = [
        code for row in re.findall(r"^\| ([\d., ]+) \|", TABLE, re.MULTILINE) for code in row.split(", ")
    ]
    assert len(codes) == len(set(codes))
