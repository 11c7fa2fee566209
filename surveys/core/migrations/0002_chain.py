"""Seeds the head of the log's chain and makes the log append-only in the database."""

from django.db import migrations

from surveys.core.appendonly import append_only

GENESIS = "0" * 64


def seed(apps, _editor):
    apps.get_model("core", "ChainHead").objects.get_or_create(pk=1, defaults={"number": 0, "hash": GENESIS})


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [
        migrations.RunPython(seed, migrations.RunPython.noop),
        append_only("core_logentry"),
    ]
