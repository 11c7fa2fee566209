"""Real answers of 2,017 people: the system's figures equal a recomputation that knows nothing of it."""

import warnings

import numpy as np
import pandas as pd
import pytest
from ipfn import ipfn
from statsmodels.stats.weightstats import DescrStatsW

from surveys.fieldwork.actions.weighting import weigh_survey
from surveys.fieldwork.estimates import figures, sample_of, trend
from surveys.fieldwork.importance import named, picking_questions
from surveys.fieldwork.models import Response
from surveys.fieldwork.refusals import FieldworkRefusedError
from tests.surveys.fieldwork import kcmo, world

pytestmark = [pytest.mark.django_db, pytest.mark.data]
DISTRICTS = {"1": 0.175, "2": 0.165, "3": 0.150, "4": 0.170, "5": 0.165, "6": 0.175}
AGES = {"1": 0.05, "2": 0.22, "3": 0.20, "4": 0.19, "5": 0.18, "6": 0.16}
"""Invented margins: what is tested is the arithmetic, not Kansas City."""


def se_of(answers):
    """The linearised error: those who said don't know stay in the design, outside the figure."""
    n = len(answers)
    return answers.std(ddof=0) / answers.count() ** 0.5 * (n / (n - 1)) ** 0.5


def test_item_means_and_top2_shares_equal_pandas():
    frame = kcmo.wide()
    found = {(f.item.code, f.figure): f for f in figures(sample_of(kcmo.survey(frame, 1)))}
    codes = kcmo.items()
    assert len(codes) == 73
    for code in codes:
        known = frame[code].where(frame[code] != 9)
        assert found[code, "mean"].value == pytest.approx(known.mean(), abs=1e-12)
        assert found[code, "top2"].value == pytest.approx((known.dropna() >= 4).mean(), abs=1e-12)
        assert found[code, "top_box"].value == pytest.approx((known.dropna() == 5).mean(), abs=1e-12)
        assert found[code, "mean"].se == pytest.approx(se_of(known), rel=1e-12)
        assert (found[code, "mean"].n, found[code, "mean"].n_dont_know) == (
            known.count(),
            (frame[code] == 9).sum(),
        )


def oracle_weights(frame):
    """Iterative proportional fitting written out, to the last bit that matters."""
    weight = pd.Series(1.0, frame.index)
    for _turn in range(2000):
        for column, target in (("counci", DISTRICTS), ("age", AGES)):
            share = weight.groupby(frame[column]).sum() / weight.sum()
            weight *= frame[column].map({key: target[key] / share[key] for key in share.index})
    return weight / weight.mean()


def test_raking_by_district_and_age_equals_the_oracles():
    frame = kcmo.wide()
    frame = frame[frame["q40_w"].isin([1, 2, 3, 4, 5, 6])].reset_index(drop=True).copy()
    frame = frame.assign(
        counci=frame["counci"].astype(str), age=frame["q40_w"].astype(int).astype(str)
    ).copy()
    survey = kcmo.survey(frame, 1)
    made = weigh_survey(
        survey=survey, margins={"district": DISTRICTS, "age_group": AGES}, actor=None, now=world.NOW
    )
    stored = np.array(
        Response.objects.filter(survey=survey).order_by("respondent__number").values_list("weight", flat=True)
    )
    found = stored / stored.mean()
    wanted = oracle_weights(frame).to_numpy()
    assert np.abs(found / wanted - 1).max() < 1e-8
    assert np.abs(found / fitted_by_ipfn(frame) - 1).max() < 1e-8
    assert made.n == len(frame) == 1934
    assert made.n_eff == pytest.approx(wanted.sum() ** 2 / (wanted**2).sum(), rel=1e-9)
    assert made.deff == pytest.approx(len(frame) / made.n_eff)
    sample = sample_of(survey)
    told = {f.item.code: f for f in figures(sample) if f.figure == "mean"}
    for code in ("q2_01", "q3_03", "q17_04"):
        known = (frame[code] != 9).to_numpy()
        oracle = DescrStatsW(frame[code][known].to_numpy(float), wanted[known])
        assert told[code].value == pytest.approx(oracle.mean, rel=1e-8)
        assert told[code].unweighted == pytest.approx(frame[code][known].mean(), abs=1e-12)


