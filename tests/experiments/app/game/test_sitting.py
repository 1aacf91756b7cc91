"""A person takes a seat: turns, moves, what is seen, and the same game from a config."""

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments.app.choices import Choices, plan_of
from experiments.app.game.builder import chosen_of, levels, package_of
from experiments.app.game.debrief import WORLDS, Debrief, house_worlds
from experiments.app.game.person import Person
from experiments.app.game.sight import SeenTalk
from experiments.app.game.sitting import Ending, Sitting, ToMove
from experiments.app.moves import Move, offered, read_move
from experiments.app.shown.charts import DEAL, NOW_OPEN
from experiments.commands.cli import main
from sim import Scenario, negotiate
from sim.errors import StrategyError
from sim.seats.ratifiers import Ratifier

pytestmark = pytest.mark.fast


def moved(sitting: Sitting) -> list[Move]:
    """Play a simple person: ask and admit everything, open with the best, take what is good."""
    now = sitting.now
    assert isinstance(now, ToMove)
    found = []
    for sight in now.due:
        want = tuple(sight.asked())
        move = Move(sight.rules.name, sight.round, want)
        allowed = sight.offers(list(want))
        if sight.agreed < 0 and sight.may_accept(list(want)) and sight.values.one(sight.theirs) > 1:
            move = replace(move, reply="accept")
        elif sight.agreed < 0 and sight.mine < 0 and len(allowed):
            best = int(allowed[np.argmax(sight.values.gain(allowed))])
            move = replace(move, offer=offered(sight.rules.space, best))
        assert sight.problem(move) == ""
        found.append(move)
    return found


def finished(sitting: Sitting) -> Sitting:
    while isinstance(sitting.now, ToMove):
        sitting = sitting.after(moved(sitting))
    return sitting


@pytest.mark.slow
@pytest.mark.parametrize("country", ["hub", "east"])
def test_a_game_is_the_same_from_its_moves(open_game: Scenario, country: str) -> None:
    sitting = finished(Sitting(open_game, country, 3))
    ending = sitting.now
    assert isinstance(ending, Ending)
    again = Sitting(open_game, country, 3, sitting.moves).now
    assert isinstance(again, Ending)
    frame = ending.record.to_frame()
    assert again.record.to_frame().equals(frame)
    assert negotiate(sitting.as_played(), 1, seed=3).to_frame().equals(frame)
    assert (frame["status"] == "deal").any()


