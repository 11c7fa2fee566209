"""The sample city's survey: released waves feed the balanced scheme, the open one is in the field."""

import datetime as dt
import re

import pytest

from evaluation.cycles.bindings import parse_bindings
from evaluation.cycles.models import Cycle
from evaluation.rankings.survey_cells import survey_cells
from evaluation.site.demo.city import build_city, read_world
from evaluation.site.demo.story import Office, at
from evaluation.site.demo.survey import build_surveys
from surveys.core.enums import Role
from surveys.core.models import Seat, User
from surveys.fieldwork.enums import SurveyState
from surveys.fieldwork.estimates import figures, sample_of, trend
from surveys.fieldwork.models import Estimate
from surveys.tallies.survey_estimates import survey_figures

pytestmark = pytest.mark.django_db


class _Unit:
    """What a cell asks of a unit."""

    def __init__(self, code: str, organisation_id: int) -> None:
        self.code, self.organisation_id = code, organisation_id


@pytest.fixture
def city():
    office = Office(User.objects.create(username="one"), User.objects.create(username="two"))
    world = read_world()
    departments = build_city(world, actor=office.first, now=at(dt.date(2025, 1, 2)))
    now = at(dt.date(2026, 11, 22))
    return departments, build_surveys(world, office=office, now=now), office


def test_two_waves_are_released_and_the_third_is_in_the_field(city):
    _departments, waves, _office = city
    assert [wave.state for wave in waves] == [SurveyState.RELEASED, SurveyState.RELEASED, SurveyState.OPEN]
    for wave in waves[:2]:
        round_of = wave.weightings.get()
        assert round_of.n > 200
        assert 1.0 < round_of.deff < 1.6
        assert round_of.n_eff == pytest.approx(round_of.n / round_of.deff)
    assert not Estimate.objects.filter(survey=waves[2]).exists()


def test_every_department_gets_its_figure_with_error_and_effective_n(city):
    departments, waves, _office = city
    bindings, faults = parse_bindings(
        {"survey": {"from": "survey", "item": "overall", "formula": "linear100"}}
    )
    assert faults == []
    cycle = Cycle(starts_on=dt.date(2026, 1, 1), ends_on=dt.date(2026, 6, 30))
    units = [_Unit(row.code, row.pk) for row in departments]
    cells = survey_cells("survey", bindings["survey"], cycle, units)
    assert len(cells) == len(departments)
    for cell in cells.values():
        assert (cell.source, cell.formula, cell.method) == ("survey", "linear100", "Taylor")
        assert cell.n >= 10
        assert 0 < cell.se < 15
        assert cell.n_eff <= cell.n
        assert cell.lower < cell.value < cell.upper
        assert cell.origins[0].name == waves[1].code
    before = Cycle(starts_on=dt.date(2024, 1, 1), ends_on=dt.date(2024, 12, 31))
    nothing = survey_cells("survey", bindings["survey"], before, units)
    assert {cell.reason for cell in nothing.values()} == {"no_survey"}


def test_the_released_figure_is_the_weighted_mean_of_the_department(city):
    departments, waves, _office = city
    rows = [
        row for row in sample_of(waves[1]).responses if row.respondent.organisation_id == departments[0].pk
    ]
    told = [(int(row.answers["overall"]), row.weight) for row in rows]
    wanted = 25 * (sum(level * w for level, w in told) / sum(w for _level, w in told) - 1)
    (found,) = [
        row
        for row in survey_figures(
            starts_on=dt.date(2026, 1, 1), ends_on=dt.date(2026, 6, 30), item="overall", figure="linear100",
            survey="sample-residents",
        )
        if row.organisation_id == departments[0].pk
    ]  # fmt: skip
    assert found.value == pytest.approx(wanted, abs=1e-9)
    assert found.n == len(rows)


def test_all_together_are_the_population_weighted_mean(city):
    _departments, waves, _office = city
    whole = {f.figure: f for f in figures(sample_of(waves[0])) if f.item.code == "overall"}
    stored = Estimate.objects.get(survey=waves[0], organisation=None, item="overall", figure="top2")
    assert stored.value == pytest.approx(whole["top2"].value, abs=1e-12)
    assert stored.n == whole["top2"].n


def test_the_waves_make_a_trend(city):
    _departments, waves, _office = city
    lines = trend(waves[1])
    assert {len(line) for line in lines.values()} == {2}
    assert all(line[1].change is not None for line in lines.values())


def test_the_results_show_importance_groups_and_waves_as_pictures(city, client):
    _departments, waves, _office = city
    reader = User.objects.create(username="reader")
    Seat.objects.create(user=reader, role=Role.LEADER, granted_at=at(dt.date(2026, 11, 22)))
    client.force_login(reader)
    pages = {
        name: client.get(f"/office/fieldwork/{waves[1].code}/{name}/").content.decode()
        for name in ("results", "groups", "waves", "fairness")
    }
    assert pages["results"].count('role="img"') == 2
    assert "work here first" in pages["results"]
    heights = [float(y) for y in re.findall(r'cy="([\d.]+)" r="10"', pages["results"])]
    assert len(heights) == 10
    assert all(16 <= y <= 320 for y in heights)
    assert pages["groups"].count('<th scope="row">') == len(city[0])
    assert pages["waves"].count('role="img"') == 6
    assert "Coefficients" in pages["fairness"]
