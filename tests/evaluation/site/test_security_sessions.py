"""How long sessions of staff last, what ends them, and what is kept of them in browsers."""

import datetime as dt
import re

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evaluation.site.sessions import BEGUN, RENEW_SECONDS, SessionStore
from surveys.core.actions import reset_password, set_active
from surveys.core.enums import Role
from tests.evaluation.site.test_doors import PASSWORD, somebody
from tests.paths import ROOT

pytestmark = pytest.mark.django_db
OTHER = "a better horse with 2 batteries"


def signed_in(name="lin"):
    client = Client()
    client.post(reverse("account_login"), {"login": name, "password": PASSWORD})
    return client


def is_in(client):
    return client.get("/office/account/").status_code == 200


def key_of(client):
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.fixture
def lin():
    return somebody("lin", Role.OFFICE)


def older(client, seconds):
    """The session as it is when nobody has opened a page for so long."""
    row = Session.objects.get(pk=key_of(client))
    row.expire_date -= dt.timedelta(seconds=seconds)
    row.save()


@pytest.mark.usefixtures("lin")
def test_an_hour_without_a_page_ends_a_session_on_the_server():
    client = signed_in()
    older(client, settings.SESSION_COOKIE_AGE - 120)
    assert is_in(client)
    older(client, settings.SESSION_COOKIE_AGE + 10)
    assert not is_in(client)


@pytest.mark.usefixtures("lin")
def test_use_prolongs_a_session_and_writes_it_seldom():
    client = signed_in()
    older(client, RENEW_SECONDS // 2)
    before = Session.objects.get(pk=key_of(client)).expire_date
    assert is_in(client)
    assert Session.objects.get(pk=key_of(client)).expire_date == before
    older(client, RENEW_SECONDS)
    assert is_in(client)
    assert Session.objects.get(pk=key_of(client)).expire_date > before


@pytest.mark.usefixtures("lin")
def test_a_working_day_ends_a_session_however_much_it_is_used():
    client = signed_in()
    store = SessionStore(key_of(client))
    for age, holds in (
        (settings.SESSION_LONGEST_SECONDS - 60, True),
        (settings.SESSION_LONGEST_SECONDS, False),
    ):
        store[BEGUN] = int(timezone.now().timestamp()) - age
        store.save()
        assert is_in(client) is holds


@pytest.mark.usefixtures("lin")
def test_signing_in_and_proving_again_give_a_new_key_and_end_the_old_one():
    client = signed_in()
    first = key_of(client)
    assert re.fullmatch(r"[a-z0-9]{32}", first)
    client.post(reverse("account_reauthenticate"), {"password": "wrong wrong wrong"})
    assert key_of(client) == first
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert key_of(client) != first
    assert is_in(client)
    assert not Session.objects.filter(pk=first).exists()


@pytest.mark.usefixtures("lin")
def test_a_key_taken_before_signing_in_is_worth_nothing_afterwards():
    client = Client()
    store = SessionStore()
    store["planted"] = 1
    store.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = store.session_key
    client.post(reverse("account_login"), {"login": "lin", "password": PASSWORD})
    assert key_of(client) != store.session_key
    assert is_in(client)


@pytest.mark.usefixtures("lin")
def test_a_session_that_was_signed_out_is_gone():
    client = signed_in()
    key = key_of(client)
    client.post(reverse("account_logout"))
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    assert not is_in(client)
    assert not Session.objects.filter(pk=key).exists()


@pytest.mark.usefixtures("lin")
def test_a_changed_password_ends_every_other_session():
    mine, elsewhere = signed_in(), signed_in()
    wrong = {"oldpassword": "not this one at all", "password1": OTHER, "password2": OTHER}
    mine.post(reverse("account_change_password"), wrong)
    assert is_in(elsewhere)
    mine.post(reverse("account_change_password"), wrong | {"oldpassword": PASSWORD})
    assert (is_in(mine), is_in(elsewhere)) == (True, False)


@pytest.mark.parametrize("deed", ["close", "password"])
def test_an_administrator_ends_the_sessions_of_a_person_at_once(lin, deed):
    client = signed_in()
    assert is_in(client)
    if deed == "close":
        set_active(person=lin, active=False, actor=None, now=timezone.now())
    else:
        reset_password(person=lin, actor=None, now=timezone.now())
    assert not is_in(client)


def test_a_visit_alone_begins_no_session():
    client = Client()
    client.get(reverse("account_login"))
    assert settings.SESSION_COOKIE_NAME not in client.cookies
    assert not Session.objects.exists()


@pytest.mark.usefixtures("lin")
@pytest.mark.parametrize(
    "path", ["/office/account/", "/account/password/change/", "/account/2fa/", "/office/x/"]
)
def test_no_page_of_staff_is_kept_by_a_cache(path):
    assert "no-store" in signed_in().get(path)["Cache-Control"]


@pytest.mark.usefixtures("lin")
def test_every_page_of_staff_leads_to_signing_out():
    client = signed_in()
    account = reverse("site:account")
    assert f'href="{reverse("account_logout")}"' in client.get(account).content.decode()
    assert re.search(rf'href="{account}"', client.get("/office/improvement/office/").content.decode())


def test_only_the_kiosk_keeps_anything_in_a_browser():
    scripts = [path for top in ("surveys", "evaluation") for path in (ROOT / top).rglob("*.js")]
    keeping = [
        path.name
        for path in scripts
        if re.search(
            r"localStorage|sessionStorage|indexedDB|document\.cookie", path.read_text(encoding="utf-8")
        )
    ]
    assert keeping == ["kiosk.js"]
