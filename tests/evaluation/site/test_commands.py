"""The commands of the machine room, as a person or a script calls them."""

import datetime as dt
import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from evaluation.site.kinds import kinds
from surveys.core.actions import make_api_key
from surveys.core.appendonly import lifted
from surveys.core.models import ApiKey, CalendarYear, LogEntry, User

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
GOOD = "day,is_working,source\n2027-01-01,no,Notice 1\n"
BAD = "day,is_working,source\n2027-13-01,no,Notice 1\n2027-01-02,perhaps,\n"


def run(*words, **options):
    """(exit code, standard output)."""
    out = io.StringIO()
    try:
        call_command(*words, stdout=out, **options)
    except SystemExit as end:
        return end.code, out.getvalue()
    return 0, out.getvalue()


@pytest.fixture
def file(tmp_path):
    def write(text, name="calendar.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


def test_an_import_tells_its_counts_as_json(file):
    code, out = run("import", "calendar", file(GOOD), "--json")
    report = json.loads(out)
    assert code == 0
    assert report == {
        "ok": True,
        "rows": 1,
        "created": 1,
        "updated": 0,
        "unchanged": 0,
        "warnings": [],
        "digest": report["digest"],
    }
    assert len(report["digest"]) == 64
    assert CalendarYear.objects.filter(year=2027).exists()


def test_a_refused_import_ends_with_2_every_error_and_nothing_written(file):
    code, out = run("import", "calendar", file(BAD), "--json")
    report = json.loads(out)
    assert code == 2
    assert set(report) == {"ok", "errors"}
    assert [set(e) for e in report["errors"]] == [{"sheet", "row", "column", "code", "message", "fix"}] * 3
    assert [(e["row"], e["column"]) for e in report["errors"]] == [(2, "A"), (3, "B"), (3, "C")]
    assert not CalendarYear.objects.exists()
    assert not LogEntry.objects.exists()


def test_a_check_writes_nothing(file):
    code, out = run("import", "calendar", file(GOOD), "--json", "--check")
    assert (code, json.loads(out)["created"]) == (0, 1)
    assert not CalendarYear.objects.exists()


def test_a_missing_file_is_reported_like_any_other_error(tmp_path):
    code, out = run("import", "calendar", str(tmp_path / "none.csv"), "--json")
    assert (code, json.loads(out)["errors"][0]["code"]) == (2, "file_unreadable")


def test_an_import_names_who_did_it(file):
    User.objects.create_user("lin")
    run("import", "calendar", file(GOOD), "--actor", "lin")
    assert LogEntry.objects.get().actor == "lin"
    with pytest.raises(CommandError, match="nobody"):
        run("import", "calendar", file(GOOD), "--actor", "nobody")


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
@pytest.mark.parametrize("kind", sorted(kinds()))
def test_every_kind_has_a_template_in_every_language(kind, language, tmp_path):
    target = tmp_path / "t.xlsx"
    assert run("template", kind, "-o", str(target), "--language", language)[0] == 0
    assert target.read_bytes().startswith((b"PK", b"{"))
    assert kinds()[kind].template(language) == target.read_bytes()


def test_a_key_is_printed_once():
    _code, out = run("apikey", "hall 3", "--scope", "intake")
    assert len(out.strip()) == 43
    assert ApiKey.objects.get().scope == "intake"
    with pytest.raises(CommandError, match="taken"):
        run("apikey", "hall 3", "--scope", "intake")


def test_the_chain_is_told_whole_or_broken():
    make_api_key(name="a", scope="read", actor=None, now=NOW)
    assert run("chain")[1].startswith("1 entries fit; head ")
    with lifted(), connection.cursor() as cursor:
        cursor.execute("UPDATE core_logentry SET actor = 'x'")
    with pytest.raises(CommandError, match="entry 1"):
        run("chain")


def test_the_doctor_names_every_condition():
    code, out = run("doctor", "--json")
    found = {row["name"]: row["ok"] for row in json.loads(out)["conditions"]}
    assert list(found) == [
        "settings",
        "state folder",
        "database",
        "migrations",
        "append-only",
        "chain",
        "keys",
        "calendar",
        "fonts",
        "disk",
        "queue",
        "jobs",
    ]
    assert found["calendar"] is False
    assert code == 1


def test_flush_is_refused_outside_the_test_suite(settings):
    settings.TESTING = False
    with pytest.raises(CommandError, match="can only grow"):
        call_command("flush", interactive=False)


def test_a_folder_that_cannot_be_written_is_named_before_anything_is_built():
    with pytest.raises(CommandError, match="/proc/reports"):
        call_command("report", "none", "--to", "/proc/reports")
