"""The environment is checked at start: what holds, and one sentence for what cannot."""

import subprocess
import sys

import environ
import pytest

from evaluation.site.environment import EnvironmentRefusedError, read
from tests.paths import ROOT

KEY = "a-secret-key-of-at-least-thirty-two-characters"
MAIL = {
    "OUTBOX": "mail",
    "EMAIL_URL": "smtp+tls://pj:a%40b@mail.example.gov.cn:587",
    "EMAIL_FROM": "pj@example.gov.cn",
}
REFUSED = [
    ({"SITE": "both"}, "SITE is 'both'"),
    ({"LANGUAGE_CODE": "fr"}, "LANGUAGE_CODE is 'fr'"),
    ({"TIME_ZONE": "Mars/Base"}, "TIME_ZONE is 'Mars/Base'"),
    ({"SECRET_KEY": "short"}, "SECRET_KEY is missing or shorter"),
    ({"SECRET_KEY_FALLBACKS": f"{KEY}-older,short"}, "SECRET_KEY_FALLBACKS holds a key shorter than 32"),
    ({"SECRET_KEY_FALLBACKS": KEY}, "SECRET_KEY_FALLBACKS repeats a key"),
    ({"DATABASE_URL": "mysql://h/d"}, "DATABASE_URL begins with 'mysql'"),
    ({"CELERY_BROKER_URL": "sqs://"}, "CELERY_BROKER_URL begins with 'sqs'"),
    ({"PUBLIC_BASE_URL": "example"}, "PUBLIC_BASE_URL is 'example'"),
    ({"PORT": "many"}, "PORT is 'many'; write a whole number from 1 to 65535."),
    ({"PORT": "65536"}, "PORT is '65536'"),
    ({"WEB_WORKERS": "0"}, "WEB_WORKERS is '0'"),
    ({"STATEMENT_SECONDS": "1.5"}, "STATEMENT_SECONDS is '1.5'"),
    ({"DEBUG": "perhaps"}, "DEBUG is 'perhaps'"),
    ({"OUTBOX": "pigeon"}, "OUTBOX is 'pigeon'"),
    ({"OUTBOX": "mail"}, "OUTBOX is mail, but no mail server is named"),
    (MAIL | {"EMAIL_URL": "https://mail.example.gov.cn"}, "EMAIL_URL is not the address of a mail server"),
    (MAIL | {"EMAIL_FROM": "the office"}, "EMAIL_FROM is 'the office'"),
    ({"SMS_GATEWAY": "ftp://g"}, "SMS_GATEWAY is 'ftp://g'"),
]


@pytest.fixture
def bare(monkeypatch, tmp_path):
    """Nothing set but the key."""
    for name in {name for changes, _ in REFUSED for name in changes} | {"ALLOWED_HOSTS", "DEMO", "HOST"}:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SECRET_KEY", KEY)
    return tmp_path


@pytest.mark.parametrize(("changes", "sentence"), REFUSED, ids=[sentence for _, sentence in REFUSED])
def test_a_wrong_variable_is_refused_in_one_sentence(bare, monkeypatch, changes, sentence):
    for name, value in changes.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(EnvironmentRefusedError) as refusal:
        read(bare)
    assert sentence in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_what_holds_where_nothing_is_said(bare, monkeypatch):
    monkeypatch.setenv("ALLOWED_HOSTS", "")
    found = read(bare)
    assert (found.host, found.port, found.web_workers, found.statement_seconds) == ("127.0.0.1", 8000, 2, 600)
    assert (found.site, found.language_code, found.time_zone) == ("all", "zh-hans", "Asia/Shanghai")
    assert (found.debug, found.demo, found.outbox, found.sms_gateway) == (False, False, "file", "file")
    assert found.database_url == f"sqlite:///{bare}/database.sqlite3"
    assert "127.0.0.1" in found.allowed_hosts


def test_links_lead_to_the_port_the_site_listens_on(bare, monkeypatch):
    monkeypatch.setenv("PORT", "8123")
    assert read(bare).public_base_url == "http://127.0.0.1:8123"
    monkeypatch.setenv("PUBLIC_BASE_URL", "https://pj.example.gov.cn/")
    assert read(bare).public_base_url == "https://pj.example.gov.cn"


def test_mail_leaves_through_the_server_named(bare, monkeypatch):
    for name, value in MAIL.items():
        monkeypatch.setenv(name, value)
    found = read(bare)
    chosen = environ.Env.email_url_config(found.email_url)
    assert (chosen["EMAIL_HOST"], chosen["EMAIL_PORT"]) == ("mail.example.gov.cn", 587)
    assert (chosen["EMAIL_HOST_PASSWORD"], chosen["EMAIL_USE_TLS"]) == ("a@b", True)
    assert found.email_from == "pj@example.gov.cn"


def test_the_command_line_says_the_sentence_and_nothing_else(bare):
    told = subprocess.run(
        [sys.executable, "manage.py", "doctor"],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env={"SITE": "both", "SECRET_KEY": KEY, "STATE_DIR": str(bare), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr == "SITE is 'both'; write one of: public, office, all.\n"
