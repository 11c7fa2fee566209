"""Ways out of the system: a folder of files by default, the mail settings, or a gateway that takes JSON over HTTP.

An office adds its own by writing a function that takes an Outgoing message and raises DeliveryError when the
other side did not take it. A message may be sent twice (the answer was lost), so a gateway passes its key on.
"""

import json
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage

from surveys.core.enums import MessageKind

SECONDS = 15
HTTP = ("http://", "https://")


class DeliveryError(RuntimeError):
    """A gateway did not take a message; the sentence names no receiver, because it is logged."""


@dataclass(frozen=True)
class Outgoing:
    """A message as a gateway sees it; `key` is the same at every try."""

    key: uuid.UUID
    kind: str
    to: str
    subject: str
    body: str
    link: str = ""

    @property
    def text(self) -> str:
        """The words with their link."""
        return f"{self.body}\n\n{self.link}" if self.link else self.body


Gateway = Callable[[Outgoing], None]


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """A gateway that has moved is a mistake in the settings: numbers are not sent after it."""

    def redirect_request(self, *_args: object) -> None:
        return None


def to_file(message: Outgoing) -> None:
    """The default: one JSON file a message, named by its key, so that a repeat changes nothing."""
    folder = Path(settings.STATE_DIR) / "outbox"
    folder.mkdir(mode=0o700, exist_ok=True)
    file = folder / f"{message.key}.json"
    content = asdict(message) | {"key": str(message.key)}
    part = file.with_suffix(".part")
    part.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    part.replace(file)


def to_mail(message: Outgoing) -> None:
    """Through Django's mail settings; the message's key is its Message-ID."""
    if not message.to:
        raise DeliveryError("no address")
    named = {"Message-ID": f"<{message.key}@outbox>"}
    EmailMessage(message.subject, message.text, to=[message.to], headers=named).send()


def to_web(message: Outgoing, *, address: str) -> None:
    """POST the message as JSON; the receiver stands in the body, never in the address."""
    body = json.dumps({"id": str(message.key), "to": message.to, "text": message.text}).encode()
    headers = {"Content-Type": "application/json", "Idempotency-Key": str(message.key)}
    request = urllib.request.Request(address, data=body, headers=headers, method="POST")  # noqa: S310
    try:
        urllib.request.build_opener(NoRedirect).open(request, timeout=SECONDS).close()
    except urllib.error.HTTPError as error:
        raise DeliveryError(f"the gateway answered {error.code}") from error


def to_nobody(message: Outgoing) -> None:
    """A notice is read in the system itself."""


def gateway_for(kind: str) -> Gateway:
    """How messages of a kind leave the system, as the settings say."""
    if kind == MessageKind.NOTICE:
        return to_nobody
    chosen = settings.OUTBOX if kind == MessageKind.EMAIL else settings.SMS_GATEWAY
    if chosen.startswith(HTTP):
        return partial(to_web, address=chosen)
    return to_mail if chosen == "mail" else to_file
