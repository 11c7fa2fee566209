"""The SQL that counts ratings: one INSERT ... SELECT ... GROUP BY each for levels, tags and further answers.

Answers and tags are grouped as whole documents first and taken apart afterwards: few documents differ.
"""

from collections.abc import Sequence

from django.db import connection

SOURCE = "CASE WHEN origin = 'default' THEN 'default' WHEN screening = 'kept' THEN 'ratings' ELSE 'held' END"
COLUMNS = "source, starts_on, ends_on, organisation_id, service_id, channel, mode, question, scale, option, n"
CELL = "source, starts_on, ends_on, organisation_id, service_id, channel, mode"
COUNTED = "screening <> 'unscreened' AND {where}"
MONTHS = {
    "postgresql": (
        "date_trunc('month', rated_on)::date",
        "(date_trunc('month', rated_on) + interval '1 month - 1 day')::date",
    ),
    "sqlite": ("date(rated_on, 'start of month')", "date(rated_on, 'start of month', '+1 month', '-1 day')"),
}
EACH_TAG = {
    "postgresql": "jsonb_array_elements_text(g.tags) AS part(value)",
    "sqlite": "json_each(g.tags) AS part",
}
EACH_ANSWER = {
    "postgresql": "jsonb_each_text(g.answers) AS part(key, value)",
    "sqlite": "json_each(g.answers) AS part",
}
EMPTY = {"postgresql": ("'[]'::jsonb", "'{}'::jsonb"), "sqlite": ("'[]'", "'{}'")}


def _cell() -> str:
    first, last = MONTHS[connection.vendor]
    return (
        f"SELECT {SOURCE} AS source, {first} AS starts_on, {last} AS ends_on, organisation_id, service_id, "
        "channel, mode"
    )


def _levels(kind: str, question: str) -> str:
    return (
        f"INSERT INTO tallies_tally ({COLUMNS}) "
        f"{_cell()}, '{question}', 'level5', CAST(level AS varchar(1)), count(*) FROM ratings_rating "
        f"WHERE kind = '{kind}' AND {COUNTED} GROUP BY 1, 2, 3, 4, 5, 6, 7, level"
    )


def _tags() -> str:
    vendor = connection.vendor
    return (
        f"INSERT INTO tallies_tally ({COLUMNS}) "
        f"SELECT {CELL}, 'tag', 'tag', part.value, sum(g.n) FROM ("
        f"{_cell()}, tags, count(*) AS n FROM ratings_rating "
        f"WHERE tags <> {EMPTY[vendor][0]} AND {COUNTED} GROUP BY 1, 2, 3, 4, 5, 6, 7, tags"
        f") AS g, {EACH_TAG[vendor]} GROUP BY {CELL}, part.value"
    )


def _answers(questions: Sequence[tuple[int, str, str]]) -> str:
    vendor = connection.vendor
    known = ", ".join(f"({version}, '{code}', '{scale}')" for version, code, scale in questions)
    return (
        f"INSERT INTO tallies_tally ({COLUMNS}) "
        f"SELECT {CELL}, q.question, q.scale, part.value, sum(g.n) FROM ("
        f"{_cell()}, version_id, answers, count(*) AS n FROM ratings_rating "
        f"WHERE kind = 'initial' AND answers <> {EMPTY[vendor][1]} AND {COUNTED} "
        f"GROUP BY 1, 2, 3, 4, 5, 6, 7, version_id, answers"
        f") AS g, {EACH_ANSWER[vendor]}, "
        f"(SELECT column1 AS version_id, column2 AS question, column3 AS scale FROM (VALUES {known}) AS v) AS q "
        "WHERE q.version_id = g.version_id AND q.question = part.key "
        f"GROUP BY {CELL}, q.question, q.scale, part.value"
    )


def counting(questions: Sequence[tuple[int, str, str]]) -> list[str]:
    """Every statement, with `{where}` in place of the condition on the ratings to count.

    The codes in `questions` come from frozen definitions, which allow small letters, digits and _ only.
    """
    found = [_levels("initial", "overall"), _levels("supplementary", "overall_after_fix"), _tags()]
    return [*found, _answers(questions)] if questions else found
