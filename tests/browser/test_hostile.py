"""An attack in every name and comment runs nothing and breaks no policy on any public page."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Site, served
from tests.browser.hostile import ATTACKS
from tests.evaluation.portal import world

pytestmark = [pytest.mark.browser, pytest.mark.prove]
EDITION = f"/results/{world.CODE}/"
PAGES = (
    "/",
    EDITION,
    f"{EDITION}editions/1/",
    *(f"{EDITION}{unit}/" for unit in "ABCD"),
    f"{EDITION}figures/{world.CODE}.B.residents.raw/",
    f"{EDITION}services/s1/",
    f"{EDITION}charts/",
    "/methods/",
    f"/methods/{world.CODE}/",
    "/data/",
    "/editions.atom",
    "/search/?q=%3Cscript%3Ewindow.ran%3D1%3C%2Fscript%3E",
    "/search/?q=%22%20onfocus%3D%22window.ran%3D1%22%20autofocus%20x%3D%22",
    "/results/%3Cscript%3Ewindow.ran=1%3C%2Fscript%3E/",
)
WATCH = """
window.broken = [];
document.addEventListener("securitypolicyviolation", e => window.broken.push(e.violatedDirective + " " + e.blockedURI));
"""


@pytest.fixture(scope="module")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The portal with an attack in every name and comment."""
    with served(tmp_path_factory.mktemp("hostile"), "tests.browser.hostile") as found:
        yield found


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_hostile_texts_run_nothing_and_break_no_policy(
    hostile_site: Site, browser: Browser, language: str
) -> None:
    context = browser.new_context()
    context.add_cookies([{"name": "django_language", "value": language, "url": hostile_site.base}])
    context.add_init_script(WATCH)
    asked: list[str] = []
    said: list[str] = []
    seen = ""
    for path in PAGES:
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("dialog", lambda dialog: said.append(dialog.message))
        answer = page.goto(hostile_site.base + path)
        assert answer is not None
        assert answer.status == (404 if "%3Cscript" in path and path.startswith("/results/") else 200), path
        for target in page.locator("a, td, th, svg").all()[:40]:
            target.dispatch_event("mouseover")
        assert page.evaluate("window.ran") is None, path
        assert page.evaluate("window.broken || []") == [], path
        seen += page.locator("body").inner_text() if path != "/editions.atom" else ""
        page.close()
    context.close()
    assert [text for text in said if "404" not in text] == []
    assert [url for url in asked if not url.startswith(hostile_site.base)] == []
    shown = [attack for attack in ATTACKS if attack[:20] in seen]
    assert len(shown) >= len(ATTACKS) - 2
