"""The main findings of a run as sentences, computed from its table, for one setting at a time."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from experiments.analysis.effect import FREE, STRICT
from experiments.analysis.floors import POINTS, Floors
from experiments.report import cautions
from experiments.report.headlines import answer
from experiments.report.numbers import listed, share
from experiments.report.settings import Setting, Settings, reading
from experiments.results.clustered import mean_of
from experiments.results.results import Results

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

    Warnings come first, then an answer for each setting; no number is a mean over what somebody
    decides.

    Args:
        results: of a run.
        floors: below which an effect is none; those of the scenario alone if not given.
    """
    floors = floors or Floors.of({}, results.plan.scenario)
    if results.frame.empty:
        return []
    compared = [rule for rule in results.rules if None not in _ends(results, rule)]
    chosen = [Settings.of(results, rule) for rule in compared or [""]]
    every = [setting for settings in chosen for setting in settings.told]
    parts = [
        cautions.silent(results),
        cautions.alike(results),
        *(answer(results, floors, setting) for setting in every),
        _reading(results, chosen[0]),
        cautions.closed(results),
        *(_cuts(results, floors, setting) for setting in every),
        *(_dates(results, setting) for setting in chosen[0].told),
        *(_history(results, setting) for setting in chosen[0].told),
    ]
    return [Finding(about, said) for part in parts for about, said in part]


def _ends(results: Results, rule: str) -> tuple[str | None, str | None]:
    """Give the labels of the strictest rule and of none, where they are swept."""
    return results.labelled(STRICT, rule), results.labelled(FREE, rule)


def _reading(results: Results, settings: Settings) -> Iterator[tuple[str, str]]:
    said = reading(results, settings)
    if said:
        yield "How to read them", said


def _cuts(results: Results, floors: Floors, setting: Setting) -> Iterator[tuple[str, str]]:
    """Say that a review is not a cut: how often deals leave a rate as it is."""
    frame = setting.bound[setting.bound["status"] == "deal"]
    for talk in results.ruled(setting.rule) if setting.rule else results.talks:
        deals = frame[frame["talk"] == talk]
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
        under = " under the rule" if setting.rule else ""
        who = results.country(results.partner(talk))
        yield (
            setting.about(f"Reviewed is not reduced: {who}"),
            f"Of the deals{under}, {_share(kept[most])} leave the rate on "
            f"“{results.measure(most)}” as it is; “{results.measure(least)}” is cut most often: "
            f"{_share(kept[least])} leave it.",
        )


def _kept(results: Results, deals: pd.DataFrame, measure: str) -> pd.Series:
    rate = deals[f"rate.{measure}"].astype(float)
    same = (rate >= results.kept(deals, measure) - 1e-9).astype(float).where(rate.notna())
    return mean_of(deals, same, [], share=True).iloc[0]


def _dates(results: Results, setting: Setting) -> Iterator[tuple[str, str]]:
    """Say when the deals come: the median, and how many wait for the deadline."""
    calendar, frame = results.calendar, setting.bound
    deals = frame[frame["status"] == "deal"]
    if deals.empty or calendar.start is None or calendar.deadline is None:
        return
    if len({calendar.deadline for calendar in results.calendars}) > 1:
        return
    middle = pd.Timestamp(deals["date"].sort_values().iloc[(len(deals) - 1) // 2])
    left = (pd.Timestamp(calendar.deadline) - deals["date"].astype("datetime64[s]")).dt.days
    within = left.between(0, LATE) & (deals["round"] <= _rounds(results, deals))
    late = mean_of(deals, within.astype(float), [], share=True).iloc[0]
    under = " under the rule" if setting.rule else ""
    yield (
        setting.about("Date"),
        f"Half of all deals{under} are signed by {middle.day} {middle:%B %Y}; {_share(late)} come "
        f"in the last {LATE} days before {calendar.deadline.day} {calendar.deadline:%B}.",
    )


def _rounds(results: Results, rows: pd.DataFrame) -> pd.Series:
    """Give the last round before the deadline, in every row; overtime may begin on its day."""
    rounds = {
        cell.index: results.config_of(group[0]).calendar.rounds
        for group in results.alike("calendar")
        for cell in group
    }
    return rows["cell"].map(rounds)


def _history(results: Results, setting: Setting) -> Iterator[tuple[str, str]]:
    """Say where what happened lies among the deals."""
    for talk, seen in results.plan.config.observed.items():
        rows = setting.bound
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
                words = f"have {_column(results, talk, column)} of at most {float(value):g}"
            found = mean_of(deals, before.astype(float), [], share=True).iloc[0]
            said.append(f"{_share(found)} {words}")
        under = " under the rule" if setting.rule else ""
        yield (
            setting.about(f"Against what happened: {results.country(results.partner(talk))}"),
            f"Of the deals{under}, {listed(said)}, which is what happened. {_source(seen.source)}",
        )


def _column(results: Results, talk: str, column: str) -> str:
    family, _, name = column.partition(".")
    if family == "applied":
        return f"a total rate on {name.replace('_', ' ')}"
    if family == "rate":
        return f"an added rate on “{results.measure(name, talk)}”"
    return f"an amount of “{results.concession(name, talk)}”"


def _source(source: str) -> str:
    return f"Source: {source}." if source else ""


def _share(row: pd.Series) -> str:
    return share(float(row["mean"]), float(row["low"]), float(row["high"]))
