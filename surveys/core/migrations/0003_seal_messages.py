"""The whole of a message to the outside is sealed, not its address alone."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("core", "0002_chain")]
    operations = [migrations.RenameField("outboxmessage", "sealed_address", "sealed")]
