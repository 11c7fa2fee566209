"""Masks tokens, and telephone and identity numbers, wherever text leaves the database's care."""

import logging
import re

DOTS = "•••"
TOKEN = re.compile(r"(/[rcks]/)[A-Za-z0-9_-]{6,}")
GAP = r"[-–—.·\s]?"
MOBILE = re.compile(rf"(?<!\d)(?:[+＋]?[8８][6６]{GAP})?[1１]{GAP}[3-9３-９](?:{GAP}\d){{9}}(?!\d)")
LANDLINE = re.compile(r"(?<!\d)[(（]?[0０]\d{2,3}[)）]?[-–—\s]?\d{3,4}[-\s]?\d{4}(?!\d)")
IDENTITY = re.compile(
    r"(?<!\d)\d{6}\s?(?:19|20|１９|２０)\d{2}\s?(?:[0０]\d|[1１][0-2０-２])[0-3０-３]\d\s?\d{3}[\dXxＸｘ](?!\d)"
    r"|(?<!\d)\d{8}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}(?!\d)"
)
ADDRESS = re.compile(r"[a-z0-9_.+-]{1,64}[@＠][a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+", re.IGNORECASE)
"""Numbers as people write them: spaced, hyphened, full-width; identity numbers of 18 and of 15 digits."""


def mask_token(text: str) -> str:
    """Replace the secret part of resident addresses by dots."""
    return TOKEN.sub(r"\1…", text)


def mask_personal(text: str) -> str:
    """Replace telephone numbers, identity numbers and e-mail addresses by dots."""
    for pattern in (ADDRESS, IDENTITY, MOBILE, LANDLINE):
        text = pattern.sub(DOTS, text)
    return text


class TokenFilter(logging.Filter):
    """Masks tokens in every log record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = mask_token(record.getMessage())
        record.args = ()
        return True
