"""Rendered pages are kept by language and print size, and never longer than they are true."""

import gzip

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from evaluation.portal.pagecache import PageCacheMiddleware
from tests.evaluation.portal import world

pytestmark = pytest.mark.django_db


class Renderer:
    """Stands where the rest of the site stands, and counts how often it is asked."""

    def __init__(self) -> None:
        self.n = 0

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self.n += 1
        return HttpResponse(
            f"page {self.n} of {request.path}", headers={"Content-Security-Policy": "default-src 'none'"}
        )


@pytest.fixture
def renderer() -> Renderer:
    return Renderer()


@pytest.fixture
def cache(renderer: Renderer) -> PageCacheMiddleware:
    return PageCacheMiddleware(renderer)


def ask(cache: PageCacheMiddleware, path: str, **headers: str) -> HttpResponse:
    return cache(RequestFactory(headers=headers).get(path))


def test_a_page_is_rendered_once_and_keeps_its_headers(
    cache: PageCacheMiddleware, renderer: Renderer
) -> None:
    first, second = ask(cache, "/results/x/"), ask(cache, "/results/x/?utm=1")
    assert first.content == second.content
    assert renderer.n == 1
    assert second["Content-Security-Policy"] == "default-src 'none'"
    assert second["Cache-Control"] == "public, max-age=60"


def test_languages_and_print_sizes_are_kept_apart(cache: PageCacheMiddleware, renderer: Renderer) -> None:
    for language in ("en", "zh-hans", "zh-hant"):
        ask(cache, "/results/x/", **{"accept-language": language})
    ask(cache, "/results/x/", **{"accept-language": "en", "cookie": "elder=1"})
    assert renderer.n == 4


def test_residents_and_staff_pages_are_never_kept(cache: PageCacheMiddleware, renderer: Renderer) -> None:
    for path in ("/r/abc", "/c/abc", "/q/p1", "/office/rankings/", "/search/?q=a", "/results/x/files/a.zip"):
        ask(cache, path)
        ask(cache, path)
    assert renderer.n == 12


def test_asking_for_a_language_passes_by_the_store(cache: PageCacheMiddleware, renderer: Renderer) -> None:
    ask(cache, "/results/x/?lang=en")
    ask(cache, "/results/x/?lang=en")
    assert renderer.n == 2


def test_a_new_edition_empties_the_store(cache: PageCacheMiddleware, renderer: Renderer) -> None:
    ask(cache, "/results/x/")
    world.publish()
    cache.checked_at -= 2
    ask(cache, "/results/x/")
    assert renderer.n == 2


def test_an_unchanged_page_answers_304_and_compresses(cache: PageCacheMiddleware) -> None:
    first = ask(cache, "/results/x/")
    again = ask(cache, "/results/x/", **{"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    packed = ask(cache, "/results/x/", **{"accept-encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == first.content
    assert "Accept-Encoding" in packed["Vary"]
