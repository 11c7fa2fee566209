"""What a run hangs on is kept beside it and only ever grows."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from surveys.core.appendonly import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('rankings', '0003_append_only'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Study',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content', models.JSONField()),
                ('created_at', models.DateTimeField()),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('run', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='study', to='rankings.run')),
            ],
        ),
        append_only("rankings_study"),
    ]
