"""Backups of the database: one zip with a manifest, proven before it is kept and before it replaces anything.

SECRET_KEY is not inside: who has both a backup and the key can open what is sealed. Keep them apart.
"""

import hashlib
import json
import os
import sqlite3
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys.core.appendonly import guard_all
from surveys.core.log import ChainReport, verify_chain
from surveys.core.models import LogEntry, User
from surveys.core.sealing import hashes_of_keys

FORMAT = 1
MANIFEST = "manifest.json"
CHUNK = 1 << 20


class BackupRefusedError(Exception):
    """A backup cannot be made, or must not be restored; nothing was changed."""


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself."""

    format: int
    vendor: str
    made_at: str
    n_log_entries: int
    log_head: str
    key_fingerprint: str
    dump_sha256: str


def _file_sha256(path: Path) -> str:
    total = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            total.update(chunk)
    return total.hexdigest()


def key_fingerprints() -> list[str]:
    """One for each SECRET_KEY in use, the newest first: what was made under any of them may be inside."""
    return [told[:16] for told in hashes_of_keys("backup", "key")]


def is_opened_here(manifest: Manifest) -> bool:
    """Whether the keys set here open the backup: all of its keys, its first one first here too."""
    theirs, ours = manifest.key_fingerprint.split(","), key_fingerprints()
    return set(theirs) <= set(ours) and theirs[-1] == ours[-1]


def _intact() -> ChainReport:
    report = verify_chain()
    if not report.ok:
        raise BackupRefusedError(_("The log does not fit at entry %(n)s.") % {"n": report.first_bad})
    return report


def _postgres(program: str, *arguments: str) -> None:
    database = connection.settings_dict
    known = {"PGPASSWORD": "PASSWORD", "PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER"}
    environment = os.environ | {name: str(database[key]) for name, key in known.items() if database.get(key)}
    try:
        subprocess.run(
            [program, "--no-owner", "--no-privileges", *arguments],
            env=environment | {"PGDATABASE": str(database["NAME"])},
            check=True,
            capture_output=True,
            text=True,
        )
    except FileNotFoundError as error:
        text = _("%(program)s is not installed; install the PostgreSQL client tools.")
        raise BackupRefusedError(text % {"program": program}) from error
    except subprocess.CalledProcessError as error:
        raise BackupRefusedError(f"{program}: {error.stderr.strip()[-500:]}") from error


def _dump(target: Path) -> None:
    """The database as one consistent file, while others go on writing."""
    if connection.vendor == "postgresql":
        _postgres("pg_dump", "--format=custom", "--file", str(target))
        return
    connection.ensure_connection()
    with closing(sqlite3.connect(target)) as copy:
        connection.connection.backup(copy, pages=5000, sleep=0.01)
        _check_sqlite(copy)


def _check_sqlite(database: sqlite3.Connection) -> None:
    found = [row[0] for row in database.execute("PRAGMA integrity_check").fetchall()]
    if found != ["ok"]:
        raise BackupRefusedError(_("The copy of the database is damaged: %(why)s") % {"why": found[0]})


def back_up(file: Path) -> Manifest:
    """Write a backup to a new file; the log's chain is checked first."""
    if file.exists():
        raise BackupRefusedError(_("%(file)s exists already; choose another name.") % {"file": file})
    chain = _intact()
    part = file.with_name(file.name + ".part")
    with tempfile.TemporaryDirectory(dir=settings.STATE_DIR) as folder:
        dump = Path(folder) / "dump"
        _dump(dump)
        manifest = Manifest(
            format=FORMAT,
            vendor=connection.vendor,
            made_at=timezone.now().isoformat(timespec="seconds"),
            n_log_entries=chain.n,
            log_head=chain.head,
            key_fingerprint=",".join(key_fingerprints()),
            dump_sha256=_file_sha256(dump),
        )
        try:
            with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as target:
                target.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1))
                target.write(dump, "dump")
            part.chmod(0o600)
            part.replace(file)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise BackupRefusedError(f"{file}: {error.strerror}") from error
    return manifest


@contextmanager
def _unpacked(file: Path) -> Iterator[tuple[Manifest, Path]]:
    """The manifest and the dump of a backup, both proven whole."""
    try:
        with file.open("rb"):
            pass
    except OSError as error:
        raise BackupRefusedError(f"{file}: {error.strerror}") from error
    try:
        with zipfile.ZipFile(file) as source, tempfile.TemporaryDirectory(dir=settings.STATE_DIR) as folder:
            manifest = Manifest(**json.loads(source.read(MANIFEST)))
            dump = Path(folder) / "dump"
            with source.open("dump") as packed, dump.open("wb") as target:
                while chunk := packed.read(CHUNK):
                    target.write(chunk)
            if _file_sha256(dump) != manifest.dump_sha256:
                raise BackupRefusedError(_("The backup was changed after it was made."))
            yield manifest, dump
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, TypeError) as error:
        raise BackupRefusedError(_("%(file)s is not a whole backup.") % {"file": file}) from error


def is_empty() -> bool:
    """Whether the database holds no people and no log; one without tables is empty too."""
    tables = connection.introspection.table_names()
    if User._meta.db_table not in tables:
        return True
    return not User.objects.exists() and not LogEntry.objects.exists()


def restore(file: Path, *, replace: bool) -> Manifest:
    """Put a backup in place of the database; a database in use is replaced only when told so."""
    with _unpacked(file) as (manifest, dump):
        if manifest.format != FORMAT or manifest.vendor != connection.vendor:
            text = _("The backup is of %(theirs)s, this database is %(ours)s.")
            raise BackupRefusedError(text % {"theirs": manifest.vendor, "ours": connection.vendor})
        if not is_opened_here(manifest):
            raise BackupRefusedError(_("The backup belongs to another SECRET_KEY; set that one first."))
        if not replace and not is_empty():
            raise BackupRefusedError(_("The database is not empty; add --replace to overwrite it."))
        if connection.vendor == "postgresql":
            connection.close()
            flags = ("--clean", "--if-exists", "--single-transaction", "--exit-on-error")
            _postgres("pg_restore", *flags, "--dbname", str(connection.settings_dict["NAME"]), str(dump))
        else:
            with closing(sqlite3.connect(dump)) as source:
                _check_sqlite(source)
                connection.ensure_connection()
                source.backup(connection.connection)
                connection.close()
    try:
        guard_all()
        chain = _intact()
    except DatabaseError as error:
        raise BackupRefusedError(str(error)) from error
    if (chain.n, chain.head) != (manifest.n_log_entries, manifest.log_head):
        raise BackupRefusedError(_("The restored log is not the one the backup names."))
    return manifest
