"""The report: valid HTML in one file, that says what the table of outcomes says."""

import base64
import re
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
import pandas as pd
import pytest

from experiments.analysis.effect import price_of_rule
from experiments.analysis.floors import Floors
from experiments.commands.cli import main
from experiments.figures import Results
from experiments.report.cells import COSTS, TRADE, cells_table, parts_of
from experiments.report.findings import findings
from experiments.report.numbers import amount, between, percent, share
from experiments.report.scenario import VARIED, scenario_tables, settings, strategy
from experiments.results.intervals import Quantity, estimate
from experiments.runs.run import run
from experiments.runs.store import Store
from tests.experiments.sentences import near
from tests.experiments.small import SCENARIO, SWEEP, load, write

MORE = """
[figures]
status = {}
concessions = {}

[observed.east]
date = 2025-03-20
rate.cars = 15
source = "https://example.org, made up"
"""
CONFIGS = Path(__file__).parents[3] / "configs"


def report_of(folder: Path, more: str, question: str, *words: str) -> Path:
    config = write(folder, more)
    text = config.read_text(encoding="utf-8").replace("What does the rule do?", question)
    config.write_text(text, encoding="utf-8")
    main(["run", str(config), "--out", str(folder / "results"), "--workers", "1", *words])
    (directory,) = (folder / "results").iterdir()
    return directory / "report.html"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return report_of(tmp_path_factory.mktemp("report"), SWEEP + MORE, "Does <b>it</b> & http pay?")


@pytest.fixture(scope="module")
def results(report: Path) -> Results:
    return Results.load(report.parent)


@pytest.mark.slow
def test_a_swept_strategy_is_not_called_a_country(results: Results) -> None:
    assert results.path("strategies.east") == "strategy of East"
    assert results.path("strategies.east.exponent") == "exponent in the strategy of East"
    assert results.path("rules.review") == "review rule"
    assert results.pooled([]) == "Only review rule: every measure; East: linear."
    assert results.pooled(["strategies.east"]) == "Only review rule: every measure."
    assert results.pooled(["rules.review", "strategies.east"]) == ""
    row = {"strategies.east": "boulware"}
    assert results.setting(["strategies.east"], row) == "East: boulware"
    assert results.player("strategies.east.exponent") == "East exponent"
    assert results.player("rules.review") == "review rule"


