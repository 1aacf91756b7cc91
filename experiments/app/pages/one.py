"""One negotiation, round by round."""

from time import monotonic
from typing import Any

import streamlit as st

from experiments.app import called
from experiments.app.choices import plan_of
from experiments.app.engine import game_of
from experiments.app.negotiation import Negotiation
from experiments.app.pages.config_box import config_box
from experiments.app.pages.forms import address
from experiments.app.pages.forms.form import Form
from experiments.app.pages.forms.setup import choose
from experiments.app.pages.told import told
from experiments.app.shown import board, charts, markup, timeline
from experiments.app.shown.glossary import about
from experiments.app.shown.rates import Tariffs
from sim.config import ScenarioConfig, override, parse

_PAUSE = 0.9
"""Seconds of a round while the negotiation plays."""

ROUND, PLAYING, SINCE, SHOWN = "one round", "one playing", "one since", "one shown"


def page() -> None:
    """Show the page."""
    st.title("One negotiation: who gives way, when, and for what?", help=about("talk", "world"))
    st.markdown(
        "One world, played by strategies. Step through it: what is asked for, admitted and "
        "offered, and what it is worth to both sides."
    )
    with told():
        address.begin()
        choices = choose("one")
        config = choices.config(
            "one_negotiation", "Who gives way, when, and for what?", more=choices.central()
        )
        shown, scenario = _played(config)
        st.fragment(_board, run_every=_PAUSE if st.session_state.get(PLAYING) else None)(
            shown, scenario
        )
        config_box(
            config,
            "one_negotiation.toml",
            {
                "tells this negotiation": "tariff-talks show one_negotiation.toml",
                "plays it": "tariff-talks run one_negotiation.toml",
            },
        )


def _played(config: str) -> tuple[Negotiation, ScenarioConfig]:
    """Play what a config says, once for as long as it stays the same."""
    kept = st.session_state.get(SHOWN)
    if kept is None or kept[0] != config:
        with st.spinner("Solving the trade model and playing …"):
            plan = plan_of(config)
            cell = plan.cells[0]
            scenario = parse(override(plan.scenario, cell.values), plan.directory)
            shown = Negotiation.play(game_of(plan, cell), plan.config.seed)
        st.session_state[SHOWN] = kept = (config, shown, scenario)
        begin = Form("one").take("round", 1, address.number)
        st.session_state[ROUND] = min(max(begin, 0), shown.rounds)
        st.session_state[PLAYING] = False
    return kept[1], kept[2]


def _at() -> dict[str, str]:
    """Give the round that is shown, for the address."""
    round = st.session_state[ROUND]
    return {} if round == 1 else {"round": str(round)}


def _board(shown: Negotiation, scenario: ScenarioConfig) -> None:
    """Show a round, and the buttons that lead to others."""
    with told():
        if st.session_state[PLAYING] and _due():
            _go(1, shown.rounds)
            if not st.session_state[PLAYING]:
                st.rerun()
        round = _controls(shown)
        st.markdown(
            f"**{called.moment(shown.game.calendar, max(round, 1), shown.deadlines[round])}**"
        )
        _calendar(shown, round)
        tabs = st.tabs([markup.plain(called.talk(shown.game, rules)) for rules in shown.game.talks])
        for talk, tab in enumerate(tabs):
            with tab:
                _talk(shown, scenario, round, talk)
        _ends(shown, round)
        if not st.session_state[PLAYING]:
            address.write(_at())
            address.show("", _at())


def _go(steps: int, last: int) -> None:
    """Go some rounds on or back."""
    round = min(max(st.session_state[ROUND] + steps, 0), last)
    st.session_state[ROUND] = round
    if round == last:
        st.session_state[PLAYING] = False


def _due() -> bool:
    """Tell whether it is time for the next round: not on every look at the page."""
    due = monotonic() - float(st.session_state[SINCE]) > _PAUSE / 2
    if due:
        st.session_state[SINCE] = monotonic()
    return due


def _play() -> None:
    """Play on, or pause."""
    st.session_state[PLAYING] = not st.session_state[PLAYING]
    st.session_state[SINCE] = monotonic()


