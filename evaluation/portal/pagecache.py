"""Keeps rendered public pages in memory, by address, language and size of print, until anything published changes.

It stands in front of the whole site: what it keeps is the answer with its headers, plain and compressed, so a kept
page costs no session, no database and no template. Addresses of residents' forms and of staff are never kept.
Query parameters it does not know are ignored, so they cannot drive the kept pages out.
"""

import gzip
import hashlib
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from http.cookies import SimpleCookie
from threading import Lock
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection
from django.http import HttpRequest, parse_cookie
from django.http.request import split_domain_port, validate_host
from django.utils.translation import get_language_from_request

from evaluation.portal.queries import fingerprint

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
Start = Callable[..., Any]
Application = Callable[[Environ, Start], Iterable[bytes]]

KEPT = ("/results/", "/methods/", "/data/")
EXACT = frozenset({"/", "/editions.atom"})
FILES = "/files/"
FRESH_SECONDS = 1.0
MAX_AGE = 60
MAX_PAGES = 600
MAX_BYTES = 1_000_000
MOST_KNOWN = 2048
OWN_COOKIES = frozenset({settings.LANGUAGE_COOKIE_NAME, "elder"})
REPLACED = frozenset({"content-length", "etag", "cache-control", "vary"})


@dataclass(frozen=True)
class Key:
    """What a page's content and headers depend on; `asks` are the preferences in its address."""

    path: str
    is_secure: bool
    language: str
    elder: str
    asks: tuple[str, str]


@dataclass(frozen=True)
class Kept:
    """One answer as it goes out."""

    etag: str
    body: bytes
    packed: bytes
    plain_headers: Headers
    packed_headers: Headers
    short_headers: Headers


class PageCache:
    """A WSGI application around another."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.lock = Lock()
        self.pages: OrderedDict[Key, Kept] = OrderedDict()
        self.print = ""
        self.checked_at = -FRESH_SECONDS

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        if not is_kept(environ):
            return self.application(environ, start)
        current, key = self._fingerprint(), key_of(environ)
        kept = self.pages.get(key)
        if kept is None:
            status, headers, body = answered(self.application, environ)
            if not may_keep(status, headers, body):
                start(status, headers)
                return [body]
            kept = self._keep(key, current, headers, body)
        return give(environ, start, kept)

    def _fingerprint(self) -> str:
        """What is published now, asked by one thread at most once a second; a change empties the store."""
        if time.monotonic() - self.checked_at < FRESH_SECONDS or not self.lock.acquire(
            blocking=not self.print
        ):
            return self.print
        try:
            if not connection.in_atomic_block:
                close_old_connections()
            found = fingerprint()
            if found != self.print:
                self.pages.clear()
                self.print = found
        except DatabaseError:
            # What was published stays readable while the database is away.
            pass
        finally:
            self.checked_at = time.monotonic()
            self.lock.release()
        return self.print

    def _keep(self, key: Key, current: str, headers: Headers, body: bytes) -> Kept:
        kept = packed(headers, body)
        with self.lock:
            if current == self.print:
                self.pages[key] = kept
                while len(self.pages) > MAX_PAGES:
                    self.pages.popitem(last=False)
        return kept


def is_kept(environ: Environ) -> bool:
    """Whether the address is a public page, asked for by reading, at a host of ours."""
    path = environ.get("PATH_INFO", "")
    is_public = path in EXACT or (path.startswith(KEPT) and FILES not in path)
    is_read = environ["REQUEST_METHOD"] in {"GET", "HEAD"}
    return is_public and is_read and is_our_host(environ.get("HTTP_HOST", ""))


@lru_cache(maxsize=MOST_KNOWN)
def is_our_host(host: str) -> bool:
    """Others are left to the site, which refuses them."""
    domain, _port = split_domain_port(host)
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


def key_of(environ: Environ) -> Key:
    """The page that answers the request; preferences of no meaning are as if they were not there."""
    cookies = _cookies(environ.get("HTTP_COOKIE", ""))
    language = language_of(
        cookies.get(settings.LANGUAGE_COOKIE_NAME, ""), environ.get("HTTP_ACCEPT_LANGUAGE", "")
    )
    forwarded = settings.SECURE_PROXY_SSL_HEADER
    scheme = environ.get(forwarded[0], "") if forwarded else environ.get("wsgi.url_scheme", "")
    return Key(
        path=environ["PATH_INFO"],
        is_secure=scheme == "https",
        language=language,
        elder="1" if cookies.get("elder") == "1" else "",
        asks=asks_of(query) if (query := environ.get("QUERY_STRING", "")) else ("", ""),
    )


def _cookies(raw: str) -> dict[str, str]:
    return parse_cookie(raw) if any(name in raw for name in OWN_COOKIES) else {}


@lru_cache(maxsize=MOST_KNOWN)
def language_of(cookie: str, accepted: str) -> str:
    """The language the site would choose."""
    request = HttpRequest()
    request.COOKIES[settings.LANGUAGE_COOKIE_NAME] = cookie
    request.META["HTTP_ACCEPT_LANGUAGE"] = accepted
    return get_language_from_request(request)


def asks_of(query: str) -> tuple[str, str]:
    """The language and print size that an address asks for, where they exist."""
    if "lang=" not in query and "elder=" not in query:
        return "", ""
    asked = parse_qs(query, max_num_fields=None)
    language, elder = asked.get("lang", [""])[-1], asked.get("elder", [""])[-1]
    known = {code for code, _name in settings.LANGUAGES}
    return language if language in known else "", elder if elder in {"0", "1"} else ""


def answered(application: Application, environ: Environ) -> tuple[str, Headers, bytes]:
    """Status, headers and whole body of the site's own answer; asked by GET, so that HEAD keeps the same."""
    told: list[tuple[str, Headers]] = []

    def start(status: str, headers: Headers, _error: Any = None) -> Callable[[bytes], None]:
        told.append((status, list(headers)))
        return lambda _data: None

    found = application({**environ, "REQUEST_METHOD": "GET"}, start)
    try:
        body = b"".join(found)
    finally:
        if hasattr(found, "close"):
            found.close()
    return *told[-1], body


