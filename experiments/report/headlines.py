"""What a report says first: one finding for each setting, with all that the rule changes there."""

import re
from collections.abc import Hashable, Iterator, Mapping
from math import isnan
from typing import Any

import pandas as pd

from experiments.analysis.closed import BY_CONSTRUCTION, IN_PART, is_closed
from experiments.analysis.effect import price_of_rule
from experiments.analysis.floors import NONE, Floors
from experiments.report.numbers import amount, between, days, listed, share
from experiments.report.settings import Setting
from experiments.results.intervals import Quantity, estimate
from experiments.results.results import Results

_WHY = {
    BY_CONSTRUCTION: "By construction, since no talk can have a deal {where}, the rule",
    IN_PART: "In part by construction, since some talk can have no deal {where}, the rule",
}
"""How a sentence on payoffs begins where not all of it is a finding."""


def answer(results: Results, floors: Floors, setting: Setting) -> Iterator[tuple[str, str]]:
    """Say of a setting how often there is a deal, and what it is worth.

    Args:
        results: of a run.
        floors: below which an effect is none.
        setting: of the run; with the rule and without it, where they are compared.
    """
    about = setting.words or "Agreement"
    parts = [_deals(results, floors, setting), _worth(results, floors, setting)]
    yield about, " ".join(part for part in [*parts, _delay(results, floors, setting)] if part)


def sentence(results: Results, floors: Floors, setting: Setting) -> str:
    """Say in one sentence that can be quoted what comes of a setting.

    Args:
        results: of a run.
        floors: below which an effect is none.
        setting: of the run; with the rule and without it, where they are compared.
    """
    if not setting.rule:
        deals = [f"{_who(results, t)} signs in {_of(setting.frame, t)}" for t in results.talks]
        worth = _payoffs(results, floors, setting).removeprefix("Payoffs, ")
        return f"{'; '.join(deals)}; payoffs, {worth}"
    said = "; ".join(_with_and_without(results, setting, talk) for talk in results.talks)
    changes = _changes(floors, setting)
    rows = changes[changes["quantity"] == "payoff"].to_dict("records")
    if not rows:
        return f"{said}."
    money = [
        f"{_change(row, floors, band=False)} for {results.naming.the(str(row['of']))}"
        for row in rows
    ]
    why = f", {BY_CONSTRUCTION}," if rows[0].get("holds") == BY_CONSTRUCTION else ""
    return f"{said}; the rule changes payoffs{why} by {listed(money)} ({results.money})."


def _with_and_without(results: Results, setting: Setting, talk: str) -> str:
    """Say how often a talk signs under the rule and without it, as far as that is played."""
    with_it, without = (_of(setting.under(rule), talk) for rule in (setting.strict, setting.free))
    parts = [f"{with_it} with the rule"] if with_it else []
    parts += [f"{without} without it"] if without else []
    return f"{_who(results, talk)} signs in {listed(parts)}"


def _of(frame: pd.DataFrame, talk: str) -> str:
    """Write the share of worlds with a deal in brackets; empty if there are no worlds."""
    said = _share(frame, talk)
    if said.startswith("none"):
        return f"no world ({BY_CONSTRUCTION})"
    return re.sub(r" ± (\S+) of the worlds$", r" (± \1) of the worlds", said)


def _changes(floors: Floors, setting: Setting) -> pd.DataFrame:
    """Give what the strict rule changes in a setting; empty if it is not played under both."""
    if not setting.rule or setting.bound.empty or setting.under(setting.free).empty:
        return pd.DataFrame(columns=["quantity"])
    return price_of_rule(
        setting.frame, [], setting.strict, setting.free, setting.rule, given=floors.given
    )


def _deals(results: Results, floors: Floors, setting: Setting) -> str:
    """Say for each talk how often it signs, with the rule and without it if it is compared."""
    rows = _changes(floors, setting)
    rows = rows[rows["quantity"] == "agreement"]
    changes = {str(row["of"]): _change(row, floors, " points") for row in rows.to_dict("records")}
    rule, whose = _rule(results, setting)
    said: list[str] = []
    for talk in results.talks:
        who = _who(results, talk)
        if not setting.rule:
            said.append(f"{who} signs in {_share(setting.frame, talk)}.")
            continue
        with_it, without = (_share(setting.under(r), talk) for r in (setting.strict, setting.free))
        front = f"With {rule}" if said else f"If every measure has to be reviewed{whose},"
        if not with_it:
            said.append(f"Without {rule} {who} signs in {without}; with it this was not played.")
            continue
        back = f"without {rule} in {without}" if without else f"without {rule} this was not played"
        change = f"; change: {changes[talk]}" if talk in changes else ""
        said.append(f"{front} {who} signs in {with_it}; {back}{change}.")
    return " ".join(said)


