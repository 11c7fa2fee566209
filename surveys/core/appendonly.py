"""Append-only tables: triggers in the database itself refuse UPDATE, DELETE and TRUNCATE.

A model says `append_only = True`; its migration calls `append_only(table)`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connection, migrations
from django.db.backends.base.base import BaseDatabaseWrapper

FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the table % can only grow', TG_TABLE_NAME; END $$
"""


TRIGGER = (
    'CREATE OR REPLACE TRIGGER "{name}" BEFORE {when} ON "{table}" '
    "FOR EACH {each} EXECUTE FUNCTION refuse_change()"
)


def install_sql(vendor: str, table: str) -> list[str]:
    """The statements that make a table append-only; running them again changes nothing."""
    if vendor == "postgresql":
        return [
            FUNCTION,
            TRIGGER.format(name=f"{table}_rows_stay", when="UPDATE OR DELETE", table=table, each="ROW"),
            TRIGGER.format(name=f"{table}_stays", when="TRUNCATE", table=table, each="STATEMENT"),
        ]
    return [
        f'CREATE TRIGGER IF NOT EXISTS "{table}_no_{verb.lower()}" BEFORE {verb} ON "{table}" '
        f"BEGIN SELECT RAISE(ABORT, 'the table {table} can only grow'); END"
        for verb in ("UPDATE", "DELETE")
    ]


def lift_sql(vendor: str, table: str) -> list[str]:
    """The statements that take the guard away."""
    if vendor == "postgresql":
        return [
            f'DROP TRIGGER IF EXISTS "{table}_rows_stay" ON "{table}"',
            f'DROP TRIGGER IF EXISTS "{table}_stays" ON "{table}"',
        ]
    return [f'DROP TRIGGER IF EXISTS "{table}_no_{verb}"' for verb in ("update", "delete")]


def trigger_names(vendor: str, table: str) -> set[str]:
    """The names under which the database keeps the guard of a table."""
    return (
        {f"{table}_rows_stay", f"{table}_stays"}
        if vendor == "postgresql"
        else {
            f"{table}_no_update",
            f"{table}_no_delete",
        }
    )


def append_only(table: str) -> migrations.RunPython:
    """The migration operation that guards one table."""

    def forward(_apps: Any, editor: Any) -> None:
        for statement in install_sql(editor.connection.vendor, table):
            editor.execute(statement, None)

    def backward(_apps: Any, editor: Any) -> None:
        for statement in lift_sql(editor.connection.vendor, table):
            editor.execute(statement, None)

    return migrations.RunPython(forward, backward)


def guarded_tables() -> list[str]:
    """The tables of every model that says it is append-only."""
    return sorted(model._meta.db_table for model in apps.get_models() if getattr(model, "append_only", False))


def unguarded(database: BaseDatabaseWrapper = connection) -> list[str]:
    """Append-only tables whose triggers are missing in the database."""
    query = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        if database.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with database.cursor() as cursor:
        cursor.execute(query)
        found = {row[0] for row in cursor.fetchall()}
    return [table for table in guarded_tables() if not trigger_names(database.vendor, table) <= found]


def guard_all() -> None:
    """Put back any missing guard: altering a table on SQLite drops its triggers."""
    with connection.cursor() as cursor:
        existing = set(connection.introspection.table_names(cursor))
        for table in (name for name in guarded_tables() if name in existing):
            for statement in install_sql(connection.vendor, table):
                cursor.execute(statement)


@contextmanager
def lifted() -> Iterator[None]:
    """Without the guards, for emptying a test database only."""
    with connection.cursor() as cursor:
        existing = set(connection.introspection.table_names(cursor))
        for table in (name for name in guarded_tables() if name in existing):
            for statement in lift_sql(connection.vendor, table):
                cursor.execute(statement)
    try:
        yield
    finally:
        guard_all()
