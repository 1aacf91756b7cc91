"""The tables of a record: outcomes, a row a world and talk, and turns, a row a turn.

What a scenario switches on adds its columns; without it the table is that of the core.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.payoffs.frontier import reference_columns
from sim.protocol.docket import STATES
from sim.protocol.rules import Calendar, TalkRules
from sim.protocol.state import SIDES, Ints, Status
from sim.scenario.scenario import Scenario
from sim.talks import charges
from sim.talks.charges import by_clause, flows
from sim.talks.outcome import TalkRecord

Floats = NDArray[np.float64]
Columns = dict[str, Any]


def outcome_table(game: Scenario, talks: Sequence[TalkRecord], threats: Ints) -> pd.DataFrame:
    """Give one row per world and talk, sorted by both; `threats` (K, W) were made."""
    cost = charges.spent(game, talks, threats)
    worth = (charges.reached(game, talks) - cost, cost, flows(game, talks))
    frames = [_talk(game, i, talks, worth, threats) for i in range(len(talks))]
    frame = pd.concat(frames, ignore_index=True)
    order = np.argsort(frame["world"].to_numpy(), kind="stable")
    return frame.iloc[order].reset_index(drop=True)


def _talk(
    game: Scenario,
    i: int,
    talks: Sequence[TalkRecord],
    worth: tuple[Floats, Floats, Floats | None],
    threats: Ints,
) -> pd.DataFrame:
    payoffs, cost, got = worth
    rules, talk = game.talks[i], talks[i]
    deal = talk.package >= 0
    lowered = rules.space.lowered[np.where(deal, talk.package, 0)]
    columns: Columns = {
        "world": talk.worlds,
        "draw": talk.draw,
        "talk": labels(np.full(len(deal), i), [r.name for r in game.talks]),
        "status": labels(talk.status - 1, [s.name.lower() for s in Status][1:]),
        "lowers": deal & (lowered > 0),
        "round": nullable(talk.signed_in, deal),
        "date": dates(game.calendar, talk.signed_in, deal),
        "in_principle": nullable(talk.agreed_in, talk.agreed_in > 0),
        "first_mover": labels(talk.first_mover, [rules.hub, rules.partner]),
        "walked_by": labels(talk.walked_by, [rules.hub, rules.partner]),
        "package": talk.package,
    }
    columns |= {f"offers.{side}": talk.offers[s] for s, side in enumerate(SIDES)}
    columns["refusals"] = talk.refusals
    for m, measure in enumerate(rules.space.measures):
        columns[f"review.{measure.name}"] = labels(talk.docket[:, m], STATES)
    columns |= _terms(game, i, talks)
    columns["review_cost"] = charges.review_cost(game, i, talk)
    columns |= _relented(game, i, talk)
    columns |= {f"payoff.{c}": payoffs[n] for n, c in enumerate(game.countries)}
    columns |= {f"cost.{c}": cost[n] for n, c in enumerate(game.countries)}
    if got is not None:
        columns |= {f"flow.{c}": got[n] for n, c in enumerate(game.countries)}
    seen = (talk.draw, _outlook(game, i, talks), talk.package)
    columns |= reference_columns(game.payoffs, i, *seen, charges.outside_lost(game, i, talk))
    columns |= _status_at_signing(game, i, talks)
    columns |= _deadline(game, talk) | _ratified(game, rules, talk)
    columns |= _weather(game, talk, threats)
    return pd.DataFrame(columns)


def _outlook(game: Scenario, i: int, talks: Sequence[TalkRecord]) -> Ints:
    """Give the situation in which all talks ended, as `Payoffs.encode` writes it."""
    states = game.payoffs.states([talk.package for talk in talks])
    last = len(game.payoffs.steps) - 1
    payoffs = game.payoffs
    forecast = payoffs.forecasts.number(payoffs.in_force(talks[i].weather))
    return payoffs.encode(i, states, last, forecast)


def _terms(game: Scenario, i: int, talks: Sequence[TalkRecord]) -> Columns:
    """Give rates and concessions at the end; without a deal the no-deal ones."""
    rules, talk = game.talks[i], talks[i]
    safe = np.where(talk.package >= 0, talk.package, 0)
    book = game.rates.get(rules.name)
    columns: Columns = {}
    for k, issue in enumerate(rules.space.issues):
        level = np.array(issue.levels, dtype=np.float64)
        if issue.kind == "measure":
            added = level if book is None else book.measure_points(issue.name)
            columns[f"rate.{issue.name}"] = added[rules.space.levels[safe, k]]
        elif issue.kind == "concession":
            columns[f"give.{issue.name}"] = level[rules.space.levels[safe, k]]
    if any(r.space.clause is not None for r in game.talks):
        columns["clause"] = rules.space.granting[safe] & (talk.package >= 0)
    fallen = by_clause(game, i, [t.package for t in talks])
    if book is not None:
        head = safe // rules.space.parts[1]
        for goods in book.goods:
            total = book.applied(goods)[head]
            columns[f"applied.{goods}"] = total - fallen.get(goods, np.zeros(len(head)))
    return columns | {f"by_clause.{goods}": points for goods, points in fallen.items()}


def _relented(game: Scenario, i: int, talk: TalkRecord) -> Columns:
    """Tell what was dropped from the review rule, where that can be in any talk."""
    if not game.audience_cost:
        return {}
    measures = [measure.name for measure in game.talks[i].space.measures]
    sets, which = np.unique(talk.relented, return_inverse=True)
    return {
        "relented": np.array([listed(held, measures) for held in sets], dtype=object)[which],
        "audience_cost": charges.audience_cost(game, i, talk),
    }


def _status_at_signing(game: Scenario, i: int, talks: Sequence[TalkRecord]) -> Columns:
    """Tell how the other talks stood when this one was signed."""
    columns, mine = {}, talks[i]
    names = [s.name.lower() for s in Status]
    for j, other in enumerate(talks):
        if j != i:
            earlier = (other.ended_in > 0) & (other.ended_in <= mine.signed_in)
            then = np.where(earlier, other.status, Status.OPEN)
            then = np.where(mine.package >= 0, then, -1)
            columns[f"status_at_signing.{game.talks[j].name}"] = labels(then, names)
    return columns


def _deadline(game: Scenario, talk: TalkRecord) -> Columns:
    """Tell when the pause ended, where that was not fixed."""
    if game.calendar.mode != "extension":
        return {}
    return {
        "deadline": talk.deadline,
        "extensions": talk.extensions,
        "extension_cost": charges.extension_cost(game, talk),
    }


def _ratified(game: Scenario, rules: TalkRules, talk: TalkRecord) -> Columns:
    """Tell how the ratification went, where there is one in any talk."""
    every = game.surroundings.ratifiers
    if not any(every.values()):
        return {}
    names = [ratifier.key for ratifier in every.get(rules.name, ())]
    known = (talk.package >= 0) & bool(names)
    return {
        "ratified": nullable(talk.ended_in, known),
        "vetoes": talk.vetoes,
        "vetoed_by": labels(talk.vetoed_by, names),
    }


def _weather(game: Scenario, talk: TalkRecord, threats: Ints) -> Columns:
    """Tell which shocks were in force at the end of the talk, and which threats were made."""
    columns: Columns = {}
    names = [shock.name for shock in game.surroundings.shocks]
    if names:
        sets = [listed(held, names) for held in range(1 << len(names))]
        columns["shocks"] = labels(talk.weather, sets)
    made = zip(game.surroundings.threats, threats, strict=True)
    return columns | {f"threats.{threat.name}": times for threat, times in made}


Log = Sequence[Mapping[str, NDArray[Any]]]


def turn_table(game: Scenario, logs: Sequence[Log]) -> pd.DataFrame:
    """Give one row per turn, sorted by world, talk, round and mover; `logs` by talk."""
    frames = [_turns(game, i, log) for i, log in enumerate(logs)]
    frame = pd.concat(frames, ignore_index=True)
    keys = (frame["mover"], frame["round"], frame["_talk"], frame["world"])
    frame = frame.iloc[np.lexsort([k.to_numpy() for k in keys])]
    return frame.drop(columns="_talk").reset_index(drop=True)


def _turns(game: Scenario, i: int, log: Log) -> pd.DataFrame:
    rules = game.talks[i]
    columns = list(log[0]) if log else []
    frame = pd.DataFrame({n: np.concatenate([e[n] for e in log]) for n in columns})
    frame["seat"] = frame.pop("side").map({"hub": rules.hub, "partner": rules.partner, "": ""})
    always = np.ones(len(frame), dtype=bool)
    frame["date"] = dates(game.calendar, frame["round"].to_numpy(), always)
    names = [shock.name for shock in game.surroundings.shocks]
    measures = [measure.name for measure in rules.space.measures]
    for move in ("relented", "opened", "requested", "withdrawn", "admitted", "refused", "reviewed"):
        frame[move] = [listed(held, measures) for held in frame[move]]
    frame["shocks"] = [listed(bits, names) for bits in frame["shocks"]]
    threats = np.array([*(threat.name for threat in game.surroundings.threats), ""], dtype=object)
    frame["threat"] = threats[frame["threat"]]
    frame["talk"], frame["_talk"] = rules.name, i
    front = ["world", "talk", "round", "date", "mover", "seat"]
    return frame[front + [c for c in frame.columns if c not in front]]


def labels(codes: NDArray[Any], names: Sequence[str]) -> Any:
    """Give names for codes (n,); empty for -1."""
    return pd.Categorical.from_codes(codes.astype(np.int64), categories=pd.Index(list(names)))


def nullable(values: Ints, known: NDArray[np.bool_]) -> pd.arrays.IntegerArray:
    """Give whole numbers (n,), empty where they are not known."""
    return pd.arrays.IntegerArray(values.astype(np.int32), ~known)


def dates(calendar: Calendar, rounds: Ints, known: NDArray[np.bool_]) -> NDArray[np.datetime64]:
    """Give the first day of rounds (n,), empty where they are not known."""
    none = np.full(len(rounds), np.datetime64("NaT", "s"))
    if calendar.start is None:
        return none
    days = np.asarray(calendar.days_before(rounds))
    first = np.datetime64(calendar.start, "D") + days.astype("timedelta64[D]")
    return np.where(known, first.astype("datetime64[s]"), none)


def listed(held: int, names: Sequence[str]) -> str:
    """Give the names in a bit set, with commas."""
    return ",".join(name for m, name in enumerate(names) if held >> m & 1)