def _rule(results: Results, setting: Setting) -> tuple[str, str]:
    """Name a rule, and whose it is if it is one of several."""
    if not setting.rule or len(results.rules) < 2:
        return "the rule", ""
    who = listed([results.country(results.partner(t)) for t in results.ruled(setting.rule)])
    return f"the rule of {who}", f" with {who}"


def _share(frame: pd.DataFrame, talk: str) -> str:
    """Write the share of worlds with a deal; empty if there are no worlds."""
    rows = frame[frame["talk"] == talk]
    if rows.empty:
        return ""
    if is_closed(rows).all():
        return f"none of the worlds, {BY_CONSTRUCTION}"
    row = estimate(rows, Quantity.named("deals", rows), ["talk"]).iloc[0]
    return f"{share(row['mean'], row['low'], row['high'])} of the worlds"


def _worth(results: Results, floors: Floors, setting: Setting) -> str:
    changes = _changes(floors, setting)
    rows = changes[changes["quantity"] == "payoff"]
    if rows.empty:
        return _payoffs(results, floors, setting)
    said, unclear = [], []
    for row in rows.to_dict("records"):
        who = results.country(str(row["of"]))
        said.append(f"{who} {_change(row, floors)}")
        none = floors.none(row["difference"], row["unit"], row["quantity"], row["of"])
        if not none and abs(row["difference"]) <= row["error"]:
            unclear.append(who)
    front = _WHY.get(str(rows["holds"].iloc[0]), "The rule").format(where=_where(setting))
    more = f" For {listed(unclear)} so few draws do not settle the sign." if unclear else ""
    return f"{front} changes payoffs ({results.money}): {listed(said)}.{more}"


def _where(setting: Setting) -> str:
    """Say under which of the compared rules some talk can have no deal."""
    sides = {"with the rule": setting.strict, "without it": setting.free}
    shut = [words for words, rule in sides.items() if is_closed(setting.under(rule)).any()]
    return listed(shut)


def _payoffs(results: Results, floors: Floors, setting: Setting) -> str:
    rows = setting.bound if len(setting.bound) else setting.frame
    under = " with the rule" if setting.rule and len(setting.bound) else ""
    said = []
    for country in results.countries:
        quantity = Quantity.named(f"payoff.{country}", rows)
        row = estimate(rows, quantity, []).iloc[0]
        none = floors.none(row["mean"], quantity.unit, "payoff", country)
        worth = amount(row["mean"], (row["high"] - row["low"]) / 2, signed=True)
        said.append(f"{results.country(country)} {NONE if none else worth}")
    return f"Payoffs{under}, against no deal in any talk ({results.money}): {listed(said)}."


def _delay(results: Results, floors: Floors, setting: Setting) -> str:
    changes = _changes(floors, setting)
    rows = changes[changes["quantity"] == "time of signing"]
    rows = rows[rows["worlds"] > 0] if len(rows) else rows
    if rows.empty:
        return ""
    said = [
        f"{results.country(results.partner(row['of']))} {_change(row, floors)}"
        for row in rows.to_dict("records")
    ]
    calendar = results.calendar
    length = f" of {days(calendar.days)}" if calendar.start else ""
    return (
        f"In worlds with a deal with the rule and without it, the rule delays signing by "
        f"(rounds{length}): {listed(said)}."
    )


def _change(
    row: Mapping[Hashable, Any], floors: Floors, unit: str = "", *, band: bool = True
) -> str:
    """Write a paired difference, with its band over draws."""
    if floors.none(row["difference"], row["unit"], row["quantity"], row["of"]):
        return NONE
    ends = between(row["p5"], row["p95"], row["error"])
    known = not isnan(row["p5"]) and row["p5"] < row["p95"]
    over = f" ({ends} over draws)" if known and band else ""
    return f"{amount(row['difference'], row['error'], signed=True)}{unit}{over}"


def _who(results: Results, talk: str) -> str:
    return results.country(results.partner(talk))
