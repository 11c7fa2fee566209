"""An auditor's work: a sample nobody chose, checklists with evidence, handing in, the file the office imports."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from evaluation.cycles.enums import CycleState
from evaluation.cycles.models import Cycle, Unit
from evaluation.evidence.audits_import import importer
from evaluation.improvement import actions
from evaluation.improvement.actions import CommissionRefusedError
from evaluation.improvement.actions.visits import add_visit_file, draw_sample, hand_in, record_visit
from evaluation.improvement.auditing import SampleView, audit_file, frame_of, points_of, questions_of
from evaluation.improvement.models import AuditSample
from surveys.catalogue.models import Service
from surveys.core.enums import Role
from surveys.core.log import verify_chain
from surveys.core.models import LogEntry
from surveys.fieldwork.drawing import draw, draw_digest
from surveys.instruments.actions import install_presets
from tests.evaluation.improvement.people import department, seated
from tests.evaluation.portal import world
from tests.worlds.clock import NOON

pytestmark = pytest.mark.django_db
NOW = NOON
TODAY = NOON.date()
ALL_YES = dict.fromkeys(("found", "understood", "applied", "answered", "delivered", "complained"), "yes")


@pytest.fixture
def auditor():
    return seated("auditor", Role.AUDITOR)


@pytest.fixture
def commission(auditor):
    install_presets(NOW)
    cycle = world.publish().cycle
    for code, n in (("D1", 5), ("D2", 1)):
        place = department(code)
        for k in range(n):
            Service.objects.create(code=f"{code}S{k}", names={"en": f"Service {k}"}, organisation=place)
    found = actions.give_commission(
        auditor=auditor, cycle=cycle, audit="mystery", contract="Contract 7",
        organisations=[department("D1"), department("D2")],
        expires_on=TODAY + dt.timedelta(days=30), actor=None, now=NOW,
    )  # fmt: skip
    text = "Nothing ties me to these departments."
    return actions.declare_independence(commission=found, text=text, actor=auditor, now=NOW)


@pytest.fixture
def sample(commission, auditor):
    return draw_sample(commission=commission, n_each=3, actor=auditor, now=NOW)


def note(visit, auditor, **changes):
    facts = {"visited_on": TODAY, "answers": ALL_YES, "evidence": {}, "finding": "", "severity": 1}
    return record_visit(visit=visit, **(facts | changes), actor=auditor, now=NOW)


def test_a_sample_is_drawn_once_and_anyone_can_draw_it_again(commission, auditor, sample):
    frame = [(place.code, service.code) for place, service in frame_of(commission)]
    again = draw(frame, {"D1": 3, "D2": 1}, sample.seed)
    drawn = list(sample.visits.order_by("number").values_list("service__code", flat=True))
    assert drawn == again
    assert (sample.n_frame, sample.digest) == (6, draw_digest(sample.seed, again))
    entry = LogEntry.objects.get(verb="audit.draw")
    assert sample.seed == entry.previous_hash
    with pytest.raises(CommissionRefusedError, match="drawn once"):
        draw_sample(commission=commission, n_each=2, actor=auditor, now=NOW)


def test_only_the_declared_auditor_draws_and_only_while_it_runs(commission, auditor):
    with pytest.raises(CommissionRefusedError, match="Only the auditor"):
        draw_sample(commission=commission, n_each=1, actor=seated("other", Role.AUDITOR), now=NOW)
    with pytest.raises(CommissionRefusedError, match="1 to 20"):
        draw_sample(commission=commission, n_each=21, actor=auditor, now=NOW)
    with pytest.raises(CommissionRefusedError, match="has ended"):
        draw_sample(commission=commission, n_each=1, actor=auditor, now=NOW + dt.timedelta(days=31))
    type(commission).objects.filter(pk=commission.pk).update(declared_at=None)
    with pytest.raises(CommissionRefusedError, match="Declare your independence"):
        draw_sample(commission=commission, n_each=1, actor=auditor, now=NOW)
    assert not AuditSample.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"visited_on": TODAY + dt.timedelta(days=1)}, "between the draw and today"),
        ({"visited_on": TODAY - dt.timedelta(days=9)}, "between the draw and today"),
        ({"answers": ALL_YES | {"found": ""}}, "Answer every question"),
        ({"answers": ALL_YES | {"found": "maybe"}}, "Answer every question"),
        ({"answers": ALL_YES | {"found": "no"}}, "Name the evidence for “Found the entrance and the guide”"),
    ],
)
def test_a_half_done_checklist_is_refused(sample, auditor, changes, words):
    visit = sample.visits.first()
    with pytest.raises(CommissionRefusedError, match=words):
        note(visit, auditor, **changes)
    visit.refresh_from_db()
    assert visit.recorded_at is None


def test_a_visit_before_the_day_of_the_draw_is_refused_in_the_small_hours_too(commission, auditor):
    """At two in the morning here the day before is still today in UTC."""
    night = NOW + dt.timedelta(hours=14)
    sample = draw_sample(commission=commission, n_each=1, actor=auditor, now=night)
    facts = {"answers": ALL_YES, "evidence": {}, "finding": "", "severity": 1, "actor": auditor, "now": night}
    with pytest.raises(CommissionRefusedError, match="between the draw and today"):
        record_visit(visit=sample.visits.first(), visited_on=TODAY, **facts)
    visit = record_visit(visit=sample.visits.first(), visited_on=TODAY + dt.timedelta(days=1), **facts)
    assert visit.recorded_at == night


def test_points_leave_out_what_does_not_apply(sample):
    questions = questions_of(sample)
    assert points_of(ALL_YES, questions) == 100
    assert points_of(ALL_YES | {"found": "no", "applied": "na"}, questions) == 80
    assert points_of(dict.fromkeys(ALL_YES, "na"), questions) is None


def test_the_whole_audit_is_handed_in_once_and_imports_as_evidence(sample, auditor, commission):
    with pytest.raises(CommissionRefusedError, match="4 visits are not recorded"):
        hand_in(sample=sample, actor=auditor, now=NOW)
    visits = list(sample.visits.order_by("number"))
    proof = {"found": "Photo 3"}
    note(
        visits[0], auditor, answers=ALL_YES | {"found": "no"}, evidence=proof, finding="No sign.", severity=2
    )
    for visit in visits[1:]:
        note(visit, auditor)
    hand_in(sample=sample, actor=auditor, now=NOW)
    with pytest.raises(CommissionRefusedError, match="nothing in it changes"):
        note(visits[0], auditor)
    sample.refresh_from_db()
    view = SampleView(sample)
    assert [(row.organisation.code, row.points) for row in view.results] == [
        ("D1", Decimal("94.44")), ("D2", Decimal("100.00")),
    ]  # fmt: skip
    assert [visit.finding for visit in view.findings] == ["No sign."]
    assert verify_chain().ok
    cycle = commission.cycle
    Cycle.objects.filter(pk=cycle.pk).update(state=CycleState.OPEN)
    for code in ("D1", "D2"):
        Unit.objects.create(cycle=cycle, organisation=department(code), code=code)
    report = importer.check(audit_file(view, "en"), "audit.xlsx", cycle=cycle.code)
    assert (report.errors, report.created) == ((), 2)


def test_a_visit_keeps_pictures_only(sample, auditor):
    visit = sample.visits.first()
    with pytest.raises(CommissionRefusedError, match="Only PDF, PNG and JPEG"):
        add_visit_file(visit=visit, content=b"MZ", name="a.exe", actor=auditor, now=NOW)
    row = add_visit_file(visit=visit, content=b"\x89PNG x", name="a.png", actor=auditor, now=NOW)
    assert row.stored.media_type == "image/png"


def test_the_auditor_goes_through_it_by_clicks(client, commission, auditor):
    today = timezone.localdate()
    type(commission).objects.filter(pk=commission.pk).update(expires_on=today)
    client.force_login(auditor)
    page = reverse("improvement:sample", args=[commission.pk])
    assert "The sample is not drawn yet" in client.get(page).content.decode()
    client.post(reverse("improvement:sample_draw", args=[commission.pk]), {"n_each": 1})
    assert "0 of 2 visits recorded" in client.get(page).content.decode()
    data = {f"q_{code}": "yes" for code in ALL_YES} | {"visited_on": today.isoformat(), "severity": "1"}
    visit = reverse("improvement:visit", args=[commission.pk, 1])
    assert client.post(visit, data | {"q_found": "no"}).status_code == 422
    assert client.post(visit, data | {"q_found": "no", "e_found": "Photo 3"}).status_code == 302
    upload = {"file": SimpleUploadedFile("a.pdf", b"%PDF-1 x")}
    client.post(reverse("improvement:visit_attach", args=[commission.pk, 1]), upload)
    file = commission.sample.visits.get(number=1).files.get()
    answer = client.get(reverse("improvement:visit_file", args=[commission.pk, 1, file.pk]))
    assert (answer.headers["Content-Disposition"], answer.content) == ("attachment", b"%PDF-1 x")
    deliver = reverse("improvement:sample_hand_in", args=[commission.pk])
    assert "1 visits are not recorded yet." in client.post(deliver, follow=True).content.decode()
    client.post(reverse("improvement:visit", args=[commission.pk, 2]), data)
    assert "Handed in: 2 visits" in client.post(deliver, follow=True).content.decode()
    assert "nothing in it changes" in client.get(visit).content.decode()


def test_anothers_audit_does_not_exist_and_the_office_gets_the_file_once_it_is_handed_in(
    client, commission, sample
):
    names = {
        "sample": [commission.pk], "visit": [commission.pk, 1], "sample_file": [commission.pk],
    }  # fmt: skip
    client.force_login(seated("other", Role.AUDITOR))
    for name, arguments in names.items():
        assert client.get(reverse(f"improvement:{name}", args=arguments)).status_code == 404
    assert client.post(reverse("improvement:sample_hand_in", args=[commission.pk])).status_code == 404
    client.force_login(seated("office", Role.OFFICE))
    file = reverse("improvement:sample_file", args=[commission.pk])
    assert client.get(file).status_code == 404
    assert client.get(reverse("improvement:sample", args=[commission.pk])).status_code == 403
    AuditSample.objects.update(handed_in_at=NOW)
    assert client.get(file).content[:2] == b"PK"
    assert (
        "Scores and findings as a workbook" in client.get(reverse("improvement:commissions")).content.decode()
    )
