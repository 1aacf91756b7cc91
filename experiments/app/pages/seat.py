"""Take a seat: begin a game, play it, and see where it ended."""

from dataclasses import dataclass, replace

import streamlit as st

from experiments.app import called
from experiments.app.choices import Choices, plan_of
from experiments.app.engine import alone, game_of
from experiments.app.game.sitting import Ending, Sitting, ToMove
from experiments.app.pages.config_box import config_box
from experiments.app.pages.debriefing import debriefing
from experiments.app.pages.forms import address
from experiments.app.pages.forms.form import Form
from experiments.app.pages.forms.move_form import ask
from experiments.app.pages.forms.setup import choose
from experiments.app.pages.told import told
from experiments.app.shown.glossary import about
from experiments.app.shown.markup import plain
from experiments.app.shown.trade import Trade
from sim.config import ScenarioConfig
from sim.errors import StrategyError

_GAME = "game"
_QUESTION = "What does a person reach in this seat?"
_HOW = (
    "A move has three parts: which measures shall be reviewed, your answer to their offer, and "
    "your own offer. A package that one side offers and the other accepts becomes a deal once all "
    "that the rule names has been reviewed. A talk without a deal at the deadline brings you 0."
)


@dataclass(frozen=True, eq=False)
class SeatGame:
    """A game that goes on.

    Attributes:
        sitting: the game so far.
        choices: what it began with.
        scenario: the same as a config.
        trade: of the scenario; None if its payoffs are given.
        told: what the address said when it began.
    """

    sitting: Sitting
    choices: Choices
    scenario: ScenarioConfig
    trade: Trade | None
    told: dict[str, str]

    @property
    def address(self) -> dict[str, str]:
        """What the address says of the game, its moves among it."""
        moves = self.sitting.decisions
        return {**self.told, "begun": "yes", **({"moves": "\n".join(moves)} if moves else {})}


def page() -> None:
    """Show the page."""
    st.title(
        "Take a seat: can you do better than the house?",
        help=about("talk", "package", "strategy", "world"),
    )
    with told():
        address.begin()
        game: SeatGame | None = st.session_state.get(_GAME)
        if game is None:
            _begin()
        else:
            _go_on(game)


def _begin() -> None:
    """Ask for the talks and the seat, and begin."""
    st.markdown(
        "Play one of the countries against any strategies. You see what your seat may see: your "
        "own payoffs, and what the others say and do. At the end you learn what was possible, and "
        "how 1,000 worlds went in which the house strategy played your seat: the strategy that is "
        "chosen for it below."
    )
    form, choices = Form("seat"), choose("seat", seat=True)
    countries = {key: plain(said.label or key) for key, said in choices.read().countries.items()}
    keys = list(countries)
    kept = form.value("seat", keys[1], address.one_of(keys))
    seat = st.radio(
        "Whose seat do you take?",
        keys,
        keys.index(kept) if kept in keys else 1,
        format_func=countries.__getitem__,
        horizontal=True,
        key=form.key("seat"),
    )
    form.keep("seat", seat)
    asked = st.button("Begin", type="primary", icon=":material/play_arrow:")
    begun, moves = form.take("begun", False, address.yes), form.take("moves", "")
    if asked or begun:
        with st.spinner("Solving the trade model …"):
            config = choices.config("my_game", _QUESTION, more=choices.central())
            plan = plan_of(config)
            sitting = Sitting(game_of(plan, plan.cells[0]), seat, choices.seed)
            with alone():
                read = Choices(choices.scenario, {**choices.changes, **choices.central()}, 0).read()
                trade = Trade.of(read, choices.seed)
            game = SeatGame(sitting, choices, read, trade, address.told())
            sitting = sitting.again(moves.splitlines())
        _keep(game, sitting)
        st.rerun()
    address.write()
    address.show("seat")


def _keep(game: SeatGame, sitting: Sitting) -> None:
    """Go on with a game from here; what cannot be played raises and leaves it as it was."""
    _ = sitting.now
    st.session_state[_GAME] = replace(game, sitting=sitting)


def _go_on(game: SeatGame) -> None:
    """Show the turn of the person, or the end."""
    sitting = game.sitting
    name = called.country(sitting.game, sitting.country)
    now = sitting.now
    st.markdown(plain(f"You are **{name}**. {sitting.game.title}."))
    if isinstance(now, Ending):
        debriefing(sitting, now)
    else:
        _turn(game, now)
    _buttons(game)
    _config(game)
    address.write(game.address)
    address.show("seat", game.address)


def _turn(game: SeatGame, turn: ToMove) -> None:
    """Show a turn, and play what the person decides."""
    first = turn.sights[0]
    calendar = first.game.calendar
    st.progress(
        min(turn.round / max(first.deadline, 1), 1.0),
        text=f"**{called.moment(calendar, turn.round, first.deadline)}**",
    )
    if turn.round == 1:
        st.info(_HOW, icon=":material/school:")
    if len(turn.due) > 1:
        st.markdown("You sit in several talks at once: choose a move in each, then make them all.")
    moves = ask(game.sitting, turn, game.scenario, game.trade)
    with st.container(horizontal=True, key="move"):
        send = st.button("Make this move", type="primary", icon=":material/send:")
        wait = st.button(
            "Let it stand until something changes",
            icon=":material/hourglass_empty:",
            help="Passes turn after turn: your requests and your last offer stay, until the other "
            "side offers something new, the docket changes, or the talks end.",
        )
    if send:
        problems = [
            problem
            for sight, move in zip(turn.due, moves, strict=True)
            if (problem := sight.problem(move))
        ]
        if problems:
            st.error(plain(" ".join(problems)), icon=":material/error:")
            return
        _play(game, game.sitting.after(moves))
    if wait:
        _play(game, game.sitting, waits=True)


def _play(game: SeatGame, sitting: Sitting, waits: bool = False) -> None:
    """Play on, and show what comes; a move that is not allowed is told, and not made."""
    try:
        if waits:
            with st.spinner("Waiting …"):
                sitting = sitting.waited()
        _keep(game, sitting)
    except StrategyError as problem:
        st.error(plain(_failed(game, problem)), icon=":material/error:")
        return
    st.rerun()


def _failed(game: SeatGame, problem: StrategyError) -> str:
    """Say who broke a rule: the person, or a strategy that plays another seat."""
    if problem.country == game.sitting.country:
        return f"That move is not allowed: {problem.reason}."
    return (
        f"The strategy that plays {called.country(game.sitting.game, problem.country)} failed, and "
        f"it is not your doing: {problem}. Choose another strategy for it under 'Other talks, "
        "another seat', or mend its file and begin again."
    )


def _buttons(game: SeatGame) -> None:
    with st.container(horizontal=True):
        if st.button(
            "Take back my last move", disabled=not game.sitting.moves, icon=":material/undo:"
        ):
            _play(game, game.sitting.before())
        if st.button("Begin again", disabled=not game.sitting.moves, icon=":material/replay:"):
            _play(game, Sitting(game.sitting.game, game.sitting.country, game.sitting.seed))
        if st.button("Other talks, another seat", icon=":material/tune:"):
            del st.session_state[_GAME]
            st.rerun()


def _config(game: SeatGame) -> None:
    """Give the config in which the moves so far are a strategy."""
    person = {"name": "experiments.app.game.person:Person", "moves": game.sitting.lines}
    more = {**game.choices.central(), f"strategies.{game.sitting.country}": person}
    config_box(
        game.choices.config("my_game", _QUESTION, more=more),
        "my_game.toml",
        {"tells your game": "tariff-talks show my_game.toml"},
    )
