"""What a leader needs on one page: results, what is late, measures and whether they help."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluation.cycles.models import Cycle
from evaluation.improvement.enums import OPEN_MEASURES, AlertState, EffectVerdict
from evaluation.improvement.models import Alert, Measure
from evaluation.improvement.overdue import Overdue
from evaluation.improvement.queries import measures, verdicts
from evaluation.rankings.enums import Tier
from evaluation.rankings.models import Placement
from evaluation.rankings.queries import latest_run
from surveys.core import numerals

SHOWN = 12


@dataclass(frozen=True)
class CycleLine:
    """A cycle with who surely stands first and last."""

    cycle: Cycle
    top: str
    bottom: str
    n_ranked: int
    n_listed: int
    has_run: bool


@dataclass(frozen=True)
class LeaderPage(Overdue):
    """What a leader sees of all organisations."""

    @cached_property
    def measures(self) -> list[Measure]:
        """Measures under way or waiting for verification, the next due first; the list holds the others."""
        return list(measures().filter(state__in=OPEN_MEASURES)[:SHOWN])

    @cached_property
    def _counted(self) -> dict[str, int]:
        late = Q(due_on__lt=self.today)
        pending = Measure.objects.filter(state__in=OPEN_MEASURES)
        found: dict[str, int] = pending.aggregate(n=Count("pk"), late=Count("pk", filter=late))
        return found

    @property
    def n_measures(self) -> int:
        return self._counted["n"]

    @property
    def n_overdue(self) -> int:
        return self._counted["late"]

    @cached_property
    def n_helped(self) -> int:
        """Measures whose latest count says they helped."""
        return sum(verdict == EffectVerdict.HELPED for verdict in verdicts())

    @cached_property
    def _alerts(self) -> dict[str, int]:
        pending = Alert.objects.exclude(state=AlertState.CLOSED)
        found: dict[str, int] = pending.aggregate(
            n=Count("pk"), unseen=Count("pk", filter=Q(state=AlertState.OPEN))
        )
        return found

    @property
    def n_alerts(self) -> int:
        return self._alerts["n"]

    @property
    def n_unseen(self) -> int:
        return self._alerts["unseen"]

    @cached_property
    def cycles(self) -> list[CycleLine]:
        found = []
        for cycle in Cycle.objects.order_by("-starts_on", "code")[:4]:
            run = latest_run(cycle)
            placed = (
                list(Placement.objects.filter(run=run).select_related("unit").order_by("rank", "unit__code"))
                if run
                else []
            )
            found.append(
                CycleLine(
                    cycle,
                    _names(placed, Tier.TOP),
                    _names(placed, Tier.BOTTOM),
                    sum(row.rank is not None for row in placed),
                    sum(row.rank is None for row in placed),
                    run is not None,
                )
            )
        return found

    @cached_property
    def headline(self) -> str:
        """What needs a leader today."""
        if self.n_late:
            text = ngettext(
                "One bad rating is answered late", "%(n)d bad ratings are answered late", self.n_late
            )
            return text % {"n": self.n_late}
        if self.n_overdue:
            text = ngettext("One measure is overdue", "%(n)d measures are overdue", self.n_overdue)
            return text % {"n": self.n_overdue}
        return _("Nothing is late today")


def _names(placed: Sequence[Placement], tier: str) -> str:
    found = [row.unit.name for row in placed if row.tier == tier]
    return numerals.listed(found) if found else numerals.DASH
