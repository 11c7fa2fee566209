"""The closed lists of core: roles, job and message states."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a seat lets its holder do; residents need none."""

    HANDLER = "handler", _("Department handler")
    LEAD = "lead", _("Department lead")
    OFFICE = "office", _("Evaluation office")
    OPERATOR = "operator", _("Telephone and paper entry")
    AUDITOR = "auditor", _("Auditor")
    LEADER = "leader", _("Leader")
    SYSTEM_ADMIN = "system_admin", _("System administrator")
    SECURITY_ADMIN = "security_admin", _("Security administrator")
    AUDIT_ADMIN = "audit_admin", _("Audit administrator")


class JobState(models.TextChoices):
    """queued -> running -> done | failed; a lapsed lease puts it back in the queue."""

    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Under way")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class MessageState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")


class MessageKind(models.TextChoices):
    EMAIL = "email", _("E-mail")
    SMS = "sms", _("Text message")
    NOTICE = "notice", _("Notice in the system")


class ApiScope(models.TextChoices):
    INTAKE = "intake", _("Intake")
    READ = "read", _("Read")
