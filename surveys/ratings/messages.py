"""The words of messages that ask residents to rate: they invite and remind once, and never steer."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from surveys.core.numerals import day
from surveys.ratings.models import Invitation
from surveys.ratings.tokens import token_of

EARLIEST_HOUR, LATEST_HOUR = 9, 20
"""Messages go out in the daytime only (own proposal)."""


@dataclass(frozen=True)
class Words:
    """A message in one language: the subject of an e-mail, and the text with its link."""

    subject: str
    body: str


def link_of(invitation: Invitation) -> str:
    """The short link under which the invitation is used."""
    path = reverse("ratings:rate", args=[token_of(bytes(invitation.nonce))])
    return f"{settings.PUBLIC_BASE_URL}{path}"


def words_of(invitation: Invitation, language: str, *, reminder: bool) -> Words:
    """What is written to the resident."""
    matter = invitation.matter
    with override(language):
        told = {
            "office": matter.organisation.name,
            "service": matter.service.name,
            "day": day(timezone.localdate(invitation.expires_at), year=False),
            "link": link_of(invitation),
        }
        subject = _("How satisfied are you with “%(service)s”?") % told
        if reminder:
            body = _(
                "%(office)s: until %(day)s you can still rate “%(service)s”, if you wish: %(link)s "
                "Rating is voluntary and does not affect your case. We will not write again."
            )
        else:
            body = _(
                "%(office)s: “%(service)s” is finished. How satisfied are you? Rate until %(day)s: %(link)s "
                "Rating is voluntary and does not affect your case."
            )
        return Words(subject, body % told)


def daytime(moment: dt.datetime) -> dt.datetime:
    """The moment, or the next morning when it falls into the evening or night."""
    here = timezone.localtime(moment)
    if EARLIEST_HOUR <= here.hour < LATEST_HOUR:
        return moment
    morning = here.replace(hour=EARLIEST_HOUR, minute=0, second=0, microsecond=0)
    return morning if here.hour < EARLIEST_HOUR else morning + dt.timedelta(days=1)
