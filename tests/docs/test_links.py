"""Every link of the documents leads somewhere, on the forge as on the site."""

import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest

pytestmark = pytest.mark.fast

ROOT = Path(__file__).parents[2]
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").glob("*.md")),
]
_FENCE = re.compile(r"^ *(```+|~~~+).*?^ *\1 *$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)", re.DOTALL)
_LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(([^)\s]+)\)")
_HEAD = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)


def links(text: str) -> list[str]:
    """Give the targets of all links of a page, but for those in code."""
    return _LINK.findall(_CODE.sub("", _FENCE.sub("", text)))


@cache
def anchors(page: Path) -> set[str]:
    """Give the anchors that the forge makes of the headings of a page."""
    found: dict[str, int] = {}
    made = set()
    for head in _HEAD.findall(_FENCE.sub("", page.read_text(encoding="utf-8"))):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", head).replace("`", "").replace("*", "")
        slug = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
        times = found.get(slug, 0)
        found[slug] = times + 1
        made.add(f"{slug}-{times}" if times else slug)
    return made


def astray(page: Path) -> list[str]:
    """Give the links of a page that lead nowhere."""
    wrong = []
    for link in links(page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = unquote(link).partition("#")
        there = (page.parent / path).resolve() if path else page
        if not there.exists() or (
            anchor and (there.suffix != ".md" or anchor not in anchors(there))
        ):
            wrong.append(link)
    return wrong


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    assert not astray(page), page


def test_a_link_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    (tmp_path / "there.md").write_text("# One `word`\n\n## Two, *more*!\n\n## Two more\n", "utf-8")
    page = tmp_path / "page.md"
    page.write_text(
        "# Here\n[a](there.md#one-word) [b](there.md#two-more-1) [c](#here) [e](https://e.org)\n"
        "`[code](gone.md)`\n```\n[code](gone.md)\n```\n"
        "[x](gone.md) [y](there.md#three) ![z](gone.png) [w](#there)\n",
        "utf-8",
    )
    assert astray(page) == ["gone.md", "there.md#three", "gone.png", "#there"]


def test_every_page_is_in_the_menu_of_the_site() -> None:
    menu = (ROOT / "docs" / "site" / "conf.py").read_text(encoding="utf-8")
    for page in PAGES:
        name = page.stem if page.parent.name == "docs" else f"../{page.stem}"
        assert page.name == "index.md" or re.search(rf'"(?:[^"]+ <)?{name}>?"', menu), name


def test_every_page_of_the_documents_is_reached_from_the_first() -> None:
    first = ROOT / "docs" / "index.md"
    there = {(first.parent / link).resolve() for link in links(first.read_text(encoding="utf-8"))}
    assert not {page for page in PAGES if page != first} - there


def test_console_output_is_folded_in_the_findings() -> None:
    """Who reads the findings reads answers; what a command prints opens on a click."""
    text = (ROOT / "docs" / "findings.md").read_text(encoding="utf-8")
    folded = re.findall(r"^<details>\n.*?^</details>$", text, re.MULTILINE | re.DOTALL)
    assert len(folded) >= 3
    for kind in ("console", "text"):
        assert text.count(f"\n```{kind}\n") == sum(one.count(f"\n```{kind}\n") for one in folded)
