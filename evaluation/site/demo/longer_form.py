"""The longer form in the sample city: some residents answer four items besides the overall question."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from uuid import UUID

from evaluation.site.demo.residents import SampleCase
from surveys.instruments.queries import current_version
from surveys.ratings.enums import Arrival
from surveys.ratings.models import Invitation, Rating

FORM = "bench-5q"
SLICE = 500
_Alike = tuple[str, str, int, str]
"""Service, channel, level and day: ratings that agree in these are interchangeable here."""


def ask_more(cases: Iterable[SampleCase]) -> None:
    """Have the invitations of these open cases show the longer form."""
    wanted = [case.case_no for case in cases if case.answers]
    version = current_version(FORM)
    for start in range(0, len(wanted), SLICE):
        Invitation.objects.filter(matter__case_no__in=wanted[start : start + SLICE]).update(version=version)


def add_answers(cases: Iterable[SampleCase]) -> int:
    """Give imported ratings the answers their residents gave; the exchange file has no place for them.

    A rating without a name leads to no case, so any that agrees in service, channel, level and day takes them.
    """
    told: dict[_Alike, list[str]] = defaultdict(list)
    for case in cases:
        if case.answers and case.rated_at is not None and case.level is not None:
            key = case.service_code, case.channel, case.level, case.rated_at.date().isoformat()
            told[key].append(json.dumps(case.answers))
    chosen = _chosen(told)
    version = current_version(FORM)
    for text, pks in sorted(chosen.items()):
        for start in range(0, len(pks), SLICE):
            rows = Rating.objects.filter(pk__in=pks[start : start + SLICE])
            rows.update(answers=json.loads(text), version=version)
    return sum(map(len, chosen.values()))


def _chosen(told: Mapping[_Alike, list[str]]) -> dict[str, list[UUID]]:
    """Ratings by the answers they take."""
    n_taken: Counter[_Alike] = Counter()
    chosen: dict[str, list[UUID]] = defaultdict(list)
    rows = Rating.objects.filter(arrival=Arrival.IMPORTED).order_by("pk")
    for pk, service, channel, level, day in rows.values_list(
        "pk", "service__code", "channel", "level", "rated_on"
    ):
        key = service, channel, level, day.isoformat()
        if n_taken[key] < len(told.get(key, ())):
            chosen[told[key][n_taken[key]]].append(pk)
            n_taken[key] += 1
    return chosen
