"""Keeps files in the database under their digest, so that they commit with the rows that refer to them."""

import datetime as dt

from surveys.core.digests import file_digest
from surveys.core.models import StoredFile

CHUNK = 1 << 20


def keep(content: bytes, name: str, media_type: str, now: dt.datetime) -> StoredFile:
    """Store the file once; the same bytes again give the same row."""
    row, _created = StoredFile.objects.get_or_create(
        sha256=file_digest(content),
        defaults={
            "name": name[-200:],
            "media_type": media_type[:100],
            "size": len(content),
            "content": content,
            "stored_at": now,
        },
    )
    return row
