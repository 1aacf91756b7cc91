"""The command `memo`, and a figure for a page of one's own."""

import re
from pathlib import Path

import html5lib
import pytest

from experiments.commands import run as run_command
from experiments.commands.cli import main
from experiments.report import memo as page
from experiments.results.intervals import Quantity, estimate
from experiments.results.results import Results
from tests.experiments.small import SWEEP, write

PARTS = ("What it rests on", "What would change it", "How to reproduce it")
FIGURES = "\n[figures]\nstatus = {}\nprice = {}\n"


def played(folder: Path, more: str, *words: str) -> Path:
    config, out = write(folder, more), folder / "results"
    assert (
        main(["run", str(config), "--out", str(out), "--workers", "1", "--no-figures", *words]) == 0
    )
    (directory,) = out.iterdir()
    return directory


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return played(tmp_path_factory.mktemp("memo"), SWEEP + FIGURES, "--set", "rules.period=2")


@pytest.fixture
def without_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "BROWSERS", ())


def written(directory: Path, *words: str) -> tuple[str, str]:
    assert main(["memo", str(directory), *words]) == 0
    return tuple(
        (directory / f"memo.{kind}").read_text(encoding="utf-8") for kind in ("md", "html")
    )  # type: ignore[return-value]


@pytest.mark.slow
@pytest.mark.usefixtures("without_browser")
def test_a_memo_has_its_parts_in_both_forms(ran: Path) -> None:
    plain, marked = written(ran)
    assert plain.startswith("# What does the rule do?\n")
    assert re.findall(r"^## (.+)$", plain, re.MULTILINE) == list(PARTS)
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    root = parser.parse(marked)
    assert [h.text for h in root.iter("h2")] == list(PARTS)
    assert len(list(root.iter("table"))) == len(list(root.iter("figure"))) == 1
    assert "src=" not in marked, "nothing is fetched"
    letters = " ".join(" ".join(root.itertext()).split())
    assert "deal" in letters
    assert "<text" in marked, "letters of the figure stay letters"
    assert not (ran / "memo.pdf").exists()


@pytest.mark.slow
@pytest.mark.usefixtures("without_browser")
def test_its_answer_is_one_sentence_for_each_setting_and_says_what_the_table_says(
    ran: Path,
) -> None:
    plain, _ = written(ran)
    answer = re.findall(r"^- \*\*(.+?)\.\*\* (.+)$", plain, re.MULTILINE)
    assert [about for about, _ in answer] == ["East: linear", "East: boulware"]
    frame = Results.load(ran).frame
    for about, said in answer:
        label = about.removeprefix("East: ")
        assert not re.search(r"\. [A-Z]", said), "one sentence"
        for rule, words in (("all", "with the rule"), ("none", "without it")):
            rows = frame[(frame["strategies.east"] == label) & (frame["rules.review"] == rule)]
            rows = rows[rows["talk"] == "east"]
            row = estimate(rows, Quantity.named("deals", rows), ["talk"]).iloc[0]
            found = re.search(rf"(no world|[<>]?\d+ %)(?:(?! and |;).)*? {words}", said)
            assert found, (rule, said)
            if found[1] != "no world":
                assert float(found[1].strip("<> %")) == pytest.approx(100 * row["mean"], abs=1)


@pytest.mark.slow
@pytest.mark.usefixtures("without_browser")
def test_it_says_what_was_changed_where_it_is_from_and_how_to_get_it_again(ran: Path) -> None:
    plain, _ = written(ran, "--figure", "price")
    assert "Changed against the scenario: review period, rounds" in plain
    assert "→ 2." in plain
    assert plain.count(f"Source: tariff-talks, run {ran.name}, ") == 2
    assert f"tariff-talks run {ran.name}/config.toml" in plain
    assert "nothing is a mean over them" in plain
    assert "What does the package rule change?" in plain


