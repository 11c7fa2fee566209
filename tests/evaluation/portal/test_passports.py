"""A passport says its figure in one whole sentence, on a line that fits, in the reader's language."""

import pytest
from django.test import Client
from django.utils import translation

from evaluation.portal.formulas import explain_formula
from evaluation.portal.passports import PassportView, reason_name
from evaluation.portal.reading import read_edition
from evaluation.portal.scales import places_line, round_line
from evaluation.rankings.models import Edition, Figure
from tests.worlds import edition

pytestmark = pytest.mark.django_db
LANGUAGES = ("en", "zh-hans", "zh-hant")
DERIVED = ("amean", "gmean", "contribution", "normalise_none", "normalise_minmax", "rank_competition")


def passport(found: Edition, code: str) -> PassportView:
    return PassportView(read_edition(found), Figure.objects.get(edition=found, code=code))


@pytest.fixture
def found() -> Edition:
    return edition.published()


def test_a_place_is_told_among_places(found: Edition) -> None:
    view = passport(found, "nyc-2026.DSNY.total.rank")
    with translation.override("en"):
        assert view.sentence.startswith("Department of Sanitation: place 8 of 10, ")
        assert view.counted == [("Ranked", "10"), ("Listed, not ranked", "2")]
        assert [part.points for part in view.parts] == [pytest.approx(48.9502590233)]
        assert "interval 1 to 10 (" in view.interval_note
    assert view.scale is not None
    assert (view.scale.low, view.scale.high, view.scale.ticks) == (1, 10, (1, 3, 6, 8, 10))


def test_every_passport_has_a_whole_sentence_with_a_period_and_no_part_without_value(
    found: Edition,
) -> None:
    page = read_edition(found)
    figures = list(Figure.objects.filter(edition=found))
    for language in LANGUAGES:
        with translation.override(language):
            for figure in figures:
                view = PassportView(page, figure)
                said = view.sentence
                assert " ," not in said, (figure.code, said)
                assert "2026" in said or "2023" in said, (figure.code, said)
                assert view.explanation, figure.code
                if view.scale and view.is_share:
                    assert 0 <= view.scale.low < view.scale.high <= 100, figure.code
                for reason, _n in view.counted:
                    assert reason.isascii() is (language == "en"), (figure.code, reason)
                if not figure.code.endswith(".points"):
                    assert all(part.points is not None for part in view.parts), figure.code


def test_the_line_of_a_share_ends_at_the_whole() -> None:
    for lower, upper in ((8.2, 64.1), (97.0, 100.0), (0.0, 100.0), (0.0, 3.0), (60.0, 99.9)):
        line = round_line((lower + upper) / 2, lower, upper, 100.0)
        assert 0 <= line.low <= lower, line
        assert upper <= line.high <= 100, line
    assert places_line(1, 1, 1, 1) is None
    few = places_line(2, 1, 3, 3)
    assert few is not None
    assert few.ticks == (1, 2, 3)


@pytest.mark.parametrize("language", LANGUAGES)
def test_derived_figures_are_explained_in_words(language: str) -> None:
    with translation.override(language):
        told = [explain_formula(code) for code in DERIVED]
        assert len(set(told)) == len(DERIVED)
        assert all(told)
        assert reason_name("listed") != "listed"


def test_the_page_writes_the_sign_as_the_language_does(found: Edition) -> None:
    address = "/results/nyc-2026/figures/nyc-2026.DSNY.residents.raw/"
    for language, share in (("en", "59.0\xa0%"), ("zh-hans", "59.0%")):
        text = Client(headers={"accept-language": language}).get(address).content.decode()
        assert share in text[: text.index("</title>")]
    assert found.number == 1
