"""What must be right for the system to run: each condition is looked at, not assumed, and told in a sentence."""

import datetime as dt
import shutil
import socket
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from celery import current_app
from django.conf import settings
from django.db import Error as DatabaseFailure
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys.core.appendonly import unguarded
from surveys.core.enums import JobState
from surveys.core.log import verify_chain
from surveys.core.models import CalendarYear, Job
from surveys.core.sealing import n_closed_month_keys

FONT_PACKAGE = "noto_cjk_sans_otc"
ENOUGH_BYTES = 500_000_000
SQLITE_MODES = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
SQLITE_BUSY_MS = 5000
POSTGRES_MODES = {"synchronous_commit": {"on", "remote_apply", "remote_write"}, "fsync": {"on"}}
POSTGRES_VERSION = 140000


@dataclass(frozen=True)
class Condition:
    """One condition: its name, whether it holds, and what was found or must be done."""

    name: str
    ok: bool
    says: str


def folder_writable(folder: Path) -> Condition:
    """The state folder can be written."""
    probe = folder / ".probe"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"1")
        probe.unlink()
    except OSError as error:
        says = _("%(folder)s cannot be written (%(why)s); set STATE_DIR to a folder that can.")
        return Condition("state folder", ok=False, says=says % {"folder": folder, "why": error.strerror})
    return Condition("state folder", ok=True, says=str(folder))


def port_free(host: str, port: int) -> Condition:
    """Nobody else listens on the port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            says = _("%(host)s:%(port)s cannot be used (%(why)s); choose another with PORT=8001.")
            return Condition(
                "port", ok=False, says=says % {"host": host, "port": port, "why": error.strerror}
            )
    return Condition("port", ok=True, says=f"{host}:{port}")


def _sqlite_modes() -> dict[str, object]:
    found: dict[str, object] = {}
    with connection.cursor() as cursor:
        for name in (*SQLITE_MODES, "busy_timeout"):
            cursor.execute(f"PRAGMA {name}")
            found[name] = cursor.fetchone()[0]
    found["transaction_mode"] = getattr(connection, "transaction_mode", None)
    return found


def _postgres_modes() -> dict[str, object]:
    found: dict[str, object] = {}
    with connection.cursor() as cursor:
        for name in (
            *POSTGRES_MODES,
            "lock_timeout",
            "statement_timeout",
            "server_encoding",
            "server_version_num",
        ):
            cursor.execute(f"SHOW {name}")
            found[name] = cursor.fetchone()[0]
    return found


def database_modes() -> Condition:
    """The database keeps what it acknowledges: its modes are read back, whatever was asked for."""
    try:
        found = _sqlite_modes() if connection.vendor == "sqlite" else _postgres_modes()
    except DatabaseFailure as error:
        says = _("The database does not answer: %(why)s") % {"why": str(error).strip()}
        return Condition("database", ok=False, says=says)
    if connection.vendor == "sqlite":
        wrong = [name for name, value in SQLITE_MODES.items() if found[name] != value]
        wrong += ["busy_timeout"] if int(str(found["busy_timeout"])) < SQLITE_BUSY_MS else []
        wrong += ["transaction_mode"] if found["transaction_mode"] != "IMMEDIATE" else []
    else:
        wrong = [name for name, values in POSTGRES_MODES.items() if found[name] not in values]
        wrong += [name for name in ("lock_timeout", "statement_timeout") if found[name] in {"0", "0ms"}]
        wrong += ["server_encoding"] if found["server_encoding"] != "UTF8" else []
        wrong += ["server_version_num"] if int(str(found["server_version_num"])) < POSTGRES_VERSION else []
    told = ", ".join(f"{name}={value}" for name, value in found.items())
    if wrong:
        says = _("The database runs with unsafe modes: %(wrong)s (found %(told)s).")
        return Condition("database", ok=False, says=says % {"wrong": ", ".join(wrong), "told": told})
    return Condition("database", ok=True, says=f"{connection.vendor}: {told}")


def migrated() -> Condition:
    """The tables are as this version of the code expects them."""
    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseFailure as error:
        return Condition("migrations", ok=False, says=str(error).strip())
    if plan:
        says = _("%(n)s migrations are waiting; run manage.py migrate.") % {"n": len(plan)}
        return Condition("migrations", ok=False, says=says)
    return Condition("migrations", ok=True, says=_("all applied"))


def append_only_guarded() -> Condition:
    """The append-only tables have their triggers."""
    missing = unguarded()
    if missing:
        says = _("These tables have lost their append-only triggers: %(tables)s.") % {
            "tables": ", ".join(missing)
        }
        return Condition("append-only", ok=False, says=says)
    return Condition("append-only", ok=True, says=_("guarded"))


def chain_intact() -> Condition:
    """The log's chain fits from its first entry to its head."""
    report = verify_chain()
    if not report.ok:
        says = _("The log does not fit at entry %(n)s.") % {"n": report.first_bad}
        return Condition("chain", ok=False, says=says)
    return Condition(
        "chain", ok=True, says=_("%(n)s entries, head %(head)s") % {"n": report.n, "head": report.head[:12]}
    )


