"""Under every chart stands a table of the figures it shows, as wide as its head in every row."""

import pytest

from evaluation.reports.charts.tables import table_of
from surveys.core.text import LANGUAGES
from tests.evaluation.reports.charts.samples import SAMPLES, rank_change_sample, ranking_sample, trend_sample


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_every_chart_of_an_edition_has_a_table(name: str, language: str) -> None:
    make, _draw = SAMPLES[name]
    table = table_of(make(language))
    assert len(table.rows) > 1
    assert {len(row) for row in table.rows} == {len(table.heads)}


def test_the_ranking_s_table_holds_what_the_picture_shows() -> None:
    data = ranking_sample("en")
    table = table_of(data)
    for place, row in zip(data.places, table.rows, strict=False):
        assert row[:4] == (place.name, f"{place.rank:g}", f"{place.lower}–{place.upper}", place.value)


def test_places_won_add_up_under_the_change_of_place() -> None:
    data = rank_change_sample("en")
    table = table_of(data)
    assert table.rows[-1][1] == str(float(data.rank_before - data.rank_after))


def test_a_break_is_told_in_its_row() -> None:
    data = trend_sample("en")
    assert [row[3] for row in table_of(data).rows if row[3]] == list(data.breaks)
