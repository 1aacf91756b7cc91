"""The main findings of a run as sentences, computed from its table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isnan

import pandas as pd

from experiments.analysis.effect import price_of_rule
from experiments.analysis.floors import NONE, POINTS, Floors
from experiments.report import cautions
from experiments.report.numbers import amount, between, days, listed, share
from experiments.results.clustered import mean_of
from experiments.results.intervals import Quantity, estimate
from experiments.results.quantities import swept
from experiments.results.results import Results

STRICT, FREE = "all", "none"
LATE = 10
"""Days before the deadline that count as late."""


@dataclass(frozen=True)
class Finding:
    """A sentence or two, and what it is about.

    Attributes:
        about: a few words.
        said: the sentences; after ± stands what a number is computed to.
    """

    about: str
    said: str


def findings(results: Results, floors: Floors | None = None) -> list[Finding]:
    """Say what a run shows, from its table of outcomes; empty without outcomes.

    Args:
        results: of a run.
        floors: below which an effect is none; those of the scenario alone if not given.
    """
    floors = floors or Floors.of({}, results.plan.scenario)
    if results.frame.empty:
        return []
    parts = [
        cautions.silent(results),
        cautions.alike(results),
        _agreement(results),
        cautions.closed(results),
        *(_ruling(results, floors, rule) for rule in results.rules),
        () if _compared(results) else _payoffs(results, floors),
        _lever(results, floors),
        _cuts(results, floors),
        _dates(results),
        _history(results),
    ]
    return [Finding(about, said) for part in parts for about, said in part]


def _ruling(results: Results, floors: Floors, rule: str) -> Iterator[tuple[str, str]]:
    """Say what a swept rule changes: of every talk, or of one."""
    strict, free = _ends(results, rule)
    if strict is None or free is None:
        return
    changes = price_of_rule(results.frame, [], strict, free, rule, given=floors.given)
    whose = ""
    if len(results.rules) > 1:
        whose = " of " + listed([results.country(results.partner(t)) for t in results.ruled(rule)])
    for part in (_price, _signing, _worth):
        for about, said in part(results, floors, changes):
            yield about + (f": the rule{whose}" if whose else ""), said


def _compared(results: Results) -> bool:
    """Tell whether a rule is swept over the strictest and none."""
    return any(None not in _ends(results, rule) for rule in results.rules)


def _ends(results: Results, rule: str) -> tuple[str | None, str | None]:
    """Give the labels of the strictest rule and of none, where they are swept."""
    return results.labelled(STRICT, rule), results.labelled(FREE, rule)


def _agreement(results: Results) -> Iterator[tuple[str, str]]:
    frame = results.frame
    deals = Quantity.named("deals", frame)
    said, bound, compared = [], [], []
    for talk in results.talks:
        rule = next((rule for rule in results.rules if talk in results.ruled(rule)), None)
        strict, free = _ends(results, rule) if rule else (None, None)
        if rule is None or strict is None or free is None:
            row = _row(estimate(frame, deals, ["talk"]), talk=talk)
            said.append(f"{cautions.pair(results, talk)} in {_share(row)}")
            continue
        both = _shared(results, rule, (strict, free))
        compared.append(both)
        table = estimate(both, deals, [rule, "talk"]).rename(columns={rule: "rule"})
        with_it, without = (_share(_row(table, rule=r, talk=talk)) for r in (strict, free))
        words = f"reach a deal in {with_it} of worlds, and without any rule in {without}"
        bound.append(f"{cautions.pair(results, talk)} {words}")
    if bound:
        most = len(results.frame.drop_duplicates("cell"))
        fewer = len(pd.concat(compared).drop_duplicates("cell")) < most
        only = " Settings that are not played with and without it are left out." if fewer else ""
        yield "Agreement", f"When every measure has to be reviewed, {'; '.join(bound)}.{only}"
    if said:
        yield "Agreement", f"Of all worlds, a deal is reached by {listed(said)}."


def _shared(results: Results, rule: str, labels: Sequence[str]) -> pd.DataFrame:
    """Keep the settings and worlds that are there under all of some rules."""
    frame = results.frame[results.frame[rule].astype(str).isin(labels)]
    keys = [*(path for path in swept(frame) if path != rule), "world", "talk"]
    there = frame.groupby(keys, sort=False, observed=True)[rule].transform("nunique")
    return frame[there == len(labels)]


def _price(results: Results, floors: Floors, changes: pd.DataFrame) -> Iterator[tuple[str, str]]:
    rows = changes[changes["quantity"] == "agreement"]
    if rows.empty:
        return
    who = [results.country(results.partner(talk)) for talk in rows["of"]]
    said = _changes(rows, floors, who, " points")
    yield (
        "Price of the rule",
        f"World by world, with the same luck, the rule moves the chance of a deal: {said}",
    )


def _signing(results: Results, floors: Floors, changes: pd.DataFrame) -> Iterator[tuple[str, str]]:
    rows = changes[changes["quantity"] == "time of signing"]
    rows = rows[rows["worlds"] > 0]
    if rows.empty:
        return
    who = [results.country(results.partner(talk)) for talk in rows["of"]]
    said = _changes(rows, floors, who, " rounds")
    calendar = results.calendar
    length = f" A round is {days(calendar.days)}; less than zero is earlier."
    unit = length if calendar.start else ""
    yield (
        "Delay",
        f"Where there is a deal with the rule and without it, the rule delays it: {said}{unit}",
    )


def _worth(results: Results, floors: Floors, changes: pd.DataFrame) -> Iterator[tuple[str, str]]:
    rows = changes[changes["quantity"] == "payoff"]
    if rows.empty:
        return
    said = _changes(rows, floors, [results.country(country) for country in rows["of"]])
    yield "What the rule is worth", f"The rule changes payoffs ({results.money}): {said}"


def _payoffs(results: Results, floors: Floors) -> Iterator[tuple[str, str]]:
    said = []
    for country in results.countries:
        quantity = Quantity.named(f"payoff.{country}", results.frame)
        row = estimate(results.frame, quantity, []).iloc[0]
        none = floors.none(row["mean"], quantity.unit, "payoff", country)
        worth = amount(row["mean"], (row["high"] - row["low"]) / 2, signed=True)
        said.append(f"{results.country(country)} {NONE if none else worth}")
    yield "Payoffs", f"On average, against no deal in any talk ({results.money}): {listed(said)}."


def _lever(results: Results, floors: Floors) -> Iterator[tuple[str, str]]:
    """Say which swept path besides the rules moves agreement most, of those that people decide."""
    decided = [path for path in results.varied if path not in results.plan.uncertainties]
    ranges: dict[str, pd.DataFrame] = {}
    deals = Quantity.named("deals", results.frame)
    for path in decided:
        if path not in results.rules:
            table = estimate(_even(results.frame, path), deals, [path, "talk"])
            ranges[path] = table.sort_values("mean", kind="stable")
    if not ranges:
        return
    path = max(ranges, key=lambda p: _widest(ranges[p])[1])
    talk, spread = _widest(ranges[path])
    if floors.none(100 * spread, POINTS):
        return
    about, front = "What matters most", "Of what the run varies"
    if results.rules:
        about, front = "What else matters most", f"{front} besides the rule"
    shared = _even(results.frame, path)
    for rule in results.rules:
        values = list(shared[rule].unique())
        if len(values) == 1:
            front += f", with {results.path(rule)} “{results.value(rule, values[0])}”"
    rows = ranges[path][ranges[path]["talk"] == talk]
    low, high = rows.iloc[0], rows.iloc[-1]
    least, most = (results.value(path, row[path]) for row in (low, high))
    yield (
        about,
        f"{front}, agreement depends most on "
        f"{_named(results, path)}: with “{least}” {cautions.pair(results, talk)} reach a deal in "
        f"{_share(low)} of worlds, with “{most}” in {_share(high)}{_where(results, path)}.",
    )


def _where(results: Results, path: str) -> str:
    """Name the settings that are compared, if not all are there under all values of a path."""
    kept = _even(results.frame, path)
    said = []
    for other in results.varied:
        there = list(dict.fromkeys(kept[other]))
        if other != path and len(there) < results.frame[other].nunique():
            values = listed([f"“{results.value(other, value)}”" for value in there])
            said.append(f"{results.path(other)} {values}")
    return f", where all of its values are played ({'; '.join(said)})" if said else ""


def _even(frame: pd.DataFrame, path: str) -> pd.DataFrame:
    """Keep the settings and worlds that are there under all values of a path, if there are any."""
    keys = [*(other for other in swept(frame) if other != path), "world", "talk"]
    there = frame.groupby(keys, sort=False, observed=True)[path].transform("nunique")
    kept = frame[there == frame[path].nunique()]
    return frame if kept.empty else kept


def _row(table: pd.DataFrame, **values: str) -> pd.Series:
    """Give the row of a table that has these values."""
    for column, value in values.items():
        table = table[table[column] == value]
    return table.iloc[0]


def _named(results: Results, path: str) -> str:
    """Name a swept path within a sentence."""
    return f"the {results.path(path)}"


def _widest(table: pd.DataFrame) -> tuple[str, float]:
    """Give the talk in which agreement differs most, and by how much."""
    spread = table.groupby("talk", sort=False)["mean"].agg(lambda means: means.max() - means.min())
    return str(spread.idxmax()), float(spread.max())


def _cuts(results: Results, floors: Floors) -> Iterator[tuple[str, str]]:
    """Say that a review is not a cut: how often deals leave a rate as it is."""
    frame = results.frame[results.frame["status"] == "deal"]
    if not results.measures:
        return
    for talk in results.talks:
        rule = next((rule for rule in results.rules if talk in results.ruled(rule)), None)
        strict = _ends(results, rule)[0] if rule else None
        deals = frame[frame["talk"] == talk]
        if strict is not None:
            deals = deals[deals[rule].astype(str) == strict]
        if deals.empty:
            continue
        kept = {
            measure: _kept(results, deals, measure)
            for measure in results.measures
            if deals[f"rate.{measure}"].notna().any()
        }
        if not kept:
            continue
        most, least = (f(kept, key=lambda name: kept[name]["mean"]) for f in (max, min))
        apart = kept[most]["mean"] - kept[least]["mean"]
        if floors.none(100 * apart, POINTS):
            continue
        under = " under the strict rule" if strict is not None else ""
        yield (
            f"Reviewed is not reduced: {results.country(results.partner(talk))}",
            f"Of the deals{under}, {_share(kept[most])} leave the rate on "
            f"“{results.measure(most)}” as it is; on “{results.measure(least)}”, where most is "
            f"cut, {_share(kept[least])} do.",
        )


def _kept(results: Results, deals: pd.DataFrame, measure: str) -> pd.Series:
    rate = deals[f"rate.{measure}"].astype(float)
    same = (rate >= results.kept(deals, measure) - 1e-9).astype(float).where(rate.notna())
    return mean_of(deals, same, [], share=True).iloc[0]


def _dates(results: Results) -> Iterator[tuple[str, str]]:
    """Say when the deals come: the median, and how many wait for the deadline."""
    calendar, frame = results.calendar, results.frame
    deals = frame[frame["status"] == "deal"]
    if deals.empty or calendar.start is None or calendar.deadline is None:
        return
    if len({calendar.deadline for calendar in results.calendars}) > 1:
        return
    middle = pd.Timestamp(deals["date"].sort_values().iloc[(len(deals) - 1) // 2])
    left = (pd.Timestamp(calendar.deadline) - deals["date"].astype("datetime64[s]")).dt.days
    within = left.between(0, LATE) & (deals["round"] <= _rounds(results, deals))
    late = mean_of(deals, within.astype(float), [], share=True).iloc[0]
    yield (
        "Date",
        f"Half of all deals are signed by {middle.day} {middle:%B %Y}; {_share(late)} come in the "
        f"last {LATE} days before {calendar.deadline.day} {calendar.deadline:%B}.",
    )


def _rounds(results: Results, rows: pd.DataFrame) -> pd.Series:
    """Give the last round before the deadline, in every row; overtime may begin on its day."""
    rounds = {
        cell.index: results.config_of(group[0]).calendar.rounds
        for group in results.alike("calendar")
        for cell in group
    }
    return rows["cell"].map(rounds)


def _history(results: Results) -> Iterator[tuple[str, str]]:
    """Say where what happened lies among the deals."""
    for talk, seen in results.plan.config.observed.items():
        rows = results.frame
        deals = rows[(rows["talk"] == talk) & (rows["status"] == "deal")]
        if deals.empty:
            continue
        said = []
        for column, value in seen.columns().items():
            if column == "date":
                before = deals["date"].astype("datetime64[s]") <= pd.Timestamp(value)
                words = f"are signed by {value.day} {value:%B %Y}"
            else:
                before = deals[column].astype(float) <= float(value)
                words = f"have {_column(results, column)} of at most {float(value):g}"
            found = mean_of(deals, before.astype(float), [], share=True).iloc[0]
            said.append(f"{_share(found)} {words}")
        yield (
            f"Against what happened: {results.country(results.partner(talk))}",
            f"Of the deals, {listed(said)}, which is what happened. {_source(seen.source)}",
        )


def _column(results: Results, column: str) -> str:
    family, _, name = column.partition(".")
    if family == "applied":
        return f"a total rate on {name.replace('_', ' ')}"
    if family == "rate":
        return f"an added rate on “{results.measure(name)}”"
    return f"an amount of “{results.concession(name)}”"


def _source(source: str) -> str:
    return f"Source: {source}." if source else ""


def _changes(rows: pd.DataFrame, floors: Floors, who: Sequence[str], unit: str = "") -> str:
    """Write paired differences as the end of a sentence, each with its band over draws."""
    said, unclear = [], []
    for name, row in zip(who, rows.to_dict("records"), strict=True):
        if floors.none(row["difference"], row["unit"], row["quantity"], row["of"]):
            said.append(f"{name} {NONE}")
            continue
        band = between(row["p5"], row["p95"], row["error"])
        band = "" if isnan(row["p5"]) else f" ({band} over draws)"
        said.append(f"{name} {amount(row['difference'], row['error'], signed=True)}{unit}{band}")
        if abs(row["difference"]) <= row["error"]:
            unclear.append(name)
    more = f" For {listed(unclear)} so few draws do not settle the sign." if unclear else ""
    return f"{listed(said)}.{more}"


def _share(row: pd.Series) -> str:
    return share(float(row["mean"]), float(row["low"]), float(row["high"]))
