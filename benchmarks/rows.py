"""What the talks of the shipped scenario turn on, row by row: `python -m benchmarks.rows a b c …`.

The letters are those of the table in CHANGELOG.md, which has the numbers before and after the
talks were changed. A cell is 1,000 worlds (250 draws x 4) of us_japan_korea_2025, seed 1; cells
are paired by world, intervals (95 %) clustered by draw.
"""

import sys
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.results.clustered import clustered_mean
from sim import Scenario, negotiate
from sim.protocol.docket import mask

PATH = Path(__file__).parents[1] / "configs" / "scenarios" / "us_japan_korea_2025.toml"
WORLDS, DRAWS, SEED = 1000, 250, 1
STANCES = ("never", "late", "price", "open")
HUB = {"name": "boulware", "exponent": {"uniform": [0.1, 0.8]}}
PARTNER = {"name": "boulware", "exponent": {"uniform": [0.2, 1.0]}}
Changes = Mapping[str, Any]


def hub(stance: str, price: float = 0.5) -> dict[str, Any]:
    """Give the changes that seat a hub with a stance."""
    if stance == "open":
        return {"strategies.usa": HUB, "positions.usa": "all"}
    how = {"never": {}, "late": {"until": {"uniform": [0.2, 1.4]}}, "price": {"price_bn": price}}
    refuses = {"name": "scope_refuser", "admits": ["suspended"], "inner": HUB, **how[stance]}
    return {"strategies.usa": refuses}


def both(strategy: Any) -> dict[str, Any]:
    """Give the changes that seat both partners alike."""
    return {"strategies.japan": strategy, "strategies.korea": strategy}


def around(name: str, inner: Any = PARTNER, **fields: Any) -> dict[str, Any]:
    """Give a wrapper of a partner."""
    return {"name": name, "inner": inner, **fields}


