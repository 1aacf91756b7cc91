"""What a person is told of an agreement, and what its answer to one does."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from experiments.app.game.debrief import Debrief
from experiments.app.game.person import Person
from experiments.app.game.sitting import Sitting, ToMove
from experiments.app.moves import Move, read_move
from experiments.app.negotiation import Negotiation
from experiments.app.shown import board
from experiments.app.values import Values, best_or_none
from sim import Scenario
from sim.seats.ratifiers import Ratifier
from tests.experiments.app.test_pages import fine, press, said, seat

pytestmark = pytest.mark.fast

EAST = "east 1: want cars, metals; offer cars 15, pledge 400"


def script(game: Scenario, *moves: str) -> Scenario:
    """Give the game in which the hub plays these moves towards East, and moves first."""
    person = Person(moves)
    strategies = {s: person if s[0] == "hub" else old for s, old in game.strategies.items()}
    talks = tuple(replace(rules, first_mover="hub", period=4) for rules in game.talks)
    return replace(game, strategies=strategies, talks=talks)


def agreed(game: Scenario) -> Sitting:
    """Give a game with an agreement in principle that waits for its reviews; East is to move."""
    played = script(game, "east 2: want cars, metals; accept")
    return Sitting(played, "east", 3, (read_move(EAST),))


def test_who_reopens_without_a_new_offer_has_reopened(open_game: Scenario) -> None:
    sitting = agreed(open_game)
    now = sitting.now
    assert isinstance(now, ToMove)
    (sight,) = now.sights
    assert sight.agreed >= 0
    passed = sitting.after([sight.passing()]).now
    reopened = sitting.after([replace(sight.passing(), reply="reopen")]).now
    assert isinstance(passed, ToMove)
    assert isinstance(reopened, ToMove)
    assert passed.sights[0].agreed == sight.agreed, "to pass is to stand by it"
    assert reopened.sights[0].agreed == -1
    assert reopened.sights[0].mine == sight.mine, "the last offer stands"
    assert any("reopens" in told for _, told in reopened.sights[0].story)


def test_a_line_says_that_an_agreement_is_reopened() -> None:
    move = Move("east", 3, reply="reopen", offer={"cars": 15.0})
    assert move.write() == "east 3: reopen; offer cars 15"
    assert read_move(move.write()) == move
    assert read_move("east 3: reopen") == Move("east", 3, reply="reopen")


def test_the_page_plays_a_reopening_as_one(folder: Path) -> None:
    """The form preselects that the last offer stands; that is not to stand by the agreement."""
    app = AppTest.from_function(seat, default_timeout=60).run()
    lines = [f"east {n}: want cars, metals; accept" for n in (2, 3)]
    moves = str(["east 1: want cars, metals; offer pledge 400", *lines]).replace("'", '"')
    hub = (
        f'strategies.hub = {{ name = "experiments.app.game.person:Person", moves = {moves} }}\n'
        'rules.first_mover = "partner"\nrules.period = 5\n'
    )
    app.text_area(key="seat/small/further").input(hub).run()
    app.radio(key="seat/seat").set_value("east").run()
    press(app, "Begin")
    fine(app)
    press(app, "Make this move")
    while "Stand by the agreement in principle" not in str(app.radio):
        assert app.button
        press(app, "Make this move")
        fine(app)
    reply = next(radio for radio in app.radio if str(radio.key).endswith("/reply"))
    reply.set_value("reopen").run()
    press(app, "Make this move")
    fine(app)
    assert "East reopens the agreement in principle." in said(app)


def signed(game: Scenario) -> Scenario:
    """Give the game with a parliament of East that votes three rounds after a signature."""
    slow = Ratifier("house", "east", np.array([-99.0]), sd=0.0, delay=3)
    return replace(game, surroundings=replace(game.surroundings, ratifiers={"east": (slow,)}))


def test_a_signed_package_is_no_agreement_in_principle(open_game: Scenario) -> None:
    """Every sentence of the board is read back from the state of the talk."""
    shown = Negotiation.play(signed(open_game), 3)
    states = {(t[0].status, t[0].ratifying >= 0, t[0].agreed >= 0) for t in shown.tables}
    assert ("open", True, False) in states
    for n, (table, _) in enumerate(shown.tables):
        told = board.standing(shown, n, 0)
        names = [what for what, _ in board.on_the_table(shown, n, 0)]
        assert (
            told.startswith("signed")
            == (table.ratifying >= 0)
            == ("signed, not yet ratified" in names)
        )
        assert ("agreement in principle" in told) == (table.agreed >= 0)
        assert ("agreed in principle" in names) == (table.agreed >= 0)
        assert not (table.agreed >= 0 and table.ratifying >= 0)


def test_a_person_knows_that_its_package_is_signed(open_game: Scenario) -> None:
    """The hub bargains on with West while what it signed with East waits."""
    sitting = Sitting(signed(open_game), "hub", 3)
    while isinstance(sitting.now, ToMove):
        east = sitting.now.sights[0]
        if east.ratifying >= 0:
            break
        accept = [
            replace(s.passing(), want=tuple(s.asked()), reply="accept")
            if s is east and s.may_accept(s.asked())
            else replace(s.passing(), want=tuple(s.asked()))
            for s in sitting.now.due
        ]
        sitting = sitting.after(accept)
    assert isinstance(sitting.now, ToMove)
    east = sitting.now.sights[0]
    assert (east.status, east.agreed, east.due) == ("open", -1, False)


def test_no_deal_is_the_most_where_every_deal_costs(open_game: Scenario) -> None:
    loss = Values(np.array([0.0, -6.89, -7.0]), np.array([0.0]))
    gain = Values(np.array([0.0, 1.0, 2.0]), np.array([0.0]))
    assert best_or_none(loss, gain, np.array([0, 1])) == (-1, 0.0)
    assert best_or_none(gain, gain, np.array([0, 1])) == (1, 2.0)
    assert best_or_none(gain, loss, np.array([0, 1])) == (-1, 0.0)
    number = open_game.countries.index("east")
    main = tuple(
        tuple(
            np.minimum(table, table[:, :1] - 1 * (np.arange(table.shape[1]) > 0))
            for table in tables
        )
        if c == number
        else tables
        for c, tables in enumerate(open_game.payoffs.main)
    )
    bad = replace(open_game, payoffs=replace(open_game.payoffs, main=main))
    sitting = Sitting(bad, "east", 3)
    while isinstance(sitting.now, ToMove):
        sitting = sitting.waited()
    told = Debrief.of(sitting, sitting.now.record)
    (end,) = told.talks
    assert (end.best, end.best_terms) == (0.0, "no deal")


def test_an_offer_from_before_a_measure_opened_does_not_count_and_that_is_told(
    open_game: Scenario,
) -> None:
    """The hub admits cars after East's first offer; the same package again counts."""
    played = script(open_game, "east 1: ", "east 2: want cars")
    before = Sitting(played, "east", 3, (read_move("east 1: want cars, metals; offer pledge 200"),))
    assert isinstance(before.now, ToMove)
    (sight,) = before.now.sights
    assert sight.docket[0] == "open"
    assert sight.unheard([]) == ["cars"]
    assert sight.missing[0] == "still needs an offer of yours and an offer of theirs"
    stands = before.after([sight.passing()]).now
    assert isinstance(stands, ToMove)
    assert stands.sights[0].unheard([]) == ["cars"], "to let it stand says nothing"
    offers = before.after([replace(sight.passing(), offer={"pledge": 200.0})]).now
    assert isinstance(offers, ToMove)
    assert offers.sights[0].unheard([]) == []
    assert offers.sights[0].missing[0] == "still needs an offer of theirs"


