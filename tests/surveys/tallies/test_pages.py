"""Statistics, comments, coverage and exports: what is shown, to whom, and what stays hidden."""

import csv
import datetime as dt
import io
from collections.abc import Iterator

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone

from surveys.catalogue.enums import Channel, Identity
from surveys.catalogue.models import Service
from surveys.core.enums import Role
from surveys.core.jobs import run_due
from surveys.core.models import Job, LogEntry, Seat, User
from surveys.ratings.models import Rating
from surveys.screening.actions import screen_new
from surveys.tallies import tasks
from surveys.tallies.actions import rebuild_all
from surveys.tallies.periods import month_end
from surveys.tallies.queries import coverage
from tests.surveys.ratings.world import NOW, Town, build_town, invited
from tests.worlds.clock import standing

PHONE = "13812345678"


@pytest.fixture(autouse=True)
def _one_moment() -> Iterator[None]:
    """Cases are finished and rated in one month, whenever the tests run."""
    with standing(NOW):
        yield


@pytest.fixture
def town(db: None) -> Town:
    return build_town()


def somebody(name: str, role: str, code: str = "") -> Client:
    user = User.objects.create_user(name, password="a long enough pass-phrase")
    Seat.objects.create(user=user, role=role, organisation_code=code, granted_at=timezone.now())
    client = Client()
    client.force_login(user)
    return client


def fill(town: Town, n: int = 14) -> None:
    """Ratings through the residents' door, screened and counted; the last one has a comment and a case."""
    resident, now = Client(), timezone.now()
    for number in range(n):
        identity = Identity.NAMED if number == n - 1 else Identity.ANONYMOUS
        # Spread over the services so that one cell is too small to show.
        service = town.permit if number < 3 else town.title
        token = invited(town, f"C-{number}", now=now, identity=identity, service=service).token
        comment = f"=cmd 请打 {PHONE}" if number == n - 1 else ""
        sent = {"level": "2" if number == n - 1 else "5", "comment": comment}
        assert (
            resident.post(f"/r/{token}", sent, headers={"user-agent": f"phone {number}"}).status_code == 200
        )
    Rating.objects.update(screening="unscreened")
    screen_new(now=now)
    Rating.objects.update(screening="kept")
    rebuild_all(now=now)


def test_statistics_tell_shares_and_hide_small_cells(town: Town) -> None:
    fill(town)
    page = somebody("lin", Role.OFFICE).get("/office/tallies/?unit=BDC").content.decode()
    assert "92.9" in page
    assert "of 14 ratings are satisfied or better" in page
    assert "Fewer than 10 ratings: not shown" in page
    assert "14 of 14 finished cases" in page


def test_a_department_sees_its_own_only(town: Town) -> None:
    fill(town)
    own, other = somebody("bdc", Role.LEAD, "BDC"), somebody("gaj", Role.LEAD, "GAJ")
    assert "of 14 ratings" in own.get("/office/tallies/").content.decode()
    assert "No ratings in these months" in other.get("/office/tallies/").content.decode()
    assert other.get("/office/tallies/?unit=BDC").status_code == 422
    assert "=cmd 请打" not in other.get("/office/tallies/comments/").content.decode()
    assert b"BDC" not in b"".join(other.get("/office/tallies/ratings.csv").streaming_content)


def test_comments_are_masked_and_found(town: Town) -> None:
    fill(town)
    client = somebody("lin", Role.OFFICE)
    page = client.get("/office/tallies/comments/").content.decode()
    assert ("请打 •••" in page, PHONE in page) == (True, False)
    assert "请打" in client.get("/office/tallies/comments/?words=请打").content.decode()
    assert "No comment fits" in client.get("/office/tallies/comments/?words=nothing").content.decode()
    assert PHONE not in client.get("/office/tallies/comments/?format=csv").getvalue().decode()


def test_the_export_holds_the_exchange_fields_and_no_way_back(town: Town) -> None:
    fill(town)
    content = somebody("lin", Role.OFFICE).get("/office/tallies/ratings.csv").getvalue().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content)))
    assert len(rows) == 14
    linked = [row for row in rows if row["Case number"]]
    assert [row["Case number"] for row in linked] == ["C-13"]
    assert (linked[0]["Level"], linked[0]["Comment"][:5]) == ("2", "'=cmd")
    assert PHONE not in content
    assert all(not row["Rated at"] for row in rows if not row["Case number"])
    assert {row["Valid"] for row in rows} == {"yes"}


