"""What docs/security.md says in its sections is what the program does."""

import re

from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher

from evaluation.site.passwords import LEAST, WORDS
from surveys.cases.actions.notes import MAX_FILE, MAX_FILES
from surveys.core.enums import ApiScope, Role
from surveys.core.guessing import MOST_WRONG, WAIT_SECONDS
from surveys.core.idempotency import KEEP_DAYS as REPEAT_DAYS
from surveys.core.workbooks.preflight import Limits
from surveys.ratings.actions.days import TRACE_DAYS
from surveys.ratings.actions.retention import KEEP_DAYS, UNASKED_DAYS
from tests.evaluation.site.test_security_settings import sources
from tests.paths import ROOT

TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
SECTIONS = {part.split("\n", 1)[0]: part for part in re.split(r"^## ", TEXT, flags=re.MULTILINE)[1:]}
PURPOSES = re.compile(
    r"""^(?:\w*PURPOSE|HASH) = "([\w-]+)"|(?:derived_key|keyed_hash|encrypted|hashes_of_keys)\(["']([\w-]+)["']""",
    re.MULTILINE,
)
ADDRESSES = ("DATABASE_URL", "CELERY_BROKER_URL", "EMAIL_URL", "SMS_GATEWAY")


def check_says(section, *words):
    text = " ".join(SECTIONS[section].split())
    assert [word for word in words if word not in text] == []


def test_every_section_the_table_points_to_is_there():
    anchors = {name.lower().replace(" ", "-") for name in SECTIONS}
    assert set(re.findall(r"\]\(#([\w-]+)\)", TEXT)) == anchors


def test_the_words_listed_are_the_words_refused():
    listed = SECTIONS["Signing in"].split("Words that make no password")[1].split("The list of breached")[0]
    assert set(re.findall(r"`([^`]+)`", listed)) == WORDS
    assert LEAST == 8
    assert "eight other signs" in listed


def test_what_is_said_of_signing_in_is_what_holds():
    minutes = round(settings.AXES_COOLOFF_TIME * 60)
    rate = settings.ACCOUNT_RATE_LIMITS["login_failed"].split("/")[0]
    check_says(
        "Signing in",
        f"{settings.AXES_FAILURE_LIMIT} wrong passwords",
        f"for {minutes} minutes",
        f"{rate} failures a minute",
    )
    check_says("Signing in", f"{MOST_WRONG} unknown links", "ten minutes", "12 characters")
    assert WAIT_SECONDS == 600
    assert settings.AXES_LOCKOUT_PARAMETERS == [["username", "ip_address"]]
    assert settings.AUTH_PASSWORD_VALIDATORS[0]["OPTIONS"] == {"min_length": 12}


def test_what_is_said_of_sessions_is_what_holds():
    idle, longest = settings.SESSION_COOKIE_AGE // 60, settings.SESSION_LONGEST_SECONDS // 3600
    check_says("Sessions", f"after {idle} minutes without a page", f"after {longest} hours in any case")


def test_every_role_is_described():
    check_says("Who may do what", *(f"`{each}`" for each in [*Role.values, *ApiScope.values]))


def test_the_limits_named_are_those_in_force():
    limits = Limits()
    check_says(
        "Files", f"{limits.file_bytes // 10**6} MB packed", f"{limits.inflated_bytes // 10**6} MB unpacked"
    )
    check_says("Files", f"{limits.parts} parts", f"{limits.cells:,} cells", f"ratio {limits.ratio}")
    check_says("Files", f"{MAX_FILE // 2**20} MB each, {MAX_FILES} a case")
    fields = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    check_says(
        "Input and limits", f"{settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 10**6} MB and {fields:,} fields a form"
    )


def test_every_purpose_of_a_key_is_in_the_inventory():
    found = {a or b for path in sources() for a, b in PURPOSES.findall(path.read_text(encoding="utf-8"))}
    assert len(found) > 12
    check_says("Cryptography", *(f"`{purpose}`" for purpose in sorted(found)))
    check_says("Cryptography", f"{PBKDF2PasswordHasher().iterations:,} rounds")


def test_the_times_named_are_those_kept():
    contact, reach, outbox = (KEEP_DAYS[purpose] for purpose in ("contact", "reach", "outbox"))
    assert reach == outbox
    check_says(
        "Data",
        f"numbers {UNASKED_DAYS} days",
        f"at most {contact} days",
        f"messages and addresses {reach} days",
    )
    check_says("Data", f"| {TRACE_DAYS} days |", f"keyed | {REPEAT_DAYS} days |")


def test_every_address_the_system_opens_is_named():
    check_says("Connections", *(f"`{name}`" for name in ADDRESSES))
    text = (ROOT / "evaluation" / "site" / "environment.py").read_text(encoding="utf-8")
    asked = set(re.findall(r'"([A-Z]+(?:_[A-Z]+)*_(?:URL|GATEWAY))"', text))
    assert asked - {"PUBLIC_BASE_URL"} == set(ADDRESSES)