def test_a_hub_is_told_of_what_it_opens_by_this_very_move(open_game: Scenario) -> None:
    east = Person(("east 1: want cars, metals; offer pledge 200",))
    strategies = {s: east if s[0] == "east" else old for s, old in open_game.strategies.items()}
    talks = tuple(replace(rules, first_mover="partner") for rules in open_game.talks)
    game = replace(open_game, strategies=strategies, talks=talks)
    now = Sitting(game, "hub", 3).now
    assert isinstance(now, ToMove)
    sight = next(each for each in now.sights if each.rules.name == "east")
    assert sight.unheard([]) == []
    assert sight.unheard(["cars"]) == ["cars"]


def test_the_seat_says_it_beside_the_choice(folder: Path) -> None:
    """Not before there is an offer, and not once one was made anew."""
    app = AppTest.from_function(seat, default_timeout=60)
    hub = (
        'strategies.hub = { name = "experiments.app.game.person:Person", moves = ["east 2: want '
        'cars", "east 3: want metals"] }\nrules.first_mover = "hub"\nrules.period = 5'
    )
    where = str(folder / "scenarios" / "small.toml")
    app.session_state["choices"] = {"seat": "east", f"in {where}": {"further": hub}}
    app.run()
    press(app, "Begin")
    told = "Your last offer was made before this was open:"
    assert told not in said(app)
    press(app, "Make this move")
    fine(app)
    assert f"{told} cars." in said(app)
    app.radio(key=next(r.key for r in app.radio if str(r.key).endswith("/new"))).set_value(
        "Offer the package below"
    ).run()
    press(app, "Make this move")
    assert f"{told} metals." in said(app)
