"""The SQL that counts ratings: they are gathered once into cells, and each kind of tally is drawn from the cells.

Answers and tags are grouped as whole documents first and taken apart afterwards: few documents differ. Gathering
into a table of its own, not into an INSERT, lets PostgreSQL read the ratings with several workers.
"""

from collections.abc import Sequence

from django.db import connection

CELLS = "tally_cells"
SOURCE = "CASE WHEN origin = 'default' THEN 'default' WHEN screening = 'kept' THEN 'ratings' ELSE 'held' END"
COLUMNS = "source, starts_on, ends_on, organisation_id, service_id, channel, mode, question, scale, option, n"
CELL = "source, starts_on, ends_on, organisation_id, service_id, channel, mode"
MONTHS = {
    "postgresql": (
        "date_trunc('month', rated_on::timestamp)::date",
        "(starts_on + interval '1 month - 1 day')::date AS ends_on",
    ),
    "sqlite": ("date(rated_on, 'start of month')", "date(starts_on, '+1 month', '-1 day') AS ends_on"),
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


def gathered(where: str) -> str:
    """The SELECT that groups screened ratings into cells; `where` is the condition on the ratings."""
    first, last = MONTHS[connection.vendor]
    return (
        f"SELECT {SOURCE} AS source, starts_on, {last}, organisation_id, service_id, channel, mode, screening, "
        f"kind, level, tags, version_id, answers, n FROM (SELECT origin, screening, {first} AS starts_on, "
        "organisation_id, service_id, channel, mode, kind, level, tags, version_id, answers, count(*) AS n "
        f"FROM ratings_rating WHERE screening <> 'unscreened' AND {where} "
        "GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12) AS grouped"
    )


def ledger(cells: str) -> str:
    """What the coverage ledger asks of ratings: month, organisation, service, channel; valid, set aside, default."""
    return (
        "SELECT starts_on, organisation_id, service_id, channel, "
        "sum(CASE WHEN source = 'ratings' THEN n ELSE 0 END), "
        "sum(CASE WHEN screening = 'set_aside' THEN n ELSE 0 END), "
        "sum(CASE WHEN source = 'default' THEN n ELSE 0 END) "
        f"FROM {cells} GROUP BY starts_on, organisation_id, service_id, channel"
    )


def set_down(where: str) -> list[str]:
    """Statements that put the cells into a table of this transaction; the last one alone takes values."""
    drop = f"DROP TABLE IF EXISTS {CELLS}"
    if connection.vendor == "postgresql":
        return [
            drop,
            # Few cells come out of many ratings, but the planner fears the worst and would sort them all.
            "SET LOCAL work_mem = '64MB'",
            "SET LOCAL hash_mem_multiplier = 10",
            f"CREATE TEMPORARY TABLE {CELLS} ON COMMIT DROP AS {gathered(where)}",
        ]
    return [drop, f"CREATE TEMPORARY TABLE {CELLS} AS {gathered(where)}"]


def by_unit(where: str) -> str:
    """The INSERT that sums tallies of ratings over services and ways of being served."""
    kept = "source, starts_on, ends_on, organisation_id, channel, question, scale, option"
    return (
        f"INSERT INTO tallies_unittally ({kept}, n) SELECT {kept}, sum(n) FROM tallies_tally "
        f"WHERE source IN ('ratings', 'default', 'held') AND {where} GROUP BY {kept}"
    )


def _levels(cells: str, kind: str, question: str) -> str:
    return (
        f"INSERT INTO tallies_tally ({COLUMNS}) "
        f"SELECT {CELL}, '{question}', 'level5', CAST(level AS varchar(1)), sum(n) FROM {cells} "
        f"WHERE kind = '{kind}' GROUP BY {CELL}, level"
    )


def _tags(cells: str) -> str:
    vendor = connection.vendor
    return (
        f"INSERT INTO tallies_tally ({COLUMNS}) "
        f"SELECT {CELL}, 'tag', 'tag', part.value, sum(g.n) FROM "
        f"(SELECT {CELL}, tags, sum(n) AS n FROM {cells} WHERE tags <> {EMPTY[vendor][0]} GROUP BY {CELL}, tags)"
        f" AS g, {EACH_TAG[vendor]} GROUP BY {CELL}, part.value"
    )


def _answers(cells: str, questions: Sequence[tuple[int, str, str]]) -> str:
    vendor = connection.vendor
    known = ", ".join(f"({version}, '{code}', '{scale}')" for version, code, scale in questions)
    return (
        f"INSERT INTO tallies_tally ({COLUMNS}) "
        f"SELECT {CELL}, q.question, q.scale, part.value, sum(g.n) FROM "
        f"(SELECT {CELL}, version_id, answers, sum(n) AS n FROM {cells} "
        f"WHERE kind = 'initial' AND answers <> {EMPTY[vendor][1]} GROUP BY {CELL}, version_id, answers"
        f") AS g, {EACH_ANSWER[vendor]}, "
        f"(SELECT column1 AS version_id, column2 AS question, column3 AS scale FROM (VALUES {known}) AS v) AS q "
        "WHERE q.version_id = g.version_id AND q.question = part.key "
        f"GROUP BY {CELL}, q.question, q.scale, part.value"
    )


def counting(questions: Sequence[tuple[int, str, str]], cells: str) -> list[str]:
    """Every statement that draws tallies from the cells, a table or a SELECT in brackets.

    The codes in `questions` come from frozen definitions, which allow small letters, digits and _ only.
    """
    found = [
        _levels(cells, "initial", "overall"),
        _levels(cells, "supplementary", "overall_after_fix"),
        _tags(cells),
    ]
    return [*found, _answers(cells, questions)] if questions else found