def keys_open() -> Condition:
    """Every month's key opens under a SECRET_KEY that is set."""
    n_closed = n_closed_month_keys()
    if n_closed:
        says = _(
            "%(n)s month keys open under no key that is set; list the older SECRET_KEY in SECRET_KEY_FALLBACKS."
        )
        return Condition("keys", ok=False, says=says % {"n": n_closed})
    return Condition(
        "keys", ok=True, says=_("%(n)s older keys listed") % {"n": len(settings.SECRET_KEY_FALLBACKS)}
    )


def disk_has_room() -> Condition:
    """Half a gigabyte is free where the state is kept."""
    free = shutil.disk_usage(settings.STATE_DIR).free
    says = _("%(n)s MB free") % {"n": free // 1_000_000}
    return Condition("disk", ok=free >= ENOUGH_BYTES, says=says)


def queue_answers() -> Condition:
    """The broker can be reached; without it ratings still work, and the scheduler wakes workers later."""
    address = current_app.connection_for_write().as_uri()
    try:
        with current_app.connection_for_write(connect_timeout=3) as link:
            link.ensure_connection(max_retries=1, timeout=3)
    except Exception as error:
        says = _("The broker %(address)s cannot be reached: %(why)s") % {"address": address, "why": error}
        return Condition("queue", ok=False, says=says)
    return Condition("queue", ok=True, says=address)


def jobs_move() -> Condition:
    """No job has been due for more than ten minutes."""
    late = timezone.now() - dt.timedelta(minutes=10)
    n_late = Job.objects.filter(state=JobState.QUEUED, not_before__lt=late).count()
    says = _("%(n)s jobs have waited for more than ten minutes") % {"n": n_late}
    return Condition("jobs", ok=n_late == 0, says=says)


def fonts_there() -> Condition:
    """The font that draws Chinese in charts and files is installed."""
    found = find_spec(FONT_PACKAGE)
    files = list(Path(found.origin).parent.glob("*.tt*")) if found and found.origin else []
    says = files[0].name if files else _("The package %(name)s is missing.") % {"name": FONT_PACKAGE}
    return Condition("fonts", ok=bool(files), says=says)


def calendar_known() -> Condition:
    """The working days of this year are known, and in December those of the next."""
    today = timezone.localdate()
    years = {today.year, (today + dt.timedelta(days=31)).year}
    missing = sorted(years - set(CalendarYear.objects.values_list("year", flat=True)))
    if missing:
        says = _("The working days of %(years)s are not known; import the calendar.")
        return Condition("calendar", ok=False, says=says % {"years": ", ".join(map(str, missing))})
    return Condition("calendar", ok=True, says=", ".join(map(str, sorted(years))))


def settings_safe() -> Condition:
    """No setting is left that suits a workshop only."""
    wrong = []
    if settings.DEBUG:
        wrong.append(_("DEBUG is on"))
    if not settings.PUBLIC_BASE_URL.startswith("https://") and "127.0.0.1" not in settings.PUBLIC_BASE_URL:
        wrong.append(_("PUBLIC_BASE_URL is not https"))
    if "*" in settings.ALLOWED_HOSTS:
        wrong.append(_("ALLOWED_HOSTS admits every name"))
    return Condition("settings", ok=not wrong, says="; ".join(wrong) or settings.PUBLIC_BASE_URL)


def all_conditions() -> list[Condition]:
    """Every condition of a running installation, as `doctor` shows them."""
    looks: list[Callable[[], Condition]] = [
        settings_safe,
        lambda: folder_writable(Path(settings.STATE_DIR)),
        database_modes,
        migrated,
        append_only_guarded,
        chain_intact,
        keys_open,
        calendar_known,
        fonts_there,
        disk_has_room,
        queue_answers,
        jobs_move,
    ]
    found = []
    for look in looks:
        try:
            found.append(look())
        except DatabaseFailure as error:
            name = getattr(look, "__name__", "condition")
            found.append(Condition(name, ok=False, says=str(error).strip()))
    return found
