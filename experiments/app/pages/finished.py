"""The results of a run: cells, figures, downloads."""

from base64 import b64encode
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from experiments.app.engine import alone, picture
from experiments.app.many import SURE
from experiments.app.pages.config_box import config_box
from experiments.app.pages.forms import address
from experiments.app.pages.forms.form import Form
from experiments.app.pages.told import told, warn_of_silence
from experiments.app.runs import (
    USUAL,
    arguments,
    config_text,
    deals,
    failed,
    filtered,
    finished_runs,
    open_run,
    read_arguments,
    title,
    with_turns,
)
from experiments.app.shown.glossary import about
from experiments.app.shown.markup import plain
from experiments.figures import FIGURES, Results
from experiments.figures.canvas import NARROW, WIDE
from experiments.results.export import for_spreadsheets

_TYPED = "another directory, typed in"


def page() -> None:
    """Show the page."""
    st.title("Results of a run: what did it find?", help=about("world", "draw"))
    st.markdown(
        "Opens what `tariff-talks run` wrote. Keep the cells that matter to you, draw any figure, "
        "and take the picture, its numbers or the config with you."
    )
    with told():
        address.begin()
        form = Form("results")
        directory = _directory(form)
        if directory and (lost := failed(directory)) is not None:
            st.error(
                "Every cell of this run failed: there is nothing to read or draw. Mend what is "
                "named here, and play it again with 'tariff-talks run --retry' and the directory.",
                icon=":material/error:",
            )
            st.dataframe(lost, hide_index=True)
            config_box(
                config_text(directory),
                "config.toml",
                {"plays it anew": "tariff-talks run config.toml"},
            )
        elif directory:
            with alone():
                found = open_run(directory)
            kept = _cells(form, found)
            warn_of_silence(kept)
            with told():
                _figure(form, directory, kept)
            _table(kept)
            config_box(
                config_text(directory),
                "config.toml",
                {"gives these results again": "tariff-talks run config.toml"},
            )
            address.write()
            address.show("results")


def _directory(form: Form) -> str:
    """Ask for a run; nothing if none is named yet."""
    runs = finished_runs(USUAL)
    options = {str(run): run.name for run in runs} | {"": _TYPED}
    chosen = form.one_of("Run", "run", options, next(iter(options)), hint=f"Those in {USUAL}/.")
    if chosen:
        return str(chosen)
    typed = form.text("Directory", "directory", hint="The directory that holds outcomes.parquet.")
    if not runs and not typed:
        st.info(
            "There is no run in results/ yet: type 'tariff-talks run configs/quickstart.toml' in a "
            "terminal, and reload this page; or name the directory of a run above."
        )
    elif not typed:
        st.info("Name the directory of a run above.")
    return typed


def _cells(form: Form, found: Results) -> Results:
    """Show what the run asks, and ask which cells are kept."""
    cells, worlds = found.frame["cell"].nunique(), found.plan.worlds
    st.markdown(f"**{plain(found.plan.config.question or found.plan.config.name)}**")
    with st.expander(f"Which of the {cells} cells, of {worlds:,} worlds each?"):
        chosen: dict[str, list[Any]] = {}
        for path in found.varied:
            values = {str(v): found.value(path, v) for v in dict.fromkeys(found.frame[path])}
            name = f"{found.plan.digest}.{path}"
            kept = form.some_of(found.path(path), name, values, list(values))
            chosen[path] = [v for v in dict.fromkeys(found.frame[path]) if str(v) in kept]
        if not chosen:
            st.caption("The run varies nothing: there is one cell.")
    return filtered(found, chosen)


def _figure(form: Form, directory: str, found: Results) -> None:
    """Ask for a figure and its arguments, draw it, and offer it for download."""
    name = form.one_of("Figure", "figure", {each: title(each) for each in FIGURES}, "status")
    listed, typed = arguments(name), {}
    if listed:
        with st.expander("Arguments of this figure"):
            for argument in listed:
                usual = "" if argument.default is None else f" Usually {argument.default}."
                typed[argument.name] = form.text(
                    f"{argument.name.replace('_', ' ')} ({argument.kind})",
                    f"{name}.{argument.name}",
                    hint=f"{argument.about}{usual}",
                )
    said = read_arguments(name, typed)
    with st.spinner("Drawing …"):
        found = with_turns(directory, name, found)
        table, wide = picture(found, name, width=WIDE, **said)
        narrow = picture(found, name, width=NARROW, **said)[1]
        vector = picture(found, name, width=WIDE, kind="svg", **said)[1]
    st.html(_shown(title(name), wide, narrow))
    st.caption(FIGURES[name].CAPTION)
    _downloads(name, table, wide, vector)


def _shown(about: str, wide: bytes, narrow: bytes) -> str:
    """Show a picture on wide screens and its narrow form on phones."""
    return "".join(
        f'<img class="tt-{kind}-picture" alt="{escape(about)}" '
        f'src="data:image/png;base64,{b64encode(data).decode("ascii")}">'
        for kind, data in (("wide", wide), ("narrow", narrow))
    )


def _downloads(name: str, table: pd.DataFrame, wide: bytes, vector: bytes) -> None:
    with st.container(horizontal=True):
        for kind, data, mime in (
            ("PNG", wide, "image/png"),
            ("SVG", vector, "image/svg+xml"),
            ("numbers as csv", for_spreadsheets(table).to_csv(index=False), "text/csv"),
        ):
            ending = "csv" if "csv" in kind else kind.lower()
            st.download_button(
                f"Download {kind}",
                data,
                file_name=f"{name}.{ending}",
                mime=mime,
                on_click="ignore",
            )


def _table(found: Results) -> None:
    """Show how often there is a deal in every cell, and offer all outcomes."""
    st.subheader(
        "How often is there a deal?", anchor=False, help=f"{about('talk', 'world')}\n\n{SURE}"
    )
    table = deals(found)
    percent = st.column_config.NumberColumn(format="%.1f")
    shown = {name: percent for name in table.columns if name.endswith("%")}
    st.dataframe(table, hide_index=True, column_config=shown)
    st.caption("Percent of the worlds of a cell; a cut is a deal that lowers at least one rate.")
    st.download_button(
        "Download all outcomes of these cells as csv",
        lambda: for_spreadsheets(found.frame).to_csv(index=False),
        file_name="outcomes.csv",
        mime="text/csv",
        on_click="ignore",
    )
