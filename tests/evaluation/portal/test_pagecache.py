"""Rendered pages are kept by language and print size, cannot be driven out, and are never kept longer than true."""

import gzip
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core import signals
from django.core.handlers.wsgi import WSGIHandler
from django.db import close_old_connections
from django.test import RequestFactory

from evaluation.portal.pagecache import PageCache
from tests.evaluation.portal import world

pytestmark = pytest.mark.django_db


@dataclass
class Renderer:
    """Stands where the rest of the site stands, and counts how often it is asked."""

    n: int = 0
    status: str = "200 OK"
    headers: list[tuple[str, str]] = field(
        default_factory=lambda: [
            ("Content-Type", "text/html"),
            ("Content-Security-Policy", "default-src 'none'"),
        ]
    )

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        self.n += 1
        start(self.status, self.headers)
        return [f"page {self.n} of {environ['PATH_INFO']}".encode()]


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    content: bytes


@pytest.fixture
def renderer() -> Renderer:
    return Renderer()


@pytest.fixture
def cache(renderer: Renderer) -> PageCache:
    return PageCache(renderer)


@pytest.fixture
def site() -> Iterator[PageCache]:
    """The cache before the real site, whose requests leave the test's own connection open."""
    for signal in (signals.request_started, signals.request_finished):
        signal.disconnect(close_old_connections)
    yield PageCache(WSGIHandler())
    for signal in (signals.request_started, signals.request_finished):
        signal.connect(close_old_connections)


def ask(cache: PageCache, path: str, method: str = "GET", **headers: str) -> Answer:
    """What a reader's request gets."""
    environ = RequestFactory(headers={"host": "testserver"} | headers).generic(method, path).environ
    told: list[Any] = []
    body = b"".join(cache(environ, lambda *words: told.append(words)))
    return Answer(int(told[-1][0][:3]), dict(told[-1][1]), body)


def test_a_page_is_rendered_once_and_keeps_its_headers(cache: PageCache, renderer: Renderer) -> None:
    first, second = ask(cache, "/results/x/"), ask(cache, "/results/x/?utm=1")
    assert first.content == second.content
    assert renderer.n == 1
    assert second.headers["Content-Security-Policy"] == "default-src 'none'"
    assert second.headers["Cache-Control"] == "public, max-age=60"
    assert second.headers["Content-Length"] == str(len(second.content))


def test_languages_and_print_sizes_are_kept_apart(cache: PageCache, renderer: Renderer) -> None:
    for language in ("en", "zh-hans", "zh-hant"):
        ask(cache, "/results/x/", **{"accept-language": language})
    ask(cache, "/results/x/", **{"accept-language": "en", "cookie": "elder=1"})
    assert renderer.n == 4


def test_residents_and_staff_pages_are_never_kept(cache: PageCache, renderer: Renderer) -> None:
    for path in ("/r/abc", "/c/abc", "/q/p1", "/office/rankings/", "/search/?q=a", "/results/x/files/a.zip"):
        ask(cache, path)
        ask(cache, path)
    assert renderer.n == 12


def test_writing_is_left_to_the_site(cache: PageCache, renderer: Renderer) -> None:
    ask(cache, "/results/x/")
    ask(cache, "/results/x/", "POST")
    assert renderer.n == 2


def test_a_strange_host_is_left_to_the_site_which_refuses_it(site: PageCache) -> None:
    answer = ask(site, "/results/x/", host="evil.example")
    assert answer.status == 400


def test_nothing_in_a_request_drives_the_kept_pages_out(cache: PageCache, renderer: Renderer) -> None:
    ask(cache, "/results/x/", **{"accept-language": "en"})
    for i in range(50):
        odd = {"accept-language": f"en;q=0.{i}", "cookie": f"elder=x{i}; session={i}"}
        ask(cache, f"/results/x/?a{i}={i}&lang=x{i}&elder={i + 2}", **odd)
    assert renderer.n == 1
    assert len(cache.pages) == 1


def test_asking_for_a_language_is_kept_with_the_cookie_it_gives(site: PageCache) -> None:
    world.publish()
    for _turn in range(2):
        found = ask(site, f"/results/{world.CODE}/?lang=zh-hant&x=1", **{"accept-language": "en"})
        assert found.headers["Set-Cookie"].strip().startswith("django_language=zh-hant;")
        assert found.headers["Cache-Control"] == "private, max-age=60"
        assert b'lang="zh-Hant"' in found.content
    plain = ask(site, f"/results/{world.CODE}/", **{"accept-language": "en"})
    assert "Set-Cookie" not in plain.headers
    assert len(site.pages) == 2


@pytest.mark.parametrize(
    "bad",
    [
        {"status": "404 Not Found"},
        {"status": "503 Service Unavailable"},
        {"headers": [("Set-Cookie", "s=1")]},
    ],
)
def test_failures_and_personal_answers_are_not_kept(bad: dict[str, Any]) -> None:
    renderer = Renderer(**bad)
    cache = PageCache(renderer)
    for _turn in range(2):
        answer = ask(cache, "/results/x/")
    assert renderer.n == 2
    assert answer.content == b"page 2 of /results/x/"


def test_a_new_edition_empties_the_store(cache: PageCache, renderer: Renderer) -> None:
    ask(cache, "/results/x/")
    world.publish()
    cache.checked_at -= 2
    ask(cache, "/results/x/")
    assert renderer.n == 2


def test_an_unchanged_page_answers_304_and_compresses(cache: PageCache) -> None:
    first = ask(cache, "/results/x/")
    again = ask(cache, "/results/x/", **{"if-none-match": first.headers["ETag"]})
    assert (again.status, again.content) == (304, b"")
    packed = ask(cache, "/results/x/", **{"accept-encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == first.content
    assert "Accept-Encoding" in packed.headers["Vary"]


@pytest.mark.parametrize(
    ("accepted", "is_packed"),
    [("gzip;q=0", False), ("GZIP; q=0.5, br", True), ("*", True), ("*;q=0, gzip", True), ("identity", False),
     ("gzip ; q=0.000", False), ("x-gzipped", False), ("", False)],
)  # fmt: skip
def test_only_a_reader_who_takes_it_gets_it_compressed(
    cache: PageCache, accepted: str, is_packed: bool
) -> None:
    found = ask(cache, "/results/x/", **{"accept-encoding": accepted})
    assert ("Content-Encoding" in found.headers) is is_packed
    assert (found.content[:2] == b"\x1f\x8b") is is_packed


def test_any_tag_at_all_stands_for_the_page(cache: PageCache) -> None:
    assert ask(cache, "/results/x/", **{"if-none-match": " * "}).status == 304
    assert ask(cache, "/results/x/", **{"if-none-match": '"other"'}).status == 200


def test_asking_for_the_head_gives_no_body_and_the_same_length(cache: PageCache) -> None:
    head, whole = ask(cache, "/results/x/", "HEAD"), ask(cache, "/results/x/")
    assert head.content == b""
    assert head.headers == whole.headers
