"""What passes between the site and the world: headers, methods, proxies, certificates, addresses."""

import json
import os
import re
import ssl
import subprocess
import sys

import pytest
from django.core.management import call_command
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from evaluation.site.middleware import EdgeMiddleware
from surveys.core.actions import make_api_key
from tests.paths import ROOT

ASKED = (
    "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "LANGUAGE_COOKIE_NAME", "SESSION_COOKIE_PATH", "CSRF_COOKIE_PATH",
    "SESSION_COOKIE_DOMAIN", "CSRF_COOKIE_DOMAIN", "PAGE_HEADERS", "DATABASES", "CELERY_BROKER_USE_SSL",
    "MESSAGE_STORAGE", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_SSL_REDIRECT",
)  # fmt: skip
ADDRESS = "https://pj.example.org"
DATABASE = "postgres://u:p@db.example.org/e?sslmode=verify-full&sslrootcert=/etc/ca.pem"


@pytest.fixture
def asked(tmp_path):
    """The settings under an environment, by name."""

    def ask(**more):
        code = (
            "import json; from django.conf import settings;"
            f"print(json.dumps({{name: getattr(settings, name, None) for name in {ASKED!r}}}, default=str))"
        )
        env = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}} | {
            "DJANGO_SETTINGS_MODULE": "evaluation.site.settings",
            "SECRET_KEY": "nobody guesses this key, it is only for one test",
            "STATE_DIR": str(tmp_path),
            "PYTHONPATH": str(ROOT),
        }
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=env | more,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    return ask


def test_cookies_are_bound_to_the_host_where_https_is_on_and_plain_on_a_laptop(asked):
    https, http = asked(PUBLIC_BASE_URL=ADDRESS), asked()
    for name in ("SESSION_COOKIE", "CSRF_COOKIE", "LANGUAGE_COOKIE"):
        assert https[f"{name}_NAME"].startswith("__Host-")
        assert not http[f"{name}_NAME"].startswith("__")
    for name in ("SESSION_COOKIE", "CSRF_COOKIE"):
        assert (https[f"{name}_PATH"], https[f"{name}_DOMAIN"]) == ("/", None)
    assert https["MESSAGE_STORAGE"].endswith("SessionStorage")


def test_subdomains_are_kept_to_https_where_the_installation_says_so(asked):
    headers = [
        asked(PUBLIC_BASE_URL=ADDRESS, HSTS_SUBDOMAINS=said)["PAGE_HEADERS"]["Strict-Transport-Security"]
        for said in ("0", "1")
    ]
    assert headers == ["max-age=31536000", "max-age=31536000; includeSubDomains"]
    assert "Strict-Transport-Security" not in asked()["PAGE_HEADERS"]


def test_certificates_of_database_and_broker_are_checked_where_the_address_asks_for_tls(asked):
    options = asked(DATABASE_URL=DATABASE)["DATABASES"]["default"]["OPTIONS"]
    assert (options["sslmode"], options["sslrootcert"]) == ("verify-full", "/etc/ca.pem")
    assert "lock_timeout" in options["options"]
    redis = asked(CELERY_BROKER_URL="rediss://q.example.org:6379/0")["CELERY_BROKER_USE_SSL"]
    rabbit = asked(CELERY_BROKER_URL="amqps://u:p@q.example.org//")["CELERY_BROKER_USE_SSL"]
    assert redis == {"ssl_cert_reqs": int(ssl.CERT_REQUIRED), "ssl_check_hostname": True}
    assert rabbit == {"cert_reqs": int(ssl.CERT_REQUIRED), "server_hostname": None}


def test_machines_are_never_led_from_http_to_https(asked):
    assert asked(PUBLIC_BASE_URL=ADDRESS)["SECURE_SSL_REDIRECT"] is False


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "DEBUG", "PROPFIND"])
@pytest.mark.parametrize("path", ["/", "/account/login/", "/r/abc", "/api/v1/services", "/healthz"])
def test_methods_nobody_needs_are_refused_before_anything_else(method, path):
    assert Client().generic(method, path).status_code == 405


@pytest.mark.parametrize(("remote", "is_secure"), [("9.9.9.9", False), ("10.0.0.1", True)])
def test_the_scheme_is_believed_only_from_a_trusted_proxy(rf, settings, remote, is_secure):
    settings.TRUSTED_PROXIES = ["10.0.0.1"]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    request = rf.get("/", REMOTE_ADDR=remote, headers={"X-Forwarded-Proto": "https"})
    seen = []
    EdgeMiddleware(lambda passed: seen.append(passed.is_secure()))(request)
    assert seen == [is_secure]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "status"),
    [("/", 200), ("/nowhere/", 404), ("/static/look.css", 200), ("/api/v1/services", 401), ("/healthz", 200)],
)
def test_every_answer_carries_the_policy(path, status, settings):
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True
    answer = Client().get(path)
    assert answer.status_code == status
    policy = answer["Content-Security-Policy"]
    for part in ("default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert part in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    answer.close()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/static/", "/static/core/", "/data/", "/.git/config", "/.git/HEAD", "/var/", "/manage.py"]
)
def test_no_folder_is_listed_and_no_source_is_served(path):
    answer = Client().get(path)
    text = answer.content.decode()
    assert answer.status_code in {200, 404}
    assert "Index of" not in text
    assert "repositoryformatversion" not in text
    assert (answer.status_code == 200) is (path == "/data/")


@pytest.mark.django_db
def test_every_text_says_its_encoding():
    for path in ("/", "/account/login/", "/nowhere/", "/editions.atom", "/metrics"):
        assert "charset=utf-8" in Client().get(path)["Content-Type"].lower(), path


@pytest.mark.django_db
def test_machines_cannot_be_spoken_for_by_a_form_in_a_browser():
    """The API takes a key in a header and JSON alone: a page elsewhere can send neither without asking first."""
    key = make_api_key(name="counter", scope="intake", actor=None, now=timezone.now())
    client, given = Client(), {"Authorization": f"Token {key}"}
    address = "/api/v1/matters"
    assert client.post(address, {}, content_type="application/json").status_code == 401
    assert client.post(address, {}, content_type="application/json", headers=given).status_code == 400
    for kind in ("application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"):
        assert client.post(address, "{}", content_type=kind, headers=given).status_code == 415


def patterns(resolver=None):
    for each in (resolver or get_resolver()).url_patterns:
        if isinstance(each, URLResolver):
            yield from patterns(each)
        elif isinstance(each, URLPattern):
            yield each


def test_nothing_for_developers_is_part_of_the_site(settings):
    names = {f"{each.callback.__module__}" for each in patterns()}
    assert not [name for name in names if re.search(r"debug|admin\.sites|silk|demo|tests", name)]
    assert not [app for app in settings.INSTALLED_APPS if re.search(r"debug|admin|extensions|silk", app)]


@override_settings(DEBUG=False)
def test_the_check_for_deployment_finds_nothing_that_is_not_explained(capsys):
    call_command("check", "--fail-level", "ERROR")
    assert "no issues" in capsys.readouterr().out
