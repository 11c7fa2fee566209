"""Where a tally's counts come from."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TallySource(models.TextChoices):
    RATINGS = "ratings", _("Ratings collected or imported one by one")
    DEFAULT = "default", _("Counted by default where nobody rated (imported)")
    HELD = "held", _("Held for review or set aside")
    BATCH = "batch", _("Counts given by a publisher")
