"""The table of docs/security.md: its tests exist, its counts are true, and every requirement stands in one place."""

import re

import pytest

from tests.paths import ROOT

TABLE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")


def named():
    """Each test the table names; one without its file is in the file named before it."""
    file = ""
    for given, name in re.findall(r"`([\w/]+\.py)?::(test_\w+)`", TABLE):
        file = given or file
        yield file, name


ROWS = [
    (row[0].split(", "), row[1])
    for row in re.findall(r"^\| (\d[\d., ]+) \|(.*)\|$", TABLE.split("\n## ")[0], re.MULTILINE)
]
LEVEL_3 = {"1.2.10", "6.3.8", "15.4.1", "15.4.2"}
LAST = (
    "1.1.2 1.2.9 1.3.11 1.4.3 1.5.2 2.1.3 2.2.3 2.3.4 2.4.1 3.2.2 3.3.4 3.4.6 3.5.5 3.7.2 4.1.3 4.2.1 "
    "4.3.2 4.4.4 5.1.1 5.2.3 5.3.2 5.4.3 6.1.3 6.2.12 6.3.4 6.4.4 6.5.5 6.6.3 6.8.4 7.1.3 7.2.4 7.3.2 "
    "7.4.5 7.5.2 7.6.2 8.1.2 8.2.3 8.3.1 8.4.1 11.1.2 11.2.3 11.3.3 11.4.4 11.5.1 11.6.1 12.1.3 12.2.2 "
    "12.3.4 13.1.1 13.2.5 13.3.2 13.4.5 14.1.2 14.2.4 14.3.3 15.1.3 15.2.3 15.3.7 16.1.1 16.2.5 16.3.4 "
    "16.4.3 16.5.3"
)
"""The last requirement of level 1 or 2 in each section; those of level 3 come after it. Without 9, 10 and 17."""
WHOLE_CHAPTERS = {"9": 7, "10": 29, "17": 7}


def applicable():
    """Every requirement of levels 1 and 2 outside the chapters that do not apply as a whole."""
    for last in LAST.split():
        section, number = last.rsplit(".", 1)
        yield from (f"{section}.{n}" for n in range(1, int(number) + 1))


def left_out():
    """Single requirements named as not applying, whole chapters aside."""
    text = re.search(r"^Do not apply: (.*?)\n\n", TABLE, re.MULTILINE | re.DOTALL)[1]
    codes = re.findall(r"\b\d+\.\d+\.\d+\b", text)
    return [code for code in codes if code.split(".")[0] not in WHOLE_CHAPTERS]


@pytest.mark.parametrize(("file", "name"), sorted(set(named())))
def test_every_test_the_table_names_is_there(file, name):
    text = (ROOT / "tests" / file).read_text(encoding="utf-8")
    assert re.search(rf"^def {name}\(", text, re.MULTILINE)


def test_every_requirement_stands_in_one_place():
    assert sorted([code for codes, _row in ROWS for code in codes] + left_out()) == sorted(
        [*applicable(), *LEVEL_3]
    )


def test_a_row_without_a_test_says_that_it_is_not_met():
    assert [codes for codes, row in ROWS if "::test_" not in row and "not met" not in row] == []


def test_the_counts_at_the_head_are_true():
    met = sum(len(set(codes) - LEVEL_3) for codes, row in ROWS if "not met" not in row)
    unmet = sum(len(set(codes) - LEVEL_3) for codes, row in ROWS if "not met" in row)
    apart = len(left_out()) + sum(WHOLE_CHAPTERS.values())
    told = re.search(
        r"Of the (\d+) requirements of levels 1 and 2, (\d+) are met, (\d+) are not met or not in full, (\d+) do",
        TABLE,
    )
    assert [int(number) for number in told.groups()] == [met + unmet + apart, met, unmet, apart]
    assert met + unmet + apart == 253
