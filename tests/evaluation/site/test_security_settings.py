"""What settings and the text of the program promise of security; the table of docs/security.md names these tests."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    ValidationError,
    validate_password,
)
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.test import Client

from evaluation.site.sessions import SessionStore
from tests.paths import ROOT

ASKED = (
    "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "CSRF_COOKIE_HTTPONLY",
    "SESSION_COOKIE_SAMESITE", "CSRF_COOKIE_SAMESITE", "SECURE_HSTS_SECONDS", "SECURE_REFERRER_POLICY",
    "SECURE_CONTENT_TYPE_NOSNIFF", "DEBUG", "SESSION_COOKIE_AGE", "SESSION_ENGINE", "SESSION_SERIALIZER",
    "CELERY_ACCEPT_CONTENT", "SESSION_COOKIE_DOMAIN", "PASSWORD_HASHERS", "PAGE_HEADERS",
    "SESSION_LONGEST_SECONDS",
)  # fmt: skip
DANGEROUS = {"eval", "exec", "compile", "__import__"}
UNSAFE_MODULES = {"pickle", "marshal", "shelve", "yaml", "dill", "telnetlib"}
LATER_CODE = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|postMessage"
)


def sources() -> list[Path]:
    return [
        path for name in ("scoring", "surveys", "evaluation") for path in sorted((ROOT / name).rglob("*.py"))
    ]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """The settings of an installation that residents open by https."""
    code = (
        "import json; from django.conf import settings;"
        f"print(json.dumps({{name: getattr(settings, name, None) for name in {ASKED!r}}}))"
    )
    env = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}} | {
        "DJANGO_SETTINGS_MODULE": "evaluation.site.settings",
        "PUBLIC_BASE_URL": "https://pj.example.org",
        "ALLOWED_HOSTS": "pj.example.org",
        "SECRET_KEY": "nobody guesses this key, it is only for one test",
        "STATE_DIR": str(tmp_path_factory.mktemp("state")),
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_cookies_travel_by_https_alone_and_are_closed_to_scripts(published) -> None:
    for name in (
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "SESSION_COOKIE_HTTPONLY",
        "CSRF_COOKIE_HTTPONLY",
    ):
        assert published[name] is True
    assert published["SESSION_COOKIE_SAMESITE"] == published["CSRF_COOKIE_SAMESITE"] == "Lax"
    assert published["SESSION_COOKIE_DOMAIN"] is None


def test_https_is_kept_for_a_year_and_addresses_are_not_passed_on(published) -> None:
    assert published["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert published["SECURE_REFERRER_POLICY"] == "same-origin"
    assert published["SECURE_CONTENT_TYPE_NOSNIFF"] is True
    assert published["DEBUG"] is False


def test_sessions_are_kept_on_the_server_and_end_after_a_working_day(published) -> None:
    assert published["SESSION_ENGINE"] == "evaluation.site.sessions"
    assert issubclass(SessionStore, DatabaseStore)
    assert published["SESSION_COOKIE_AGE"] <= 3600
    assert published["SESSION_LONGEST_SECONDS"] <= 12 * 3600


def test_queues_and_sessions_speak_json_alone(published) -> None:
    assert published["CELERY_ACCEPT_CONTENT"] == ["json"]
    assert published["SESSION_SERIALIZER"].endswith("JSONSerializer")


def test_nothing_from_elsewhere_is_loaded(published) -> None:
    policy = published["PAGE_HEADERS"]["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "base-uri 'none'" in policy
    assert "http" not in policy
    assert "unsafe" not in policy


def test_passwords_are_hashed_slowly(published) -> None:
    assert published["PASSWORD_HASHERS"][0] == "django.contrib.auth.hashers.PBKDF2PasswordHasher"
    assert PBKDF2PasswordHasher().iterations >= 600_000


def test_passwords_are_judged_by_length_and_lists_alone() -> None:
    validate_password("only small letters and blanks are fine")
    validate_password("x" * 40 + "y" * 60)
    common = next(word for word in sorted(CommonPasswordValidator().passwords) if len(word) >= 12)
    for bad in ("short", "elevensigns", common):
        with pytest.raises(ValidationError):
            validate_password(bad)


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_text_becomes_code(path: Path) -> None:
    """No eval, exec or compile, no unsafe loaders, no command that a shell reads."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            assert name not in DANGEROUS, node.lineno
            assert not any(word.arg == "shell" for word in node.keywords), node.lineno
        if isinstance(node, ast.Import):
            assert not {alias.name.split(".")[0] for alias in node.names} & UNSAFE_MODULES, node.lineno
        if isinstance(node, ast.ImportFrom) and node.module:
            assert node.module.split(".")[0] not in UNSAFE_MODULES, node.lineno


def test_no_script_writes_markup_or_takes_messages_from_other_windows() -> None:
    scripts = [path for path in (ROOT / "surveys").rglob("*.js") if "node_modules" not in path.parts]
    assert scripts
    for path in scripts:
        assert not LATER_CODE.search(path.read_text(encoding="utf-8")), path


def test_every_dependency_is_pinned_with_its_hash() -> None:
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    assert len(lines) > 20
    assert all("==" in line and "--hash=sha256:" in line for line in lines)


def test_nobody_signs_in_through_somebody_else_by_default() -> None:
    assert "allauth.socialaccount" not in settings.INSTALLED_APPS


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/api/v1/editions", "/healthz"])
def test_no_other_origin_is_let_in(client: Client, path: str) -> None:
    answer = client.get(path, headers={"origin": "https://elsewhere.example"})
    assert answer.status_code == 200
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]