def load(stance: str, rule: str = "all", *more: Changes) -> Scenario:
    """Load the scenario with a stance of the hub, a review rule and further changes."""
    told: dict[str, Any] = {"rules.review": rule, **hub(stance), **both(PARTNER)}
    for changes in more:
        told |= changes
    told |= {"payoffs.draws": DRAWS, "payoffs.replications": max(WORLDS // DRAWS, 1)}
    return Scenario.load(PATH, told, seed=SEED)


def play(stance: str, rule: str = "all", *more: Changes) -> pd.DataFrame:
    """Play a cell; give one row a world and talk."""
    return negotiate(load(stance, rule, *more), WORLDS, SEED).to_frame()


def talk(frame: pd.DataFrame, name: str = "japan") -> pd.DataFrame:
    """Give the rows of one talk, by world."""
    return frame[frame["talk"] == name].set_index("world")


def changed(a: pd.DataFrame, b: pd.DataFrame, name: str = "japan") -> float:
    """Give the share of worlds whose package differs, in percent."""
    return 100 * float((talk(a, name)["package"] != talk(b, name)["package"]).mean())


def difference(
    a: pd.DataFrame, b: pd.DataFrame, column: str, name: str = "japan", *, signed: bool = False
) -> str:
    """Give b less a by world with its interval; `signed`: among worlds with a deal in both."""
    one, other = talk(a, name), talk(b, name)
    gap = other[column].astype(float) - one[column].astype(float)
    if signed:
        gap = gap[(one["package"] >= 0) & (other["package"] >= 0)]
    draws = one.loc[gap.index, "draw"].to_numpy()
    return "{:+.2f} [{:+.2f}, {:+.2f}]".format(*clustered_mean(gap.to_numpy(float), draws))


def summary(frame: pd.DataFrame) -> str:
    """Say deals, silent talks and payoffs of a cell in a line."""
    deals = [100 * (talk(frame, t)["package"] >= 0).mean() for t in ("japan", "korea")]
    silent = 100 * (frame["status"] == "silent").mean()
    paid = ", ".join(f"{frame[f'payoff.{c}'].mean():.2f}" for c in ("usa", "japan", "korea"))
    return f"deals {deals[0]:.1f}/{deals[1]:.1f} %, silent {silent:.1f} %, payoffs {paid}"


def turns_of(stance: str, rule: str = "all", *more: Changes) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Play with a log; give Japan's talk by world, and its turns."""
    game = load(stance, rule, *more)
    record = negotiate(game, WORLDS, SEED, turns=True)
    turns, rules = record.to_turns(), game.talks[0]
    turns = turns[turns["talk"] == "japan"].reset_index(drop=True)
    names = [measure.name for measure in rules.space.measures]
    for move in ("requested", "admitted"):
        turns[move] = [mask(said.split(","), names) for said in turns[move]]
    turns["open"] = turns.groupby("world")["admitted"].cumsum()
    turns["lowered"] = np.where(turns["offer"] >= 0, rules.space.lowered[turns["offer"]], 0)
    return talk(record.to_frame()), turns


def row_a() -> Iterator[str]:
    """Silence: rule x by_change, worlds in which no side makes an offer; silent talks."""
    for stance in STANCES:
        ends = play(stance, "all", {"rules.test": "by_change"})
        none = ((talk(ends)["offers.partner"] + talk(ends)["offers.hub"]) == 0).mean()
        yield f"{stance}: no offer in {100 * none:.1f} %; {summary(ends)}"


def row_b() -> Iterator[str]:
    """An agreement in principle is judged anew: what the rule does to cars in the same deals."""
    for name, who in (("default", PARTNER), ("never asks", around("asker", until=0)),
                      ("asks from the start", around("asker"))):  # fmt: skip
        none, every = (play("late", rule, both(who)) for rule in ("none", "all"))
        cars = difference(none, every, "rate.cars", signed=True)
        worth = difference(none, every, "payoff.japan")
        yield f"late, {name}: {summary(every)}; rule: cars in the same deals {cars}, Japan {worth}"


def row_c() -> Iterator[str]:
    """Who asks: offers that touch what is closed; tests that differ."""
    for stance in STANCES:
        ends, turns = turns_of(stance)
        mine = turns[(turns["seat"] == "japan") & (turns["offer"] >= 0)]
        closed = (mine["lowered"] & ~mine["open"] != 0).mean()
        other = talk(play(stance, "all", {"rules.test": "by_admission"}))
        differ = (other["package"] != ends["package"]).mean()
        yield (
            f"{stance}: {100 * closed:.0f} % of Japan's {len(mine)} offers touch what is closed; "
            f"by_exchange and by_admission differ in {100 * differ:.1f} % of ends"
        )


def row_d() -> Iterator[str]:
    """Yields at a price: when the hub opened more than the suspended part, on what offer."""
    for name, who in (("default", PARTNER), ("asks from the start", around("asker"))):
        for cost in ({}, {"payoffs.weights.usa.review": {"low": 0.1, "central": 0.5, "high": 2}}):
            ends, turns = turns_of("price", "all", both(who), cost)
            offers = turns["lowered"].where((turns["seat"] == "japan") & (turns["offer"] >= 0))
            turns["lay"] = offers.groupby(turns["world"]).ffill()
            more = turns[(turns["seat"] == "usa") & (turns["admitted"] & 0b01111 != 0)]
            first = more.groupby("world").first()
            lay = first["lay"].fillna(0).astype(int)
            deals, japan = 100 * (ends["package"] >= 0).mean(), ends["payoff.japan"].mean()
            yield (
                f"{name}, reviews at {'half' if cost else 'their'} cost: opened in "
                f"{100 * len(first) / WORLDS:.1f} %, median round {first['round'].median():.0f}; "
                f"on an offer that lowers nothing {(lay == 0).sum()}, the suspended part alone "
                f"{(lay == 0b10000).sum()}, cars {(lay & 1 != 0).sum()}; deals {deals:.1f} %, "
                f"Japan {japan:.2f}"
            )


def row_e() -> Iterator[str]:
    """Presents: first offers of Japan that lower nothing."""
    for stance in STANCES:
        _, turns = turns_of(stance, "none")
        mine = turns[(turns["seat"] == "japan") & (turns["offer"] >= 0)].groupby("world").first()
        yield f"{stance} x none: {100 * (mine['lowered'] == 0).mean():.0f} %"


def row_f() -> Iterator[str]:
    """Hardness: Japan's exponent, and a hazard of breakdown."""
    for stance in ("open", "late"):
        for risk in (0, 0.02):
            for exponent in (0.5, 0.05):
                japan = {"strategies.japan": {"name": "boulware", "exponent": exponent}}
                ends = play(stance, "all", japan, {"rules.breakdown": risk})
                yield f"{stance}, hazard {risk}, Japan {exponent}: {summary(ends)}"


def row_g() -> Iterator[str]:
    """Shocks that are over before the deadline, and the Treasuries threat."""
    over = {"shocks.bond_selloff.active": True, "shocks.bond_selloff.hazard": 0}
    armed = {"shocks.bond_selloff.active": True, "threats.treasuries.active": True}
    threat = {"strategies.japan": around("threatener", at=0.5)}
    for stance in ("late", "open"):
        base = play(stance)
        struck = play(stance, "all", over, {"shocks.bond_selloff.date": date(2025, 6, 23)})
        quiet, loud = (play(stance, "all", armed, more) for more in ({}, threat))
        yield (
            f"{stance}: a shock from 23 June changes {changed(base, struck):.0f} % of packages; "
            f"the threat is worth {difference(quiet, loud, 'payoff.japan')} to Japan"
        )


def row_h() -> Iterator[str]:
    """An extension: rounds of the deals after the first deadline."""
    for at in (1.0, 0.95, 0.9):
        told = hub("late")
        told["strategies.usa"] = around("extender", told["strategies.usa"], at=at)
        ends = talk(play("late", "all", told, {"calendar.mode": "extension"}))
        extra = ends["round"].dropna().astype(int)
        extra = extra[extra > 33].value_counts().sort_index().to_dict()
        yield f"announced at {at}: {sum(extra.values())} deals in the extra rounds: {extra}"


def row_i() -> Iterator[str]:
    """Links: cutting all sight, with a cost of no deal that adds up, and one that does not."""
    shaped = {"payoffs.weights.usa.no_deal": 8, "payoffs.weights.usa.no_deal_shape": [0, 0, 1.5]}
    for name, shape in (("adds up", {}), ("only both together", shaped)):
        for stance in STANCES:
            seen, cut = (play(stance, "all", shape, x) for x in ({}, {"links.level": "nothing"}))
            yield (
                f"{name}, {stance}: {changed(seen, cut):.0f} % of Japan's packages, "
                f"{difference(seen, cut, 'payoff.japan')} to it"
            )


def row_j() -> Iterator[str]:
    """Ratification: a bar at home, unknown and announced."""
    free = play("open")
    for bar in (2, 4, 8):
        for announced in (False, True):
            diet = {"active": True, "threshold": bar, "sd": 0, "delay": 0, "announced": announced}
            said = {f"ratification.japan.diet.{key}": value for key, value in diet.items()}
            ends = play(
                "open", "all", said, {"ratification.japan.diet.events.upper_house.shift": 0}
            )
            deal = talk(ends)["package"] >= 0
            same = (talk(ends)["package"] == talk(free)["package"])[deal].mean()
            vetoed = (talk(ends)["status"] == "vetoed").mean()
            known = "announced" if announced else "unknown"
            yield (
                f"bar {bar}, {known}: vetoed {100 * vetoed:.1f} %, same package in "
                f"{100 * same:.1f} % of deals; {summary(ends)}"
            )


def row_k() -> Iterator[str]:
    """The rule under a hub that admits everything; relenting and hardness on the pledge."""
    none, every = play("open", "none"), play("open")
    yield f"open: the rule changes {changed(none, every):.1f} % of Japan's packages"
    free = {"payoffs.weights.japan.audience": 0}
    for stance in ("never", "late", "price", "open"):
        base = play(stance, "all", free)
        for name, who in (("relents at 0.9", around("relents", at=0.9)),
                          ("hard", {"name": "boulware", "exponent": 0.05})):  # fmt: skip
            ends = play(stance, "all", free, {"strategies.japan": who})
            pledge = difference(base, ends, "give.pledge", signed=True)
            yield f"{stance}, {name}: pledge {pledge}; {summary(ends)} (before: {summary(base)})"


def row_l() -> Iterator[str]:
    """What reviews cost is read: the cost times 0 and 4 under a hub with a price."""
    for stance in ("late", "price", "open"):
        base = play(stance)
        for low, central, high in ((0, 0, 0), (0.8, 4, 16)):
            cost = {"low": low, "central": central, "high": high}
            ends = play(stance, "all", {"payoffs.weights.usa.review": cost})
            paid = ends.groupby("world")["review_cost"].sum().mean()
            moved = changed(base, ends)
            yield f"{stance}, central {central}: changes {moved:.0f} %, paid {paid:.1f}"


def row_m() -> Iterator[str]:
    """The band: terms and deals."""
    for band in (0, 1.7, 5):
        deal = talk(play("open", "all", {"payoffs.band": band}))
        deal = deal[deal["package"] >= 0]
        metals = 100 * (deal["rate.metals"] < 25).mean()
        pledge = deal["give.pledge"].mean()
        said = f"metals lowered in {metals:.0f} %, pledge {pledge:.0f}, {len(deal)} deals"
        yield f"open, band {band}: {said}"


def row_n() -> Iterator[str]:
    """A wrapper that does nothing."""
    idle = {"strategies.japan": around("wait_and_see", until=0, follows=False)}
    for stance in STANCES:
        moved = changed(play(stance), play(stance, "all", idle))
        yield f"{stance}: changes {moved:.0f} % of packages"


def row_o() -> Iterator[str]:
    """Waiting is two things: what following alone, and passing alone, is worth to Korea."""
    for stance in STANCES:
        base = play(stance)
        said = []
        for until, follows in ((0, True), (0.8, False), (0.8, True)):
            korea = {"strategies.korea": around("wait_and_see", until=until, follows=follows)}
            said.append(difference(base, play(stance, "all", korea), "payoff.korea"))
        yield "{}: following {}, passing {}, both {}".format(stance, *said)


def row_p() -> Iterator[str]:
    """Copies: the rule that names the suspended part only, and none."""
    for test in ("by_exchange", "by_change"):
        for stance in STANCES:
            one, other = (
                play(stance, "all", {"rules.review": rule, "rules.test": test})
                for rule in (["suspended"], "none")
            )
            yield f"{test}, {stance}: differ in {changed(one, other):.1f} % of Japan's packages"


if __name__ == "__main__":
    for letter in sys.argv[1:] or "abcdefghijklmnop":
        row = globals()[f"row_{letter}"]
        print(f"{letter}. {row.__doc__}", flush=True)
        for line in row():
            print(f"   {line}", flush=True)
