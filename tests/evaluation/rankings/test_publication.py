"""Publication is one edition or none: gate, notice and objections first, then frozen with every passport."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import translation

from evaluation.cycles.actions import lock_cycle, start_objection, step_back
from evaluation.cycles.enums import CycleState
from evaluation.cycles.models import Cycle, SchemeDocument
from evaluation.evidence.actions import OverrideRefusedError, attest_import, confirm_override, override_gate
from evaluation.evidence.audits_import import importer as audits
from evaluation.evidence.gate import measure
from evaluation.evidence.models import EvidenceImport, QualityOverride
from evaluation.portal.reading import read_edition
from evaluation.portal.unitfindings import cautions
from evaluation.rankings.actions import (
    EvaluationRefusedError,
    ObjectionRefusedError,
    PublicationRefusedError,
    decide_objection,
    evaluate,
    lodge_objection,
    publish,
    withdraw,
)
from evaluation.rankings.actions.publication import edition_digest
from evaluation.rankings.frozen_figures import figures_of
from evaluation.rankings.models import Edition, Figure, Run
from evaluation.rankings.queries import edition_of, figure_by_code, run_view
from surveys.core.digests import digest
from surveys.core.log import verify_chain
from tests.worlds import edition
from tests.worlds.clock import NOON, days_later
from tests.worlds.people import person

pytestmark = pytest.mark.django_db
LATER = days_later(14)


@pytest.fixture
def cycle() -> Cycle:
    return edition.on_notice()


def publish_now(cycle: Cycle, now: dt.datetime = LATER) -> Edition:
    return publish(cycle=cycle, actor=person("author"), now=now)


def test_publish_before_scoring_is_refused_with_the_sentence() -> None:
    with pytest.raises(PublicationRefusedError, match="after the objection period; this cycle is: Open"):
        publish_now(edition.opened())


def test_evaluate_before_locking_is_refused() -> None:
    with pytest.raises(EvaluationRefusedError, match="Only a locked cycle is evaluated; nyc-2026 is: Open"):
        evaluate(cycle=edition.opened(), actor=None, now=NOON)


def test_publish_while_departments_may_object_is_refused(cycle: Cycle) -> None:
    with pytest.raises(PublicationRefusedError, match="may object until 2026-11-09"):
        publish_now(cycle, days_later(7))
    assert not Edition.objects.exists()


def test_failed_gate_blocks_until_two_persons_let_it_pass(cycle: Cycle) -> None:
    QualityOverride.objects.all().delete()
    with pytest.raises(PublicationRefusedError, match=r"gate has failed \(kpis: In time\)"):
        publish_now(cycle)
    override = override_gate(
        cycle=cycle, source="kpis", dimension="timeliness", reason="old", actor=person("author"), now=NOON
    )
    with pytest.raises(PublicationRefusedError, match="gate has failed"):
        publish_now(cycle)
    with pytest.raises(OverrideRefusedError, match="A second person"):
        confirm_override(override=override, actor=person("author"), now=NOON)
    confirm_override(override=override, actor=person("second"), now=NOON)
    assert publish_now(cycle).pages["overrides"] == [
        {"source": "kpis", "dimension": "timeliness", "reason": "old"}
    ]


def test_a_reason_given_in_several_languages_is_read_in_ones_own(cycle: Cycle) -> None:
    QualityOverride.objects.all().delete()
    texts = {"en": "The latest year.", "zh-hans": "最近一年。", "zh-hant": "最近的一年。"}
    override = override_gate(
        cycle=cycle, source="kpis", dimension="timeliness", reason=texts["en"], translations=texts,
        actor=person("author"), now=NOON,
    )  # fmt: skip
    confirm_override(override=override, actor=person("second"), now=NOON)
    found = publish_now(cycle)
    assert found.pages["overrides"] == [{"source": "kpis", "dimension": "timeliness", "reason": texts}]
    for language, text in texts.items():
        with translation.override(language):
            told = cautions(read_edition(found))
            assert QualityOverride.objects.get().said == text
        assert [caution for caution in told if text in caution]
        assert not [caution for caution in told if any(x in caution for x in set(texts.values()) - {text})]


def test_override_of_a_passed_check_is_refused(cycle: Cycle) -> None:
    measure(cycle=cycle, now=NOON)
    with pytest.raises(OverrideRefusedError, match="has not failed"):
        override_gate(
            cycle=cycle, source="kpis", dimension="validity", reason="x", actor=person("author"), now=NOON
        )


def test_edition_is_frozen_with_a_passport_for_every_number(cycle: Cycle) -> None:
    found = publish_now(cycle)
    view = run_view(found.run)
    assert Cycle.objects.get(pk=cycle.pk).state == CycleState.PUBLISHED
    figures = list(figures_of(view))
    assert found.digest == edition_digest(found.pages, figures)
    stored = dict(Figure.objects.filter(edition=found).values_list("code", "value"))
    assert stored == {figure.code: figure.value for figure in figures}
    codes = {cell["figure"] for row in found.pages["ranking"] for cell in row["cells"].values()}
    codes |= {code for row in found.pages["ranking"] for code in row["figures"].values()}
    assert codes - {""} <= set(stored)
    assert verify_chain().ok


def test_passport_tells_all_that_is_promised(cycle: Cycle) -> None:
    publish_now(cycle)
    figure = figure_by_code("nyc-2026.DSNY.residents.raw")
    told = figure.passport
    assert figure.value == Decimal("0.5900859220")
    assert (told["formula"], told["version"], told["method"]) == ("not_bad_share", "1", "Wilson")
    assert told["calculation"] == "1 − 3,101 ÷ 7,565 = 0.590086"
    assert (told["n"], told["n_eff"], told["included"]) == (7565, 7565, 7565)
    assert told["excluded"] == {"default": 0, "publisher": None, "set_aside": 0}
    assert (round(told["lower"], 3), round(told["upper"], 3)) == (0.579, 0.601)
    assert (told["starts_on"], told["ends_on"]) == ("2026-04-01", "2026-09-30")
    targets = figure_by_code("nyc-2026.DSNY.targets.raw").passport
    assert targets["attested"] == ["second"]
    assert targets["inputs"][0]["digest"] == EvidenceImport.objects.get(kind="kpis").file_id
    assert figure_by_code("nyc-2026.DSNY.total.rank").value == 8


def test_portal_reads_the_frozen_pages(cycle: Cycle) -> None:
    page = read_edition(publish_now(cycle))
    assert [row.unit for row in page.ranked][:3] == ["TLC", "DCWP", "DPR"]
    assert [row.unit for row in page.listed] == ["DOF", "NYPD"]
    assert page.trials[0].ranks["DSNY"] == 4
    assert dict(page.trials[0].weights) == pytest.approx({"residents": 0.6, "targets": 0.2, "audit": 0.2})
    assert {node.code: round(node.share, 6) for node in page.blocks} == {
        "residents": 0.4, "targets": 0.4, "audit": 0.2,
    }  # fmt: skip
    assert len(page.details["DSNY"].targets) == 7
    dsny = page.by_unit["DSNY"]
    assert sum(dsny.cells[code].contribution or 0 for code in ("residents", "targets", "audit")) == (
        pytest.approx(dsny.score)
    )
    assert {source.name for source in page.sources} >= {"kpis.csv", "audits.csv"}


def test_a_scheme_that_nobody_approved_publishes_nothing(cycle: Cycle) -> None:
    SchemeDocument.objects.filter(pk=cycle.scheme_id).update(approved_at=None, approved_by=None)
    with pytest.raises(PublicationRefusedError, match="has not been approved"):
        publish_now(cycle)
    assert not Edition.objects.exists()


def test_second_publish_is_refused(cycle: Cycle) -> None:
    publish_now(cycle)
    with pytest.raises(PublicationRefusedError, match="published already"):
        publish_now(cycle)
    assert Edition.objects.count() == 1


def test_runs_and_figures_cannot_be_changed_in_the_database(cycle: Cycle) -> None:
    publish_now(cycle)
    for table in ("rankings_run", "rankings_score", "rankings_placement", "rankings_figure"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")


def test_evaluating_again_gives_the_run_that_is_there() -> None:
    built = edition.scored()
    again = evaluate(cycle=built.cycle, actor=None, now=days_later(1))
    assert again == built.run
    assert Run.objects.count() == 1
    other = evaluate(cycle=built.cycle, actor=None, now=days_later(1), seed=7)
    assert (other.number, other.input_digest) == (2, built.run.input_digest)


def test_objection_is_decided_by_another_before_publication(cycle: Cycle) -> None:
    unit = cycle.units.get(code="DSNY")
    lodged = lodge_objection(
        unit=unit, node="targets", text="two targets are counted twice", actor=person("lead"), now=NOON
    )
    with pytest.raises(PublicationRefusedError, match="not yet decided: 1"):
        publish_now(cycle)
    with pytest.raises(ObjectionRefusedError, match="Someone other"):
        decide_objection(objection=lodged, upheld=False, decision="no", actor=person("lead"), now=NOON)
    decide_objection(objection=lodged, upheld=False, decision="checked", actor=person("second"), now=NOON)
    told = publish_now(cycle).pages["objections"]
    assert [(item["unit"], item["upheld"], item["decision"]) for item in told] == [("DSNY", False, "checked")]


def test_objection_after_the_notice_is_refused(cycle: Cycle) -> None:
    with pytest.raises(ObjectionRefusedError, match="The notice ended on 2026-11-09"):
        lodge_objection(
            unit=cycle.units.get(code="DSNY"), node="", text="x", actor=person("lead"), now=days_later(8)
        )


def test_upheld_objection_forbids_publishing_the_same_result(cycle: Cycle) -> None:
    lodged = lodge_objection(
        unit=cycle.units.get(code="DSNY"), node="", text="x", actor=person("lead"), now=NOON
    )
    decide_objection(objection=lodged, upheld=True, decision="right", actor=person("second"), now=NOON)
    with pytest.raises(PublicationRefusedError, match="was upheld"):
        publish_now(cycle)


def corrected(cycle: Cycle) -> Edition:
    """Reopen the published cycle, correct one audit row, and publish again."""
    author = person("author")
    step_back(cycle=cycle, to=CycleState.OPEN, reason="A typing error in DSNY.", actor=author, now=LATER)
    rows = edition.content("audits").decode().splitlines()
    row = next(line for line in rows if line.startswith("service_standard") and ",DSNY," in line)
    content = "\n".join([rows[0], row.replace("56014", "60014")]).encode()
    audits.commit(content, "audits.csv", cycle=cycle.code, actor=author, now=LATER)
    batch = EvidenceImport.objects.get(state="imported")
    attest_import(evidence_import=batch, actor=person("second"), now=LATER)
    lock_cycle(cycle=cycle, actor=author, now=LATER)
    evaluate(cycle=cycle, actor=author, now=LATER)
    start_objection(cycle=cycle, actor=author, now=LATER)
    return publish(cycle=cycle, actor=author, now=days_later(30))


def test_correction_is_a_new_edition_that_names_what_changed(cycle: Cycle) -> None:
    first = publish_now(cycle)
    second = corrected(cycle)
    assert (second.number, second.changes["en"]) == (2, "A typing error in DSNY.")
    assert edition_of(cycle.code) == second
    changed = {(item["unit"], item["node"], item["measure"]) for item in second.pages["corrections"]}
    assert ("DSNY", "audit", "raw") in changed
    assert ("DSNY", "", "score") in changed
    assert {unit for unit, _node, measure in changed if measure == "raw"} == {"DSNY"}
    first.refresh_from_db()
    assert digest(first.run.result) == first.run.result_digest
    assert figure_by_code("nyc-2026.DSNY.audit.raw").edition == second


def test_withdrawn_edition_leaves_a_stone(cycle: Cycle) -> None:
    found = publish_now(cycle)
    withdraw(edition=found, reason={"en": "wrong file"}, actor=person("second"), now=LATER)
    found.refresh_from_db()
    assert found.withdrawal_reason == {"en": "wrong file"}
    assert found.pages["ranking"]
    with pytest.raises(PublicationRefusedError, match="withdrawn already"):
        withdraw(edition=found, reason={"en": "again"}, actor=person("second"), now=LATER)


def test_commands_evaluate_and_publish(capsys: pytest.CaptureFixture[str]) -> None:
    cycle = edition.on_notice()
    Cycle.objects.filter(pk=cycle.pk).update(objection_ends_on=dt.date(2020, 1, 1))
    call_command("publish", "nyc-2026", actor="author")
    assert capsys.readouterr().out.startswith("nyc-2026 edition 1  ")
