"""The report in a browser and on paper: everybody can read it, and no column is cut off."""

import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from experiments.figures import Results
from experiments.report.cells import cells_table
from tests.experiments.app import visiting
from tests.experiments.app.visiting import barriers
from tests.experiments.report.test_report import MORE, report_of
from tests.experiments.small import SWEEP

pytestmark = pytest.mark.browser

WIDE = """
"rules.period" = [1, 2]
"strategies.hub.until" = [0.25, 0.75]
"strategies.west" = [
  { label = "package or nothing", value = { name = "package_or_nothing", inner = "linear" } },
  { label = "boulware", value = { name = "boulware", exponent = { uniform = [0.2, 0.8] } } },
]
"""
"""More that is swept: a table of thirteen columns."""

PAPER = {"portrait": 703, "landscape": 1032}
"""Width of A4 between the margins of the style sheet, in pixels of CSS."""

BEYOND = """width => [...document.querySelectorAll("main *, header *")]
    .filter(e => e.getClientRects().length && e.getBoundingClientRect().right > width + 1)
    .map(e => e.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if said := visiting.missing():
        pytest.skip(said)
    return report_of(tmp_path_factory.mktemp("paper"), SWEEP + WIDE + MORE, "What does it do?")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with visiting.chromium() as started:
        yield started


@pytest.fixture
def page(browser: Any, report: Path) -> Iterator[Any]:
    opened = browser.new_page()
    opened.goto(report.as_uri())
    yield opened
    opened.close()


def written(text: str) -> str:
    """Give a text without blanks, as a line may break anywhere, and without ligatures."""
    return "".join(unicodedata.normalize("NFKC", text).split())


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_all_can_read_it(page: Any, width: int, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert barriers(page) == []


@pytest.mark.parametrize("side", PAPER)
def test_nothing_is_beyond_the_paper(page: Any, side: str) -> None:
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER[side], "height": 900})
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.evaluate(BEYOND, PAPER[side]) == []
    hidden = "[...document.querySelectorAll('.scroll')].map(e => getComputedStyle(e).overflowX)"
    assert set(page.evaluate(hidden)) == {"visible"}
    assert page.evaluate(BEYOND, 100), "what is beyond is found"


@pytest.mark.parametrize("asked", [True, False], ids=["as the sheet says", "portrait"])
def test_every_cell_of_the_table_is_printed(
    page: Any, report: Path, tmp_path: Path, asked: bool
) -> None:
    """Also where a browser does not turn the paper for a wide table."""
    from pypdf import PdfReader

    file = tmp_path / "report.pdf"
    if not asked:
        page.add_style_tag(content="#cells { page: auto !important; }")
    page.pdf(path=file, format="A4", prefer_css_page_size=asked)
    sheets, inside = PdfReader(file).pages, []
    assert any(s.mediabox.width > s.mediabox.height for s in sheets) == asked
    for sheet in sheets:
        wide = float(sheet.mediabox.width)

        def keep(text: str, cm: Any, tm: Any, *_: Any, wide: float = wide) -> None:
            if 0 <= tm[4] * cm[0] + cm[4] < wide:
                inside.append(text)

        sheet.extract_text(visitor_text=keep)
    told, table = written("".join(inside)), cells_table(Results.load(report.parent))
    assert len(table.head) >= 13
    for head in table.head:
        assert written(head) in told
    assert all("payoff" in head for head in table.head[-3:])
    for row in table.rows:
        assert written("".join(field.text for field in row)) in told
