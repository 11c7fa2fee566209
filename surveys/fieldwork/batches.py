"""A batch of paper questionnaires as a table: one row a person, one column a variable, all or nothing."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from surveys.core.imports import ImportRefusedError, ImportReport
from surveys.core.log import record
from surveys.core.models import User
from surveys.core.text import LANGUAGES
from surveys.core.workbooks import CellError, Column, Reading, Row, Sheet, read_sheets, write_template
from surveys.fieldwork.actions.answering import NotAskedError, begin, finish, why_closed
from surveys.fieldwork.enums import ASKABLE, Outcome, ResponseState, SurveyChannel
from surveys.fieldwork.models import Respondent, Response, Survey
from surveys.fieldwork.sheets import words
from surveys.instruments.answering import AnswerFault, clean_answers
from surveys.instruments.interchange.datarows import answers_of
from surveys.instruments.interchange.variables import Measure, Variable, variables
from surveys.instruments.queries import definition_of

PAPER = "paper"
NUMBER = "_number"
MOST_ROWS = 2000
TICKS = ("1", "0")


def sheet_of(survey: Survey) -> Sheet:
    """The table of a survey's questionnaire: the person's number, then its variables as in the codebook."""
    columns = [
        Column(
            NUMBER,
            words("受访者编号", "受訪者編號", "Respondent number"),
            "integer",
            required=True,
            minimum=1,
        ),
        *(_column(variable) for variable in _variables(survey)),
    ]
    return Sheet(PAPER, words("纸质问卷", "紙質問卷", "Paper"), tuple(columns), required=True)


def _variables(survey: Survey) -> list[Variable]:
    return variables(definition_of(survey.version_id), get_language() or LANGUAGES[0])


def _column(variable: Variable) -> Column:
    """Codes may be written, or their words; numbers, days and texts are checked with the questionnaire's rules."""
    choices: Any = ()
    if variable.measure == Measure.TICK:
        choices = list(TICKS)
    elif variable.codes:
        choices = [(code, told) for code, told in variable.codes.items()]
    titles = dict.fromkeys(LANGUAGES, variable.name)
    hints = dict.fromkeys(LANGUAGES, variable.label)
    return Column(variable.name, titles, "choice" if choices else "text", choices=choices, hints=hints)


def template(survey: Survey) -> bytes:
    """An empty table in the reader's language."""
    return write_template((sheet_of(survey),), language=get_language() or LANGUAGES[0])


@dataclass(frozen=True)
class Sheetful:
    """One clean row: the person and their answers."""

    row: Row
    person: Respondent
    answers: dict[str, Any]


@dataclass(frozen=True)
class Plan:
    """What a file would become, or what is wrong with it."""

    reading: Reading
    sheets: list[Sheetful]
    errors: list[CellError]


def plan(survey: Survey, content: bytes, file_name: str, today: dt.date) -> Plan:
    """Read and check a whole batch; writes nothing."""
    reading = read_sheets(content, file_name, (sheet_of(survey),))
    rows = reading.rows[PAPER]
    errors = list(reading.errors)
    if len(rows) > MOST_ROWS:
        errors.append(
            rows[MOST_ROWS].error(
                NUMBER,
                "too_many",
                _("A batch has at most %(n)d rows.") % {"n": MOST_ROWS},
                _("Split the file."),
            )
        )
        return Plan(reading, [], errors)
    people = {person.number: person for person in survey.respondents.select_related("response")}
    found = _variables(survey)
    sheets: list[Sheetful] = []
    seen: dict[int, int] = {}
    for row in rows:
        number = row.values[NUMBER]
        if number is None:
            continue
        errors += _person_faults(row, people.get(number), seen.get(number))
        seen.setdefault(number, row.number)
        cells = {one.name: str(row.values[one.name]) for one in found if row.values[one.name] is not None}
        cleaned = clean_answers(
            definition_of(survey.version_id),
            answers_of(found, cells),
            get_language() or LANGUAGES[0],
            today=today,
        )
        errors += [_answer_error(row, fault, found) for fault in cleaned.faults]
        if number in people:
            sheets.append(Sheetful(row, people[number], cleaned.answers))
    return Plan(reading, sheets, errors)


def _person_faults(row: Row, person: Respondent | None, earlier: int | None) -> list[CellError]:
    if person is None:
        return [
            row.error(
                NUMBER,
                "unknown_person",
                _("Nobody in this survey has the number %(number)d.") % {"number": row.values[NUMBER]},
                _("Write the number printed on the questionnaire."),
            )
        ]
    if earlier is not None:
        return [
            row.error(
                NUMBER,
                "twice",
                _("The number %(value)s stands in row %(row)d already.")
                % {"value": person.number, "row": earlier},
                _("Delete one of the two rows."),
            )
        ]
    response = getattr(person, "response", None)
    is_open = person.outcome in {*ASKABLE, Outcome.PARTIAL}
    if is_open and (response is None or response.state == ResponseState.PARTIAL):
        return []
    return [
        row.error(
            NUMBER,
            "not_asked",
            _("This person is not asked any more: %(outcome)s.") % {"outcome": person.get_outcome_display()},
            _("Take the row out."),
        )
    ]


def _answer_error(row: Row, fault: AnswerFault, found: list[Variable]) -> CellError:
    """The cell an answer's fault is about: the row of a grid or place of a ranking where it names one."""
    part = fault.field.removeprefix(f"q-{fault.code}").removeprefix("-")
    mine = [one for one in found if one.question.code == fault.code]
    column = next((one.name for one in mine if one.part == part), mine[0].name if mine else NUMBER)
    return row.error(
        column, "answer", fault.message + ".", _("Look at the paper and write the answer again.")
    )


@transaction.atomic
def take_batch(
    *, survey: Survey, content: bytes, file_name: str, actor: User | None, now: dt.datetime, today: dt.date
) -> ImportReport:
    """Take a batch whole as finished interviews on paper; ImportRefusedError carries every fault with its cell."""
    if reason := why_closed(survey, today):
        raise ImportRefusedError((CellError("", 0, "", "closed", reason, _("Open the survey first.")),))
    found = plan(survey, content, file_name, today)
    if found.errors:
        raise ImportRefusedError(found.errors)
    for one in found.sheets:
        _take(one, actor=actor, now=now, today=today)
    record(
        actor=actor,
        verb="survey.paper",
        obj=f"survey {survey.code}",
        now=now,
        after={"file": found.reading.digest},
        detail={"file": file_name, "interviews": len(found.sheets)},
    )
    return ImportReport(
        ok=True,
        rows=len(found.sheets),
        created=len(found.sheets),
        warnings=tuple(found.reading.warnings),
        digest=found.reading.digest,
    )


def _take(one: Sheetful, *, actor: User | None, now: dt.datetime, today: dt.date) -> None:
    language = one.person.language or get_language() or LANGUAGES[0]
    try:
        response = begin(
            respondent=one.person,
            language=language,
            channel=SurveyChannel.PAPER,
            actor=actor,
            now=now,
            today=today,
        )
        finish(response=response, answers=one.answers, language=language, now=now)
    except NotAskedError as error:
        fix = _("Take the row out.")
        raise ImportRefusedError((one.row.error(NUMBER, "not_asked", str(error), fix),)) from error
    Response.objects.filter(pk=response.pk).update(channel=SurveyChannel.PAPER, entered_by=actor)
