"""At signing a rational seat gets at least its reservation value, as it knew it then."""

from itertools import chain, combinations, product
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, seed

from sim.protocol.rules import TalkRules
from sim.protocol.shocks import ShocksInForce
from sim.protocol.state import Status
from sim.scenario.scenario import Scenario
from tests.examples import fewer
from tests.generators import scenarios
from tests.plays import WORLDS, Played, played

pytestmark = pytest.mark.fast


@fewer(2)
@given(scenarios(rational=True))
def test_at_signing_a_rational_seat_gets_its_reservation_value_as_it_knew_it(
    scenario: Scenario,
) -> None:
    check(played(scenario))


def test_so_it_does_where_it_did_not_see_what_others_had_signed() -> None:
    hidden = []

    @fewer(2)
    @seed(2)
    @given(scenarios(rational=True, linked=True, around=True, talks=(2, 3)))
    def some(scenario: Scenario) -> None:
        hidden.append(check(played(scenario)))

    some()
    assert sum(hidden) > 0


def check(play: Played) -> int:
    """Check every signature; give how many deals that had been signed elsewhere were not seen."""
    signed = {
        key: (log[-1].round, log[-1].mover)
        for key, log in play.logs.items()
        if log[-1].event in ("deal", "ratified")
    }
    weather, hidden = forecast(play), 0
    for world, talk in signed:
        rules, _ = next(pair for pair in play.rows if pair[0].name == talk)
        for country in (rules.hub, rules.partner):
            moment = decided(play.logs[world, talk], country)
            shocks = beyond(play, (world, talk), country, weather[moment][world])
            worth = gain(play, signed, (world, talk), country, moment)
            worth += brought(play, signed, (world, talk), country, moment)
            assert worth - shocks >= -1e-6
            hidden += sum(
                signed.get((world, row["talk"]), moment) < moment
                and not seen(play, signed, row, country, moment)
                for _, row in play.rows
                if row["world"] == world and row["talk"] != talk
            )
    return hidden


def forecast(play: Played) -> dict[tuple[int, int], np.ndarray]:
    """Let the shocks strike once more, with the threats and extensions of the logs.

    By round and mover, the chances of every shock to be in force at the end, (W, S).
    """
    around, turns, calendar = play.scenario.surroundings, play.turns, play.scenario.calendar
    talks = list(enumerate(play.scenario.talks))
    weather = ShocksInForce(around.shocks, around.threats, around.common, WORLDS, 7, 0, len(talks))
    end, told = np.full(WORLDS, calendar.rounds + calendar.after), {}
    for number in range(1, int(turns["round"].max()) + 1):
        weather.strike(number)
        weather.begin(number)
        longest = np.zeros(WORLDS, dtype=np.int64)
        for mover in (1, 2, 3):
            now = (number, mover)
            weather.threats.look([table(play, i, rules, now) for i, rules in talks])
            weather.look_ahead(end + longest)
            told[number, mover] = weather.chances.copy()
            made = turns[(turns["round"] == number) & (turns["mover"] == mover)]
            np.maximum.at(longest, made["world"].to_numpy(), made["extended"].to_numpy())
            for (i, rules), (k, threat) in product(talks, enumerate(around.threats)):
                here = (made["threat"] == threat.name) & (made["talk"] == rules.name)
                at = made.loc[here, "world"].to_numpy()
                weather.threats.make([(i, at, np.full(len(at), k))], number)
        end += longest
        weather.threats.look([table(play, i, rules, (number, 4)) for i, rules in talks])
        weather.threats.fall_due(number)
    return told


def table(play: Played, i: int, rules: TalkRules, now: tuple[int, int]) -> Any:
    """Read from the logs what lies on a table before a moment, as far as threats depend on it."""
    every = (1 << len(rules.space.measures)) - 1
    opened = np.zeros(WORLDS, dtype=np.int64) if rules.scope else np.full(WORLDS, every)
    signed_in, names = np.zeros(WORLDS, dtype=np.int64), [m.name for m in rules.space.measures]
    for turn in play.turns[play.turns["talk"] == rules.name].itertuples():
        if (turn.round, turn.mover) < now:
            for name in filter(None, f"{turn.admitted},{turn.opened}".split(",")):
                opened[turn.world] |= 1 << names.index(name)
            if turn.event in ("deal", "signed"):
                signed_in[turn.world] = turn.round
            if turn.event.startswith("vetoed by"):
                signed_in[turn.world] = 0
    status = np.where(signed_in > 0, Status.DEAL, Status.OPEN)
    docket = SimpleNamespace(open=opened)
    fields = {"number": i, "rules": rules, "status": status, "docket": docket}
    return SimpleNamespace(**fields, signed_in=signed_in, ratifying=np.full(WORLDS, -1))


