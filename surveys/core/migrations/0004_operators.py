"""People who enter what residents say by telephone or on paper have a seat of their own."""

from django.db import migrations, models

ROLES = [
    ("handler", "Department handler"),
    ("lead", "Department lead"),
    ("office", "Evaluation office"),
    ("operator", "Telephone and paper entry"),
    ("auditor", "Auditor"),
    ("leader", "Leader"),
    ("system_admin", "System administrator"),
    ("security_admin", "Security administrator"),
    ("audit_admin", "Audit administrator"),
]


class Migration(migrations.Migration):
    dependencies = [("core", "0003_seal_messages")]
    operations = [
        migrations.AlterField(
            "seat", "role", models.CharField(choices=ROLES, max_length=20, verbose_name="role")
        )
    ]
