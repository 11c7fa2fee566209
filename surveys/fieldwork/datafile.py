"""The finished interviews of a survey as rows of a data file: the variables in order, then weight and design."""

from collections.abc import Iterator

from surveys.core.masking import mask_personal
from surveys.fieldwork.estimates import FEWEST
from surveys.fieldwork.models import Survey
from surveys.fieldwork.queries import finished
from surveys.instruments.interchange.datarows import cells_of
from surveys.instruments.interchange.variables import Measure, variables
from surveys.instruments.queries import definition_of

DESIGN = ("w_design", "w_final", "w_stratum", "w_channel", "w_language")
"""Columns behind the variables of the questionnaire, whose places in Triple-S stay as they are."""


def headings(survey: Survey, language: str) -> list[str]:
    """The names of the columns."""
    return [variable.name for variable in variables(definition_of(survey.version_id), language)] + [*DESIGN]


def data_rows(survey: Survey, language: str) -> Iterator[list[str]]:
    """One row an interview; none while fewer than ten have finished.

    No number, contact or time is in them and their order is that of random keys, so nothing leads back to a
    person; telephone numbers and the like in written answers are masked.
    """
    rows = finished(survey)
    if rows.count() < FEWEST:
        return
    found = variables(definition_of(survey.version_id), language)
    texts = {place for place, variable in enumerate(found) if variable.measure == Measure.TEXT}
    for row in rows.order_by("pk"):
        cells = cells_of(found, row.answers)
        person = row.respondent
        yield [
            *(mask_personal(cell) if place in texts else cell for place, cell in enumerate(cells)),
            f"{person.design_weight:.10g}",
            "" if row.weight is None else f"{row.weight:.10g}",
            person.stratum,
            row.channel,
            row.language,
        ]
