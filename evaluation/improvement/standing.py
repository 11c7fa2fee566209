"""Where a department stands in the latest result it may see, and from which peers it can be told apart."""

from dataclasses import dataclass

from evaluation.cycles.enums import CycleState
from evaluation.cycles.models import Cycle
from evaluation.rankings.queries import RankingRow, RunView, latest_run, run_view
from surveys.catalogue.models import Organisation

SHOWN_TO_DEPARTMENTS = (CycleState.OBJECTION, CycleState.PUBLISHED, CycleState.ARCHIVED)


@dataclass(frozen=True)
class Peer:
    """One of the peer group in the latest result departments may see."""

    unit: str
    names: dict[str, str]
    score: float
    lower: float
    upper: float
    rank: float | None
    is_own: bool


@dataclass(frozen=True)
class Standing:
    """Where an organisation stands in a cycle: its row, its peers best first, its place among them."""

    view: RunView
    row: RankingRow
    peers: tuple[Peer, ...]

    @property
    def place(self) -> int | None:
        return next((at for at, peer in enumerate(self.peers, start=1) if peer.is_own), None)

    @property
    def n_undecided(self) -> int:
        """Peers from which it cannot be told apart."""
        own = next((peer for peer in self.peers if peer.is_own), None)
        if own is None:
            return 0
        return sum(
            not peer.is_own and peer.lower <= own.upper and peer.upper >= own.lower for peer in self.peers
        )


def standing(organisation: Organisation) -> Standing | None:
    """The latest result a department may see, with its peers."""
    cycle = (
        Cycle.objects.filter(state__in=SHOWN_TO_DEPARTMENTS, units__organisation=organisation)
        .order_by("-starts_on", "code")
        .first()
    )
    run = latest_run(cycle) if cycle else None
    if run is None:
        return None
    view = run_view(run)
    row = next((row for row in view.rows if row.organisation_id == organisation.pk), None)
    if row is None:
        return None
    return Standing(view, row, _peers(view, row))


def _peers(view: RunView, own: RankingRow) -> tuple[Peer, ...]:
    found = []
    for row in view.ranked:
        if row.score is None or (own.peer_group and row.peer_group != own.peer_group):
            continue
        half = 1.959964 * (row.se or 0.0)
        found.append(
            Peer(
                row.unit,
                dict(row.names),
                row.score,
                row.score - half,
                row.score + half,
                row.rank,
                row.unit == own.unit,
            )
        )
    return tuple(sorted(found, key=lambda peer: (-peer.score, peer.unit)))
