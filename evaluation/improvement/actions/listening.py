"""Themes and their words, and the monthly counts of comments by theme."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping

from django.db import transaction
from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from evaluation.improvement.feedback.themes import Dictionary, shipped
from evaluation.improvement.feedback.tone import TONES, disagrees, tone_of
from evaluation.improvement.listening import counted_comments
from evaluation.improvement.models import FeedbackMonth, Theme, ThemeTally
from surveys.core.log import record
from surveys.core.models import User
from surveys.tallies.periods import month_end

ALL = ""
"""Stands in for the theme where all comments are counted."""


class ThemeRefusedError(Exception):
    """A theme that cannot be kept; carries the sentence why."""


@transaction.atomic
def install_themes(*, now: dt.datetime) -> int:
    """Add the shipped themes that are not there; what the office edited stays."""
    known = set(Theme.objects.values_list("code", flat=True))
    fresh = [Theme(**row) for row in shipped() if row["code"] not in known]
    Theme.objects.bulk_create(fresh)
    if fresh:
        after = {"themes": [row.code for row in fresh]}
        record(actor=None, verb="themes.installed", obj="themes", now=now, after=after)
    return len(fresh)


@transaction.atomic
def keep_theme(
    *, code: str, names: Mapping[str, str], words: str, is_active: bool, actor: User, now: dt.datetime
) -> Theme:
    """Add a theme or change its names and words; the months are read again with them."""
    listed = " ".join(words.split())
    if not any(names.values()):
        raise ThemeRefusedError(_("Give the theme a name."))
    if not listed:
        raise ThemeRefusedError(_("Write the words by which the theme is known."))
    theme, _created = Theme.objects.update_or_create(
        code=code, defaults={"names": dict(names), "words": listed, "is_active": is_active}
    )
    after = {"names": dict(names), "words": listed, "active": is_active}
    record(actor=actor, verb="theme.kept", obj=f"theme:{code}", now=now, after=after)
    return theme


def dictionary() -> Dictionary:
    """The themes in use."""
    return Dictionary.of(Theme.objects.filter(is_active=True).order_by("code").values_list("code", "words"))


def stale_months(known: Dictionary) -> list[dt.date]:
    """Months whose comments changed in number, or were read with another dictionary, newest first."""
    digest = known.digest
    read = {
        row.month: row.n_comments for row in FeedbackMonth.objects.filter(dictionary=digest).order_by("month")
    }
    rows = counted_comments().annotate(month=TruncMonth("rated_on")).order_by("-month").values_list("month")
    now = dict(rows.annotate(n=Count("pk")))
    gone = [month for month in read if month not in now and read[month]]
    return [month for month, n in now.items() if read.get(month) != n] + gone


def count_month(*, month: dt.date, known: Dictionary, now: dt.datetime) -> int:
    """Read every comment of a month again and keep only the counts; returns how many were read."""
    n, cells = _read(month, known)
    tallies = [
        ThemeTally(
            month=month, organisation_id=organisation, theme=theme, n_disagree=cell["odd"],
            **{f"n_{tone}": cell[tone] for tone in TONES},
        )
        for (organisation, theme), cell in sorted(cells.items())
    ]  # fmt: skip
    with transaction.atomic():
        ThemeTally.objects.filter(month=month).delete()
        ThemeTally.objects.bulk_create(tallies)
        FeedbackMonth.objects.update_or_create(
            month=month, defaults={"n_comments": n, "dictionary": known.digest, "counted_at": now}
        )
    return n


def _read(month: dt.date, known: Dictionary) -> tuple[int, dict[tuple[int, str], Counter[str]]]:
    """How many comments, and by organisation and theme how many of each tone; nothing is locked meanwhile."""
    tallies: dict[tuple[int, str], Counter[str]] = {}
    n = 0
    rows = counted_comments().filter(rated_on__range=(month, month_end(month))).order_by("pk")
    for organisation, level, text in rows.values_list("organisation", "level", "comment").iterator():
        n += 1
        tone = tone_of(text, level)
        is_odd = disagrees(text, level)
        for theme in (ALL, *known.themes_of(text)):
            cell = tallies.setdefault((organisation, theme), Counter())
            cell[tone] += 1
            cell["odd"] += is_odd
    return n, tallies