def beyond(play: Played, key: tuple[int, str], country: str, chances: np.ndarray) -> float:
    """Give what is expected of the shocks and the outside option add to no deal in a talk."""
    world, talk = key
    scenario, payoffs = play.scenario, play.scenario.payoffs
    i = [rules.name for rules in scenario.talks].index(talk)
    draw = play.frame.loc[play.frame["world"] == world, "draw"].iloc[0]
    c = scenario.countries.index(country)
    total = payoffs.outside[c][i][draw] if payoffs.outside else 0.0
    for s in range(len(scenario.surroundings.shocks)):
        total += payoffs.shocks[c][s, draw] * chances[s]
    return float(total)


def decided(log: list[Any], country: str) -> tuple[int, int]:
    """Give when a country decided on a deal: when it signed, else when it last made the offer."""
    end = next(turn for turn in reversed(log) if turn.event in ("deal", "signed"))
    log = log[: log.index(end) + 1]
    mine = [turn for turn in log if turn.seat == country and turn.offer >= 0]
    turn = end if end.seat in ("", country) else mine[-1]
    return turn.round, turn.mover


def gain(
    play: Played,
    signed: dict[tuple[int, str], tuple[int, int]],
    key: tuple[int, str],
    country: str,
    moment: tuple[int, int],
) -> float:
    """Give what a deal is worth to a country against none, other talks as seen at a moment."""
    world, talk = key
    rows = [row for _, row in play.rows if row["world"] == world]
    values = []
    for mine in (True, False):
        packages = [
            row["package"]
            if (mine if row["talk"] == talk else seen(play, signed, row, country, moment))
            else -1
            for row in rows
        ]
        draw = np.array([rows[0]["draw"]])
        worth = play.scenario.payoffs.payoff(draw, [np.array([p]) for p in packages])
        values.append(worth[play.scenario.countries.index(country), 0])
    return float(values[0] - values[1])


def seen(
    play: Played,
    signed: dict[tuple[int, str], tuple[int, int]],
    row: dict[str, Any],
    country: str,
    moment: tuple[int, int],
) -> bool:
    """Tell whether a country knows the terms of a deal in another talk at a moment."""
    when = signed.get((row["world"], row["talk"]))
    sight = play.scenario.surroundings.sight(country, row["talk"], hub=country == "hub")
    if when is None or not sight.at_least("terms"):
        return False
    return when < moment and when[0] + sight.lag <= moment[0]


ENDS = ("deal", "ratified", "walked", "expired", "broken_down")


def brought(
    play: Played,
    signed: dict[tuple[int, str], tuple[int, int]],
    key: tuple[int, str],
    country: str,
    moment: tuple[int, int],
) -> float:
    """Give what the clause of a deal brings by what the hub was seen to offer elsewhere.

    Where a leak may have shown that or not, the best of all that may have been seen.
    """
    world, talk = key
    names = [rules.name for rules in play.scenario.talks]
    i, rows = names.index(talk), [row for _, row in play.rows if row["world"] == world]
    package, space = rows[i]["package"], play.scenario.talks[i].space
    if not space.granting[package]:
        return 0.0
    known, offers, leaked = {}, {}, {}
    for j, row in enumerate(rows):
        if j == i:
            continue
        if seen(play, signed, row, country, moment):
            known[j] = row["package"]
            continue
        sight = play.scenario.surroundings.sight(country, names[j], hub=country == "hub")
        offer = lying(play.logs[world, names[j]], moment, sight.lag)
        if offer >= 0 and sight.level == "offers":
            offers[j] = offer
        elif offer >= 0 and sight.leak:
            leaked[j] = offer

    def granted(beside: dict[int, int]) -> float:
        """What the clause is worth while other talks stand so."""
        pair = (package, package - space.parts[1])
        mine, twin = (value(play, rows[0]["draw"], country, {i: p} | beside) for p in pair)
        return mine - twin

    some = chain.from_iterable(combinations(leaked, n) for n in range(1 + len(leaked)))
    seen_ = [known | offers | {j: leaked[j] for j in those} for those in some]
    return max(map(granted, seen_)) - granted(known)


def lying(log: list[Any], moment: tuple[int, int], lag: int) -> int:
    """Give the hub's standing offer in a talk as it is seen at a moment; -1 for none."""
    known = moment if lag == 0 else (moment[0] - lag, 9)
    offer = -1
    for turn in log:
        if (turn.round, turn.mover) < moment and turn.event in ENDS:
            return -1
        if (turn.round, turn.mover) < known:
            offer = turn.offer if turn.seat == "hub" and turn.offer >= 0 else offer
        if turn.event.startswith("vetoed") and (turn.round, turn.mover) < (known[0], 3):
            offer = -1
    return offer


def value(play: Played, draw: int, country: str, packages: dict[int, int]) -> float:
    """Give what packages of some talks are worth to a country, the others without a deal."""
    states = [np.array([packages.get(k, -1)]) for k in range(len(play.scenario.talks))]
    worth = play.scenario.payoffs.payoff(np.array([draw]), states)
    return float(worth[play.scenario.countries.index(country), 0])
