"""Runs, their scores and placements, and published figures only ever grow."""

from django.db import migrations

from surveys.core.appendonly import append_only


class Migration(migrations.Migration):
    dependencies = [("rankings", "0002_objection"), ("core", "0002_chain")]
    operations = [
        append_only("rankings_run"),
        append_only("rankings_score"),
        append_only("rankings_placement"),
        append_only("rankings_figure"),
    ]
