"""The site as it was built, in the folder that TARIFF_TALKS_SITE names (`.ci/run site`)."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

import experiments
import sim

SITE = Path(os.environ.get("TARIFF_TALKS_SITE", "."))
pytestmark = pytest.mark.skipif(
    "TARIFF_TALKS_SITE" not in os.environ, reason="no site was built; .ci/run site builds one"
)
DOORS = ("A number for a memo", "My own strategy", "A tournament")


def pages() -> list[Path]:
    found = sorted(SITE.rglob("*.html"))
    assert len(found) > 20
    return found


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def test_the_first_page_has_the_three_doors() -> None:
    first = read(SITE / "docs" / "index.html")
    assert all(f"<h2>{door}<" in first for door in DOORS)
    assert "docs/index.html" in read(SITE / "index.html")


def test_nothing_is_loaded_from_the_network() -> None:
    for page in pages():
        text = read(page)
        loaded = re.findall(r'<(?:script|img|iframe|source)[^>]*\ssrc(?:set)?="([^"]*)"', text)
        loaded += [
            link
            for tag in re.findall(r"<link [^>]*>", text)
            for link in re.findall(r'href="([^"]*)"', tag)
        ]
        assert loaded or page == SITE / "index.html"
        assert not [link for link in loaded if re.match(r"(?:[a-z]+:)?//", link)], page
    for style in SITE.rglob("*.css"):
        text = read(style)
        assert not re.findall(r"url\(\s*['\"]?(?:https?:)?//", text), style
        assert not re.findall(r"@import", text), style


def broken() -> Iterator[str]:
    """Give the links within the site that lead nowhere, anchors included."""
    names = {page.resolve(): set(re.findall(r'\sid="([^"]+)"', read(page))) for page in pages()}
    for page in pages():
        for link in re.findall(r'<a [^>]*href="([^"]*)"', read(page)):
            if re.match(r"[a-z]+:", link):
                continue
            path, _, anchor = unquote(link).partition("#")
            there = (page.parent / path).resolve() if path else page.resolve()
            if not there.is_file() or (anchor and anchor not in names.get(there, set())):
                yield f"{page.name}: {link}"


def test_every_link_of_the_site_leads_somewhere() -> None:
    assert not list(broken())


def test_the_reference_has_all_that_the_doors_export() -> None:
    page = read(SITE / "docs" / "api.html")
    for door in (sim, experiments):
        for name in door.__all__:
            assert f'id="{door.__name__}.{name}"' in page, name
    assert 'id="sim.View.memory"' in page
    assert 'id="sim.Answer.WALK"' in page


def test_search_finds_words_from_a_folder_without_a_network() -> None:
    playwright = pytest.importorskip("playwright.sync_api")
    browser = next(
        (b for b in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(b).exists()), ""
    )
    if not browser:
        pytest.skip("there is no Chromium")
    with playwright.sync_playwright() as play:
        tab = play.chromium.launch(executable_path=browser, args=["--no-sandbox"]).new_page()
        asked: list[str] = []
        tab.on("request", lambda request: asked.append(request.url))
        tab.goto(f"{(SITE / 'search.html').resolve().as_uri()}?q=ratifier")
        tab.wait_for_selector("ul.search li a")
        assert any(
            "odd" in str(a.get_attribute("href")) for a in tab.query_selector_all("ul.search li a")
        )
        assert all(url.startswith(("file:", "data:")) for url in asked)
        tab.context.browser.close()
