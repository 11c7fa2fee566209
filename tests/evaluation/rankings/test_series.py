"""A change of wording, scale or channel mix draws a break and forbids the difference; small shifts do not."""

import datetime as dt
from typing import Any

import pytest

from evaluation.cycles.models import Cycle
from evaluation.rankings.frozen_series import (
    break_between,
    break_of_trend,
    distance,
    history_of,
    mix_of,
    wording_of,
)
from surveys.catalogue.enums import Channel, Mode
from surveys.core.text import LANGUAGES
from surveys.instruments.models import Questionnaire, QuestionnaireVersion
from surveys.ratings.enums import Privacy
from surveys.ratings.models import Rating
from tests.surveys.ratings.world import build_town
from tests.worlds.clock import NOON

SERIES: dict[str, Any] = {
    "wording": {"cn-haochaping-5": 1},
    "scales": ["level5"],
    "modes": {"A": {"online": 0.6, "offline": 0.4}, "B": {"online": 1.0}},
}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"wording": {"cn-haochaping-5": 2}}, "worded anew"),
        ({"scales": ["level2"]}, "the scale of the answers changed"),
        ({"modes": {"A": {"online": 0.3, "offline": 0.7}}}, "online 60 % then, 30 % now"),
    ],
)
def test_each_change_of_the_way_of_measuring_draws_a_break(change: dict[str, Any], words: str) -> None:
    found = break_between(SERIES, SERIES | change, "A")
    assert words in found["en"]
    assert set(found) == set(LANGUAGES)


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"modes": {"A": {"online": 0.8, "offline": 0.2}}},
        {"modes": {"B": {"offline": 1.0}}},
        {"scales": []},
    ],
)
def test_equal_and_slightly_shifted_series_are_compared(change: dict[str, Any]) -> None:
    assert break_between(SERIES, SERIES | change, "A") == {}


def test_editions_that_know_nothing_of_their_series_are_compared() -> None:
    assert break_between({}, SERIES, "A") == {}


def test_mixes_are_told_in_steps_and_only_over_enough_answers() -> None:
    assert mix_of({"online": 62, "offline": 38}) == {"online": 0.6, "offline": 0.4}
    assert mix_of({"online": 50, "offline": 49}) == {}
    assert mix_of({"online": 500, "": 1}) == {}
    assert distance({"online": 1.0}, {"offline": 1.0}) == 1.0


def told(cycle: str, value: float, formula: str = "linear100", **series: Any) -> dict[str, Any]:
    """What is published of one edition, as far as its history reads it."""
    cells = {"residents": {"n": 400.0, "raw": value, "se": 1.0}}
    return {
        "cycle": {"code": cycle, "names": {"en": cycle}, "ends_on": "2026-06-30"},
        "nodes": [{"code": "residents", "indicator": True, "from": "tally", "display": "points",
                   "names": {"en": "Ratings"}, "formula": formula}],
        "ranking": [{"cells": cells}, {"cells": {"residents": {"n": None, "raw": None, "se": None}}}],
        "series": SERIES | series,
    }  # fmt: skip


def test_history_grows_by_each_edition_and_keeps_its_breaks() -> None:
    first, second = told("a", 80.0), told("b", 84.0)
    first["history"] = history_of(first, None, break_of_trend(first, None))
    second["history"] = history_of(second, first, break_of_trend(second, first))
    third = told("c", 60.0, scales=["level2"])
    history = history_of(third, second, break_of_trend(third, second))
    assert [(point["cycle"], round(point["value"], 3)) for point in history] == [
        ("a", 0.8),
        ("b", 0.84),
        ("c", 0.6),
    ]
    assert [bool(point["break"]) for point in history] == [False, False, True]
    assert history[0]["upper"] - history[0]["lower"] == pytest.approx(2 * 0.01 * 1.959964)
    other = told("d", 60.0, formula="top2")
    assert "formula or scale" in break_of_trend(other, second)["en"]


def test_history_begins_with_what_the_edition_before_published() -> None:
    before = told("a", 80.0)
    assert [point["cycle"] for point in history_of(told("b", 81.0), before, {})] == ["a", "b"]
    nobody = told("c", 0.0) | {"nodes": []}
    assert [point["cycle"] for point in history_of(nobody, before, {})] == ["a"]


@pytest.mark.django_db
def test_the_wording_is_the_latest_that_began_a_series_among_those_answered() -> None:
    asked, idle = (Questionnaire.objects.create(code=code, names={}) for code in ("asked", "idle"))

    def version(of: Questionnaire, number: int, *, begins: bool, day: int) -> QuestionnaireVersion:
        return QuestionnaireVersion.objects.create(
            questionnaire=of, number=number, state="frozen", definition={}, digest="0" * 64,
            breaks_series=begins, frozen_at=NOON.replace(month=5, day=day),
        )  # fmt: skip

    version(asked, 1, begins=False, day=1)
    second = version(asked, 2, begins=True, day=2)
    third = version(asked, 3, begins=False, day=3)
    version(asked, 4, begins=True, day=28)
    version(idle, 1, begins=True, day=1)
    assert second.number == 2
    cycle = Cycle(starts_on=dt.date(2026, 5, 1), ends_on=dt.date(2026, 5, 20))
    assert wording_of(cycle) == {}
    rated(third)
    assert wording_of(cycle) == {"asked": 2}


def rated(version: QuestionnaireVersion) -> Rating:
    """One rating given on that wording within the cycle."""
    town = build_town()
    return Rating.objects.create(
        privacy=Privacy.UNLINKED, service=town.title, organisation=town.office, channel=Channel.KIOSK,
        mode=Mode.OFFLINE, level=5, rated_on=dt.date(2026, 5, 9), version=version,
    )  # fmt: skip
