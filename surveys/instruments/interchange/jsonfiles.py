"""Reads JSON that somebody sent: bounded in size, depth and number of parts before anything looks at it."""

import json
from typing import Any

from django.utils.translation import gettext as _

from surveys.instruments.interchange.reports import InterchangeError

MAX_BYTES = 2_000_000
MAX_DEPTH = 30
MAX_PARTS = 200_000


def read_json(content: bytes) -> dict[str, Any]:
    """The object in a file; InterchangeError where it is none, too large or nested beyond reason."""
    if len(content) > MAX_BYTES:
        raise InterchangeError(_("The file is larger than 2 MB."))
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InterchangeError(_("The file is not a JSON document.")) from error
    if not isinstance(found, dict):
        raise InterchangeError(_("The file is not a questionnaire document."))
    _demand_bounded(found)
    return found


def _demand_bounded(found: Any) -> None:
    level, n = [found], 0
    for _depth in range(MAX_DEPTH):
        level = [
            part
            for whole in level
            for part in (
                whole.values() if isinstance(whole, dict) else whole if isinstance(whole, list) else ()
            )
        ]
        n += len(level)
        if not level:
            return
        if n > MAX_PARTS:
            break
    raise InterchangeError(_("The file is nested too deeply or has too many parts."))
