"""Who may take report files away: the audit package only with a seat for it, noted each time, never in public."""

import pytest
from django.test import Client
from django.urls import reverse

from evaluation.reports.actions import store
from evaluation.reports.models import ReportFile
from surveys.core.enums import Role
from surveys.core.models import LogEntry, Seat
from tests.evaluation.portal import world
from tests.worlds.clock import NOON
from tests.worlds.people import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def files() -> dict[str, ReportFile]:
    """An audit package and a public one of a published edition."""
    run = world.publish().run
    return {
        kind: store(
            run=run, kind=kind, language="", name=f"{world.CODE}-{kind}.zip", content=kind.encode(), now=NOON
        )
        for kind in ("audit", "package")
    }


def signed_in(role: Role) -> Client:
    user, client = person(role.value), Client()
    Seat.objects.create(user=user, role=role, granted_at=NOON)
    client.force_login(user)
    return client


@pytest.mark.parametrize(
    ("role", "status"), [(Role.OFFICE, 200), (Role.AUDIT_ADMIN, 200), (Role.LEADER, 403), (Role.AUDITOR, 403)]
)
def test_full_tallies_open_to_the_office_and_the_audit_administrator(
    files: dict[str, ReportFile], role: Role, status: int
) -> None:
    client = signed_in(role)
    assert client.get(reverse("reports:file", args=[files["audit"].pk])).status_code == status
    page = client.get(reverse("reports:cycle", args=[world.CODE]))
    assert (f"{world.CODE}-audit.zip" in page.content.decode()) == (status == 200)


def test_each_taking_away_enters_the_log(files: dict[str, ReportFile]) -> None:
    client = signed_in(Role.OFFICE)
    for _turn in range(2):
        assert client.get(reverse("reports:file", args=[files["audit"].pk])).content == b"audit"
    client.get(reverse("reports:file", args=[files["package"].pk]))
    entries = LogEntry.objects.filter(verb="edition.audit_issued")
    assert [(row.actor, row.detail["file"]) for row in entries] == 2 * [("office", files["audit"].file_id)]


def test_the_portal_never_gives_the_audit_package(files: dict[str, ReportFile]) -> None:
    base = f"/results/{world.CODE}/"
    assert Client().get(f"{base}files/{world.CODE}-package.zip").content == b"package"
    assert Client().get(f"{base}files/{world.CODE}-audit.zip").status_code == 404
    for path in (base, "/data/"):
        assert "audit.zip" not in Client().get(path).content.decode()
