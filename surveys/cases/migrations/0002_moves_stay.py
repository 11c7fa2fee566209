"""Makes the moves of cases append-only in the database."""

from django.db import migrations

from surveys.core.appendonly import append_only


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]
    operations = [append_only("cases_casemove")]
