"""Keeps cases by their random keys on SQLite, so that no hidden row number tells which came first."""

from django.db import migrations

from surveys.ratings.rowless import rebuild


def by_key(apps, schema_editor):
    rebuild(apps, schema_editor, (("cases", "Case"),))


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_reply_templates")]
    operations = [migrations.RunPython(by_key, migrations.RunPython.noop)]
