"""Masks tokens and telephone or identity numbers wherever text leaves the database's care."""

import logging
import re

TOKEN = re.compile(r"(/[rck]/)[A-Za-z0-9_-]{6,}")
PHONE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)")
IDENTITY = re.compile(r"(?<!\d)\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx](?!\d)")


def mask_token(text: str) -> str:
    """Replace the secret part of resident addresses by dots."""
    return TOKEN.sub(r"\1…", text)


def mask_personal(text: str) -> str:
    """Replace telephone and identity numbers by dots."""
    return PHONE.sub("•••", IDENTITY.sub("•••", text))


class TokenFilter(logging.Filter):
    """Masks tokens in every log record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = mask_token(record.getMessage())
        record.args = ()
        return True
