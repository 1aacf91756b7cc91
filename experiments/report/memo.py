"""A memo of a run: one page with a question, an answer, a figure and a table, to be sent on."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from experiments.analysis.closed import closed
from experiments.analysis.effect import FREE, STRICT, price_of_rule
from experiments.analysis.floors import Floors
from experiments.design.sweep import percent
from experiments.figures.pictures import DrawnPicture, draw_to, need_turns, picture, pictures
from experiments.report.cells import cells_table
from experiments.report.headlines import answer, sentence
from experiments.report.numbers import between, listed
from experiments.report.origin import changed, rests_on, run_id
from experiments.report.scenario import TableOf
from experiments.report.settings import Setting, Settings, stances
from experiments.results.results import Results
from experiments.runs.kept.whole import atomic
from experiments.runs.store import CONFIG, Store
from sim.errors import ConfigError

SENTENCES = 3
"""Sentences of an answer."""

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
_PATIENCE = 60
"""Seconds that a browser has to print a page."""

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Memo:
    """What a memo says.

    Attributes:
        question: that was asked.
        about: the scenario, what was changed in it, and how much was played.
        answer: a sentence for each setting, three at most, beside the setting; of one setting up
            to three sentences.
        table: the settings of the answer, deals and payoffs.
        money: unit of the payoffs.
        rests: what the answer rests on.
        turns: what would change it.
        again: how it is computed again.
        source: run, date and what made it, under figure and table.
    """

    question: str
    about: str
    answer: tuple[tuple[str, str], ...]
    table: TableOf
    money: str
    rests: tuple[str, ...]
    turns: tuple[str, ...]
    again: tuple[str, ...]
    source: str


def memo(store: Store, results: Results) -> Memo:
    """Give the memo of a finished run.

    Nothing in it is a mean over what somebody decides, and an effect below the floor is none.

    Args:
        store: of the run.
        results: what it left.
    """
    config, manifest = results.plan.config, store.manifest()
    floors = Floors.of(manifest, results.plan.scenario)
    ends = {r: [results.labelled(said, r) for said in (STRICT, FREE)] for r in results.rules}
    compared = next((rule for rule, both in ends.items() if None not in both), "")
    settings = Settings.of(results, compared, most=SENTENCES)
    kept = results.only(cells=_cells(settings))
    source = run_id(store)
    return Memo(
        question=config.question or config.name,
        about=" ".join(part for part in (_about(results), changed(results.plan)) if part),
        answer=tuple(_answer(results, floors, settings)),
        table=_table(kept),
        money=results.money,
        rests=tuple(_rests(kept, settings, floors, manifest)),
        turns=tuple(_turns(results, settings, floors)),
        again=(
            f"tariff-talks run {store.directory.name}/{CONFIG}",
            f"tariff-talks memo {store.directory.name}",
        ),
        source=source,
    )


def drawn(store: Store, results: Results, figure: str | None = None) -> DrawnPicture:
    """Draw the figure of a memo, without turns of the talks.

    Args:
        store: of the run.
        results: what it left.
        figure: its name; the first of the config that can be drawn if not given.

    Raises:
        ConfigError: there is no such figure, or the run has no numbers for it.
    """
    files = [store.figures / f"memo.{kind}" for kind in ("svg", "png")]
    store.figures.mkdir(exist_ok=True)
    config = results.plan.config
    if figure is not None:
        said = config.figures.get(figure, {"figure": figure})
        return draw_to(results, picture(figure, said, "--figure"), files)
    for each in pictures(config.figures, about=config.told):
        with suppress(ConfigError):
            if not need_turns([each]):
                return draw_to(results, each, files)
    raise ConfigError("memo: no figure can be drawn of this run; name one with --figure")


def write_memo(store: Store, said: Memo, shown: DrawnPicture) -> list[Path]:
    """Write a memo as HTML and Markdown, and as PDF where a browser is there, into its run.

    Args:
        store: of the run.
        said: the memo.
        shown: its figure.

    Returns:
        The files that were written.
    """
    files = []
    svg, png = shown.files
    whole = {
        "memo": said,
        "title": shown.title,
        "alt": shown.alt,
        "svg": Markup(f"<svg{svg.read_text(encoding='utf-8').partition('<svg')[2]}"),
        "png": png.relative_to(store.directory).as_posix(),
        "css": Markup((_HERE / "page.css").read_text(encoding="utf-8")),
    }
    for kind, escaped in (("html", True), ("md", False)):
        text = _environment(escaped).get_template(f"memo.{kind}.jinja").render(whole)
        file = store.directory / f"memo.{kind}"
        with atomic(file) as partial:
            partial.write_text(text, encoding="utf-8")
        files.append(file)
    return [*files, *_printed(files[0])]


def _environment(escaped: bool) -> Environment:
    made = Environment(
        loader=PackageLoader("experiments.report", ""),
        autoescape=escaped,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["code"] = with_code
    return made


def with_code(text: str) -> Markup:
    """Show what stands between backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def _printed(page: Path) -> list[Path]:
    """Have a browser print a page as PDF; nothing where there is none, or where it fails."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        return []
    file = page.with_suffix(".pdf")
    with tempfile.TemporaryDirectory() as profile:
        words = [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
            f"--user-data-dir={profile}", "--no-pdf-header-footer", f"--print-to-pdf={file}",
        ]  # fmt: skip
        try:
            subprocess.run(
                [browser, *words, page.resolve().as_uri()],
                check=True,
                capture_output=True,
                timeout=_PATIENCE,
            )
        except (OSError, subprocess.SubprocessError):
            return []
    return [file] if file.is_file() else []


def _about(results: Results) -> str:
    title = results.scenario.get("title") or results.scenario.get("name", "")
    return f"{title}."


def _cells(settings: Settings) -> list[int]:
    """Give the cells of the settings that are told, under the rules that are compared."""
    found: list[int] = []
    for setting in settings.told:
        frame = setting.frame
        if setting.rule:
            labels = frame[setting.rule].astype(str)
            frame = frame[labels.isin([setting.strict, setting.free])]
        found += dict.fromkeys(frame["cell"])
    return sorted(found)


def _answer(results: Results, floors: Floors, settings: Settings) -> Iterator[tuple[str, str]]:
    """Say an answer in three sentences at most, each beside the setting that it is about."""
    if len(settings.told) > 1:
        for setting in settings.told:
            yield setting.words, sentence(results, floors, setting)
        return
    for about, said in answer(results, floors, settings.told[0]):
        for one in islice(_sentences(said), SENTENCES):
            yield about, one


def _sentences(said: str) -> list[str]:
    """Take a text apart into its sentences; a point within a number ends none."""
    return [f"{part.rstrip('.')}." for part in said.split(". ") if part]


def _table(results: Results) -> TableOf:
    """Give deals and payoffs of the settings that the answer tells."""
    made = cells_table(results)
    shown = [k for k, name in enumerate(made.head) if k and not name.endswith("round of signing")]
    rows = (tuple(_ZERO.sub("0", row[k].text) for k in shown) for row in made.rows)
    return TableOf("Deals and payoffs", tuple(made.head[k] for k in shown), tuple(rows))


_ZERO = re.compile(r"^0\.0 ± 0\.0$")


def _rests(
    results: Results, settings: Settings, floors: Floors, manifest: Mapping[str, Any]
) -> Iterator[str]:
    yield from rests_on(results, manifest)
    if len(settings.told) > 1:
        what = "; ".join(results.path(path) for path in settings.paths)
        yield (
            f"Decided by somebody: {what}. Nobody knows how likely any choice is, so each has a "
            "line of its own and nothing is a mean over them."
        )
        yield from stances(results, settings)
    if results.plan.uncertainties:
        over = listed([results.path(path) for path in results.plan.uncertainties[:SENTENCES]])
        yield f"Means are over draws, luck and what nobody decides, such as {over}."
    shut = closed(results.frame)
    if len(shut):
        never = "; ".join(sorted({results.measure(name) for name in shut["measure"]}))
        yield (
            f"By construction: where that is said, {never} never opened. Who insists on it cannot "
            "sign, whatever is offered; that is no finding."
        )
    told = floors.told(["points", "USD bn a year"], results.country)
    yield (
        f"Computed from {results.plan.worlds:,} simulated worlds a row. ± is half of the 95 % "
        f"interval of the simulation: more draws make it smaller, and it is not what is known. "
        f"{told[0].upper()}{told[1:]}."
    )


def _turns(results: Results, settings: Settings, floors: Floors) -> Iterator[str]:
    """Say what would change the answer: what somebody decides, and what nobody knows."""
    under = " with the rule" if settings.told[0].rule else ""
    said = [
        f"{results.naming.the(results.partner(talk))} signs in {_ends(shares)} of the worlds"
        for talk in results.talks
        if len(shares := [_share(setting, talk) for setting in settings.told]) > 1
        and not floors.none(100 * (max(shares) - min(shares)), "points")
    ]
    if said:
        what = "; ".join(results.path(path) for path in settings.paths)
        yield f"What somebody decides:{under} {listed(said)}, by what is chosen ({what})."
    for setting in settings.told:
        said = list(_bands(results, setting, floors))
        if said:
            where = f" ({setting.words})" if setting.words else ""
            yield (
                f"What nobody knows{where}: in 90 % of its draws the rule changes payoffs by "
                f"{listed(said)} {results.money}."
            )
    yield (
        "A single number: `tariff-talks sensitivity` says which of them an answer turns on, and "
        "`tariff-talks run CONFIG --set PATH=VALUE` tries a value."
    )


def _ends(shares: Sequence[float]) -> str:
    return f"{percent(min(shares))} to {percent(max(shares))} %"


def _share(setting: Setting, talk: str) -> float:
    rows = setting.bound
    return float((rows.loc[rows["talk"] == talk, "status"] == "deal").mean())


def _bands(results: Results, setting: Setting, floors: Floors) -> Iterator[str]:
    """Give between what most draws lie, by country."""
    if not setting.rule or setting.bound.empty or setting.under(setting.free).empty:
        return
    table = price_of_rule(
        setting.frame, [], setting.strict, setting.free, setting.rule, given=floors.given
    )
    for row in table[table["quantity"] == "payoff"].to_dict("records"):
        if not pd.isna(row["p5"]) and not row["holds"]:
            ends = between(row["p5"], row["p95"], row["error"])
            yield f"{ends} for {results.naming.the(str(row['of']))}"
