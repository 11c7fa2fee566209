"""A small town to survey: a branching questionnaire, a frame of people, a survey in the field."""

import datetime as dt
from typing import Any

from surveys.catalogue.models import Organisation
from surveys.fieldwork.actions.planning import create_survey, draw_sample, open_survey, publish_seed
from surveys.fieldwork.enums import Outcome, ResponseState, Selection
from surveys.fieldwork.frame_import import importer
from surveys.fieldwork.models import Frame, Respondent, Response, Survey
from surveys.instruments.actions import create_questionnaire, freeze_version
from surveys.instruments.models import QuestionnaireVersion
from surveys.ratings.tokens import token_of

NOW = dt.datetime(2026, 11, 23, 2, 30, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 23)
LEVELS = ("Very dissatisfied", "Dissatisfied", "Neutral", "Satisfied", "Very satisfied")
PERIOD = {
    "opens_on": dt.date(2026, 11, 1),
    "closes_on": dt.date(2099, 12, 1),
    "retain_until": dt.date(2099, 12, 31),
}


def names(text: str) -> dict[str, str]:
    return {"en": text, "zh-hans": f"简{text}", "zh-hant": f"繁{text}"}


def rating(code: str, text: str, **more: Any) -> dict[str, Any]:
    return {
        "code": code,
        "kind": "rating",
        "texts": names(text),
        "scale": "level5",
        "allows_dont_know": True,
        "options": [{"value": str(n), "texts": names(word)} for n, word in enumerate(LEVELS, 1)],
        **more,
    }


def document(code: str = "town", **more: Any) -> dict[str, Any]:
    """Overall, one branch asked of the dissatisfied only, a trait, and words."""
    return {
        "instrument": 1,
        "code": code,
        "names": names("Town survey"),
        "questions": [
            rating("overall", "How satisfied are you?", required=True),
            {
                "code": "why",
                "kind": "single",
                "texts": names("What was wrong?"),
                "relevant": "overall <= 2",
                "required": True,
                "options": [
                    {"value": "slow", "texts": names("Too slow")},
                    {"value": "rude", "texts": names("Unfriendly")},
                ],
            },
            rating("speed", "How quick was it?"),
            {
                "code": "age",
                "kind": "single",
                "texts": names("How old are you?"),
                "options": [
                    {"value": "young", "texts": names("Under 40")},
                    {"value": "old", "texts": names("40 and over")},
                ],
            },
        ],
        **more,
    }


def questionnaire(made: dict[str, Any] | None = None, **more: Any) -> QuestionnaireVersion:
    version = create_questionnaire(document=made or document(**more), actor=None, now=NOW)
    return freeze_version(version=version, actor=None, now=NOW)


def frame_rows(n: int = 60, code: str = "people", organisation: str = "") -> bytes:
    """So many people in two strata, two thirds in the north."""
    lines = ["frame,reference,stratum,contact,language,age_group,organisation"]
    for number in range(n):
        stratum = "south" if number % 3 == 0 else "north"
        age = "old" if number % 2 else "young"
        lines.append(f"{code},R{number:04d},{stratum},1380000{number:04d},zh-hans,{age},{organisation}")
    return "\n".join(lines).encode()


def frame(n: int = 60, code: str = "people", organisation: str = "") -> Frame:
    importer.commit(frame_rows(n, code, organisation), "frame.csv", actor=None, now=NOW)
    return Frame.objects.get(code=code)


def organisation(code: str = "TAX") -> Organisation:
    return Organisation.objects.create(code=code, names=names(f"Office {code}"))


def planned(n: int = 30, code: str = "town-1", **more: Any) -> Survey:
    fields: dict[str, Any] = {
        "code": code,
        "names": names("Town survey"),
        "population": names("Everyone in town"),
        "selection": Selection.STRATIFIED,
        "n_planned": n,
        **PERIOD,
        **more,
    }
    if "version" not in fields:
        fields["version"] = questionnaire()
    if "frame" not in fields and fields["selection"] != Selection.QUOTA:
        fields["frame"] = frame()
    return create_survey(actor=None, now=NOW, **fields)


def in_the_field(n: int = 30, **more: Any) -> Survey:
    survey = planned(n, **more)
    if survey.selection != Selection.QUOTA:
        survey = publish_seed(survey=survey, seed="town", actor=None, now=NOW)
        survey = draw_sample(survey=survey, actor=None, now=NOW)
    return open_survey(survey=survey, actor=None, now=NOW)


def links(survey: Survey) -> list[str]:
    return [f"/s/{token_of(bytes(person.nonce))}" for person in survey.respondents.order_by("number")]


def answer_all(survey: Survey, answers: list[dict[str, Any]]) -> list[Response]:
    """The first so many respondents have answered like this."""
    people = list(survey.respondents.order_by("number"))[: len(answers)]
    made = Response.objects.bulk_create(
        Response(
            respondent=person,
            survey=survey,
            version=survey.version,
            state=ResponseState.COMPLETE,
            language="en",
            answers=given,
            started_at=NOW,
            saved_at=NOW,
            finished_at=NOW,
        )
        for person, given in zip(people, answers, strict=True)
    )
    Respondent.objects.filter(pk__in=[person.pk for person in people]).update(outcome=Outcome.COMPLETE)
    return made