def test_the_config_of_a_game_tells_it(
    choices: Choices, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hub = {"strategies.hub": "linear", "positions.hub": "all"}
    plan = plan_of(choices.config("my_game", "Why?", more=hub))
    sitting = finished(Sitting(plan.game(plan.cells[0]), "east", choices.seed))
    person = {"name": "experiments.app.game.person:Person", "moves": sitting.lines}
    file = folder / "my_game.toml"
    text = choices.config("my_game", "Why?", more={**hub, "strategies.east": person})
    file.write_text(text, encoding="utf-8")
    assert main(["show", str(file)]) == 0
    told = capsys.readouterr().out
    ending = sitting.now
    assert isinstance(ending, Ending)
    payoff = ending.record.payoffs[1, 0]
    assert f"East {payoff:+.2f}" in told


def test_the_game_stops_at_each_turn_of_the_person(open_game: Scenario) -> None:
    sitting = Sitting(open_game, "east", 3)
    first = sitting.now
    assert isinstance(first, ToMove)
    assert first.round == 1
    (sight,) = first.sights
    assert (sight.country, sight.other, sight.due) == ("east", "hub", True)
    second = sitting.after(moved(sitting)).now
    assert isinstance(second, ToMove)
    assert second.round == 2
    assert second.sights[0].mine >= 0
    told = [said for _, said in second.sights[0].story]
    assert "East requests review of every measure." in told


def test_the_hub_sits_in_every_talk(open_game: Scenario) -> None:
    costs = {seat: np.full_like(cost, 0.25) for seat, cost in open_game.review_cost.items()}
    costly = replace(open_game, review_cost=costs)
    now = Sitting(costly, "hub", 3).now
    assert isinstance(now, ToMove)
    assert [sight.rules.name for sight in now.sights] == ["east", "west"]
    assert now.sights[0].review_costs == (0.25, 0.25)
    partner = Sitting(costly, "east", 3).now
    assert isinstance(partner, ToMove)
    assert partner.sights[0].review_costs == (0, 0), "what a review costs the hub is its own affair"


def test_a_person_sees_what_those_at_home_have_announced(open_game: Scenario) -> None:
    house = Ratifier("house", "east", np.array([3.0]), sd=0.0, announced=True)
    quiet = Ratifier("senate", "hub", np.array([1.0]))
    around = replace(open_game.surroundings, ratifiers={"east": (house, quiet)})
    for country in ("hub", "east"):
        now = Sitting(replace(open_game, surroundings=around), country, 3).now
        assert isinstance(now, ToMove)
        told = [s for s in now.sights[0].news if s.startswith("Announced")]
        assert len(told) == 1
        assert "house" in told[0]
        assert "at least 3.00" in told[0]


def test_a_move_is_taken_back_round_by_round(open_game: Scenario) -> None:
    sitting = Sitting(open_game, "hub", 3)
    once = sitting.after(moved(sitting))
    while isinstance(once.now, ToMove) and once.now.round == 1:
        once = once.after(moved(once))
    twice = once.after(moved(once))
    assert twice.before().moves == once.moves
    assert once.before().moves == ()
    assert sitting.before().moves == ()


@pytest.mark.slow
def test_waiting_goes_on_until_something_is_new(open_game: Scenario) -> None:
    sitting = Sitting(open_game, "east", 3)
    sitting = sitting.after(moved(sitting))
    before, after = sitting.now, sitting.waited().now
    assert isinstance(before, ToMove)
    assert isinstance(after, ToMove)
    assert after.round > before.round
    assert after.news != before.news
    silent = Sitting(open_game, "east", 3)
    while isinstance(silent.now, ToMove):
        silent = silent.waited()
    assert silent.now.record.to_frame()["status"].iloc[0] == "silent"


def test_a_person_sees_nothing_of_the_other_side_but_what_it_does(open_game: Scenario) -> None:
    """Against the same moves the view is the same, whatever the payoffs of the others are."""
    hub = Person(("east 1: offer pledge 200", "east 2: want cars, metals; offer cars 15"))
    scripted = {
        seat: hub if seat[0] == "hub" else strategy
        for seat, strategy in open_game.strategies.items()
    }
    game = replace(open_game, strategies=scripted)
    changed = replace(game, payoffs=_without_others(game, "east"))
    moves = ("east 1: want cars, metals; offer cars 0", "east 2:")
    for n in range(3):
        played = tuple(read_move(line) for line in moves[:n])
        turns = [Sitting(each, "east", 3, played).now for each in (game, changed)]
        a, b = (_shown(turn.sights[0]) for turn in turns if isinstance(turn, ToMove))
        assert a == b
        assert a["their_values"] is None
        assert a["news"] == ("Hub – West: no deal that you know of.",)
        assert not any("worth" in said for _, said in a["story"])


def _without_others(game: Scenario, country: str):  # type: ignore[no-untyped-def]
    number = game.countries.index(country)
    main = tuple(
        tables if c == number else tuple(table * -3 for table in tables)
        for c, tables in enumerate(game.payoffs.main)
    )
    return replace(game.payoffs, main=main)


def _shown(sight: SeenTalk) -> dict[str, Any]:
    left = {"game", "rules", "values"}
    shown = {f.name: getattr(sight, f.name) for f in fields(sight) if f.name not in left}
    return shown | {"values": sight.values.gain(range(sight.rules.space.size)).tolist()}


def test_with_complete_information_both_payoffs_are_seen(open_game: Scenario) -> None:
    now = Sitting(replace(open_game, information="complete"), "east", 3).now
    assert isinstance(now, ToMove)
    assert now.sights[0].their_values is not None


def test_what_is_not_allowed_gets_a_sentence(game: Scenario) -> None:
    """The hub admits metals only."""
    sitting = Sitting(game, "east", 3)
    now = sitting.now
    assert isinstance(now, ToMove)
    sight = now.sights[0]
    accept = Move("east", 1, (), "accept")
    if sight.theirs < 0:
        assert sight.problem(accept) == "There is no offer yet that you could accept."
    assert sight.problem(Move("east", 1, offer={})).startswith("An offer has to lower or to give")
    assert sight.problem(Move("east", 1, ("cars",), offer={"cars": 0.0})) == "", "a request with it"
    with pytest.raises(StrategyError, match="on no menu"):
        _ = sitting.after([Move("east", 1, offer={})]).now


def test_a_hub_offers_from_the_menu_only(game: Scenario) -> None:
    sitting = Sitting(game, "hub", 3)
    while isinstance(sitting.now, ToMove) and "requested" not in sitting.now.sights[0].docket:
        sitting = sitting.after([sight.passing() for sight in sitting.now.due])
    now = sitting.now
    assert isinstance(now, ToMove)
    sight = now.sights[0]
    move = Move("east", now.round, (), offer={"cars": 15.0})
    assert "Your offer lowers cars, which are not open" in sight.problem(move)
    assert sight.problem(replace(move, want=("cars",))) == "", "admitted in the same turn"
    assert "requested" in sight.docket
    assert sight.opened(["cars"])[0] == "open"


def test_every_level_says_what_it_is_worth(open_game: Scenario) -> None:
    now = Sitting(open_game, "east", 3).now
    assert isinstance(now, ToMove)
    sight = now.sights[0]
    cars, pledge = sight.rules.space.issues[0], sight.rules.space.issues[2]
    chosen = {"metals": 1}
    worth = [level.worth for level in levels(sight, chosen, cars)]
    assert worth == pytest.approx([0, 3, 5]), "as the scenario says"
    said = [(level.text, level.caption) for level in levels(sight, chosen, cars)]
    assert said == [("25", "no deal"), ("15", "+3.00"), ("0", "+5.00")]
    said = [(level.text, level.caption) for level in levels(sight, chosen, pledge)]
    assert said == [("nothing", "no deal"), ("200 bn", "−1.00"), ("400 bn", "−2.00")]
    package = package_of(sight, {"cars": 2, "pledge": 1})
    assert sight.values.one(package) == pytest.approx(4)
    assert chosen_of(sight, package) == {"cars": 2, "metals": 0, "pledge": 1, "access": 0}
    assert chosen_of(sight, -1) == {"cars": 0, "metals": 0, "pledge": 0, "access": 0}


def test_the_debrief_compares_with_the_house_and_the_frontier(open_game: Scenario) -> None:
    sitting = finished(Sitting(open_game, "east", 3))
    ending = sitting.now
    assert isinstance(ending, Ending)
    told = Debrief.of(sitting, ending.record)
    assert told.mine == told.payoffs["east"] == ending.record.payoffs[1, 0]
    assert told.house.shape == (WORLDS,)
    assert 0 <= told.better + told.equal <= 1
    assert told.better == np.mean(told.house < told.mine - 1e-9)
    (end,) = told.talks
    assert end.mine == pytest.approx(end.plane.partner.one(end.package))
    assert end.best >= end.mine or end.theirs < 0, "nobody beats the frontier"
    deals = [row for row in end.rows if row["what"] == "deals of the house strategy"]
    assert sum(row["worlds"] for row in deals) == round(told.deals["east"] * WORLDS)
    drawn = {row["what"] for row in end.rows}
    said = " ".join(entry.name for entry in end.plane.legend_of_end(end.rows))
    assert ("your deal" in said) == (end.package >= 0) == (DEAL in drawn)
    assert ("open at the end" in said) == (NOW_OPEN in drawn)
    assert "your deal" not in str(end.plane.legend_of_end([])), "there is none to see"


def test_the_house_has_the_payoffs_of_the_person(open_game: Scenario) -> None:
    assert set(house_worlds(open_game, 3).to_frame()["draw"]) == {0}


def test_a_person_gives_up_the_rule_and_sees_its_price(open_game: Scenario) -> None:
    fixed = Sitting(open_game, "east", 3).now
    assert isinstance(fixed, ToMove)
    assert fixed.sights[0].droppable() == []
    draws = open_game.payoffs.draws
    game = replace(open_game, audience_cost={("east", "east"): np.full(draws, 2.5)})
    sitting = Sitting(game, "east", 3)
    now = sitting.now
    assert isinstance(now, ToMove)
    (sight,) = now.sights
    assert sight.audience_cost == 2.5
    assert sight.droppable() == list(sight.named) == list(sight.rules.review) != []
    first = sight.named[0]
    later = sitting.after([replace(sight.passing(), drop=(first,))])
    after = later.now
    assert isinstance(after, ToMove)
    assert after.sights[0].named == tuple(n for n in sight.named if n != first)
    told = [said for _, said in after.sights[0].story]
    assert any(said.startswith("East gives up its demand that") for said in told)
    paid = finished(later).now
    assert isinstance(paid, Ending)
    assert paid.record.to_frame().query("talk == 'east'")["audience_cost"].tolist() == [2.5]


def test_a_person_opens_unasked_and_offers_there(open_game: Scenario) -> None:
    game = replace(open_game, talks=tuple(replace(r, first_mover="hub") for r in open_game.talks))
    sitting = Sitting(game, "hub", 3)
    now = sitting.now
    assert isinstance(now, ToMove)
    sight = now.sights[0]
    name = sight.unasked()[0]
    levels = {i.name: i.levels for i in sight.rules.space.issues}
    move = replace(sight.passing(), offer={name: levels[name][1]})
    assert "not open for review" in sight.problem(move)
    assert sight.problem(replace(move, open=(name,))) == ""
    others = [s.passing() for s in now.due if s is not sight]
    later = sitting.after([replace(move, open=(name,)), *others]).now
    assert isinstance(later, ToMove)
    told = [said for _, said in later.sights[0].story]
    assert f"Hub opens review of {name} unasked." in told
    assert f"Hub offers {name} 25 → 15." in told
