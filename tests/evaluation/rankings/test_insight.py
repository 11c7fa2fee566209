"""Pages that explain a run: what it hangs on, contradictions, gaps, another scheme, one unit's account."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evaluation.cycles.actions import install_preset, write_scheme
from evaluation.rankings.accounts import Account, chance_real
from evaluation.rankings.actions import study
from evaluation.rankings.cautions import warnings_of
from evaluation.rankings.disagreements import SourcesView
from evaluation.rankings.gaps import GapView
from evaluation.rankings.models import Run, Study
from evaluation.rankings.queries import run_view
from evaluation.rankings.studies import StudyView
from surveys.core.actions import grant_seat
from surveys.core.enums import Role
from surveys.core.jobs import run_due
from surveys.core.models import Job, LogEntry
from tests.evaluation.rankings.test_explanations import second_cycle
from tests.worlds import edition
from tests.worlds.clock import NOON
from tests.worlds.people import person

pytestmark = [pytest.mark.django_db, pytest.mark.data]
PAGES = ("sensitivity", "sources", "gap", "other_scheme")


def signed_in(role: Role) -> Client:
    lin = person("lin")
    grant_seat(person=lin, role=role, organisation_code="", actor=None, now=NOON)
    client = Client()
    client.force_login(lin)
    return client


def test_a_study_is_kept_beside_its_run_once_and_leaves_the_run_alone() -> None:
    run = edition.scored().run
    first = study(run=run, actor=person("author"), now=NOON)
    again = study(run=run, actor=person("author"), now=NOON)
    assert first.pk == again.pk
    assert LogEntry.objects.filter(verb="run.studied").count() == 1
    assert Run.objects.get(pk=run.pk).result_digest == run.result_digest
    view = StudyView(run_view(run), first)
    assert view.faults == []
    assert "Chance in the figures" in {doubt.name for doubt in view.doubts}
    assert all(doubt.total + 3 * doubt.total_se >= doubt.first - 3 * doubt.first_se for doubt in view.doubts)


def test_the_closest_neighbours_swap_at_the_weight_named() -> None:
    run = edition.scored().run
    pair = StudyView(run_view(run), study(run=run, actor=None, now=NOON)).neighbours[0]
    assert pair.now is not None
    assert pair.then is not None
    assert 0 < pair.then < 1
    assert pair.gap > 0
    distances = [other.distance for other in StudyView(run_view(run), Study.objects.get()).neighbours]
    assert distances == sorted(distances)


def test_the_study_runs_as_a_job_with_progress() -> None:
    run = edition.scored().run
    client = signed_in(Role.OFFICE)
    page = client.get(reverse("rankings:sensitivity", args=[run.cycle.code])).content.decode()
    assert "This run has not been studied yet" in page
    answer = client.post(reverse("rankings:study", args=[run.cycle.code]))
    assert answer.status_code == 302
    assert run_due(timezone.now()) == 1
    job = Job.objects.get(kind="study")
    assert (job.state, job.n_done, job.n_total) == ("done", 2, 2)
    page = client.get(reverse("rankings:sensitivity", args=[run.cycle.code])).content.decode()
    assert "Which doubt moves places most" in page
    assert "hold under chance and other weights" in page


def test_every_page_opens_to_the_office_and_leaders_only() -> None:
    run = edition.scored().run
    client, leader, handler = signed_in(Role.OFFICE), Client(), Client()
    for name, role, one in (("wu", Role.LEADER, leader), ("he", Role.HANDLER, handler)):
        grant_seat(person=person(name), role=role, organisation_code="", actor=None, now=NOON)
        one.force_login(person(name))
    for name in PAGES:
        address = reverse(f"rankings:{name}", args=[run.cycle.code])
        assert client.get(address).status_code == leader.get(address).status_code == 200
        assert handler.get(address).status_code == 403
        assert Client().get(address).status_code == 302
    start = reverse("rankings:study", args=[run.cycle.code])
    assert leader.post(start).status_code == 403
    assert not Job.objects.filter(kind="study").exists()


def test_contradicting_sources_are_shown_and_not_averaged_away() -> None:
    view = SourcesView(run_view(edition.scored().run))
    # DCWP: every target met and every request in time, one answer in three satisfied or neutral.
    named = dict(view.parts)
    clash = next(one for one in view.clashes if one.unit == "DCWP" and one.high == named["audit"])
    assert clash.low == named["residents"]
    assert clash.gap == pytest.approx(67.2, abs=0.1)
    assert all(clash.gap > view.margin for clash in view.clashes)
    assert {one.n for one in view.agreements} == {10, 11}


def test_the_gap_and_how_much_of_it_closed() -> None:
    first = edition.published()
    _cycle, run = second_cycle(first)
    gap = GapView(run_view(run))
    assert gap.cycles[0].closed is None
    old, new = gap.cycles
    assert new.closed == pytest.approx(1 - new.width / old.width)
    assert gap.units[0].gap == pytest.approx(new.width)
    behind = next(row for row in gap.units if row.unit == "HPD")
    assert behind.before is not None
    assert behind.rate == pytest.approx(1 - behind.gap / behind.before)
    assert "of the gap closed" in gap.headline or "the gap grew" in gap.headline


def test_a_unit_is_told_what_changed_and_what_would_lift_it() -> None:
    _cycle, run = second_cycle(edition.published())
    view = run_view(run)
    account = Account(view, view.by_unit["HPD"])
    assert sum(factor.score for factor in account.factors) == pytest.approx(account.score_change, abs=1e-9)
    assert -sum(factor.rank for factor in account.factors) == pytest.approx(account.places_won)
    gains = [lift.gain for lift in account.lifts]
    assert gains == sorted(gains, reverse=True)
    assert all(0.5 < (lift.chance or 1.0) <= 1 for lift in account.lifts)
    assert account.next is not None


def test_a_gain_of_nothing_is_a_toss_of_a_coin() -> None:
    assert chance_real(0.0, 2.0) == 0.5
    assert chance_real(2.0, None) is None
    # Φ(4 / (√2 · 2)) = Φ(√2) = .9214.
    assert chance_real(4.0, 2.0) == pytest.approx(0.92135, abs=1e-5)


def test_another_scheme_is_tried_in_memory() -> None:
    run = edition.scored().run
    scheme = run.cycle.scheme
    nodes = scheme.document["nodes"]
    parts = [
        part | {"weight": {"residents": 60, "targets": 20, "audit": 20}.get(part["code"], 1)}
        for part in nodes
    ]
    leaves = [
        part
        | {"weight": {"residents": 60, "targets": 20, "audit": 20}.get(part["code"], part.get("weight", 1))}
        for part in scheme.document["indicators"]
    ]
    other = write_scheme(
        document=scheme.document | {"version": "60", "nodes": parts, "indicators": leaves},
        bindings=scheme.bindings, actor=person("author"), now=NOON,
    )  # fmt: skip
    client = signed_in(Role.OFFICE)
    before = Run.objects.count()
    page = client.get(reverse("rankings:other_scheme", args=[run.cycle.code]), {"with": other.pk})
    rows = {row.unit: row for row in page.context["rows"]}
    assert (rows["DSNY"].before, rows["DSNY"].after) == (8, 4)
    assert Run.objects.count() == before
    balanced = install_preset(code="balanced", actor=person("author"), now=NOON)
    assert client.get(page.request["PATH_INFO"], {"with": balanced.pk}).status_code == 200
    assert client.get(page.request["PATH_INFO"], {"with": "999999"}).status_code == 404


def test_warnings_speak_plainly_at_the_top() -> None:
    first = edition.published()
    told = " ".join(warnings_of(run_view(first.run)))
    assert "read as a sample of what an office does" in told
    assert "2 units are listed, not ranked." in told
    cycle, run = second_cycle(first)
    assert "series breaks" not in " ".join(warnings_of(run_view(run)))
    run.scheme_digest = "other"
    assert "The series breaks here" in " ".join(warnings_of(run_view(run)))
    text = signed_in(Role.OFFICE).get(reverse("rankings:sources", args=[cycle.code])).content.decode()
    assert re.search(r"</nav>\s*<p class=\"note note--warn", text)
