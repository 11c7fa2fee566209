"""The Kansas City resident survey as two waves of a sampled survey: 73 items, 2,017 respondents."""

import datetime as dt
from typing import Any

import pandas as pd

from surveys.fieldwork.enums import Outcome, ResponseState, Selection, SurveyState
from surveys.fieldwork.models import Respondent, Response, Survey
from surveys.fieldwork.tokens import token_columns
from tests.paths import SHARED
from tests.surveys.fieldwork import world

FOLDER = SHARED / "kcmo_survey"
WAVES = ("2021-Q3(Aug/Sep 2021)", "2022-Q1(Mar 2022)")
PICKS = ("q4_01", "q4_02", "q4_03")


def wide() -> pd.DataFrame:
    return pd.read_csv(FOLDER / "responses_wide.csv", low_memory=False)


def items() -> list[str]:
    return pd.read_csv(FOLDER / "items.csv")["item"].tolist()


def document(wave: int) -> dict[str, Any]:
    """73 ratings and the question which three of the sixteen services deserve most emphasis."""
    codes = items()
    services = [code for code in codes if code.startswith("q3_")]
    questions = [world.rating(code, code) for code in codes]
    questions.append(
        {
            "code": "q4",
            "kind": "multiple",
            "texts": world.names("Which three should receive the most emphasis?"),
            "max_choices": 3,
            "options": [{"value": code, "texts": world.names(code)} for code in services],
        }
    )
    return {
        "instrument": 1,
        "code": f"kcmo{wave}",
        "names": world.names("Resident survey"),
        "questions": questions,
    }


def answers_of(row: dict[str, Any], codes: list[str]) -> dict[str, Any]:
    """One respondent as the system stores them: 9 is don't know, the picks a list in the document's order."""
    told: dict[str, Any] = {code: "dk" if int(row[code]) == 9 else str(int(row[code])) for code in codes}
    picks = {int(row[pick]) for pick in PICKS if row[pick] == row[pick] and 1 <= int(row[pick]) <= 16}
    if picks:
        told["q4"] = [f"q3_{number:02d}" for number in sorted(picks)]
    return told


def survey(frame: pd.DataFrame, wave: int, **more: Any) -> Survey:
    """A closed survey with these respondents."""
    made = Survey.objects.create(
        code=f"kcmo-{wave}",
        names=world.names("Resident survey"),
        series="kcmo",
        wave=wave,
        version=world.questionnaire(document(wave)),
        population=world.names("Adults of Kansas City"),
        selection=Selection.QUOTA,
        n_planned=len(frame),
        opens_on=dt.date(2021, 8, 1),
        closes_on=dt.date(2022, 3, 31),
        retain_until=dt.date(2022, 12, 31),
        state=SurveyState.CLOSED,
        **more,
    )
    codes = items()
    people = Respondent.objects.bulk_create(
        Respondent(
            survey=made,
            number=number,
            attributes={"district": str(row["counci"]), "age_group": str(int(row["q40_w"]))}
            if row["q40_w"] == row["q40_w"]
            else {"district": str(row["counci"])},
            outcome=Outcome.COMPLETE,
            **token_columns(),
        )
        for number, row in enumerate(frame.to_dict("records"), 1)
    )
    Response.objects.bulk_create(
        Response(
            respondent=person,
            survey=made,
            version=made.version,
            state=ResponseState.COMPLETE,
            language="en",
            answers=answers_of(row, codes),
            started_at=world.NOW,
            saved_at=world.NOW,
            finished_at=world.NOW,
        )
        for person, row in zip(people, frame.to_dict("records"), strict=True)
    )
    return made
