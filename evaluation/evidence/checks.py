"""The quality gate as pages show it: each verdict in words, and what was done about a failure."""

from collections import Counter
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from evaluation.cycles.models import Cycle
from evaluation.evidence import queries
from evaluation.evidence.enums import EvidenceKind
from evaluation.evidence.gate import RESIDENTS
from evaluation.evidence.models import QualityOverride, QualityVerdict

NAMED = 6
WHAT: dict[str, str | Promise] = {
    "too_old": gettext_lazy("older than the cycle allows"),
    "absent": gettext_lazy("no value where the scheme expects one"),
    "no_cases": gettext_lazy("nothing to measure"),
    "not_reported": gettext_lazy("not reported"),
    "not_assessed": gettext_lazy("not assessed"),
    "outside_unit": gettext_lazy("a value outside what its unit allows"),
    "same_under_two_codes": gettext_lazy("the same figures under two codes"),
    "too_few": gettext_lazy("too few ratings"),
    "held": gettext_lazy("ratings held back for review"),
    "days_counted_twice": gettext_lazy("days counted twice"),
    "outside_cycle": gettext_lazy("ratings outside the cycle"),
    "other_scale": gettext_lazy("ratings on another scale"),
}


@dataclass(frozen=True)
class Check:
    """One line of the quality gate with what was done about a failure."""

    verdict: QualityVerdict
    override: QualityOverride | None

    @property
    def label(self) -> str:
        """The source the check is about, in words."""
        if self.verdict.source == RESIDENTS:
            return _("Residents’ ratings")
        return str(EvidenceKind(self.verdict.source).label)

    @property
    def is_let_pass(self) -> bool:
        return self.override is not None and self.override.second_person_id is not None

    @property
    def lines(self) -> list[str]:
        """What was found, each kind once, with how often and where."""
        places = [place for place in self.verdict.places if isinstance(place, dict)]
        kinds = Counter(str(place.get("code") or "") for place in places)
        return [self._line(kind, n, places) for kind, n in kinds.most_common()]

    @staticmethod
    def _line(kind: str, n: int, places: list[dict[str, str]]) -> str:
        where = sorted(
            {str(place.get("organisation") or "") for place in places if place.get("code") == kind}
        )
        more = len(where) - NAMED
        named = ", ".join(where[:NAMED])
        if more > 0:
            named = ngettext("%(named)s and one more", "%(named)s and %(n)d more", more) % {
                "named": named,
                "n": more,
            }
        return ngettext("%(n)d place: %(what)s (%(named)s)", "%(n)d places: %(what)s (%(named)s)", n) % {
            "n": n,
            "what": WHAT.get(kind, kind),
            "named": named,
        }


@dataclass(frozen=True)
class Gate:
    """The checks that failed, and those that passed."""

    failed: list[Check]
    passed: list[Check]

    @property
    def n(self) -> int:
        return len(self.failed) + len(self.passed)

    @property
    def n_open(self) -> int:
        return sum(not check.is_let_pass for check in self.failed)

    @property
    def title(self) -> str:
        if not self.n:
            return _("Quality gate")
        if not self.failed:
            return _("Quality gate: all checks pass")
        if not self.n_open:
            return _("Quality gate: all failures are explained")
        return ngettext(
            "Quality gate: one check is open", "Quality gate: %(n)d checks are open", self.n_open
        ) % {"n": self.n_open}


def gate_of(cycle: Cycle) -> Gate:
    """The gate's verdicts with their overrides."""
    overrides = {(row.source, row.dimension): row for row in queries.overrides_of(cycle)}
    checks = [Check(row, overrides.get((row.source, row.dimension))) for row in queries.verdicts_of(cycle)]
    return Gate(
        [check for check in checks if not check.verdict.passed],
        [check for check in checks if check.verdict.passed],
    )
