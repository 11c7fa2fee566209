"""The sampled survey of the invented city: a frame, three waves drawn from it by department, answers, weights."""

import csv
import datetime as dt
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from django.utils import timezone

from evaluation.site.demo.residents import CHANGES, CUTS
from evaluation.site.demo.story import File, Office, at, bring
from surveys.core.models import User
from surveys.fieldwork.actions.planning import (
    close_survey,
    create_survey,
    draw_sample,
    open_survey,
    publish_seed,
)
from surveys.fieldwork.actions.weighting import release_survey, weigh_survey
from surveys.fieldwork.enums import Allocation, Outcome, ResponseState, Selection, SurveyChannel
from surveys.fieldwork.models import Frame, Respondent, Response, Survey
from surveys.instruments.actions import create_questionnaire, freeze_version
from surveys.instruments.flow import option_orders
from surveys.instruments.models import QuestionnaireVersion
from surveys.instruments.queries import definition_of

QUESTIONS = Path(__file__).parent / "sample" / "survey.json"
SERIES = "sample-residents"
SEED = 20250901
PER_DEPARTMENT = 90
ASKED = 45
AGES = {"18-34": 0.32, "35-59": 0.46, "60+": 0.22}
"""What the city's people are; the listed ones are somewhat younger, so that weighting has work to do."""
LISTED = (0.42, 0.43, 0.15)
ITEMS = {"speed": -0.25, "clarity": -0.1, "attitude": 0.25, "online": -0.05, "fairness": 0.1}
WRONG = ("slow", "unclear", "rude", "trips", "other")
OUTCOMES = (Outcome.COMPLETE, Outcome.NO_REPLY, Outcome.REFUSAL, Outcome.NON_CONTACT, Outcome.BAD_CONTACT)
CHANCES = (0.62, 0.24, 0.05, 0.06, 0.03)
NAMES = {
    "en": "Resident satisfaction survey, {when}",
    "zh-hans": "市民满意度抽样调查（{when}）",
    "zh-hant": "市民滿意度抽樣調查（{when}）",
}
POPULATION = {
    "en": "Adults who dealt with a department in the last twelve months",
    "zh-hans": "近十二个月内到部门办过事的成年市民",
    "zh-hant": "近十二個月內到部門辦過事的成年市民",
}


@dataclass(frozen=True)
class Wave:
    """One wave: its days in the field, the last of which may lie ahead."""

    number: int
    when: str
    opens_on: dt.date
    closes_on: dt.date


WAVES = (
    Wave(1, "2025", dt.date(2025, 10, 9), dt.date(2025, 11, 7)),
    Wave(2, "2026-H1", dt.date(2026, 4, 8), dt.date(2026, 5, 8)),
    Wave(3, "2026-H2", dt.date(2026, 10, 9), dt.date(2026, 12, 11)),
)


def build_surveys(world: dict[str, Any], *, office: Office, now: dt.datetime) -> list[Survey]:
    """Every wave that has opened by now; those that are over are weighed and released."""
    rng = np.random.default_rng(SEED)
    begin = at(dt.date(2025, 9, 15))
    version = _questionnaire(office.first, begin)
    bring([File("frame", "frame.csv", frame_file(world, rng))], cycle=None, office=office, now=begin)
    frame = Frame.objects.get(code=SERIES)
    today = timezone.localdate(now)
    return [
        _wave(wave, world, version, frame, office=office, today=today, rng=rng)
        for wave in WAVES
        if wave.opens_on < today
    ]


def _questionnaire(actor: User, now: dt.datetime) -> QuestionnaireVersion:
    document = json.loads(QUESTIONS.read_text(encoding="utf-8"))
    draft = create_questionnaire(document=document, actor=actor, now=now)
    return freeze_version(version=draft, actor=actor, now=now)


