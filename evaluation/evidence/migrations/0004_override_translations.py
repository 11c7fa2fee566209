"""The reason of a check that was let pass may be given in several languages."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("evidence", "0003_no_cases"),
    ]

    operations = [
        migrations.AddField(
            model_name="qualityoverride",
            name="translations",
            field=models.JSONField(blank=True, default=dict),
        ),
    ]