def parsed(file: Path) -> Element:
    """Parse a page; every error of the HTML standard is raised."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    root: Element = parser.parse(file.read_text(encoding="utf-8"))
    return root


def text(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def section(root: Element, name: str) -> Element:
    (found,) = (part for part in root.iter("section") if part.get("id") == name)
    return found


@pytest.mark.slow
def test_it_is_valid_html_without_any_address(report: Path) -> None:
    root = parsed(report)
    assert "http" not in report.read_text(encoding="utf-8")
    every = [element.get("href", "") for element in root.iter("a")]
    links = [link for link in every if link.startswith("#")]
    beside = [link for link in every if link not in links]
    assert beside
    assert all((report.parent / link).is_file() for link in beside), "the others to files beside it"
    names = {element.get("id") for element in root.iter() if element.get("id")}
    assert {link.removeprefix("#") for link in links} <= names, "links lead within the page"
    assert not list(root.iter("link"))
    assert all(script.get("src") is None for script in root.iter("script"))
    assert len(names) == len([e for e in root.iter() if e.get("id")]), "names are given once"


def test_what_a_config_says_is_shown_and_not_run(report: Path) -> None:
    root = parsed(report)
    assert text(next(root.iter("h1"))) == "Does <b>it</b> & http pay?"
    assert text(next(root.iter("title"))) == "Does <b>it</b> & http pay?"
    assert "Source: https://example.org, made up." in text(section(root, "findings"))


@pytest.mark.slow
def test_a_scenario_without_a_title_goes_by_its_name(tmp_path: Path) -> None:
    titled = 'title = "A hub and two partners"\n'
    assert titled in SCENARIO
    config = write(tmp_path, SWEEP + "[figures]\nstatus = {}\n", SCENARIO.replace(titled, ""))
    words = ["--out", str(tmp_path / "results"), "--workers", "1"]
    assert main(["run", str(config), *words]) == 0
    (page,) = tmp_path.glob("results/*/report.html")
    assert "<p>small. 12 simulated" in page.read_text(encoding="utf-8")


def test_pictures_are_whole_and_have_a_narrow_form(report: Path) -> None:
    figures = list(section(parsed(report), "figures").iter("figure"))
    assert len(figures) == 2
    for figure in figures:
        (image,), (source,) = figure.iter("img"), figure.iter("source")
        title, _, numbers = image.get("alt", "").partition("? ")
        assert title
        assert len(re.findall(r"\d", numbers)) > 5, "what the picture shows, in numbers"
        caption = text(next(figure.iter("figcaption")))
        assert caption.startswith(f"Figure {1 + figures.index(figure)}. ")
        assert f"run {report.parent.name}, " in caption
        kinds = [link.get("href", "").rpartition(".")[2] for link in figure.iter("a")]
        assert kinds == ["svg", "csv"]
        for url, element in ((image.get("src"), image), (source.get("srcset"), source)):
            data = (url or "").removeprefix("data:image/png;base64,").replace("%74", "t")
            png = base64.b64decode(data, validate=True)
            assert png.startswith(b"\x89PNG")
            size = [int.from_bytes(png[n : n + 4], "big") for n in (16, 20)]
            assert [str(number) for number in size] == [element.get("width"), element.get("height")]


def test_letters_of_an_svg_are_letters(report: Path) -> None:
    drawn = (report.parent / "figures" / "status.svg").read_text(encoding="utf-8")
    assert ">How do the talks end?</text>" in drawn


FEW = "\n[figures]\nstatus = {}\n"


@pytest.mark.slow
def test_what_was_changed_is_said_under_the_titles(tmp_path: Path) -> None:
    """Set on the command line; nothing if nothing was."""
    (tmp_path / "plain").mkdir()
    plain = report_of(tmp_path / "plain", FEW, "Why?", "--set", "worlds=4")
    assert "Changed against" not in plain.read_text(encoding="utf-8")
    (tmp_path / "set").mkdir()
    page = report_of(
        tmp_path / "set", FEW, "Why?", "--set", "calendar.rounds=9", "--set", "worlds=4"
    )
    said = text(parsed(page))
    assert said.count("Changed against the scenario: rounds to the deadline 12 → 9.") == 3


@pytest.mark.slow
def test_a_scenario_that_extends_another_is_said_to(tmp_path: Path) -> None:
    config = write(tmp_path, FEW)
    (tmp_path / "other.toml").write_text(
        'extends = "scenario.toml"\nname = "other"\n[changes]\n"rules.period" = 2\n',
        encoding="utf-8",
    )
    said = config.read_text(encoding="utf-8").replace('"scenario.toml"', '"other.toml"')
    config.write_text(said, encoding="utf-8")
    words = ["--out", str(tmp_path / "results"), "--workers", "1", "--set", "worlds=4"]
    assert main(["run", str(config), *words]) == 0
    (page,) = tmp_path.glob("results/*/report.html")
    assert "Changed against the scenario: it extends scenario; rules.period = 2." in text(
        parsed(page)
    )


def told(results: Results, floors: Floors | None = None) -> dict[str, str]:
    return {finding.about: finding.said for finding in findings(results, floors)}


def payoffs_of(answer: str) -> str:
    """Give what an answer says of payoffs."""
    return answer.partition("changes payoffs")[2].partition("In worlds with a deal")[0]


@pytest.mark.slow
def test_findings_are_those_of_the_table(results: Results) -> None:
    """An answer for each strategy of East: nobody weighs them, and none is a mean over them."""
    said, frame = told(results), results.frame
    assert [about for about in said if about.startswith("East: ")] == [
        "East: linear",
        "East: boulware",
    ]
    for label in ("linear", "boulware"):
        rows = frame[(frame["strategies.east"] == label) & (frame["talk"] == "east")]
        with_it, without = (rows[rows["rules.review"] == rule] for rule in ("all", "none"))
        words = said[f"East: {label}"]
        for part, front in ((with_it, "East signs in "), (without, "without the rule in ")):
            row = estimate(part, Quantity.named("deals", part), ["talk"]).iloc[0]
            assert f"{front}{share(row['mean'], row['low'], row['high'])} of the worlds" in words
        gain = (
            with_it.set_index("world")["payoff.east"] - without.set_index("world")["payoff.east"]
        ).mean()
        found = re.search(r"East ([−+\d.]+)", payoffs_of(words))
        assert found is not None
        near(found[1], gain)
        deals = with_it[with_it["status"] == "deal"]
        early = (deals["date"] <= pd.Timestamp("2025-03-20")).mean()
        history = said[f"Against what happened: East (East: {label})"]
        assert f"{percent(early)} %" in history
        assert "are signed by 20 March 2025" in history


@pytest.mark.slow
def test_no_finding_claims_an_effect_below_the_floors(results: Results) -> None:
    every = payoffs_of(told(results, Floors(points=0, bn=0))["East: linear"])
    assert "East none" not in every
    assert "West none" in every, "exactly nothing in every world"
    high = Floors(points=101, bn=99)
    said = told(results, high)
    for answer in (said["East: linear"], said["East: boulware"]):
        assert answer.count("; change: none.") == 2
        worth = "The rule changes payoffs (payoff): Hub none, East none and West none."
        assert worth in answer
    assert {about for about in told(results, Floors(points=0, bn=0)) if about not in said} == {
        f"Reviewed is not reduced: {who} (East: {label})"
        for who in ("East", "West")
        for label in ("linear", "boulware")
    }
    answer = payoffs_of(told(results, Floors(tables={"hub": 99.0}))["East: linear"])
    assert "Hub none, East " in answer
    assert "East none" not in answer
    plain = told(results.only(rules_review="none"), high)["East: linear"]
    assert plain.endswith("Hub none, East none and West none.")


@pytest.mark.slow
def test_a_paired_finding_has_its_band_and_says_what_is_not_settled(results: Results) -> None:
    said = told(results, Floors(points=0, bn=0))["East: linear"]
    band = r"\([−+\d.]+( to [−+\d.]+)? over draws\)"
    assert re.search(rf"change: [−+\d.]+ ± [\d.]+ points {band}", said)
    assert "over draws" not in str(told(results)), "payoffs are given"
    linear = results.only(strategies_east="linear")
    table = price_of_rule(linear.frame, [], rule="rules.review")
    payoffs = table[table["quantity"] == "payoff"]
    unclear = (payoffs["difference"] != 0) & (payoffs["difference"].abs() <= payoffs["error"])
    assert unclear.any() == ("so few draws do not settle" in said)


@pytest.mark.slow
def test_without_a_rule_to_compare_the_findings_are_plain(results: Results) -> None:
    said = told(results.only(rules_review="none"))
    assert list(said)[:3] == ["East: linear", "East: boulware", "How to read them"]
    assert not [words for words in said.values() if "the rule " in words]
    lone = told(results.only(rules_review="none", strategies_east="linear"))
    assert next(iter(lone.items()))[1] == said["East: linear"]
    assert "How to read them" not in lone


def test_a_payoff_stands_with_its_two_parts_where_moves_cost_something(results: Results) -> None:
    parts = parts_of(results.frame, "hub")
    assert list(parts) == ["payoff", TRADE, COSTS]
    assert (parts[TRADE] + parts[COSTS] - parts["payoff"]).abs().max() < 1e-9
    assert (parts[COSTS] <= 0).all()
    per_world = results.frame.groupby(["cell", "world"])["review_cost"].sum()
    assert -parts[COSTS].groupby(
        [results.frame["cell"], results.frame["world"]]
    ).first().sum() == pytest.approx(per_world.sum(), rel=1e-4)
    assert list(parts_of(results.frame, "east")) == ["payoff"]
    old = results.frame.drop(columns=["cost.hub"])
    assert list(parts_of(old, "hub")) == ["payoff"]
    head = cells_table(results).head
    assert [name for name in head if name.startswith("Hub")] == [
        "Hub: payoff", f"Hub: {TRADE}, payoff", f"Hub: {COSTS}, payoff",
    ]  # fmt: skip


def test_the_table_of_cells_can_be_sorted(report: Path, results: Results) -> None:
    (table,) = (t for t in parsed(report).iter("table") if t.get("class") == "sortable")
    heads = [text(head) for head in table.iter("th")]
    assert heads[:3] == ["cell", "review rule", "strategy of East"]
    rows = [list(row) for row in next(table.iter("tbody"))]
    assert len(rows) == 4
    column = heads.index("East: deals")
    for row in rows:
        worlds = results.frame[results.frame["cell"] == int(text(row[0]))]
        mean = (worlds[worlds["talk"] == "east"]["status"] == "deal").mean()
        assert float(row[column].get("data-key", "")) == pytest.approx(mean)
        assert text(row[column]).startswith(f"{percent(mean)} % ± ")
    assert all(button.get("type") == "button" for button in table.iter("button"))


def test_the_scenario_and_where_it_comes_from(report: Path, results: Results) -> None:
    root = parsed(report)
    scenario = text(section(root, "scenario"))
    assert "scope refuser (admits metals, until 0.1–1.4, inner boulware (exponent 0.3–0.9))" in (
        scenario
    )
    assert "25 · 15 · 0" in scenario
    assert "every measure · no rule" in scenario
    origin = text(section(root, "provenance"))
    assert results.plan.digest in origin
    assert 'name = "small"' in origin


def test_three_transcripts(report: Path) -> None:
    part = section(parsed(report), "transcripts")
    names = [text(summary) for summary in part.iter("summary")]
    assert [name.split(":")[0] for name in names] == ["Typical", "Earliest", "Hardest"]
    assert all("END:" in (pre.text or "") for pre in part.iter("pre"))


@pytest.mark.slow
def test_failures_are_told(tmp_path: Path) -> None:
    broken = """
