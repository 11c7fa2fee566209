"""Makes SQLite keep a table in the order of its key, so that no hidden row number tells who came first."""

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

ROWLESS = (
    ("ratings", "Rating"),
    ("ratings", "Contact"),
    ("ratings", "Trace"),
    ("ratings", "ReceiptLeaf"),
    ("ratings", "RatedKey"),
)
"""Tables with random keys whose order of arrival must not be kept."""


def without_rowid(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Rebuild each table WITHOUT ROWID; a migration that changes one of them must run this again."""
    rebuild(apps, schema_editor, ROWLESS)


def rebuild(apps: Apps, schema_editor: BaseDatabaseSchemaEditor, tables: tuple[tuple[str, str], ...]) -> None:
    """Rebuild these tables WITHOUT ROWID, on SQLite only."""
    if schema_editor.connection.vendor != "sqlite":
        return
    with schema_editor.connection.cursor() as cursor:
        for app, name in tables:
            table = apps.get_model(app, name)._meta.db_table
            cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = %s", [table])
            (made,) = cursor.fetchone()
            if made.rstrip().upper().endswith("WITHOUT ROWID"):
                continue
            cursor.execute(
                "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = %s AND sql IS NOT NULL",
                [table],
            )
            indexes = [sql for (sql,) in cursor.fetchall()]
            fresh = f"rowless__{table}"
            cursor.execute(made.replace(f'"{table}"', f'"{fresh}"', 1) + " WITHOUT ROWID")
            cursor.execute(f'INSERT INTO "{fresh}" SELECT * FROM "{table}"')
            cursor.execute(f'DROP TABLE "{table}"')
            cursor.execute(f'ALTER TABLE "{fresh}" RENAME TO "{table}"')
            for sql in indexes:
                cursor.execute(sql)
