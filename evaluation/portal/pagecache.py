"""Keeps rendered public pages in memory, by address, language and size of print, until anything published changes.

It stands before all other middleware: what it keeps is the whole answer with its headers. Addresses of
residents' forms and of staff are never kept. Query parameters it does not know are ignored.
"""

import gzip
import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request

from evaluation.portal.queries import fingerprint

KEPT = ("/results/", "/methods/", "/data/")
EXACT = frozenset({"/", "/editions.atom"})
FILES = "/files/"
FRESH_SECONDS = 1.0
MAX_AGE = 60
MAX_PAGES = 600
PREFERENCES = ("lang", "elder")
DROPPED = frozenset({"set-cookie", "content-length", "etag"})


@dataclass(frozen=True)
class Kept:
    """One answer as it goes out, plain and compressed."""

    etag: str
    body: bytes
    packed: bytes
    headers: tuple[tuple[str, str], ...]


class PageCacheMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.lock = Lock()
        self.pages: OrderedDict[tuple[str, str, str], Kept] = OrderedDict()
        self.print = ""
        self.checked_at = -FRESH_SECONDS

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in {"GET", "HEAD"} or not self._is_kept(request):
            return self.get_response(request)
        request.get_host()
        current = self._fingerprint()
        key = (request.path, get_language_from_request(request), request.COOKIES.get("elder", ""))
        kept = self.pages.get(key)
        if kept is None:
            response = self.get_response(request)
            if response.status_code != 200 or response.streaming or response.cookies:
                return response
            kept = self._keep(key, response, current)
        return self._answer(request, kept)

    @staticmethod
    def _is_kept(request: HttpRequest) -> bool:
        path = request.path
        public = path in EXACT or (path.startswith(KEPT) and FILES not in path)
        return public and not any(name in request.GET for name in PREFERENCES)

    def _fingerprint(self) -> str:
        """What is published now, asked at most once a second; a change empties the store."""
        now = time.monotonic()
        if now - self.checked_at >= FRESH_SECONDS:
            try:
                found = fingerprint()
            except DatabaseError:
                # What was published stays readable while the database is away.
                found = self.print
            with self.lock:
                if found != self.print:
                    self.pages.clear()
                    self.print = found
                self.checked_at = now
        return self.print

    def _keep(self, key: tuple[str, str, str], response: HttpResponse, current: str) -> Kept:
        patch_vary_headers(response, ("Accept-Encoding", "Accept-Language", "Cookie"))
        response["Cache-Control"] = f"public, max-age={MAX_AGE}"
        body = response.content
        kept = Kept(
            etag=f'"{hashlib.sha256(body).hexdigest()[:32]}"',
            body=body,
            packed=gzip.compress(body, 6, mtime=0),
            headers=tuple((name, value) for name, value in response.items() if name.lower() not in DROPPED),
        )
        with self.lock:
            if current == self.print:
                self.pages[key] = kept
                while len(self.pages) > MAX_PAGES:
                    self.pages.popitem(last=False)
        return kept

    @staticmethod
    def _answer(request: HttpRequest, kept: Kept) -> HttpResponse:
        response: HttpResponse
        if request.headers.get("If-None-Match") == kept.etag:
            response = HttpResponseNotModified()
        elif "gzip" in request.headers.get("Accept-Encoding", ""):
            response = HttpResponse(kept.packed)
            response["Content-Encoding"] = "gzip"
            response["Content-Length"] = str(len(kept.packed))
        else:
            response = HttpResponse(kept.body)
            response["Content-Length"] = str(len(kept.body))
        for name, value in kept.headers:
            if name.lower() != "content-type" or response.status_code == 200:
                response[name] = value
        response["ETag"] = kept.etag
        return response