def fitted_by_ipfn(frame):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package works on a copy in a way pandas warns of
        table = pd.DataFrame({"counci": frame["counci"], "age": frame["age"], "weight": 1.0})
        targets = [
            pd.Series({key: share * len(frame) for key, share in target.items()}).rename_axis(name)
            for name, target in (("counci", DISTRICTS), ("age", AGES))
        ]
        fit = ipfn.ipfn(
            table, targets, [["counci"], ["age"]], "weight",
            convergence_rate=1e-14, rate_tolerance=0, max_iteration=500,
        )  # fmt: skip
        weights = fit.iteration()["weight"].to_numpy()
    return weights / weights.mean()


def test_people_whose_age_is_not_known_are_named_not_dropped():
    survey = kcmo.survey(kcmo.wide().head(200), 1)
    with pytest.raises(FieldworkRefusedError, match="Margin age_group: it is not known for"):
        weigh_survey(survey=survey, margins={"age_group": AGES}, actor=None, now=world.NOW)


def test_streets_come_first_in_importance_and_last_in_satisfaction():
    frame = kcmo.wide()
    sample = sample_of(kcmo.survey(frame, 1))
    (question,) = picking_questions(sample)
    rows = named(sample, question)
    assert len(rows) == 16
    assert rows[0].item.code == "q3_03"
    share = (frame[list(kcmo.PICKS)] == 3).any(axis=1).mean()
    assert rows[0].importance == pytest.approx(share, abs=1e-12)
    assert len(frame) == 2017
    assert min(rows, key=lambda row: row.performance).item.code == "q3_03"
    assert (rows[0].place, rows[0].certain) == ("priority", True)
    assert rows[0].importance_lower > rows[1].importance_upper
    for row in rows:
        number = int(row.item.code[3:])
        picked = (frame[list(kcmo.PICKS)] == number).any(axis=1).mean()
        assert row.importance == pytest.approx(picked, abs=1e-12)


def test_waves_are_compared_with_intervals():
    frame = kcmo.wide()
    kcmo.survey(frame[frame["wave"] == kcmo.WAVES[0]], 1)
    second = kcmo.survey(frame[frame["wave"] == kcmo.WAVES[1]], 2)
    lines = trend(second, "mean")
    assert len(lines) == 73
    for code in ("q2_01", "q3_03"):
        before, after = lines[code]
        by_wave = frame[code].where(frame[code] != 9).groupby(frame["wave"])
        mean, se = by_wave.mean(), by_wave.apply(se_of)
        assert after.change == pytest.approx(mean.iloc[1] - mean.iloc[0], abs=1e-12)
        half = 1.959963984540054 * (se**2).sum() ** 0.5
        assert after.change_lower == pytest.approx(after.change - half, rel=1e-9)
        assert (before.change, after.breaks) == (None, "")
    assert lines["q3_03"][0].figure.n + lines["q3_03"][1].figure.n == (frame["q3_03"] != 9).sum()


def test_a_new_wording_draws_a_break_and_forbids_the_change(monkeypatch):
    frame = kcmo.wide()
    kcmo.survey(frame[frame["wave"] == kcmo.WAVES[0]].head(150), 1)
    plain = kcmo.document

    def reworded(wave):
        made = plain(wave)
        made["questions"][0]["texts"] = world.names("Asked in other words")
        return made

    monkeypatch.setattr(kcmo, "document", reworded)
    second = kcmo.survey(frame[frame["wave"] == kcmo.WAVES[1]].head(150), 2)
    lines = trend(second, "mean")
    assert lines["q1_01"][1].breaks == "The wording or the scale changed."
    assert lines["q1_01"][1].change is None
    assert lines["q1_02"][1].change is not None
