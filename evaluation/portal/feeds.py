"""The Atom feed of editions."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from evaluation.portal import findings
from evaluation.portal.shapes import EditionPage
from surveys.core.text import localized


def atom(editions: Sequence[EditionPage], base: str) -> str:
    """Every edition with its finding; a correction says what it corrects, a withdrawn one why."""
    root = base.rstrip("/")
    feed = Atom1Feed(
        title=_("Public Service Ratings: editions"),
        link=f"{root}/",
        description=_("Rankings of public services as they are published, corrected or withdrawn."),
        language=get_language() or "en",
        feed_url=root + reverse("portal:feed"),
    )
    for page in editions:
        address = root + reverse("portal:edition", args=[page.cycle, page.number])
        told = localized(page.changes) if page.changes else ""
        text = (
            localized(page.withdrawal_reason)
            if page.withdrawn_at
            else findings.sentences([told, findings.lead(page)])
        )
        feed.add_item(
            title=f"{page.name}: {findings.headline(page)}",
            link=address,
            description=text,
            unique_id=f"urn:sha256:{page.digest}",
            pubdate=page.published_at,
            updateddate=page.withdrawn_at or page.published_at,
        )
    return feed.writeString("utf-8")
