"""Every link each seat sees in the demonstration leads to a page, and to none that asks the database too often."""

import html
import re
from collections import Counter, deque
from dataclasses import dataclass, field
from urllib.parse import urljoin

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from surveys.core.models import User

pytestmark = [pytest.mark.prove, pytest.mark.data]
HOST = "http://testserver"
SEATS = ("", "office", "leader", "auditor", "hotline", "bdc", "bdc-lead", "system", "security", "audit")
MOST_PAGES = 400
MOST_QUERIES = 60
LINK = re.compile(r'(?:href|src)="([^"#]+)')
UNFINISHED = re.compile(r"\{\{|\{%|>None<|&lt;b&gt;")
NUMBER = re.compile(r"\d+")
CODE = re.compile(r"/[A-Z]{2,6}(?=/|$)")


@dataclass
class Walk:
    """A breadth-first walk; of addresses that differ by number or code alone, two are followed."""

    client: Client
    queue: deque[str]
    came_from: dict[str, str] = field(default_factory=dict)
    shapes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    n_pages: int = 0

    def follow(self) -> None:
        while self.queue and self.n_pages < MOST_PAGES:
            self.n_pages += 1
            self.open(self.queue.popleft())

    def open(self, path: str) -> None:
        connection.queries_log.clear()
        with CaptureQueriesContext(connection) as queries:
            answer = self.client.get(path)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        where = f"{path} (from {self.came_from.get(path, '–')})"
        if answer.status_code >= 400:
            self.faults.append(f"{answer.status_code} {where}")
        if len(queries) > MOST_QUERIES:
            self.faults.append(f"{len(queries)} queries {where}")
        if answer.status_code in {301, 302}:
            self.add(answer["Location"], path)
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            return
        text = body.decode()
        if unfinished := UNFINISHED.search(text):
            self.faults.append(f"{unfinished.group()} {where}")
        for link in LINK.findall(text):
            self.add(html.unescape(link), path)

    def add(self, link: str, path: str) -> None:
        full = urljoin(HOST + path, link)
        found = full.removeprefix(HOST)
        if not full.startswith(HOST) or found in self.came_from or "logout" in found or "/static/" in found:
            return
        shape = CODE.sub("/X", NUMBER.sub("9", re.sub(r"=[^&]*", "=", found)))
        if self.shapes[shape] < 2:
            self.shapes[shape] += 1
            self.came_from[found] = path
            self.queue.append(found)


@pytest.mark.django_db
def test_no_link_leads_to_an_error_for_any_seat(settings, tmp_path):
    settings.DEMO, settings.STATE_DIR = True, tmp_path
    call_command("demo", "all", ratings=4000)
    faults: dict[str, list[str]] = {}
    for seat in SEATS:
        client = Client(headers={"accept-language": "zh-hans"})
        if seat:
            client.force_login(User.objects.get(username=seat))
        walk = Walk(client, deque(["/office/" if seat else "/"]))
        walk.follow()
        assert walk.n_pages > 20, seat
        faults[seat] = walk.faults
    assert {seat: found for seat, found in faults.items() if found} == {}
