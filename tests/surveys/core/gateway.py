"""Gateways as an office may meet them: one that is out of order at first, and a mail server that refuses."""

import json
import smtplib
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from django.core.mail.backends.base import BaseEmailBackend


class Handler(BaseHTTPRequestHandler):
    server: "Gateway"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.paths.append(self.path)
        self.server.bodies.append(json.loads(body))
        self.server.meanwhile()
        status = 302 if self.path == "/moved" else 503 if len(self.server.paths) == 1 else 200
        self.send_response(status)
        if status == 302:
            self.send_header("Location", self.server.address)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Nothing is written to the terminal."""


class Gateway(ThreadingHTTPServer):
    """Takes text messages at /send, the first time with 503; /moved sends callers elsewhere.

    `meanwhile` is called before it answers.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.paths: list[str] = []
        self.bodies: list[dict[str, Any]] = []
        self.meanwhile: Callable[[], object] = lambda: None
        self.thread = threading.Thread(target=self.serve_forever, daemon=True)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/send"

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *_args: object) -> None:
        self.shutdown()
        self.thread.join()
        self.server_close()


class RefusingMail(BaseEmailBackend):
    """Refuses every receiver, naming each, as SMTP servers do."""

    def send_messages(self, email_messages: list[Any]) -> int:
        refused = {to: (550, b"no such person") for mail in email_messages for to in mail.to}
        raise smtplib.SMTPRecipientsRefused(refused)