from dataclasses import dataclass
from sim.seats.strategy import BatchStrategy

@dataclass(frozen=True)
class Broken(BatchStrategy):
    "Breaks."
    def propose(self, view):
        raise ValueError("no <idea>")
"""
    (tmp_path / "broken.py").write_text(broken, encoding="utf-8")
    sweep = '[sweep]\n"strategies.east" = ["linear", "broken.py:Broken"]\n'
    root = parsed(report_of(tmp_path, sweep + "[figures]\nstatus = {}\n", "Q?"))
    failed = text(section(root, "failures"))
    assert "no <idea>" in failed
    assert "broken.py:Broken" in failed
    assert len(list(section(root, "cells").iter("tr"))) == 2, "the other cell is shown"


def test_nothing_failed(report: Path) -> None:
    assert "None: every world" in text(section(parsed(report), "failures"))


@pytest.mark.slow
def test_the_report_of_the_quickstart(tmp_path: Path) -> None:
    words = ["--workers", "1", "--set", "worlds=8", "--set", "draws=2"]
    main(["run", str(CONFIGS / "quickstart.toml"), "--out", str(tmp_path), *words])
    (file,) = tmp_path.glob("quickstart-*/report.html")
    parsed(file)
    assert "http" not in file.read_text(encoding="utf-8")
    assert 500_000 < file.stat().st_size < 6_000_000
    assert len(list(Store(file.parent).figures.glob("*.svg"))) == 6


@pytest.mark.slow
def test_the_report_of_a_pie(tmp_path: Path) -> None:
    """A scenario without measures, dates or an economy has fewer figures, and a report."""
    words = ["--workers", "1", "--set", "worlds=20", "--out", str(tmp_path)]
    text = (CONFIGS / "obstinate.toml").read_text(encoding="utf-8")
    config = tmp_path / "pie.toml"
    (tmp_path / "scenarios").symlink_to(CONFIGS / "scenarios")
    config.write_text(text[: text.index("[figures]")], encoding="utf-8")
    assert main(["run", str(config), *words]) == 0
    (file,) = tmp_path.glob("obstinate-*/report.html")
    root = parsed(file)
    told = [image.get("alt", "") for image in root.iter("img")]
    drawn = {said.partition("?")[0] + "?" for said in told}
    assert all(re.search(r"\d", said.partition("?")[2]) for said in told)
    assert "How do the talks end?" in drawn
    assert "Which rates do the deals leave?" not in drawn
    assert "(payoff)" in text_of(root)


def text_of(root: Element) -> str:
    return text(section(root, "findings"))


def test_numbers_show_what_they_are_computed_to() -> None:
    assert amount(1.2345, 0.16) == "1.2 ± 0.2"
    assert amount(-12.34, 3.0, signed=True) == "−12 ± 3"
    assert amount(0.004, 0.2, signed=True) == "0.0 ± 0.2"
    assert amount(float("nan"), float("nan")) == "–"
    assert amount(3.0, 0.0) == "3.0 ± 0.0"
    assert between(-2.04, 0.96, 0.2) == "−2.0 to +1.0"
    assert share(0.5, 0.4, 0.61) == "50 % ± 10"
    assert share(0.5, float("nan"), float("nan")) == "50 %"
    assert [percent(value) for value in (0, 0.001, 0.5, 0.999, 1)] == [
        "0",
        "<1",
        "50",
        ">99",
        "100",
    ]


def test_strategies_are_written_in_words() -> None:
    said = {"name": "x.py:Firm", "until": {"uniform": [0.2, 1]}, "inner": "linear"}
    assert strategy(said) == "Firm (until 0.2–1, inner linear)"
    assert strategy("package_or_nothing") == "package or nothing"
    assert strategy({"low": 1, "central": 2, "high": 3, "unit": "x"}) == "1–3"


SWEPT = [
    '[sweep]\n"rules.period" = [2]\n',
    '[sweep]\n"calendar.rounds" = [8, 12]\n',
    '[sweep]\n"strategies.hub" = [\n  "boulware",\n  { label = "open", also = { "positions.hub" ='
    ' "all" }, value = "linear" },\n]\n',
    '[sweep]\n"talks.west.rules.review" = ["none", ["cars"]]\n',
    '[overrides]\n"talks.west.rules.review" = "none"\n"calendar.rounds" = 9\n',
    '[sweep]\n"strategies.west" = ["linear", "conceder"]\n"rules.test" = ["by_admission"]\n',
    '[sweep]\n"strategies.hub" = ["boulware", "open"]\n',
    '[overrides]\n"strategies.hub" = "open"\n'
    '[sweep]\n"stances.hub.open.position" = ["all", ["cars"]]\n',
]
STANCE = '[stances.hub.open]\nstrategy = "linear"\nposition = "all"\n'


@pytest.mark.slow
@pytest.mark.parametrize("more", SWEPT)
def test_every_setting_that_is_stated_is_what_every_cell_played(more: str, tmp_path: Path) -> None:
    plan = load(tmp_path, more, f"{SCENARIO}\n{STANCE}")
    found = Results.load(run(plan, tmp_path / "out").store.directory)
    alone = [
        [row for table in scenario_tables(found.only(cells=[cell.index])) for row in table.rows]
        for cell in found.plan.cells
    ]
    stated = [row for table in scenario_tables(found) for row in table.rows]
    for row, *others in zip(stated, *alone, strict=True):
        for said, *played in zip(row, *others, strict=True):
            assert said == (played[0] if len(set(played)) == 1 else VARIED)


def test_what_is_played_is_read_from_the_cells(tmp_path: Path) -> None:
    found = Results.load(run(load(tmp_path, SWEPT[3]), tmp_path / "out").store.directory)
    told = {row[0]: row[1] for table in scenario_tables(found) for row in table.rows}
    assert told["what has to be reviewed before a deal"] == VARIED
    (lone,) = (found.only(cells=[1]),)
    told = {row[0]: row[1] for table in scenario_tables(lone) for row in table.rows}
    assert told["what has to be reviewed before a deal"] == "east: every measure; west: cars"


@pytest.mark.slow
def test_a_setting_without_one_of_the_rules_says_so(tmp_path: Path) -> None:
    """A cell that failed under one rule is left out, and no other one stands for it."""
    found = Results.load(run(load(tmp_path), tmp_path / "out").store.directory)
    whole, part = told(found), told(found.only(cells=[0, 2, 3]))
    kept, lost = "East: linear", "East: boulware"
    if not same_strategy(found, 0, 2):
        kept, lost = lost, kept
    assert part[kept] == whole[kept]
    assert part[lost].count("with it this was not played") == 2
    assert "changes payoffs" not in part[lost]


@pytest.mark.slow
def test_each_of_several_rules_has_its_answer(tmp_path: Path) -> None:
    """Not only the first: what West loses by its own rule is not what East's rule changes."""
    each = '"talks.{}.rules.review" = ["all", "none"]\n'
    more = "[sweep]\n" + each.format("east") + each.format("west")
    found = Results.load(run(load(tmp_path, more), tmp_path / "out").store.directory)
    said = " ".join(finding.said for finding in findings(found))
    for who in ("East", "West"):
        assert f"If every measure has to be reviewed with {who}," in said
        assert f"without the rule of {who} in" in said


def test_values_are_crossed_only_where_they_were(tmp_path: Path) -> None:
    found = Results.load(run(load(tmp_path), tmp_path / "out").store.directory)
    assert settings(found).head[1] == "values, each with every other"
    assert settings(found.only(cells=[0, 1, 2])).head[1] == "values, not in every combination"


def same_strategy(found: Results, one: int, other: int) -> bool:
    cells = found.plan.cells
    return cells[one].labels["strategies.east"] == cells[other].labels["strategies.east"]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, "0"),
        (0.001, "<1"),
        (0.005, "<1"),
        (0.0051, "1"),
        (0.995, ">99"),
        (0.999, ">99"),
        (1, "100"),
    ],
)
def test_no_share_is_rounded_to_none_or_all(value: float, said: str) -> None:
    assert percent(value) == said