def test_the_workbook_is_made_by_a_job(town: Town) -> None:
    fill(town)
    client = somebody("lin", Role.OFFICE)
    assert tasks.export
    answer = client.post("/office/tallies/ratings.xlsx?unit=BDC")
    job = Job.objects.get()
    assert answer.headers["Location"] == f"/office/jobs/{job.pk}/"
    run_due(timezone.now())
    job.refresh_from_db()
    assert (job.state, job.error) == ("done", "")
    content = client.get(job.result["url"]).content
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert (len(rows), rows[0][0]) == (15, "Case number")
    days = {row[17] for row in rows[1:]}
    assert days == {dt.datetime.combine(timezone.localdate(), dt.time())}
    assert somebody("other", Role.OFFICE).get(job.result["url"]).status_code == 404


def test_the_ledger_goes_from_finished_to_valid_by_organisation_channel_and_service(town: Town) -> None:
    fill(town)
    client = somebody("lin", Role.OFFICE)
    page = client.get("/office/tallies/coverage/").content.decode()
    assert "Property Registration" in page
    assert page.count('<td class="r">14</td>') == 5
    assert str(Channel.QR_CASE.label) in client.get("/office/tallies/coverage/?by=channel").content.decode()
    by_service = client.get("/office/tallies/coverage/?by=service").content.decode()
    assert ("Mortgage registration" in by_service, "Transfer of property title" in by_service) == (True, True)


def test_the_ledger_is_held_against_what_the_own_system_says(town: Town) -> None:
    fill(town)
    client, today = somebody("lin", Role.OFFICE), timezone.localdate()
    address = f"/office/tallies/coverage/?first={today:%Y-%m-01}&last={today.isoformat()}"
    assert "not stated" in client.get(address).content.decode()
    told = {"organisation": "BDC", "month": today.isoformat(), "n": "16", "source": "monthly report"}
    assert client.post(address, told).status_code == 302
    assert "2 missing here" in client.get(address).content.decode()
    assert client.post(address, told | {"n": "14"}).status_code == 302
    assert "agrees" in client.get(address).content.decode()
    assert client.post(address, told | {"source": ""}).status_code == 422
    assert somebody("lead", Role.LEAD, "BDC").post(address, told).status_code == 403
    assert LogEntry.objects.filter(verb="ledger.state", actor="lin").count() == 2


def test_a_service_retired_before_the_case_was_finished_is_not_eligible(town: Town) -> None:
    fill(town)
    Service.objects.filter(pk=town.permit.pk).update(retired_on=timezone.localdate() - dt.timedelta(days=9))
    rebuild_all(now=timezone.now())
    (row,) = coverage(starts_on=timezone.localdate().replace(day=1), ends_on=month_end(timezone.localdate()))
    assert (row.n_finished, row.n_eligible) == (14, 11)


def test_crossing_hides_small_cells_and_what_would_give_them_away(town: Town) -> None:
    fill(town, 40)
    client = somebody("lin", Role.OFFICE)
    page = client.get("/office/tallies/crosstab/?rows=service&columns=level").content.decode()
    assert "Service by Level" in page
    assert page.count("hidden</span>") == 7
    assert client.get("/office/tallies/crosstab/?rows=level&columns=level").status_code == 422
    monthly = client.get("/office/tallies/crosstab/?rows=organisation&columns=month").content.decode()
    assert '<td class="r">40<span class="small">97.5' in monthly


def test_flagged_ratings_stand_beside_those_that_count(town: Town) -> None:
    fill(town, 30)
    held = list(Rating.objects.filter(level=5).order_by("pk").values_list("pk", flat=True)[:10])
    Rating.objects.filter(pk__in=held).update(screening="review")
    rebuild_all(now=timezone.now())
    page = somebody("lin", Role.OFFICE).get("/office/tallies/held/").content.decode()
    cells = [">20<", ">96.2<", ">10<", ">97.5<", ">+1.2<"]
    assert [cell in page.replace("\u2212", "-") for cell in cells] == [True] * 5


def test_strangers_are_asked_to_sign_in_and_admins_refused(town: Town) -> None:
    assert Client().get("/office/tallies/").status_code == 302
    assert somebody("root", Role.SYSTEM_ADMIN).get("/office/tallies/").status_code == 403
    assert somebody("sec", Role.SECURITY_ADMIN).get("/office/screening/").status_code == 403
