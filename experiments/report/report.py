"""A report of a run: one HTML file that stands by itself."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from experiments.analysis.floors import Floors
from experiments.figures.pictures import PHONE, DrawnPicture
from experiments.report.cells import TRADE, cells_table
from experiments.report.findings import findings
from experiments.report.memo import memo, with_code
from experiments.report.origin import changed, failures_table, provenance, run_id
from experiments.report.scenario import TableOf, scenario_tables, settings
from experiments.results.replay import transcripts
from experiments.results.results import Results, last_read
from experiments.runs.kept.whole import atomic
from experiments.runs.store import CONFIG, FIGURES, Store, plan_of

REPORT = "report.html"

_HERE = Path(__file__).parent


def write_report(
    store: Store, drawn: Sequence[DrawnPicture], said: Mapping[str, Any] | None = None
) -> Path:
    """Write the report of a finished run into its directory.

    Args:
        store: of the run.
        drawn: its pictures; their narrow PNG is shown on narrow screens.
        said: all but the pictures, if it has been prepared.

    Returns:
        The file. It has no reference to anything outside it.
    """
    whole = {**(said or prepare(store)), "drawn": [one for one in drawn if one.files]}
    page = _environment().get_template("page.html.jinja").render(whole)
    file = store.directory / REPORT
    with atomic(file) as partial:
        partial.write_text(_alone(page), encoding="utf-8")
    return file


def write_effect(store: Store, file: Path, said: Sequence[str], rows: pd.DataFrame) -> Path:
    """Write an effect as one page: what is compared, the table, and where it is from.

    Args:
        store: of the run, or of the first of two.
        file: that is written.
        said: sentences above the table, the first of which says what is compared.
        rows: the table as it is printed.
    """
    results = last_read(store.directory)
    texts = [tuple(str(cell) for cell in row) for row in rows.itertuples(index=False)]
    whole = {
        "question": results.plan.config.question or results.plan.config.name,
        "changed": changed(results.plan),
        "said": said,
        "made": TableOf("What differs", tuple(map(str, rows.columns)), tuple(texts)),
        "source": run_id(store),
        "css": Markup((_HERE / "page.css").read_text(encoding="utf-8")),
    }
    page = _environment().get_template("effect.html.jinja").render(whole)
    with atomic(file) as partial:
        partial.write_text(_alone(page), encoding="utf-8")
    return file


def write_failed(store: Store) -> Path:
    """Write the report of a run of which every cell failed: what failed, where, and why.

    Args:
        store: of the run.

    Returns:
        The file. It has no reference to anything outside it.
    """
    plan = plan_of(store)
    nothing = Results(pd.DataFrame(columns=["cell", *plan.swept, "world"]), plan)
    whole = {
        "question": plan.config.question or plan.config.name,
        "changed": changed(plan),
        "said": ["Every cell failed: there is nothing to read or draw", retry(store)],
        "made": failures_table(store, nothing) or provenance(store),
        "source": run_id(store),
        "css": Markup((_HERE / "page.css").read_text(encoding="utf-8")),
    }
    page = _environment().get_template("effect.html.jinja").render(whole)
    file = store.directory / REPORT
    with atomic(file) as partial:
        partial.write_text(_alone(page), encoding="utf-8")
    return file


def retry(store: Store) -> str:
    """Say how what failed is played again."""
    return (
        "Mend what is named here, and play it again with "
        f"'tariff-talks run --retry {store.directory.name}' beside the directory of the run."
    )


def prepare(store: Store) -> dict[str, Any]:
    """Give what the report of a finished run says, all but the pictures, by name in its page."""
    results = last_read(store.directory)
    floors = Floors.of(store.manifest(), results.plan.scenario)
    told = floors.told(["points", "USD bn a year"], results.country)
    return {
        "results": results,
        "question": results.plan.config.question or results.plan.config.name,
        "worlds": len(results.frame) // max(len(results.talks), 1),
        "thinned": len(results.frame) < store.manifest()["rows"],
        "cells": len(set(results.frame["cell"])),
        "short": memo(store, results),
        "findings": findings(results, floors),
        "floors": told[0].upper() + told[1:],
        "settings": settings(results),
        "tables": scenario_tables(results),
        "cells_table": (cells := cells_table(results)),
        "split": any(TRADE in name for name in cells.head),
        "changed": changed(results.plan),
        "source": run_id(store),
        "transcripts": transcripts(store),
        "failures": failures_table(store, results),
        "provenance": provenance(store),
        "config": (store.directory / CONFIG).read_text(encoding="utf-8"),
        "css": Markup((_HERE / "page.css").read_text(encoding="utf-8")),
        "script": Markup((_HERE / "sort.js").read_text(encoding="utf-8")),
    }


def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("experiments.report", ""),
        autoescape=select_autoescape(("jinja",), default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["embedded"] = embedded
    made.filters["wide"] = lambda one: next(f for f in one.files if f.suffix == ".png")
    made.filters["narrow"] = lambda one: next(f for f in one.files if f.parent.name == PHONE)
    made.filters["beside"] = _beside
    made.filters["code"] = with_code
    made.filters["size"] = _size
    return made


def embedded(file: Path) -> Markup:
    """Give a PNG as a data URL, without the letters that begin a web address."""
    data = b64encode(file.read_bytes()).decode("ascii").replace("http", "ht%74p")
    return Markup(f"data:image/png;base64,{data}")


def _beside(one: DrawnPicture) -> list[str]:
    """Name the SVG and the csv of a picture from the directory of the run on."""
    files = {file.suffix: file for file in one.files if file.suffix in (".svg", ".csv")}
    return [f"{FIGURES}/{files[kind].name}" for kind in (".svg", ".csv") if kind in files]


def _size(file: Path) -> tuple[int, int]:
    """Give width and height of a PNG in pixels, as its header says."""
    head = file.read_bytes()[16:24]
    return int.from_bytes(head[:4], "big"), int.from_bytes(head[4:], "big")


def _alone(page: str) -> str:
    """Write web addresses in the text so that they show and are none."""
    return page.replace("http", "h&#116;tp")
