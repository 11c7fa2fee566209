"""Reply templates belong to nobody's organisation and have one title."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0002_moves_stay"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.RemoveField(model_name="replytemplate", name="organisation"),
        migrations.RemoveField(model_name="replytemplate", name="titles"),
        migrations.AddField(
            model_name="replytemplate",
            name="title",
            field=models.CharField(default="", max_length=80, verbose_name="title"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="replytemplate",
            name="added_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterModelOptions(name="replytemplate", options={"ordering": ["title", "pk"]}),
    ]
