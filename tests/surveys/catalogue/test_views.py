"""The catalogue's pages: doors, lists, forms, and a file read in by hand."""

from datetime import UTC, date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from surveys.catalogue import actions
from surveys.catalogue.catalogue_import import importer
from surveys.catalogue.models import Organisation, Service, ServicePoint
from surveys.core.enums import Role
from surveys.core.models import Seat, User

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
pytestmark = pytest.mark.django_db
LISTS = ("services", "organisations", "points", "regions", "peer_groups")


@pytest.fixture
def registry():
    return actions.create_organisation(
        code="registry", names={"en": "Registry", "zh-hans": "登记中心"}, actor=None, now=NOW
    )


@pytest.fixture
def seated(client):
    def sign_in(role, code=""):
        user = User.objects.create(username=f"{role}-{code}")
        Seat.objects.create(user=user, role=role, organisation_code=code, granted_at=NOW)
        client.force_login(user)
        return client

    return sign_in


def service(code, owner, **promise):
    return actions.create_service(
        code=code, names={"en": f"Service {code}"}, organisation=owner, valid_from=date(2026, 1, 1),
        promise=actions.Promise(**promise), actor=None, now=NOW,
    )  # fmt: skip


def test_strangers_are_asked_to_sign_in(client, registry):
    for address in (reverse("catalogue:services"), reverse("catalogue:organisation", args=["registry"])):
        response = client.get(address)
        assert response.status_code == 302
        assert "/account/login/" in response.headers["Location"]


@pytest.mark.parametrize(
    ("role", "reads", "keeps"),
    [(Role.OFFICE, 200, 200), (Role.LEAD, 200, 403), (Role.HANDLER, 200, 403), (Role.LEADER, 200, 403),
     (Role.AUDITOR, 403, 403), (Role.SYSTEM_ADMIN, 403, 403)],
)  # fmt: skip
def test_who_reads_and_who_keeps_the_catalogue(seated, registry, role, reads, keeps):
    client = seated(role)
    assert client.get(reverse("catalogue:organisations")).status_code == reads
    assert client.get(reverse("catalogue:organisation", args=["registry"])).status_code == reads
    assert client.get(reverse("catalogue:export")).status_code == reads
    for name in ("organisation_new", "service_new", "point_new", "import"):
        assert client.get(reverse(f"catalogue:{name}")).status_code == keeps
    retire = client.post(reverse("catalogue:organisation_retire", args=["registry"]))
    assert retire.status_code == (302 if keeps == 200 else 403)
    assert Organisation.objects.current().filter(code="registry").exists() is (keeps != 200)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_takes_as_many_queries_for_three_rows_as_for_one(seated, registry, name):
    group = actions.create_peer_group(code="g0", names={"en": "G"}, actor=None, now=NOW)
    top = actions.create_region(code="110000000000", names={"en": "R"}, level=2, actor=None, now=NOW)
    registry.region, registry.peer_group = top, group
    registry.save()
    client = seated(Role.OFFICE)
    counted = []
    for place in range(3):
        service(f"S{place}", registry)
        actions.create_point(
            code=f"p{place}", names={"en": "P"}, organisation=registry, kind="window", actor=None, now=NOW
        )
        if place:
            actions.create_peer_group(code=f"g{place}", names={"en": "G"}, actor=None, now=NOW)
            actions.create_region(
                code=f"11010{place}000000", names={"en": "R"}, level=3, parent=top, actor=None, now=NOW
            )
            actions.create_organisation(
                code=f"o{place}", names={"en": "O"}, parent=registry, region=top, peer_group=group,
                actor=None, now=NOW,
            )  # fmt: skip
        if place != 1:
            with CaptureQueriesContext(connection) as queries:
                response = client.get(reverse(f"catalogue:{name}"))
            counted.append(len(queries))
            assert len(response.context["table"].rows) == place + 1
    assert counted[0] == counted[1] <= 10


def test_a_list_is_narrowed_by_words_in_any_language_and_by_state(seated, registry):
    service("S1", registry)
    old = service("S2", registry)
    actions.retire_service(service=old, actor=None, now=NOW)
    client = seated(Role.OFFICE)

    def codes(**query):
        rows = client.get(reverse("catalogue:services"), query).context["table"].rows
        return [row.record.code for row in rows]

    assert codes() == ["S1", "S2"]
    assert codes(state="current") == ["S1"]
    assert codes(state="retired") == ["S2"]
    assert codes(words="service s2") == ["S2"]
    found = client.get(reverse("catalogue:organisations"), {"words": "登记"}).context["table"].rows
    assert [row.record.code for row in found] == ["registry"]


