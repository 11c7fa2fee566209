"""How lines of the process log are written: in UTC, one event a line, whatever signs its text contains."""

import datetime as dt
import logging
import re

BREAKS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")
MORE = "\n  | "


class OneLine(logging.Formatter):
    """Signs that could begin a forged line are written out; the lines of a traceback are marked as such."""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802 - its name
        del datefmt
        at = dt.datetime.fromtimestamp(record.created, dt.UTC)
        return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the standard library's name
        return BREAKS.sub(lambda sign: repr(sign[0])[1:-1], super().formatMessage(record))

    def formatException(self, ei: object) -> str:  # noqa: N802 - the standard library's name
        told = super().formatException(ei)  # type: ignore[arg-type]
        return f"  | {MORE.join(told.splitlines())}"
