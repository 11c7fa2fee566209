"""The closed lists of evidence: sources, import states, missing reasons, quality dimensions."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EvidenceKind(models.TextChoices):
    KPIS = "kpis", _("Internal KPIs")
    AUDITS = "audits", _("Third-party audits")
    OUTCOMES = "outcomes", _("Hotline and complaint outcomes")


class ImportState(models.TextChoices):
    """Imported by one person, attested by another; only attested evidence is scored."""

    IMPORTED = "imported", _("Waiting for a second person")
    ATTESTED = "attested", _("Attested")
    REJECTED = "rejected", _("Rejected")
    SUPERSEDED = "superseded", _("Superseded")


class Missing(models.TextChoices):
    """Why a value is absent; missing is never zero."""

    NOT_REPORTED = "not_reported", _("Not reported")
    NOT_ASSESSED = "not_assessed", _("Not assessed")
    NO_CASES = "no_cases", _("Nothing there to measure")
    NOT_APPLICABLE = "not_applicable", _("Does not apply")


class QualityDimension(models.TextChoices):
    COMPLETENESS = "completeness", _("Complete")
    VALIDITY = "validity", _("Valid")
    UNIQUENESS = "uniqueness", _("No duplicates")
    TIMELINESS = "timeliness", _("In time")
    CONSISTENCY = "consistency", _("Consistent")