def frame_file(world: dict[str, Any], rng: np.random.Generator) -> bytes:
    """People by department, with invented numbers that no telephone has."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(
        ["frame", "reference", "stratum", "organisation", "contact", "language", "age_group", "gender"]
    )
    number = 0
    for row in world["organisations"]:
        for _person in range(PER_DEPARTMENT):
            number += 1
            age = list(AGES)[int(rng.choice(len(LISTED), p=LISTED))]
            language = ("zh-hans", "zh-hant", "en")[int(rng.choice(3, p=(0.9, 0.06, 0.04)))]
            writer.writerow(
                [SERIES, f"P{number:05d}", row["code"], row["code"], f"1000000{number:04d}", language, age,
                 "f" if rng.random() < 0.52 else "m"]
            )  # fmt: skip
    return out.getvalue().encode("utf-8-sig")


def _wave(
    wave: Wave,
    world: dict[str, Any],
    version: QuestionnaireVersion,
    frame: Frame,
    *,
    office: Office,
    today: dt.date,
    rng: np.random.Generator,
) -> Survey:
    before = at(wave.opens_on - dt.timedelta(days=7))
    who: dict[str, Any] = {"actor": office.first, "now": before}
    survey = create_survey(
        code=f"{SERIES}-{wave.number}",
        names={language: text.format(when=wave.when) for language, text in NAMES.items()},
        series=SERIES,
        wave=wave.number,
        version=version,
        population=POPULATION,
        selection=Selection.STRATIFIED,
        allocation=Allocation.FIXED,
        frame=frame,
        n_planned=ASKED * len(world["organisations"]),
        opens_on=wave.opens_on,
        closes_on=wave.closes_on,
        retain_until=wave.closes_on + dt.timedelta(days=180),
        is_synthetic=True,
        **who,
    )
    publish_seed(survey=survey, seed=f"{wave.opens_on:%Y%m%d}", **who)
    draw_sample(survey=survey, **who)
    survey = open_survey(survey=survey, **who)
    over = wave.closes_on < today
    answer(survey, world, wave, part=1.0 if over else 0.6, rng=rng)
    if not over:
        return survey
    after: dict[str, Any] = {"actor": office.first, "now": at(wave.closes_on + dt.timedelta(days=1))}
    survey = close_survey(survey=survey, **after)
    weigh_survey(survey=survey, margins={"age_group": AGES}, classes=["stratum"], trim=(0.2, 5.0), **after)
    return release_survey(survey=survey, actor=office.second, now=after["now"])


def answer(
    survey: Survey, world: dict[str, Any], wave: Wave, *, part: float, rng: np.random.Generator
) -> None:
    """What this share of the drawn did, answers included."""
    quality = {row["code"]: float(row["quality"]) for row in world["organisations"]}
    definition = definition_of(survey.version_id)
    at_day = at(wave.opens_on + dt.timedelta(days=3))
    people = list(survey.respondents.order_by("number"))
    responses = []
    for person in people:
        if rng.random() > part:
            continue
        person.invited_at = at(wave.opens_on)
        person.outcome = OUTCOMES[int(rng.choice(len(OUTCOMES), p=CHANCES))]
        if person.outcome != Outcome.COMPLETE:
            continue
        level = quality[person.stratum] + _changed(person.stratum, wave.opens_on)
        if person.attributes["age_group"] == "60+":
            level += 0.2
        telephone = bool(rng.random() < 0.3)
        responses.append(
            Response(
                respondent=person,
                survey=survey,
                version_id=survey.version_id,
                state=ResponseState.COMPLETE,
                channel=SurveyChannel.TELEPHONE if telephone else SurveyChannel.WEB,
                language=person.language,
                answers=answers(level + 0.15 * telephone, rng),
                orders=option_orders(definition, person.code_hash),
                started_at=at_day,
                saved_at=at_day,
                finished_at=at_day,
            )
        )
    Respondent.objects.bulk_update(people, ["invited_at", "outcome"], batch_size=1000)
    Response.objects.bulk_create(responses, batch_size=1000)


def _changed(department: str, on: dt.date) -> float:
    since, lift = CHANGES.get(department, (dt.date.max, 0.0))
    return lift if on >= since else 0.0


def answers(quality: float, rng: np.random.Generator) -> dict[str, Any]:
    """One person's answers: a common mood, and each part around it."""
    mood = quality + float(rng.normal(0, 0.8))
    parts = {code: mood + shift + float(rng.normal(0, 0.7)) for code, shift in ITEMS.items()}
    overall = _level(0.35 * mood + 0.65 * float(np.mean(list(parts.values()))))
    told: dict[str, Any] = {"overall": str(overall)}
    if overall <= 2:
        told["wrong"] = [code for code in WRONG if rng.random() < 0.35] or [WRONG[0]]
    told |= {code: "dk" if rng.random() < 0.06 else str(_level(value)) for code, value in parts.items()}
    picked = set(rng.choice(list(ITEMS), 2, replace=False, p=(0.32, 0.22, 0.12, 0.24, 0.1)).tolist())
    told["matters"] = [code for code in ITEMS if code in picked]
    told["used"] = ("online", "hall", "phone", "none")[int(rng.choice(4, p=(0.45, 0.35, 0.1, 0.1)))]
    return told


def _level(value: float) -> int:
    return int(1 + np.searchsorted(CUTS + 1.2, value))
