"""Blind audits: the draw can be repeated, the caller sees nothing, the figures equal a plain computation."""

import datetime as dt

import numpy as np
import pytest
from django.test import Client

from surveys.core.enums import Role
from surveys.core.models import LogEntry, User
from surveys.ratings.enums import Screening
from surveys.ratings.models import Contact, Rating
from surveys.ratings.pointers import seal_telephone
from surveys.screening.actions import AuditRefusedError, draw_audit, record_call, screen_new
from surveys.screening.audits import drawn, frame, result_of
from surveys.screening.models import AuditCall, CallAudit
from tests.surveys.ratings.world import NOW, Town, build_town
from tests.surveys.screening.test_deciding import DAY, rate
from tests.surveys.tallies.test_pages import somebody

PHONE = "13812345678"
DAYS = {"starts_on": DAY, "ends_on": DAY}


@pytest.fixture
def town(db: None) -> Town:
    return build_town()


@pytest.fixture
def lin(db: None) -> User:
    return User.objects.create(username="lin")


def reachable(town: Town, n: int, level: int = 5) -> list[Rating]:
    """Kept ratings whose residents left a telephone number."""
    rows = rate(town, n=n, level=level)
    screen_new(now=NOW)
    for row in rows:
        Contact.objects.create(rating=row, sealed=seal_telephone(PHONE, DAY), month=DAY.replace(day=1))
    return rows


def draw(town: Town, lin: User, n: int, seed: int = 11) -> CallAudit:
    return draw_audit(organisation=town.office, n=n, seed=seed, actor=lin, now=NOW, **DAYS)


def test_the_same_seed_draws_the_same_ratings_of_those_who_can_be_called(town: Town, lin: User) -> None:
    rows = reachable(town, 30)
    rate(town, n=5)
    screen_new(now=NOW)
    audit = draw(town, lin, 12)
    among = frame(DAY, DAY, town.office.pk)
    assert (audit.n_frame, set(among)) == (30, {row.pk for row in rows})
    called = list(
        AuditCall.objects.filter(audit=audit).order_by("number").values_list("rating_id", flat=True)
    )
    assert called == drawn(list(reversed(among)), 11, 12)
    assert called != drawn(among, 12, 12)
    assert LogEntry.objects.filter(verb="audit.draw", actor="lin").count() == 1


def test_agreement_and_adjusted_score_equal_a_plain_computation(town: Town, lin: User) -> None:
    reachable(town, 20)
    reachable(town, 10, level=3)
    audit = draw(town, lin, 30)
    told = {5: [5] * 12 + [4] * 5 + [2] * 3, 3: [3] * 8 + [1] * 2}
    for call in AuditCall.objects.filter(audit=audit).select_related("rating").order_by("number"):
        level = told[call.rating.level].pop()
        record_call(call=call, state="answered", level=level, note="", actor=lin, now=NOW)
    found = result_of(audit)
    overstated = (5 * 1 + 3 * 3 + 2 * 2) / 30 * 25
    assert found.score == pytest.approx((20 * 100 + 10 * 50) / 30)
    assert found.found is not None
    assert found.found.shift_points == pytest.approx(overstated)
    assert found.found.adjusted_score == pytest.approx(found.score - overstated)
    table = np.array(found.table, dtype=float)[::-1, ::-1]
    weights = (np.arange(5)[:, None] - np.arange(5)) ** 2 / 16
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    kappa = 1 - (weights * table).sum() / (weights * expected).sum()
    assert found.found.agreement.value == pytest.approx(kappa)
    assert found.found.better_recorded.p == pytest.approx(2 * 0.5**10)


def test_figures_wait_for_ten_answers(town: Town, lin: User) -> None:
    reachable(town, 12)
    audit = draw(town, lin, 12)
    calls = list(AuditCall.objects.filter(audit=audit).order_by("number"))
    for call in calls[:9]:
        record_call(call=call, state="answered", level=5, note="", actor=lin, now=NOW)
    record_call(call=calls[9], state="denied", level=None, note="Was never there.", actor=lin, now=NOW)
    found = result_of(audit)
    assert (found.n_called, found.n_answered, found.n_denied, found.found) == (10, 9, 1, None)


def test_what_cannot_be_is_refused(town: Town, lin: User) -> None:
    with pytest.raises(AuditRefusedError, match="Nobody"):
        draw(town, lin, 5)
    reachable(town, 3)
    with pytest.raises(AuditRefusedError, match="1 to 2000"):
        draw(town, lin, 0)
    with pytest.raises(AuditRefusedError, match="ends before"):
        draw_audit(
            organisation=None,
            starts_on=DAY,
            ends_on=DAY - dt.timedelta(days=1),
            n=1,
            seed=1,
            actor=lin,
            now=NOW,
        )
    call = AuditCall.objects.get(audit=draw(town, lin, 1))
    for state, level in (("answered", None), ("denied", 3), ("waiting", None), ("nonsense", None)):
        with pytest.raises(AuditRefusedError):
            record_call(call=call, state=state, level=level, note="", actor=lin, now=NOW)
    record_call(call=call, state="no_answer", level=None, note="", actor=lin, now=NOW)
    record_call(call=call, state="answered", level=4, note="", actor=lin, now=NOW)
    with pytest.raises(AuditRefusedError, match="already"):
        record_call(call=call, state="answered", level=5, note="", actor=lin, now=NOW)


def test_the_caller_sees_no_level_and_the_number_only_for_a_reason(town: Town) -> None:
    reachable(town, 11, level=2)
    client = somebody("wu", Role.OFFICE)
    sent = {"unit": "BDC", "first": DAY.isoformat(), "last": DAY.isoformat(), "n": "11", "seed": "4"}
    page = client.post("/office/screening/audits/", sent)
    assert page.status_code == 302
    address = f"{page.headers['Location']}1/"
    shown = client.get(address).content.decode()
    assert (PHONE in shown, "You do not see what was recorded" in shown) == (False, True)
    assert shown.count("checked") == 0
    assert client.post(address, {"why": ""}).status_code == 422
    assert PHONE in client.post(address, {"why": "Blind audit, call 1"}).content.decode()
    assert LogEntry.objects.filter(verb="contact.open", actor="wu").count() == 1
    assert client.post(address, {"state": "answered"}).status_code == 422
    for number in range(1, 12):
        answer = client.post(f"{page.headers['Location']}{number}/", {"state": "answered", "level": "1"})
        assert answer.status_code == 302
    result = client.get(page.headers["Location"]).content.decode()
    assert "Recorded ratings are 25.0 points better than what residents say" in result
    assert Rating.objects.filter(screening=Screening.KEPT, level=2).count() == 11


def test_auditors_look_and_others_stay_out(town: Town, lin: User) -> None:
    reachable(town, 2)
    audit = draw(town, lin, 1)
    auditor = somebody("gu", Role.AUDITOR)
    assert auditor.get(f"/office/screening/audits/{audit.pk}/").status_code == 200
    assert auditor.get(f"/office/screening/audits/{audit.pk}/1/").status_code == 403
    assert auditor.post("/office/screening/audits/", {}).status_code == 403
    assert somebody("bdc", Role.LEAD, "BDC").get("/office/screening/audits/").status_code == 403
    assert somebody("wu", Role.OFFICE).get("/office/screening/audits/999/").status_code == 404
    assert Client().get("/office/screening/audits/").status_code == 302
