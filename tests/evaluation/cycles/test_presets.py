"""The shipped schemes are sound, bound, named in three languages and say whether they were checked."""

from pathlib import Path

import pytest

from evaluation.cycles.actions import check_scheme_file, install_presets
from evaluation.cycles.models import SchemeDocument
from evaluation.cycles.queries import presets
from scoring.files import read_table
from scoring.recipe import evaluate
from scoring.schemes import scheme_from_json
from surveys.core.text import LANGUAGES
from tests.worlds.clock import NOON

CODES = (
    "balanced", "capability5", "citizen_first", "fiscal", "hcp_index", "hotline_3rates", "hotline_points",
    "kpi_led", "kr_grade", "nyc_three_sources", "website_veto",
)  # fmt: skip
VERIFIED = {"balanced", "hcp_index", "nyc_three_sources"}


def test_every_named_scheme_is_shipped() -> None:
    assert tuple(presets()) == CODES


@pytest.mark.parametrize("code", CODES)
def test_preset_passes_the_checker_with_its_bindings(code: str) -> None:
    preset = presets()[code]
    assert check_scheme_file(preset) == []
    document = preset["document"]
    assert document["source"]
    assert document["date"]
    for part in (*document["nodes"], *document["indicators"], document):
        assert set(part["name"]) == set(LANGUAGES)
        assert all(part["name"].values())


def test_unverified_presets_are_labelled() -> None:
    assert {code for code, preset in presets().items() if preset["is_verified"]} == VERIFIED


def test_nyc_scheme_is_the_published_one() -> None:
    preset = presets()["nyc_three_sources"]
    weights = [(item["code"], item["weight"], item["normalise"]) for item in preset["document"]["indicators"]]
    plain = {"method": "none"}
    assert weights == [("residents", 40, plain), ("targets", 40, plain), ("audit", 20, plain)]
    assert preset["document"]["missing"] == {"rule": "rescale", "availability": 1.0}
    assert preset["document"]["tiers"] == {"rule": "thirds"}


@pytest.mark.django_db
def test_installing_twice_changes_nothing() -> None:
    first = [scheme.pk for scheme in install_presets(now=NOON)]
    assert [scheme.pk for scheme in install_presets(now=NOON)] == first
    assert SchemeDocument.objects.count() == len(CODES)


NOT_APPLICABLE = {
    "website_veto": (
        "unit,publishing,services,interaction,functions,bonus,vetoes\nA,1,1,1,1,2,0\nB,2,2,0,0,1,0\nC,9,9,9,9,0,0\nD,0,0,n/a,0,0,0\nE,3,n/a,0,0,0,0\n",
        [93, 80, 2, 100, 100 * (1 - 15 / 70)],
    ),
    "hotline_points": (
        "unit,satisfaction,ontime,group\nA,90,100,full\nB,80,95,full\nC,90,n/a,satisfaction_only\nD,80,n/a,full\n",
        [100, 80, 100, 80],
    ),
}


@pytest.mark.parametrize("code", NOT_APPLICABLE)
def test_points_that_do_not_apply_neither_punish_nor_favour(code: str, tmp_path: Path) -> None:
    data, compared = NOT_APPLICABLE[code]
    (tmp_path / "data.csv").write_text(data, encoding="utf-8")
    scheme = scheme_from_json(presets()[code]["document"])
    assert evaluate(read_table(tmp_path / "data.csv", scheme), scheme).compared == pytest.approx(
        compared, abs=0.005
    )
