"""Many worlds of the same talks: how outcomes are spread."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from experiments.app.choices import check_worlds, plan_of
from experiments.app.engine import drawable, picture
from experiments.app.many import COMPARED, QUESTIONS, comparison, results, shares
from experiments.app.pages.config_box import config_box
from experiments.app.pages.forms import address
from experiments.app.pages.forms.form import Form
from experiments.app.pages.forms.setup import choose
from experiments.app.pages.told import told, warn_of_silence
from experiments.app.shown.glossary import about
from experiments.app.shown.markup import plain
from experiments.figures import FIGURES, Results
from sim.errors import ConfigError

_USUAL = ["status", "payoffs"]
_SHOWN = "many shown"


@dataclass(frozen=True, eq=False)
class Shown:
    """What is shown.

    Attributes:
        config: that gives it.
        results: of its worlds.
        questions: figures that its worlds have numbers for.
        drawn: pictures by figure.
    """

    config: str
    results: Results
    questions: list[str]
    drawn: dict[str, bytes] = field(default_factory=dict)


def page() -> None:
    """Show the page."""
    st.title(
        "Many worlds: how do such talks end, and how sure is that?",
        help=about("world", "draw", "talk"),
    )
    st.markdown(
        "The same talks in many worlds. Each has its own course of luck and its own draw of the "
        "numbers that nobody knows: what governments want, and how strongly trade reacts."
    )
    with told():
        address.begin()
        choices = choose("many")
        form = Form("many")
        worlds, compare = _how_many(form, choices.rule())
        sweep = comparison(choices.rule()) if compare else None
        asked = "How do such talks end, and how sure is that?"
        config = choices.config("many_worlds", asked, check_worlds(worlds), sweep)
        _draw(config, form, compare)
        config_box(
            config,
            "many_worlds.toml",
            {
                "plays it, draws figures, writes a report": "tariff-talks run many_worlds.toml",
                "tells one of the worlds": "tariff-talks show many_worlds.toml --world 7",
            },
        )
        address.write()
        address.show("many")


def _how_many(form: Form, rule: Any) -> tuple[Any, bool]:
    """Ask for the number of worlds, and whether they are compared."""
    other = "under the package rule" if rule == "none" else "without a rule"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        worlds = form.number("Worlds", "worlds", 1_000, step=500)
        compare = form.switch(f"Compare with the same worlds {other}", "compare")
    return worlds, compare


def _chosen(form: Form, compare: bool, questions: Sequence[str]) -> list[str]:
    """Ask which of the figures that have an answer are drawn."""
    options = {name: QUESTIONS[name] for name in questions}
    usual = [name for name in _USUAL if name in options]
    kept = [name for name in form.value("questions", usual, address.names) if name in options]
    chosen = st.pills(
        "What do you want to see?",
        list(options),
        selection_mode="multi",
        default=kept,
        format_func=options.__getitem__,
        key=form.key(f"questions {compare}"),
    )
    return list(form.keep("questions", chosen, usual))


def _answered(results: Results, compare: bool) -> list[str]:
    """List the figures that some worlds have numbers for."""
    return drawable(results, [name for name in QUESTIONS if compare or name not in COMPARED])


def _draw(config: str, form: Form, compare: bool) -> None:
    """Play the worlds if they are not at hand, ask what is to be seen, and draw it."""
    above, place = st.container(), st.empty()
    chosen: list[str] | None = None
    questions: list[str] = []
    if _SHOWN not in st.session_state or st.session_state[_SHOWN].config != config:
        plan = plan_of(config)
        with st.spinner("Solving the trade model and playing …"):
            for found, worlds in results(plan):
                if chosen is None:
                    questions = _answered(found, compare)
                    with above:
                        chosen = _chosen(form, compare, questions)
                shown = Shown(config, found, questions)
                if worlds < plan.worlds:
                    with place.container():
                        st.info(f"{worlds:,} of {plan.worlds:,} worlds so far.")
                        _show(shown, chosen)
        st.session_state[_SHOWN] = shown
    shown = st.session_state[_SHOWN]
    if chosen is None:
        with above:
            chosen = _chosen(form, compare, shown.questions)
    with place.container():
        _show(shown, chosen)


def _show(shown: Shown, chosen: list[str]) -> None:
    """Show the shares of deals, and the figures side by side."""
    with st.container(horizontal=True):
        for share in shares(shown.results):
            st.metric(
                plain(share.name),
                share.value,
                share.between,
                delta_color="off",
                delta_arrow="off",
                border=True,
                help=plain(share.about),
            )
    warn_of_silence(shown.results)
    if not chosen:
        st.caption("Choose a question above, and its figure is drawn.")
    columns = st.columns(2)
    for n, name in enumerate(chosen):
        with columns[n % 2]:
            _figure(shown, name)


def _figure(shown: Shown, name: str) -> None:
    """Show a figure; drawn before, it is shown again."""
    try:
        if name not in shown.drawn:
            shown.drawn[name] = picture(shown.results, name)[1]
    except ConfigError as problem:
        st.info(plain(str(problem)))
        return
    st.image(shown.drawn[name], width="stretch", alt=QUESTIONS[name])
    with st.expander("How to read this"):
        st.markdown(FIGURES[name].CAPTION)
