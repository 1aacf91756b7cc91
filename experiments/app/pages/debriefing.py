"""The end of a game: what the person reached, and what was possible."""

import numpy as np
import streamlit as st

from experiments.app import called
from experiments.app.called import country
from experiments.app.game.debrief import WORLDS, Debrief, TalkEnd
from experiments.app.game.sitting import Ending, Sitting
from experiments.app.many import SURE, between
from experiments.app.shown import board, markup, spread
from experiments.app.shown.glossary import about
from experiments.design.sweep import percent

_KEPT = "debrief"


def debriefing(sitting: Sitting, ending: Ending) -> None:
    """Show the end of a game."""
    told = _debrief(sitting, ending)
    game = sitting.game
    st.header("How did it end?", anchor=False)
    for end in told.talks:
        st.markdown(markup.plain(f"{called.talk(game, end.rules)}: **{end.said}**."))
        if end.package >= 0:
            st.markdown(markup.plain(f"Terms: {called.package(end.rules, end.package)}."))
    left, right = st.columns(2, gap="large")
    with left, st.container():
        _against_the_house(sitting, told)
    for n, end in enumerate(told.talks):
        with left if n % 2 == 0 and len(told.talks) > 1 else right, st.container():
            _talk(sitting, end)
    st.subheader("What does everybody end with?", anchor=False, help=about("payoff"))
    ends, note = board.payoffs(game, ending.record.to_frame())
    with st.container(horizontal=True):
        for name, payoff in ends:
            st.metric(markup.plain(name), called.signed(payoff), border=True)
    st.html(markup.table(board.PARTS, board.parts(game, ending.record.to_frame())))
    st.caption(markup.plain(note))


def _debrief(sitting: Sitting, ending: Ending) -> Debrief:
    """Play the worlds of the house, once for a game."""
    kept = st.session_state.get(_KEPT)
    if kept is None or kept[0] is not sitting:
        with st.spinner(f"Playing {WORLDS:,} worlds of the house …"):
            kept = (sitting, Debrief.of(sitting, ending.record))
        st.session_state[_KEPT] = kept
    told: Debrief = kept[1]
    return told


def _against_the_house(sitting: Sitting, told: Debrief) -> None:
    game = sitting.game
    st.subheader(
        "Did you do better than the house strategy?", anchor=False, help=about("strategy", "world")
    )
    middle = float(np.median(told.house))
    with st.container(horizontal=True):
        st.metric(f"You end with, {called.money(game)}", called.signed(told.mine), border=True)
        st.metric("The house strategy, median", called.signed(middle), border=True)
        st.metric(
            "You beat it in",
            f"{percent(told.better)} % of worlds",
            between(*told.sure),
            delta_color="off",
            delta_arrow="off",
            border=True,
            help=SURE,
        )
    equal = f", as well in {percent(told.equal)} %" if told.equal > 0 else ""
    deals = ", ".join(
        f"{percent(share)} % of them end in a deal of {called.talk(game, rules)}"
        for rules in game.talks
        for share in [told.deals.get(rules.name)]
        if share is not None
    )
    st.markdown(
        f"{WORLDS:,} worlds with your payoffs and your opponents, the house strategy in your seat: "
        f"you did better in {percent(told.better)} % of them{equal}; {markup.plain(deals)}."
    )
    title = f"payoff of {country(game, sitting.country)}, {called.money(game)}"
    st.vega_lite_chart(
        spread.rows(told.house.tolist()),
        spread.spec(told.mine, title),
        alt=f"Spread over the worlds of the house: {title}",
    )
    st.html(markup.legend(spread.legend()))


def _talk(sitting: Sitting, end: TalkEnd) -> None:
    """Show where a talk ended against the frontier."""
    game = sitting.game
    talk = markup.plain(called.talk(game, end.rules))
    st.subheader(
        f"What was possible in {talk}?", anchor=False, help=about("talk", "package", "frontier")
    )
    reached = called.signed(end.mine) if end.package >= 0 else "0, no deal"
    st.markdown(
        f"The most that you could have gained while the other side loses nothing: "
        f"**{called.worth(game, end.best)}**, with {markup.plain(end.best_terms)}. "
        f"You gained {reached}, they {called.signed(end.theirs) if end.package >= 0 else '0'}."
        + (" The other talk is taken as it ended." if len(game.talks) > 1 else "")
    )
    told = end.plane.told(end.rows, "with what was open at the end")
    st.vega_lite_chart(end.rows, end.plane.spec(), alt=told)
    st.html(markup.legend(end.plane.legend_of_end(end.rows)))