def test_a_list_leaves_as_csv_with_days_as_written(seated, registry):
    service("S1", registry, promised_days=5)
    response = seated(Role.OFFICE).get(reverse("catalogue:services"), {"format": "csv"})
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert lines == [
        "name,code,organisation,version,promised working days,online,state",
        "Service S1,S1,Registry,1,5,no,",
    ]


def test_a_service_is_added_by_form_and_its_faults_are_told(seated, registry):
    client = seated(Role.OFFICE)
    address = reverse("catalogue:service_new")
    data = {
        "code": "0007", "name_en": "Copy of a deed", "organisation": registry.pk,
        "valid_from": "2026-01-01", "promised_days": "3", "is_online": "on",
    }  # fmt: skip
    bad = client.post(address, data | {"code": "lower case", "name_en": ""})
    assert bad.status_code == 422
    assert set(bad.context["form"].errors) == {"name_zh_hans"}
    refused = client.post(address, data | {"code": "lower case"})
    assert refused.context["form"].non_field_errors() == ["Use up to 31 capital letters and digits."]
    assert client.post(address, data).status_code == 302
    version = Service.objects.get(code="0007").versions.get()
    assert (version.promised_days, version.is_online) == (3, True)
    client.post(reverse("catalogue:service_version", args=["0007"]), {"valid_from": "2026-05-01"})
    assert Service.objects.get(code="0007").versions.count() == 2
    again = client.post(reverse("catalogue:service_version", args=["0007"]), {"valid_from": "2026-05-01"})
    assert "must start after" in again.content.decode()


def test_a_service_is_handed_over_and_its_page_says_so(seated, registry):
    row = service("S1", registry)
    other = actions.create_organisation(code="other", names={"en": "Other"}, actor=None, now=NOW)
    client = seated(Role.OFFICE)
    data = {"organisation": other.pk, "starts_on": "2026-01-05", "reason": "Reform"}
    assert client.post(reverse("catalogue:service_hand_over", args=["S1"]), data).status_code == 302
    page = client.get(reverse("catalogue:service", args=["S1"]))
    assert page.context["owner"] == other
    assert "Reform" in page.content.decode()
    assert row.organisation == registry


def test_an_organisation_and_a_point_are_kept_by_form(seated, registry):
    client = seated(Role.OFFICE)
    made = client.post(
        reverse("catalogue:organisation_new"), {"code": "desk", "name_en": "Desk", "parent": registry.pk}
    )
    assert made.status_code == 302
    client.post(reverse("catalogue:organisation_change", args=["desk"]), {"name_en": "New desk"})
    assert Organisation.objects.get(code="desk").names == {"en": "New desk"}
    point = {"code": "w1", "name_en": "W", "organisation": registry.pk, "kind": "window"}
    bad = client.post(reverse("catalogue:point_new"), point | {"allowed_networks": "here"})
    assert set(bad.context["form"].errors) == {"allowed_networks"}
    client.post(reverse("catalogue:point_new"), point | {"allowed_networks": "10.0.0.0/8"})
    assert ServicePoint.objects.get().allowed_networks == ["10.0.0.0/8"]
    assert client.get(reverse("catalogue:point", args=["w1"])).status_code == 200
    client.post(reverse("catalogue:point_retire", args=["w1"]))
    assert ServicePoint.objects.get().retired_on is not None


def test_unknown_codes_are_not_found(seated):
    client = seated(Role.OFFICE)
    for name in ("organisation", "service", "point"):
        assert client.get(reverse(f"catalogue:{name}", args=["nowhere"])).status_code == 404


def upload(content):
    return {"file": SimpleUploadedFile("c.xlsx", content)}


def test_a_file_is_previewed_then_taken_in(seated):
    client = seated(Role.OFFICE)
    content = importer.template("en")
    page = client.post(reverse("catalogue:import"), upload(content))
    assert (page.status_code, page.context["report"].created) == (200, 6)
    assert not Organisation.objects.exists()
    taken = client.post(reverse("catalogue:take"), {"sha256": page.context["file"].sha256})
    assert taken.status_code == 302
    assert Organisation.objects.get().code == "registry"
    assert client.post(reverse("catalogue:take"), {"sha256": "0" * 64}).status_code == 404


def test_a_wrong_file_shows_its_cells_and_offers_nothing_to_take(seated):
    client = seated(Role.OFFICE)
    wrong = SimpleUploadedFile("organisations.csv", b"code,name_en,parent\na,A,nowhere\n")
    page = client.post(reverse("catalogue:import"), {"file": wrong})
    text = page.content.decode()
    assert page.status_code == 422
    assert "organisations!C2" in text
    assert "There is no “nowhere”" in text
    assert reverse("catalogue:take") not in text


def test_the_template_is_in_the_readers_language(seated):
    client = seated(Role.LEAD, "registry")
    response = client.get(reverse("catalogue:template"))
    assert response.content == importer.template("en")
