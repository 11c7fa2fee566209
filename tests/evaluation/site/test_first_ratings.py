"""docs/guide-first-ratings.md, followed step by step on an empty installation, over HTTP as people do it."""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evaluation.site.seeding import seed
from surveys.core.models import User
from surveys.ratings.models import Invitation, Rating
from surveys.ratings.tokens import token_of
from surveys.screening.actions import screen_new
from surveys.tallies.actions import rebuild_all
from tests.paths import ROOT

pytestmark = pytest.mark.django_db
GUIDE = ROOT / "docs" / "guide-first-ratings.md"
SECRET = re.compile(r"\b[a-z2-9]{5}(?:-[a-z2-9]{5}){3}\b")


def signed_in(name: str, password: str) -> Client:
    client = Client()
    answer = client.post(reverse("account_login"), {"login": name, "password": password})
    assert answer.status_code == 302, answer.content.decode()
    return client


def person_with(admin: Client, name: str, role: str) -> Client:
    """Step 3: add a person, read the password off the page, give the seat, sign in as them."""
    page = admin.post(reverse("site:person_new"), {"username": name, "display_name": name.title()})
    secret = SECRET.search(page.content.decode())
    assert secret is not None
    found = User.objects.get(username=name)
    given = admin.post(reverse("site:person", args=[found.pk]), {"role": role, "organisation": ""})
    assert given.status_code == 302
    return signed_in(name, secret[0])


def sent(client: Client, name: str, **fields: str) -> None:
    answer = client.post(reverse(name), fields)
    assert answer.status_code == 302, answer.content.decode()


def menu(client: Client) -> str:
    return client.get("/office/", follow=True).content.decode()


def test_ten_steps_lead_from_nothing_to_counted_ratings(tmp_path: Path) -> None:
    seed(timezone.now())
    printed = StringIO()
    call_command("person", "wang", "--seat", "security_admin", stdout=printed)
    admin = signed_in("wang", printed.getvalue().strip())
    assert "People and seats" in menu(admin)
    office = person_with(admin, "office", "office")
    desk = person_with(admin, "desk", "operator")
    sent(office, "catalogue:organisation_new", code="BDC", name_en="Property Registration")
    organisation = re.search(
        r'<option value="(\d+)"', office.get(reverse("catalogue:service_new")).content.decode()
    )
    assert organisation is not None
    today = timezone.localdate().isoformat()
    sent(
        office, "catalogue:service_new", code="1100000001", name_en="Transfer of title",
        organisation=organisation[1], valid_from=today,
    )  # fmt: skip
    sent(
        office,
        "catalogue:point_new",
        code="qr-01",
        name_en="Counter 1",
        organisation=organisation[1],
        kind="qr",
    )
    assert "Forms and codes to print" in menu(office)
    sheet = office.get(reverse("ratings:print_counter", args=["qr-01"])).content.decode()
    posted = re.search(r"/q/[\w.-]+", sheet)
    assert posted is not None
    assert Client().get(posted[0]).status_code == 200
    link = report_a_case(desk, tmp_path)
    resident = Client()
    assert "Very satisfied" in resident.get(link).content.decode()
    receipt = resident.post(link, {"level": "2", "comment": "Waited long"}).content.decode()
    assert re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2}", receipt)
    assert "already" in resident.get(link).content.decode()
    counted(office)


def report_a_case(desk: Client, folder: Path) -> str:
    """Steps 8 and 9: a file of finished cases, then the case's own form with its code."""
    file = folder / "cases.csv"
    ended = timezone.localtime(timezone.now()).strftime("%Y-%m-%d %H:%M:%S")
    heads = re.search(r"`(case_no,[\w,]+)`", GUIDE.read_text(encoding="utf-8"))
    assert heads is not None
    file.write_text(f"{heads[1]}\nBDC-1,completion,1,1100000001,{ended}\n", encoding="utf-8")
    for more in (["--check"], []):
        call_command("import", "matters", str(file), *more, stdout=StringIO())
    found = desk.post(reverse("ratings:prints"), {"case_no": "BDC-1"})
    assert "BDC-1" in desk.get(found.headers["Location"]).content.decode()
    called = desk.post(reverse("ratings:calls"), {"case_no": "BDC-1"})
    assert "Read aloud" in desk.get(called.headers["Location"]).content.decode()
    return "/r/" + token_of_only_case()


def token_of_only_case() -> str:
    return token_of(bytes(Invitation.objects.get().nonce))


def counted(office: Client) -> None:
    """Step 10, without waiting for the scheduler."""
    screen_new(now=timezone.now())
    rebuild_all(now=timezone.now())
    assert set(Rating.objects.values_list("screening", flat=True)) == {"kept"}
    page = office.get(reverse("tallies:statistics"))
    assert page.status_code == 200
    assert "Property Registration" in page.content.decode()


def test_a_name_is_given_once() -> None:
    call_command("person", "wang", "--seat", "office", stdout=StringIO())
    with pytest.raises(CommandError, match="taken"):
        call_command("person", "wang", "--seat", "office", stdout=StringIO())


def test_the_guide_has_ten_steps_and_names_what_is_there() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    assert [int(n) for n in re.findall(r"^(\d+)\. ", text, re.MULTILINE)] == list(range(1, 11))
    for path in re.findall(r"\]\((\S+?\.md)\)", text):
        assert (ROOT / "docs" / path).exists(), path
    for path in re.findall(r"`(tests/\S+?)`", text):
        assert (ROOT / path).exists(), path
