"""Hostile and doubled input: taken as text, once, and from its own place alone."""

import re
import uuid

import pytest
from django.core.mail.message import BadHeaderError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from surveys.core.enums import Role
from surveys.core.gateways import Outgoing, to_mail
from surveys.ratings.models import Rating
from tests.evaluation.site.test_doors import PASSWORD, signed_in, somebody
from tests.surveys.ratings.world import build_town, invited

pytestmark = pytest.mark.django_db
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


@pytest.fixture
def link():
    return f"/r/{invited(build_town(), now=timezone.now()).token}"


def sent(client, link, **more):
    return dict(HIDDEN.findall(client.get(link).content.decode())) | {"level": "4"} | more


def test_text_is_decoded_once(client, link):
    """What looks encoded a second time stays as it was written."""
    words = "%3Cb%3E &lt;i&gt; \\u003cu\\u003e"
    assert client.post(link, sent(client, link, comment=words)).status_code == 200
    assert Rating.objects.get().comment == words


def test_a_parameter_counts_only_in_its_own_place(client, link):
    """What stands in the address, or is sent as a cookie, is not part of the form."""
    client.cookies["level"] = "1"
    assert client.post(f"{link}?level=1&comment=forged", sent(client, link)).status_code == 200
    assert (Rating.objects.get().level, Rating.objects.get().comment) == (4, "")


@pytest.mark.parametrize("words", ["' OR '1'='1", "%", "a'; DROP TABLE core_user; --", "\\", "_%_"])
def test_words_of_a_search_are_no_query(words):
    somebody("wang")
    client = signed_in(Role.SECURITY_ADMIN)
    page = client.get(reverse("site:people"), {"q": words, "is_active": "true"})
    assert page.status_code == 200
    assert client.get("/search/", {"q": words}).status_code == 200
    assert signed_in(Role.SECURITY_ADMIN, name="zhao").get(reverse("site:people")).status_code == 200


@pytest.mark.parametrize(
    "where", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", "data:,x"]
)
def test_signing_in_leads_nowhere_else(where):
    somebody("lin", Role.OFFICE)
    answer = Client().post(reverse("account_login"), {"login": "lin", "password": PASSWORD, "next": where})
    assert (answer.status_code, answer["Location"]) == (302, "/office/")


def test_a_form_changes_only_its_own_fields():
    client = signed_in(Role.HANDLER)
    extra = {"username": "root", "is_superuser": "1", "is_staff": "1", "is_active": "", "role": "office"}
    assert client.post(reverse("site:account"), {"display_name": "Lin Wei"} | extra).status_code == 302
    person = client.get(reverse("site:account")).wsgi_request.user
    assert (person.display_name, person.username) == ("Lin Wei", "lin")
    assert (person.is_superuser, person.is_staff, person.is_active) == (False, False, True)
    assert client.get(reverse("core:log")).status_code == 403


@pytest.mark.parametrize("field", ["subject", "to"])
def test_no_line_break_reaches_the_head_of_a_mail(field):
    given = {
        "key": uuid.uuid4(),
        "kind": "email",
        "to": "a@example.org",
        "subject": "A notice",
        "body": "Text",
        "link": "",
    }
    with pytest.raises(BadHeaderError):
        to_mail(Outgoing(**given | {field: "a@example.org\r\nBcc: b@example.org"}))


def test_a_fault_of_ours_is_logged_with_its_trace(client, settings, caplog):
    settings.ROOT_URLCONF = "tests.evaluation.site.broken_urls"
    client.raise_request_exception = False
    answer = client.get("/boom/")
    assert answer.status_code == 500
    assert "Traceback" not in answer.content.decode()
    assert [record for record in caplog.records if record.exc_info and record.levelname == "ERROR"]
