"""The conditions without which no process starts: a refusal in one sentence, not a fault later."""

from pathlib import Path

from django.conf import settings
from django.core.management import CommandError

from evaluation.site.conditions import Condition, database_modes, folder_writable, migrated, port_free


class StartRefusedError(CommandError):
    """The system will not start like this; the sentence says what to do."""


def refuse(conditions: list[Condition]) -> None:
    """Raise with the first condition that does not hold."""
    for condition in conditions:
        if not condition.ok:
            raise StartRefusedError(condition.says)


def check_start(host: str, port: int | None) -> None:
    """What `run` looks at before it starts anything; a part without a web server needs no port."""
    refuse([folder_writable(Path(settings.STATE_DIR))])
    if port is not None:
        refuse([port_free(host, port)])
    refuse([database_modes(), migrated()])


def check_database() -> None:
    """What every web process looks at before it serves: a database that may forget is refused."""
    refuse([database_modes()])
