"""Backups: proven before they are kept and before they replace anything."""

import json
import sqlite3
import zipfile

import pytest

from tests.evaluation.site.installation import installation

ADD = (
    "from surveys.core.actions import create_person; from django.utils import timezone; import json;"
    "create_person(username='{0}', display_name='', actor=None, now=timezone.now()); print(json.dumps(1))"
)
NAMES = (
    "from surveys.core.models import User; import json;"
    "print(json.dumps(sorted(User.objects.values_list('username', flat=True))))"
)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    place = installation(tmp_path_factory.mktemp("home"))
    assert place.bootstrap().returncode == 0
    place.shell(ADD.format("lin"))
    return place


@pytest.mark.prove
def test_a_backup_brings_everything_back_and_refuses_what_it_must(home, tmp_path):
    file = tmp_path / "today.zip"
    made = home.manage("backup", str(file))
    assert made.returncode == 0, made.stderr
    assert file.stat().st_mode & 0o077 == 0
    assert "secret" not in " ".join(zipfile.ZipFile(file).namelist())

    again = home.manage("backup", str(file))
    assert (again.returncode, "exists already" in again.stderr) == (1, True)

    home.shell(ADD.format("later"))
    refused = home.manage("restore", str(file))
    assert (refused.returncode, "not empty" in refused.stderr) == (1, True)
    assert home.shell(NAMES) == ["later", "lin"]

    other_key = home.manage("restore", str(file), "--replace", SECRET_KEY="x" * 50)
    assert (other_key.returncode, "another SECRET_KEY" in other_key.stderr) == (1, True)

    damaged = tmp_path / "damaged.zip"
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(damaged, "w") as target:
        manifest = json.loads(source.read("manifest.json"))
        target.writestr("manifest.json", json.dumps(manifest))
        target.writestr("dump", source.read("dump")[:-4096])
    broken = home.manage("restore", str(damaged), "--replace")
    assert (broken.returncode, "changed after" in broken.stderr) == (1, True)
    assert home.shell(NAMES) == ["later", "lin"]

    done = home.manage("restore", str(file), "--replace")
    assert done.returncode == 0, done.stderr
    assert home.shell(NAMES) == ["lin"]
    assert home.manage("chain").returncode == 0


@pytest.mark.prove
def test_a_new_machine_takes_a_backup_without_being_told_twice(home, tmp_path):
    file = tmp_path / "today.zip"
    home.manage("backup", str(file))
    key = (home.folder / "secret-key.txt").read_text().strip()
    new = installation(tmp_path / "new", SECRET_KEY=key)
    assert new.bootstrap().returncode == 0
    with sqlite3.connect(new.folder / "database.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM core_user").fetchone() == (0,)
    done = new.manage("restore", str(file), "--replace")
    assert done.returncode == 0, done.stderr
    assert new.shell(NAMES) == ["lin"]


@pytest.mark.prove
@pytest.mark.postgres
def test_postgresql_is_backed_up_and_restored(tmp_path, own_database):
    place = installation(tmp_path / "pg", DATABASE_URL=own_database)
    assert place.bootstrap().returncode == 0
    place.shell(ADD.format("lin"))
    file = tmp_path / "pg.zip"
    made = place.manage("backup", str(file))
    assert made.returncode == 0, made.stderr
    place.shell(ADD.format("later"))
    assert place.manage("restore", str(file)).returncode == 1
    done = place.manage("restore", str(file), "--replace")
    assert done.returncode == 0, done.stderr
    assert place.shell(NAMES) == ["lin"]
    assert place.manage("chain").returncode == 0