def may_keep(status: str, headers: Headers, body: bytes) -> bool:
    """Only whole, plain, good answers that give nobody a cookie but the reader's own preferences."""
    given = {name for key, value in headers if key.lower() == "set-cookie" for name in SimpleCookie(value)}
    is_plain = not any(name.lower() == "content-encoding" for name, _value in headers)
    return status.startswith("200") and is_plain and given <= OWN_COOKIES and len(body) <= MAX_BYTES


def packed(headers: Headers, body: bytes) -> Kept:
    """The answer with what caches need: a tag of its content, its age, and what it depends on."""
    small = gzip.compress(body, 9, mtime=0)
    etag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
    shared = [(name, value) for name, value in headers if name.lower() not in REPLACED]
    shared_by = "private" if any(name.lower() == "set-cookie" for name, _value in shared) else "public"
    shared += [
        ("ETag", etag),
        ("Cache-Control", f"{shared_by}, max-age={MAX_AGE}"),
        ("Vary", "Accept-Encoding, Accept-Language, Cookie"),
    ]
    return Kept(
        etag=etag,
        body=body,
        packed=small,
        plain_headers=[*shared, ("Content-Length", str(len(body)))],
        packed_headers=[*shared, ("Content-Encoding", "gzip"), ("Content-Length", str(len(small)))],
        short_headers=[(name, value) for name, value in shared if name.lower() != "content-type"],
    )


@lru_cache(maxsize=MOST_KNOWN)
def unpacks(accepted: str) -> bool:
    """Whether the reader takes gzip; a weight of nought refuses it."""
    told = {}
    for part in accepted.lower().split(","):
        name, _sign, weight = part.replace(" ", "").partition(";")
        told[name] = re.fullmatch(r"q=0(\.0*)?", weight) is None
    return told.get("gzip", told.get("*", False))


def give(environ: Environ, start: Start, kept: Kept) -> Iterable[bytes]:
    """A kept answer: only its tag where the reader has it already, compressed where the reader can unpack."""
    had = environ.get("HTTP_IF_NONE_MATCH", "")
    if kept.etag.removeprefix("W/") in had or had.strip() == "*":
        start("304 Not Modified", list(kept.short_headers))
        return []
    is_packed = unpacks(environ.get("HTTP_ACCEPT_ENCODING", ""))
    start("200 OK", list(kept.packed_headers if is_packed else kept.plain_headers))
    if environ["REQUEST_METHOD"] == "HEAD":
        return []
    return [kept.packed if is_packed else kept.body]
