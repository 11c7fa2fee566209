"""Repeated API requests: one Idempotency-Key is performed once and answered alike each time."""

import base64
import datetime as dt
import hashlib
import json
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from surveys.core.api import ConflictError
from surveys.core.digests import canonical_json
from surveys.core.models import IdempotencyKey
from surveys.core.sealing import NONCE_BYTES, derived_key, fresh_nonce, keyed_hash

KEEP_DAYS = 7


def _locked(key: str, status: int, body: dict[str, Any]) -> dict[str, str]:
    """The answer, sealed under the caller's own key: the table alone does not give away a receipt."""
    nonce = fresh_nonce()
    plain = json.dumps({"status": status, "body": json.loads(canonical_json(body))}).encode()
    sealed = AESGCM(_answer_key(key)).encrypt(nonce, plain, None)
    return {"sealed": base64.b64encode(nonce + sealed).decode()}


def _answer_key(key: str) -> bytes:
    return hashlib.sha256(derived_key("idempotency") + key.encode()).digest()


def _opened(key: str, stored: dict[str, str]) -> tuple[int, dict[str, Any]]:
    raw = base64.b64decode(stored["sealed"])
    plain = json.loads(AESGCM(_answer_key(key)).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], None))
    return plain["status"], plain["body"]


def answer_once(
    request: Request, scope: str, now: dt.datetime, perform: Callable[[], tuple[int, dict[str, Any]]]
) -> Response:
    """Perform a request once for each Idempotency-Key: the same body gets the same answer, another body 409.

    Without the header it is simply performed. `perform` runs inside this transaction and returns
    (status, body); errors it raises are not kept, so that they can be mended and sent again.
    """
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        with transaction.atomic():
            status, body = perform()
        return Response(body, status=status)
    if len(key) > 200:
        raise exceptions.ValidationError({"Idempotency-Key": [_("At most 200 characters.")]})
    full = f"{scope}/{request.auth.pk}/{key}"
    hashed = keyed_hash("idempotency", full)
    body_digest = keyed_hash("idempotency-body", canonical_json(request.data).decode())
    known = IdempotencyKey.objects.filter(scope=scope, key=hashed).first()
    if known is None:
        try:
            with transaction.atomic():
                status, body = perform()
                IdempotencyKey.objects.create(
                    scope=scope,
                    key=hashed,
                    body_digest=body_digest,
                    status=status,
                    response=_locked(full, status, body),
                    created_on=now.date(),
                )
            return Response(body, status=status)
        except Exception:  # the same request may have been performed a moment ago by another process
            known = IdempotencyKey.objects.filter(scope=scope, key=hashed).first()
            if known is None:
                raise
    if known.body_digest != body_digest:
        raise ConflictError(_("This Idempotency-Key was used with another body."))
    status, body = _opened(full, known.response)
    return Response(body, status=status, headers={"Idempotent-Replayed": "true"})


def forget_answers(now: dt.datetime) -> int:
    """Drop answers kept for repeats once they are a week old."""
    limit = now.date() - dt.timedelta(days=KEEP_DAYS)
    n_rows, _by_model = IdempotencyKey.objects.filter(created_on__lt=limit).delete()
    return n_rows
