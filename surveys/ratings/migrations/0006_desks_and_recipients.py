"""Desks for calls and paper, and where invitations are sent."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0003_plain_codes"),
        ("instruments", "0001_initial"),
        ("ratings", "0005_bad_index"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CallAttempt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("pc_portal", "Web portal"),
                            ("mobile_app", "Mobile app"),
                            ("mini_program", "Mini program"),
                            ("qr_static", "Posted QR code"),
                            ("qr_case", "QR code of the case"),
                            ("window_pad", "Pad at the window"),
                            ("four_key_box", "Key box"),
                            ("kiosk", "Kiosk"),
                            ("sms", "Text message"),
                            ("hotline_12345", "Hotline 12345"),
                            ("paper_form", "Paper form"),
                            ("opinion_box", "Opinion box"),
                            ("email", "E-mail"),
                            ("callback_phone", "Call-back"),
                            ("field_interviewer", "Interviewer"),
                            ("mystery_visit", "Mystery visit"),
                            ("api_import", "Imported, channel unknown"),
                        ],
                        max_length=20,
                        verbose_name="channel",
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("answered", "Answered"),
                            ("refused", "Does not want to rate"),
                            ("no_answer", "Nobody answered"),
                            ("wrong_number", "Wrong number"),
                        ],
                        max_length=15,
                        verbose_name="outcome",
                    ),
                ),
                ("called_on", models.DateField(verbose_name="day")),
                (
                    "matter",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calls",
                        to="ratings.matter",
                    ),
                ),
                (
                    "operator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-called_on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="PaperBatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name of the pile")),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("pc_portal", "Web portal"),
                            ("mobile_app", "Mobile app"),
                            ("mini_program", "Mini program"),
                            ("qr_static", "Posted QR code"),
                            ("qr_case", "QR code of the case"),
                            ("window_pad", "Pad at the window"),
                            ("four_key_box", "Key box"),
                            ("kiosk", "Kiosk"),
                            ("sms", "Text message"),
                            ("hotline_12345", "Hotline 12345"),
                            ("paper_form", "Paper form"),
                            ("opinion_box", "Opinion box"),
                            ("email", "E-mail"),
                            ("callback_phone", "Call-back"),
                            ("field_interviewer", "Interviewer"),
                            ("mystery_visit", "Mystery visit"),
                            ("api_import", "Imported, channel unknown"),
                        ],
                        max_length=20,
                        verbose_name="channel",
                    ),
                ),
                ("collected_on", models.DateField(verbose_name="collected on")),
                ("n_sheets", models.PositiveSmallIntegerField(verbose_name="forms")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("first", "First entry"),
                            ("second", "Second entry"),
                            ("compare", "To be compared"),
                            ("stored", "Stored"),
                            ("given_up", "Given up"),
                        ],
                        default="first",
                        max_length=10,
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("stored_at", models.DateTimeField(blank=True, null=True)),
                ("n_stored", models.PositiveSmallIntegerField(default=0, verbose_name="stored")),
                (
                    "first_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalogue.organisation",
                    ),
                ),
                (
                    "second_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalogue.service",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="instruments.questionnaireversion",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "paper batches",
                "ordering": ["-opened_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="PaperSheet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("turn", models.PositiveSmallIntegerField()),
                ("case_no", models.CharField(blank=True, max_length=50)),
                ("level", models.PositiveSmallIntegerField(null=True)),
                ("tags", models.JSONField(default=list)),
                ("answers", models.JSONField(default=dict)),
                ("comment", models.TextField(blank=True)),
                ("left_out", models.CharField(blank=True, max_length=200)),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sheets",
                        to="ratings.paperbatch",
                    ),
                ),
            ],
            options={
                "ordering": ["batch", "number", "turn"],
            },
        ),
        migrations.CreateModel(
            name="Recipient",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("email", "E-mail"),
                            ("sms", "Text message"),
                            ("notice", "Notice in the system"),
                        ],
                        max_length=10,
                    ),
                ),
                ("sealed", models.BinaryField()),
                ("month", models.DateField()),
                ("language", models.CharField(max_length=10)),
                ("n_sent", models.PositiveSmallIntegerField(default=0)),
                ("next_at", models.DateTimeField(db_index=True)),
                (
                    "invitation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recipient",
                        to="ratings.invitation",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="paperbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("second_by", None),
                    models.Q(("second_by", models.F("first_by")), _negated=True),
                    _connector="OR",
                ),
                name="paper_keyed_by_two",
            ),
        ),
        migrations.AddConstraint(
            model_name="paperbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(("n_sheets__gte", 1)), name="paper_has_a_form"
            ),
        ),
        migrations.AddConstraint(
            model_name="papersheet",
            constraint=models.UniqueConstraint(
                fields=("batch", "number", "turn"), name="paper_sheet_once_a_turn"
            ),
        ),
        migrations.AddConstraint(
            model_name="papersheet",
            constraint=models.CheckConstraint(
                condition=models.Q(("turn__in", [1, 2, 3])), name="paper_turn_1_to_3"
            ),
        ),
    ]
