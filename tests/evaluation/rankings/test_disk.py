"""A disk that fills while an edition is written leaves none, and publishing works again once there is room."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import OperationalError, connection

from evaluation.cycles.models import Cycle
from evaluation.rankings.actions import publish
from evaluation.rankings.models import Edition, Figure
from surveys.core.log import verify_chain
from surveys.core.models import LogEntry
from tests.worlds import edition
from tests.worlds.clock import days_later
from tests.worlds.people import person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.data]
NO_BOUND = 1_000_000_000


def limit_pages(more: int | None) -> None:
    """Let the database file grow by so many pages, or as it likes."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        bound = NO_BOUND if more is None else cursor.fetchone()[0] + more
        cursor.execute(f"PRAGMA max_page_count = {bound}")


def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def check_refused_then_published(cycle: Cycle, words: str) -> None:
    """While the disk is full nothing is left of an edition."""
    with pytest.raises(OperationalError, match=words):
        publish(cycle=cycle, actor=person("author"), now=days_later(14))
    assert (Edition.objects.count(), Figure.objects.count()) == (0, 0)
    assert not LogEntry.objects.filter(verb="edition.published").exists()
    assert verify_chain().ok
    cycle.refresh_from_db()
    assert cycle.state == "objection"


def check_published_after_all(cycle: Cycle) -> None:
    found = publish(cycle=cycle, actor=person("author"), now=days_later(14))
    assert Figure.objects.filter(edition=found).count() > 100
    assert verify_chain().ok


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="only SQLite's file can be bounded from inside")
@pytest.mark.parametrize("room", [0, 5, 40])
def test_a_full_disk_leaves_no_edition_and_no_figure(room: int) -> None:
    cycle = edition.on_notice()
    run("VACUUM")
    limit_pages(room)
    try:
        check_refused_then_published(cycle, "full")
    finally:
        limit_pages(None)
    check_published_after_all(cycle)


def may_mount() -> bool:
    """Whether a small disk can be made here for a server on this machine; root in a container may not."""
    if (
        os.geteuid() != 0
        or shutil.which("mount") is None
        or connection.settings_dict.get("HOST") not in {"127.0.0.1", "localhost", ""}
        or subprocess.run(["id", "postgres"], capture_output=True, check=False).returncode
    ):
        return False
    with tempfile.TemporaryDirectory() as folder:
        mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder]
        if subprocess.run(mount, capture_output=True, check=False).returncode:
            return False
        subprocess.run(["umount", folder], check=True)
    return True


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[Path]:
    """A disk of that size which the server may write to."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)], check=True)
    try:
        place = folder / "space"
        place.mkdir()
        for path in (folder, place):
            shutil.chown(path, "postgres", "postgres")
        place.chmod(0o700)
        yield place
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.skipif(
    "connection.vendor != 'postgresql' or not may_mount()",
    reason="needs PostgreSQL on this machine and the right to mount a small disk",
)
@pytest.mark.parametrize("table", ["rankings_edition", "rankings_figure"])
def test_a_full_disk_of_the_server_leaves_no_edition_and_no_figure(table: str) -> None:
    """The disk under one table is full: the edition's own, its figures'."""
    cycle = edition.on_notice()
    folder, space = Path("/tmp") / f"small-disk-{os.getpid()}", f"small_{os.getpid()}"
    with small_disk(folder, 64 * 1024) as place:
        run(f"CREATE TABLESPACE {space} LOCATION '{place}'", f"ALTER TABLE {table} SET TABLESPACE {space}")
        filler = place / "filler"
        try:
            _fill(filler)
            check_refused_then_published(cycle, "No space left")
            filler.unlink()
            check_published_after_all(cycle)
        finally:
            filler.unlink(missing_ok=True)
            run(f"ALTER TABLE {table} SET TABLESPACE pg_default", f"DROP TABLESPACE {space}")
    folder.rmdir()


def _fill(path: Path) -> None:
    """Take up what room is left."""
    with path.open("wb", buffering=0) as file:
        for size in (1 << 16, 1 << 12):
            try:
                while file.write(b"\0" * size):
                    continue
            except OSError:
                continue
