"""The page on theory lists every result that is tested, and no test that does not exist."""

import re
from pathlib import Path

import pytest

from tests.docs.test_readme import ROOT, blocks

PAGE = (ROOT / "docs" / "theory.md").read_text(encoding="utf-8")
HERE = Path(__file__).parents[1]

pytestmark = pytest.mark.fast


def rows() -> dict[str, list[str]]:
    """Give the tests that the page names, by number of the result."""
    found: dict[str, list[str]] = {}
    for number, line in re.findall(r"^\| (V\d\d) \|(.*)$", PAGE, re.MULTILINE):
        assert number not in found, f"{number} has two rows"
        found[number] = re.findall(r"`(test_\w+)`", line)
    return found


def written() -> list[str]:
    """Give the names of all tests."""
    texts = [file.read_text(encoding="utf-8") for file in sorted(HERE.rglob("test_*.py"))]
    return [name for text in texts for name in re.findall(r"^def (test_\w+)", text, re.MULTILINE)]


def test_every_test_that_the_page_names_exists_once() -> None:
    everything = written()
    for number, tests in rows().items():
        assert tests, f"{number} names no test"
        for name in tests:
            assert everything.count(name) == 1, f"{number} names {name}"


def test_every_test_of_a_result_is_on_the_page() -> None:
    table = rows()
    for name in written():
        numbers = re.match(r"test((?:_v\d\d)+)_", name)
        for number in re.findall(r"v\d\d", numbers.group(1)) if numbers else ():
            assert name in table.get(number.upper(), []), (
                f"docs/theory.md: name {name} in the row {number.upper()}"
            )


def test_the_figure_of_the_page_exists() -> None:
    for name in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", PAGE):
        assert (ROOT / "docs" / name).is_file()


def test_every_source_of_a_result_is_a_reference() -> None:
    body, _, references = PAGE.partition("## References")
    for name, year in re.findall(r"(\w+) \((\d{4})\)", body):
        assert re.search(rf"{name}\b.*\({year}\)", references), f"{name} ({year})"


def test_the_python_of_the_page_solves_the_shipped_scenario(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    (code,) = blocks("docs/theory.md", "python")
    exec(code, {})
    said = capsys.readouterr().out.splitlines()
    assert len([line for line in said if line.startswith("settled")]) == 3
