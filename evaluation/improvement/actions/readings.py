"""What is drawn from all comments and answers of each organisation: drivers, outstanding words, topics."""

import datetime as dt
from dataclasses import asdict
from typing import Any

from django.utils import timezone

from evaluation.improvement.associations import driver_document
from evaluation.improvement.feedback.topics import outstanding, topics
from evaluation.improvement.listening import latest_comments
from evaluation.improvement.models import Reading
from surveys.catalogue.models import Organisation
from surveys.catalogue.queries import codes_below

YEAR = dt.timedelta(days=365)
MOST_COMMENTS = 1000
FEWEST_COMMENTS = 30


def read_organisations(*, now: dt.datetime) -> int:
    """Draw everything again, one organisation at a time; returns for how many there was enough."""
    today = timezone.localdate(now)
    n = 0
    for organisation in Organisation.objects.current().without_tree_fields().order_by("code"):
        codes = codes_below(organisation.code)
        result = {"drivers": driver_document(codes, today - YEAR, today)} | _words(codes)
        Reading.objects.update_or_create(
            organisation=organisation,
            defaults={"starts_on": today - YEAR, "ends_on": today, "result": result, "computed_at": now},
        )
        n += bool(result["drivers"] or result["n_comments"])
    return n


def _words(codes: frozenset[str]) -> dict[str, Any]:
    """Words of bad comments against the others, and topics of bad and mixed ones."""
    comments = latest_comments(codes, MOST_COMMENTS)
    if len(comments) < FEWEST_COMMENTS:
        return {"n_comments": 0, "words": [], "topics": []}
    bad = [said.text for said in comments if said.level <= 2]
    rest = [said.text for said in comments if said.level > 2]
    critical = [said.text for said in comments if said.level <= 3]
    return {
        "n_comments": len(comments),
        "words": [asdict(word) for word in outstanding(bad, rest)],
        "topics": [asdict(topic) for topic in topics(critical)],
    }
