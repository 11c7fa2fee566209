"""The closed lists of instruments: states and question kinds."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class VersionState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    FROZEN = "frozen", _("Frozen")
    SUPERSEDED = "superseded", _("Superseded")


class QuestionKind(models.TextChoices):
    RATING = "rating", _("Rating")
    SINGLE = "single", _("One answer")
    MULTIPLE = "multiple", _("Several answers")
    MATRIX = "matrix", _("Grid")
    RANKING = "ranking", _("Ranking")
    NUMBER = "number", _("Number")
    DATE = "date", _("Date")
    SHORT_TEXT = "short_text", _("Short text")
    LONG_TEXT = "long_text", _("Long text")
    NPS = "nps", _("Recommendation 0-10")
    CES = "ces", _("Effort 1-7")
    CONSENT = "consent", _("Consent")
    INFORMATION = "information", _("Information")
