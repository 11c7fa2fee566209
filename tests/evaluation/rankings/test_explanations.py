"""Explanations from a stored run: parts that sum, changes split exactly, and what the next place takes."""

import pytest

from evaluation.cycles.actions import create_cycle, lock_cycle, open_cycle, start_objection
from evaluation.cycles.models import Cycle
from evaluation.evidence.actions import attest_import
from evaluation.evidence.audits_import import importer as audits
from evaluation.evidence.models import EvidenceImport
from evaluation.portal.reading import read_edition
from evaluation.rankings.actions import evaluate, publish
from evaluation.rankings.explanations import catch_up, change_between, explain_unit, next_place, try_values
from evaluation.rankings.models import Edition, Run
from tests.worlds import edition
from tests.worlds.clock import NOON, days_later
from tests.worlds.people import person

pytestmark = [pytest.mark.django_db, pytest.mark.data]


def test_contributions_sum_to_the_score() -> None:
    run = edition.scored().run
    found = explain_unit(run, "DSNY")
    parts = run.result["contributions"]["DSNY"]
    score = run.result["scores"]["total"][run.result["units"].index("DSNY")]
    assert sum(parts.values()) == pytest.approx(score, abs=1e-9)
    assert found.unit == "DSNY"


def test_next_place_names_the_least_change() -> None:
    run = edition.scored().run
    found = next_place(run, "DSNY")
    assert (found.rank, found.reached) == (8, 7)
    edits = {("DSNY", move.code): move.change for move in found.moves}
    at = run.table["columns"]
    row = next(row for row in run.table["rows"] if row[0] == "DSNY")
    raised = {key: row[at.index(key[1])] + change for key, change in edits.items()}
    tried = try_values(run, raised)
    assert tried.rank_after[tried.units.index("DSNY")] == 7


def second_cycle(first: Edition) -> tuple[Cycle, Run]:
    """The same agencies half a year later, with one audit changed."""
    author, scheme = person("author"), first.cycle.scheme
    cycle = create_cycle(
        code="nyc-2027", names={"en": "Next"}, starts_on=first.cycle.starts_on, ends_on=first.cycle.ends_on,
        scheme=scheme, organisations=[unit.organisation for unit in first.cycle.units.all()],
        previous=first.cycle, actor=author, now=NOON,
    )  # fmt: skip
    open_cycle(cycle=cycle, actor=author, now=NOON)
    edition.with_kpis_and_audits(cycle)
    rows = edition.content("audits").decode().splitlines()
    row = next(line for line in rows if line.startswith("service_standard") and ",HPD," in line)
    content = "\n".join([rows[0], row.replace("149532", "49532")]).encode()
    audits.commit(content, "audits.csv", cycle=cycle.code, actor=author, now=NOON)
    for batch in EvidenceImport.objects.filter(cycle=cycle, state="imported").order_by("pk"):
        attest_import(evidence_import=batch, actor=person("second"), now=NOON)
    lock_cycle(cycle=cycle, actor=author, now=NOON)
    run = evaluate(cycle=cycle, actor=author, now=NOON)
    return Cycle.objects.get(pk=cycle.pk), run


def test_change_between_cycles_is_split_exactly_and_published() -> None:
    first = edition.published()
    cycle, run = second_cycle(first)
    changes = change_between(first.run, run)
    for one in changes.values():
        assert sum(one.rank_parts.values()) == pytest.approx(one.rank[1] - one.rank[0], abs=1e-9)
        assert sum(one.score_parts.values()) == pytest.approx(one.score[1] - one.score[0], abs=1e-9)
    edition.let_pass(cycle)
    start_objection(cycle=cycle, actor=person("author"), now=NOON)
    second = publish(cycle=cycle, actor=person("author"), now=days_later(14))
    page = read_edition(second)
    change = page.details["HPD"].change
    assert change is not None
    assert change.is_comparable
    assert sum(points for _names, points in change.parts) == pytest.approx(change.score_change, abs=1e-9)
    assert change.score_change == pytest.approx(-20 * 100_000 / 159_275, abs=1e-9)
    told = second.pages["units"]["HPD"]["change"]["factors"]
    assert sum(item["score"] for item in told) == pytest.approx(change.score_change, abs=1e-9)
    assert second.pages["facts"]["gap"]["catch_up"] is not None


def test_catch_up_is_the_share_by_which_the_gap_closed() -> None:
    found = catch_up([10.0, 50.0, 90.0], [30.0, 90.0])
    assert found is not None
    assert (found.before, found.after, found.share) == (80.0, 60.0, 0.25)
    assert catch_up([1.0], [1.0, 2.0]) is None