@pytest.mark.usefixtures("without_browser")
def test_a_run_of_one_setting_is_told_in_three_sentences_at_most(tmp_path: Path) -> None:
    plain, _ = written(played(tmp_path, FIGURES, "--set", "worlds=8"))
    answer = re.findall(r"^- \*\*(.+?)\.\*\* (.+)$", plain, re.MULTILINE)
    assert 1 <= len(answer) <= page.SENTENCES
    assert "Changed against" not in plain
    assert "Decided by somebody" not in plain


@pytest.mark.slow
def test_a_browser_that_fails_prints_nothing(ran: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "BROWSERS", ("false",))
    written(ran)
    assert not (ran / "memo.pdf").exists()


@pytest.mark.browser
def test_a_browser_prints_one_sheet(ran: Path) -> None:
    from pypdf import PdfReader

    written(ran)
    sheets = PdfReader(ran / "memo.pdf").pages
    assert len(sheets) == 1
    assert "What it rests on" in sheets[0].extract_text()


@pytest.mark.parametrize("suffix", ["svg", "png", "pdf"])
def test_a_figure_for_a_page_of_ones_own(ran: Path, tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"mine.{suffix}"
    words = ["--figure", "status", "--out", str(file), "--width", "12cm", "--title", "My own words"]
    assert main(["plot", str(ran), *words, "--talk", "east"]) == 0
    assert list(tmp_path.iterdir()) == [file]
    if suffix == "svg":
        text = file.read_text(encoding="utf-8")
        assert "My own words" in text
        assert "East" in text
        assert "West" not in text
        assert re.search(r'width="340\.\d+pt"', text), "12 cm"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--figure", "status", "--width", "12cm"], "need --out FILE"),
        (["--out", "x.svg"], "belong to one figure"),
        (["--figure", "status", "--out", "x.gif"], "ends in none of .svg, .png, .pdf"),
        (["--figure", "status", "--out", "gone/x.svg"], "there is no directory gone"),
        (["--figure", "status", "--out", "x.svg", "--talk", "eastt"], "did you mean 'east'?"),
        (["--figure", "status", "--out", "x.svg", "--width", "wide"], "such as 16cm"),
    ],
)
def test_what_cannot_be_drawn_is_said(
    ran: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plot", str(ran), *words]) == 2
    assert said in capsys.readouterr().err


def test_an_effect_is_written_as_a_page(ran: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["effect", str(ran), "--report"]) == 0
    printed = capsys.readouterr().out
    page = (ran / "effect.html").read_text(encoding="utf-8")
    root = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    (head,) = (heading.text for heading in root.iter("h1"))
    assert printed.startswith(f"{head}\n")
    rows = [[cell.text or "" for cell in row.iter("td")] for row in root.iter("tr")][1:]
    lines = [line.split() for line in printed.partition("quantity")[2].splitlines()[1:-1]]
    assert [" ".join(row).split() for row in rows] == lines
    assert "Changed against the scenario" in page
    assert f"run {ran.name}" in page


@pytest.mark.slow
def test_an_effect_is_written_where_it_is_asked_for(
    ran: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.html"
    assert main(["effect", str(ran), str(ran), "--report", str(file)]) == 0
    assert "<table>" in file.read_text(encoding="utf-8")
    assert main(["effect", str(ran), "--report", str(tmp_path / "gone" / "x.html")]) == 2
    assert "there is no directory" in capsys.readouterr().err


@pytest.mark.slow
def test_a_run_whose_errors_go_to_a_file_says_how_far_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run_command, "PAUSE", 0.0)
    played(tmp_path, SWEEP, "--chunk", "5")
    lines = [
        found.groups()
        for found in re.finditer(
            r"^tariff-talks: (\d+) of (\d+) worlds, (\d+) of (\d+) cells; some \d+ seconds left$",
            capsys.readouterr().err,
            re.MULTILINE,
        )
    ]
    assert len(lines) > 3
    worlds = [int(done) for done, *_ in lines]
    assert worlds == sorted(worlds)
    assert 0 < worlds[0] < worlds[-1] < int(lines[0][1]) == 48
    assert {cells for *_, cells in lines} == {"4"}


def test_a_short_run_says_nothing_of_how_far_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    played(tmp_path, SWEEP)
    assert "worlds," not in capsys.readouterr().err
