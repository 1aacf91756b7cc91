"""What is said of a run, parsed and recomputed from its outcomes in plain pandas."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from experiments.discovery.boxes import Discovery
from experiments.figures import Results

SHARE = r"([<>]?\d+) % \(([^)]*)\)"
AMOUNT = r"([+−]?\d+(?:\.\d+)?) \(([^)]*)\)"


def percent(value: float) -> str:
    """Write a share as a report does."""
    whole = f"{100 * value:.0f}"
    whole = "<1" if 0 < value <= 0.005 else whole
    return ">99" if 0.995 <= value < 1 else whole


def number(said: str) -> float:
    """Read a number with its sign."""
    return float(said.replace("−", "-").strip("<>+"))


def near(said: str, value: float) -> None:
    """Check a number against what it was rounded from."""
    digits = len(said.partition(".")[2])
    assert abs(number(said) - value) <= 0.5 * 10.0**-digits + 1e-9, f"{said} is {value}"


def between(said: str, value: float) -> None:
    """Check that an interval holds its mean."""
    low, _, high = said.partition(" to ")
    room = 10.0 ** -len(low.partition(".")[2])
    assert number(low) - room <= value <= number(high or low) + room


def deals(frame: pd.DataFrame, talk: str) -> float:
    """Give the share of worlds with a deal."""
    return float((frame.loc[frame["talk"] == talk, "status"] == "deal").mean())


def talk_of(results: Results, country: str) -> str:
    """Give the talk with a country."""
    (talk,) = [t for t in results.talks if results.country(results.partner(t)) == country]
    return talk


def under(results: Results, value: str) -> pd.DataFrame:
    """Give the rows under a rule."""
    label = results.labelled(value, results.rule or "")
    return results.frame[results.frame[results.rule] == label]


def gap(results: Results, column: str, talk: str) -> float:
    """Give what the rule changes, world by world."""
    keys = [p for p in results.plan.swept if p != results.rule and p in results.frame]
    parts = []
    for value in ("all", "none"):
        part = under(results, value)
        part = part[part["talk"] == talk].assign(deals=lambda f: (f["status"] == "deal") * 100.0)
        parts.append(part.set_index([*keys, "world"])[column].astype(float))
    return float((parts[0] - parts[1]).dropna().mean())


def _agreement(results: Results, said: re.Match[str]) -> None:
    found = re.findall(rf"(\w+) and Hub in {SHARE}", said[0])
    assert len(found) + len(_bound(results, said[0])) == len(results.talks) or found
    for country, share, interval in found:
        value = deals(results.frame, talk_of(results, country))
        assert share == percent(value)
        between(interval, 100 * value)


def _bound(results: Results, said: str) -> list[Any]:
    return re.findall(
        rf"(\w+) and Hub reach a deal in {SHARE} of worlds, and without any rule in {SHARE}", said
    )


def _bounded(results: Results, said: re.Match[str]) -> None:
    found = _bound(results, said[0])
    assert len(found) == len(results.talks)
    for country, strict, low, free, high in found:
        talk = talk_of(results, country)
        for share, interval, value in ((strict, low, "all"), (free, high, "none")):
            mean = deals(under(results, value), talk)
            assert share == percent(mean)
            between(interval, 100 * mean)


def _price(results: Results, said: re.Match[str]) -> None:
    found = re.findall(rf"for (\w+) by {AMOUNT}", said[0])
    assert len(found) == len(results.talks)
    for country, change, interval in found:
        value = gap(results, "deals", talk_of(results, country))
        near(change, value)
        between(interval, value)


def _delay(results: Results, said: re.Match[str]) -> None:
    found = re.findall(r"(\w+) signs ([+−]?[\d.]+)(?: \(([^)]*)\))? rounds later", said[0])
    assert found
    for country, change, _ in found:
        near(change, gap(results, "round", talk_of(results, country)))
    days = re.search(r"A round is (\d+) days", said[0])
    assert days is None or int(days[1]) == results.calendar.days


def _worth(results: Results, said: re.Match[str]) -> None:
    listed, _, unclear = said[0].partition("For ")
    found = re.findall(rf"(\w+) {AMOUNT}", listed)
    assert len(found) == len(results.countries)
    for (country, change, interval), key in zip(found, results.countries, strict=True):
        assert country == results.country(key)
        value = gap(results, f"payoff.{key}", results.talks[0])
        near(change, value)
        low, _, high = interval.partition(" to ")
        if number(low) * number(high or low) > 0:
            assert country not in unclear


def _payoffs(results: Results, said: re.Match[str]) -> None:
    found = re.findall(rf"(\w+) {AMOUNT}", said[0].partition(":")[2])
    assert len(found) == len(results.countries)
    worlds = results.frame.drop_duplicates(["cell", "world"])
    for (country, mean, interval), key in zip(found, results.countries, strict=True):
        assert country == results.country(key)
        near(mean, worlds[f"payoff.{key}"].mean())
        between(interval, worlds[f"payoff.{key}"].mean())


def _lever(results: Results, said: re.Match[str]) -> None:
    assert ("besides the rule" in said[0]) == bool(results.rules)
    paths = [p for p in results.varied if p not in results.rules]
    (path,) = [p for p in paths if f"on the {results.path(p)}:" in said[0]]
    found = re.search(
        rf"with “(.+?)” (\w+) and Hub reach a deal in {SHARE} of worlds, with “(.+?)” in {SHARE}",
        said[0],
    )
    assert found
    shares = {p: results.frame.groupby([p, "talk"])["status"].agg(lambda s: (s == "deal").mean())
              for p in paths}  # fmt: skip
    widest = {p: s.groupby("talk").agg(np.ptp).max() for p, s in shares.items()}
    assert widest[path] == max(widest.values()) > 0
    talk = talk_of(results, found[2])
    mine = shares[path].xs(talk, level="talk")
    for label, share, mean in (
        (found[1], found[3], mine.min()),
        (found[5], found[6], mine.max()),
    ):
        assert share == percent(mean)
        assert label in {results.value(path, v) for v, m in mine.items() if m == mean}


def _cuts(results: Results, said: re.Match[str]) -> None:
    talk = talk_of(results, said["who"])
    strict = "under the strict rule" in said[0]
    frame = under(results, "all") if strict else results.frame
    rows = frame[(frame["talk"] == talk) & (frame["status"] == "deal")]
    kept = {}
    for measure in results.measures:
        same = [
            row[f"rate.{measure}"] >= _kept(results, row["cell"], talk, measure) - 1e-9
            for row in rows.to_dict("records")
            if not pd.isna(row[f"rate.{measure}"])
        ]
        if same:
            kept[results.measure(measure)] = float(np.mean(same))
    assert percent(kept[said["most"]]) == said["share"]
    assert percent(kept[said["least"]]) == said["cut"]
    assert kept[said["most"]] == max(kept.values())
    assert kept[said["least"]] == min(kept.values())


def _kept(results: Results, cell: int, talk: str, measure: str) -> float:
    said = results.plan.cells[cell].values.get(f"talks.{talk}.measures.{measure}.levels")
    levels = said or results.plan.scenario["talks"][talk]["measures"][measure]["levels"]
    return float(levels[0])


def _date(results: Results, said: re.Match[str]) -> None:
    rows = results.frame[results.frame["status"] == "deal"]
    dates = sorted(pd.to_datetime(rows["date"]))
    middle = dates[(len(dates) - 1) // 2]
    assert said["day"] == f"{middle.day} {middle:%B %Y}"
    (last,) = {calendar.deadline for calendar in results.calendars}
    late = [0 <= (pd.Timestamp(last) - day).days <= 10 for day in dates]
    assert said["share"] == percent(np.mean(late))
    assert said["last"] == f"{last.day} {last:%B}"


def _history(results: Results, said: re.Match[str]) -> None:
    talk = talk_of(results, said["who"])
    rows = results.frame
    rows = rows[(rows["talk"] == talk) & (rows["status"] == "deal")]
    seen = results.plan.config.observed[talk]
    shares = dict(re.findall(rf"{SHARE} (have|are signed)", said[0]) and [
        (words, share)
        for share, _, words in re.findall(rf"{SHARE} (have an added rate|are signed)", said[0])
    ])  # fmt: skip
    assert len(shares) == len(seen.columns())
    before = pd.to_datetime(rows["date"]) <= pd.Timestamp(seen.columns()["date"])
    assert shares["are signed"] == percent(before.mean())
    (column,) = [name for name in seen.columns() if name.startswith("rate.")]
    lower = rows[column].astype(float) <= seen.columns()[column]
    assert shares["have an added rate"] == percent(lower.mean())


def _silent(results: Results, said: re.Match[str]) -> None:
    mute = (results.frame["status"] == "silent").groupby(results.frame["cell"]).mean()
    found = re.search(r"[Ii]n (\d+) of (\d+) cells.*most in cell (\d+) \((\d+) %\)", said[0])
    if found is None:
        assert said[0].startswith(f"{100 * mute.max():.0f} % of the talks")
        return
    assert int(found[1]) == (mute > 0.01).sum()
    assert int(found[2]) == len(mute)
    assert mute[int(found[3])] == mute.max()
    assert found[4] == f"{100 * mute.max():.0f}"


Check = Callable[[Results, re.Match[str]], None]
FINDINGS: dict[str, Check] = {
    r"Agreement: Of all worlds, a deal is reached by .*\.": _agreement,
    r"Agreement: When every measure has to be reviewed, .*\.": _bounded,
    r"Price of the rule: World by world, with the same luck, .* percentage points\.": _price,
    r"Delay: Where there is a deal with the rule and without it, .*\.": _delay,
    r"What the rule is worth: The rule changes payoffs \(.*": _worth,
    r"Payoffs: On average, against no deal in any talk \(.*": _payoffs,
    r"What (else )?matters most: Of what the run varies.*": _lever,
    r"Reviewed is not reduced: (?P<who>\w+): Of the deals(?: under the strict rule)?, "
    r"(?P<share>[<>]?\d+) % \([^)]*\) leave the rate on “(?P<most>.+?)” as it is; on "
    r"“(?P<least>.+?)”, where most is cut, (?P<cut>[<>]?\d+) % \([^)]*\) do\.": _cuts,
    r"Date: Half of all deals are signed by (?P<day>.+?); (?P<share>[<>]?\d+) % \([^)]*\) come in "
    r"the last 10 days before (?P<last>.+)\.": _date,
    r"Against what happened: (?P<who>\w+): Of the deals, .*": _history,
    r"Warning: .*silent.*": _silent,
}
"""How a finding reads, and how it is recomputed."""


def check_findings(results: Results, listed: Iterator[tuple[str, str]]) -> set[str]:
    """Check all findings; give the patterns that were met.

    Raises:
        AssertionError: a number is wrong, or nobody knows how to read a sentence.
    """
    met = set()
    for about, said in listed:
        whole = f"{about}: {said}"
        known = [p for p in FINDINGS if re.fullmatch(p, whole)]
        assert known, f"nobody reads this finding: {whole}; add a line to FINDINGS"
        match = re.fullmatch(known[0], whole)
        assert match
        FINDINGS[known[0]](results, match)
        met.add(known[0])
    return met


def check_discovery(found: Discovery, listed: list[str]) -> None:
    """Check every sentence of a discovery against its worlds, one by one."""
    points, rows = found.answers.points, found.answers.rows
    case = pd.Series(found.condition.holds(rows["value"]), index=rows.index)
    number_of = r"([<>]?\d+ %|unknown)"
    held = {}
    for n, box in enumerate(found.boxes, 1):
        inside = np.ones(len(points), dtype=bool)
        for bound in box.bounds:
            values = points[bound.path]
            inside &= (
                values.astype(str).isin(bound.among)
                if bound.among
                else (values > bound.low) & (values <= bound.high)
            )
        held[n] = set(points.index[inside])
    judged = rows["cell"].isin(set(points.index[found.judged]))

    def share(part: Any, of: Any) -> str:
        return f"{percent(part.sum() / of.sum())} %" if of.sum() else "unknown"

    everywhere = rows["cell"].isin(set().union(*held.values()))
    for said in listed:
        if found_ := re.match(rf"There is .+? in {number_of} of the worlds\. ", said):
            assert found_[1] == share(case, case | True)
        elif found_ := re.match(rf"{number_of} of the worlds have no ", said):
            assert found_[1] == share(rows["value"].isna(), case | True)
        elif found_ := re.match(
            rf"(\d+)\. {number_of} \[.*?\] of the worlds have .* That is {number_of} of all "
            rf"worlds, and {number_of} of those with",
            said,
        ):
            here = rows["cell"].isin(held[int(found_[1])]) & judged
            assert found_[2] == share(case & here, here)
            assert found_[3] == share(here, judged)
            assert found_[4] == share(case & here, case & judged)
        elif found_ := re.match(rf"Together: {number_of} .*\(coverage\), at {number_of}", said):
            here = everywhere & judged
            assert found_[1] == share(case & here, case & judged)
            assert found_[2] == share(case & here, here)
        elif found_ := re.match(rf"Outside of these conditions, {number_of} of the worlds", said):
            rest = ~everywhere & judged
            assert found_[1] == share(case & rest, rest)
        else:
            raise AssertionError(f"nobody reads this sentence: {said}")
