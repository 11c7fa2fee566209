"""Names and reasons that begin like a formula stay text in every table of the open data and of packages."""

import csv
import io
import json

import pytest

from evaluation.rankings.freeze import COVERAGE
from evaluation.reports.opendata import open_data
from evaluation.reports.package.contents import csv_of
from surveys.core.text import LANGUAGES
from tests.evaluation.portal import world

STARTS = "=+-@\t\r＝＋－＠"
NAMES = tuple(f'{start}HYPERLINK("http://x")' for start in STARTS)


def hostile_pages() -> dict[str, object]:
    """An edition where every text a person wrote begins like a formula."""
    found = world.pages()
    found["edition"]["coverage"] = COVERAGE
    found["scheme"]["document"] = {}
    turn = 0
    for row in found["ranking"]:
        row |= {"se": row.get("se"), "rank": row.get("rank"), "score": row.get("score"), "grade": ""}
        row |= {"lower": row.get("lower"), "upper": row.get("upper"), "peer_group": {"en": NAMES[turn % 10]}}
        row["names"] = dict.fromkeys(LANGUAGES, NAMES[turn % 10])
        row["reason"] = dict.fromkeys(LANGUAGES, NAMES[(turn + 1) % 10])
        for cell in row["cells"].values():
            cell |= {
                "missing": dict.fromkeys(LANGUAGES, NAMES[(turn + 2) % 10]),
                "n": None,
                "contribution": None,
            }
            cell.setdefault("figure", "")
        row["cells"]["total"] = row["cells"]["audit"]
        turn += 1
    for node in found["nodes"]:
        node["names"] = dict.fromkeys(LANGUAGES, NAMES[turn % 10])
        turn += 1
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_that_begin_like_formulas_stay_text(language: str) -> None:
    files = open_data(hostile_pages(), [(name, "A", "n", "raw", "1.0") for name in NAMES], language)
    seen = 0
    for name, content in files.items():
        if name.endswith(".csv"):
            for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))):
                for cell in row:
                    assert not cell.startswith(tuple(STARTS)) or is_number(cell), (name, cell)
                    seen += cell[:1] == "'" and cell[1:2] in STARTS
    assert seen > 20
    assert json.loads(files["datapackage.json"])["language"] == language


def is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def test_tables_of_packages_mark_texts_and_leave_numbers_alone() -> None:
    rows = list(csv.reader(io.StringIO(csv_of(["unit", "value"], [[NAMES[0], -1.5], ["x", None]]).decode())))
    assert rows == [["unit", "value"], ["'" + NAMES[0], "-1.5"], ["x", ""]]