def _controls(shown: Negotiation) -> int:
    """Show the buttons; give the round to show."""
    last, round = shown.rounds, int(st.session_state[ROUND])
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _button("Step", "skip_next", 1, last, disabled=round == last, key="Right", main=True)
        _button("Back", "skip_previous", -1, last, disabled=round == 0, key="Left")
        playing = st.session_state[PLAYING]
        label, icon = ("Pause", "pause") if playing else ("Play", "play_arrow")
        if st.button(label, on_click=_play, icon=f":material/{icon}:", key="one play"):
            st.rerun()
        _button("To the end", "last_page", last, last, disabled=round == last)
        _button("To the start", "first_page", -last, last, disabled=round == 0)
    return round


def _button(
    label: str,
    icon: str,
    steps: int,
    last: int,
    *,
    disabled: bool,
    key: str | None = None,
    main: bool = False,
) -> None:
    """Show a button that goes some rounds on or back; `key` does the same."""
    st.button(
        label,
        on_click=_go,
        args=(steps, last),
        type="primary" if main else "secondary",
        icon=f":material/{icon}:",
        shortcut=key,
        disabled=disabled,
    )


def _calendar(shown: Negotiation, round: int) -> None:
    rows = timeline.events(shown, round) + timeline.days(shown, round)
    st.vega_lite_chart(
        rows, timeline.calendar_spec(shown, round), alt="Calendar of all talks to this round"
    )
    st.html(markup.legend(timeline.legend()))


def _talk(shown: Negotiation, scenario: ScenarioConfig, round: int, talk: int) -> None:
    """Show one talk."""
    st.markdown(f"How it stands: **{markup.plain(board.standing(shown, round, talk))}**.")
    left, right = st.columns(2)
    with left:
        if shown.game.talks[talk].space.measures:
            st.subheader(
                "Which measures are under review?", anchor=False, help=about("measure", "review")
            )
            st.html(markup.docket(board.docket(shown, round, talk)))
        st.subheader("What has happened?", anchor=False)
        st.html(markup.story(board.story(shown, round, talk)))
    with right:
        st.subheader(
            "Who gains what from the offers?",
            anchor=False,
            help=about("package", "payoff", "frontier"),
        )
        plane, rows = charts.plane(shown, round, talk)
        st.vega_lite_chart(rows, plane.spec(), alt=plane.told(rows))
        st.html(markup.legend(plane.legend()))
    _terms(shown, scenario, round, talk)
    st.subheader("What is it worth?", anchor=False, help=about("package", "payoff"))
    st.html(_worths(shown, round, talk))


def _terms(shown: Negotiation, scenario: ScenarioConfig, round: int, talk: int) -> None:
    """Show tariffs and concessions, then and now."""
    rules, table = shown.game.talks[talk], board.on_the_table(shown, round, talk)
    signed = [each.package for each in shown.tables[round]]
    what = "Which tariffs" if rules.space.measures else "Which terms"
    st.subheader(f"{what}, then and now?", anchor=False)
    tariffs = Tariffs(shown.game, scenario, rules)
    heads = [*tariffs.heads(shown.deadlines[round]), *(what for what, _ in table)]
    lines = tariffs.lines([number for _, number in table], signed)
    st.html(markup.tariffs(heads, lines))


def _worths(shown: Negotiation, round: int, talk: int) -> str:
    game, rules = shown.game, shown.game.talks[talk]
    sides = [called.country(game, country) for country in (rules.hub, rules.partner)]
    heads = ["", *(f"to {side}, {called.money(game)}" for side in sides), "terms"]
    rows: list[Any] = [("no deal", called.signed(0.0), called.signed(0.0), "")]
    rows += [
        (each.what, called.signed(each.hub), called.signed(each.partner), each.terms)
        for each in board.worths(shown, round, talk)
    ]
    return markup.table(heads, rows)


def _ends(shown: Negotiation, round: int) -> None:
    """Show what everybody ends with, once all talks have ended."""
    st.subheader("What does everybody end with?", anchor=False, help=about("payoff"))
    if round < shown.rounds:
        st.caption("Known when every talk has ended.")
        return
    ends, note = board.payoffs(shown.game, shown.outcomes)
    with st.container(horizontal=True):
        for name, payoff in ends:
            st.metric(markup.plain(name), called.signed(payoff), border=True)
    st.html(markup.table(board.PARTS, board.parts(shown.game, shown.outcomes)))
    st.caption(markup.plain(note))
