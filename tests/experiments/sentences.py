"""What is said of a run, parsed and recomputed from its outcomes in plain pandas."""

import re
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pandas as pd
from scipy.stats import t as student

from experiments.figures import Results

SHARE = r"([<>]?\d+) %(?: ± ([<>]?\d+))?"
AMOUNT = r"(none|[+−]?\d+(?:\.\d+)?)(?: ± (\d+(?:\.\d+)?))?"
POINTS = 1.0
"""Points below which a difference is none; payoffs that are given have no such floor."""


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


def error(rows: pd.DataFrame, values: pd.Series) -> float:
    """Give what a mean is computed to: Student's t over draws, or over worlds of one draw."""
    some = values.notna()
    cluster = rows["draw" if rows["draw"].nunique() > 1 else "world"][some]
    apart = values[some] - values[some].mean()
    sums = apart.groupby(cluster).sum()
    groups = len(sums)
    if groups < 2:
        return float("nan")
    spread = np.sqrt((sums**2).sum() * groups / (groups - 1)) / some.sum()
    return float(student.ppf(0.975, groups - 1) * spread)


def half(rows: pd.DataFrame, hits: pd.Series) -> float:
    """Give half of the interval of a share: Wilson's, with the effective number of rows."""
    mean, groups = hits.mean(), rows["draw" if rows["draw"].nunique() > 1 else "world"].nunique()
    if groups < 2:
        return float("nan")
    t = student.ppf(0.975, groups - 1)
    spread = (error(rows, hits.astype(float)) / t) ** 2
    count = mean * (1 - mean) / spread if 0 < mean < 1 and spread > 1e-12 else groups
    count = min(count, len(hits))
    middle = mean + t**2 / (2 * count)
    wide = t * np.sqrt(mean * (1 - mean) / count + t**2 / (4 * count**2))
    ends = [np.clip((middle + sign * wide) / (1 + t**2 / count), 0, 1) for sign in (-1, 1)]
    return float(ends[1] - ends[0]) / 2


def shared(said: Sequence[str], rows: pd.DataFrame, hits: pd.Series) -> None:
    """Check a share, and what it is computed to."""
    assert said[0] == percent(float(hits.mean()))
    wide = half(rows, hits)
    assert said[1] == ("" if np.isnan(wide) else percent(wide))


def moved(said: Sequence[str], gap: pd.Series, rows: pd.DataFrame, least: float = 0.0) -> None:
    """Check a mean change, and what it is computed to; below the floor it is none."""
    mean, wide = float(gap.mean()), error(rows, gap)
    assert (said[0] == "none") == (mean == 0 or abs(mean) < least), f"{said[0]} is {mean}"
    if said[0] != "none":
        near(said[0], mean)
        assert bool(said[1]) == (not np.isnan(wide))
        if said[1]:
            near(said[1], wide)


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


def gap(results: Results, column: str, talk: str) -> tuple[pd.Series, pd.DataFrame]:
    """Give what the rule changes, world by world, and the rows of these worlds."""
    keys = [p for p in results.plan.swept if p != results.rule and p in results.frame]
    parts = []
    for value in ("all", "none"):
        part = under(results, value)
        part = part[part["talk"] == talk].assign(deals=lambda f: (f["status"] == "deal") * 100.0)
        parts.append(part.set_index([*keys, "world"]))
    both = parts[0].index.intersection(parts[1].index)
    change = (parts[0][column].astype(float) - parts[1][column].astype(float))[both].reset_index(
        drop=True
    )
    return change, parts[0].loc[both].reset_index()


def _agreement(results: Results, said: re.Match[str]) -> None:
    found = re.findall(rf"(\w+) and Hub in {SHARE}", said[0])
    assert len(found) == len(results.talks)
    for country, *share in found:
        rows = results.frame[results.frame["talk"] == talk_of(results, country)]
        shared(share, rows, rows["status"] == "deal")


def _bounded(results: Results, said: re.Match[str]) -> None:
    found = re.findall(
        rf"(\w+) and Hub reach a deal in {SHARE} of worlds, and without any rule in {SHARE}",
        said[0],
    )
    assert len(found) == len(results.talks)
    counted = {cell for value in ("all", "none") for cell in under(results, value)["cell"]}
    assert ("are left out" in said[0]) == (len(counted) < results.frame["cell"].nunique())
    for country, *shares in found:
        for value, share in (("all", shares[:2]), ("none", shares[2:])):
            rows = under(results, value)
            rows = rows[rows["talk"] == talk_of(results, country)]
            shared(share, rows, rows["status"] == "deal")


def _changes(results: Results, said: str, unit: str, column: str, least: float = 0.0) -> None:
    """Check the changes of a quantity of every talk that the rule makes."""
    listed, _, unclear = said.partition(" For ")
    found = {who: rest for who, *rest in re.findall(rf"(\w+) {AMOUNT}(?:{unit})?", listed)}
    assert "over draws" not in listed, "payoffs are given: draws are alike"
    for talk in results.talks:
        who = results.country(results.partner(talk))
        change, rows = gap(results, column, talk)
        if not change.notna().any():
            assert found[who][0] in ("none", "") or who not in found
            continue
        moved(found[who], change, rows, least)
        unsure = found[who][0] != "none" and abs(change.mean()) <= error(rows, change)
        assert (who in unclear) == unsure


def _price(results: Results, said: re.Match[str]) -> None:
    _changes(results, said[0].rpartition("deal: ")[2], " points", "deals", POINTS)


def _delay(results: Results, said: re.Match[str]) -> None:
    listed, _, days = said[0].partition("the rule delays it: ")[2].partition(" A round is ")
    _changes(results, listed, " rounds", "round")
    assert not days or int(days.partition(" ")[0]) == results.calendar.days


def _worth(results: Results, said: re.Match[str]) -> None:
    listed, _, unclear = said[0].partition("): ")[2].partition(" For ")
    found = re.findall(rf"(\w+) {AMOUNT}", listed)
    assert len(found) == len(results.countries)
    for (country, *amount), key in zip(found, results.countries, strict=True):
        assert country == results.country(key)
        change, rows = gap(results, f"payoff.{key}", results.talks[0])
        moved(amount, change, rows)
        unsure = amount[0] != "none" and abs(change.mean()) <= error(rows, change)
        assert (country in unclear) == unsure


def _payoffs(results: Results, said: re.Match[str]) -> None:
    found = re.findall(rf"(\w+) {AMOUNT}", said[0].partition(":")[2])
    assert len(found) == len(results.countries)
    worlds = results.frame.drop_duplicates(["cell", "world"])
    for (country, *amount), key in zip(found, results.countries, strict=True):
        assert country == results.country(key)
        moved(amount, worlds[f"payoff.{key}"], worlds)


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
    assert 100 * widest[path] == 100 * max(widest.values()) >= POINTS
    talk = talk_of(results, found[2])
    mine = shares[path].xs(talk, level="talk")
    rows = results.frame[results.frame["talk"] == talk]
    for label, share, mean in (
        (found[1], found.group(3, 4), mine.min()),
        (found[5], found.group(6, 7), mine.max()),
    ):
        held = {results.value(path, v): v for v, m in mine.items() if m == mean}
        part = rows[rows[path] == held[label]]
        shared((share[0], share[1] or ""), part, part["status"] == "deal")


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
            there = rows[rows[f"rate.{measure}"].notna()]
            kept[results.measure(measure)] = there, pd.Series(same, index=there.index)
    shares = {name: float(same.mean()) for name, (_, same) in kept.items()}
    shared((said["share"], said["wide"] or ""), *kept[said["most"]])
    shared((said["cut"], said["narrow"] or ""), *kept[said["least"]])
    assert shares[said["most"]] == max(shares.values())
    assert shares[said["least"]] == min(shares.values())


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
    left = pd.Series([(pd.Timestamp(last) - day).days for day in pd.to_datetime(rows["date"])],
                     index=rows.index)  # fmt: skip
    in_time = rows["round"] <= results.plan.scenario["calendar"]["rounds"]
    shared((said["share"], said["wide"] or ""), rows, (left >= 0) & (left <= 10) & in_time)
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


def _copied(results: Results, said: re.Match[str]) -> None:
    """Cells are copies where how, when and for what every talk ends is the same."""
    named = said[0].partition("are cells ")[2].partition(":")[0]
    listed = {tuple(map(int, re.findall(r"\d+", group))) for group in named.split("; ")}
    seen = [c for c in results.frame if c in ("status", "round", "package") or c.startswith(
        ("payoff.", "review."))]  # fmt: skip
    alike: dict[str, list[int]] = {}
    for cell, rows in results.frame.groupby("cell"):
        alike.setdefault(rows.sort_values(["world", "talk"])[seen].to_csv(index=False), []).append(
            int(str(cell))
        )
    assert listed == {tuple(group) for group in alike.values() if len(group) > 1}


def _closed(results: Results, said: re.Match[str]) -> None:
    """Cells without a deal in which some measure was asked for in every world and never opened."""
    rows = results.frame[results.frame["talk"] == talk_of(results, said["who"])]
    count, named = 0, set()
    for _, cell in rows.groupby("cell"):
        states = cell[[name for name in cell if name.startswith("review.")]]
        closed = states.isin(["requested", "refused"]).all()
        if "deal" not in set(cell["status"]) and closed.any():
            count += 1
            named |= {results.measure(n.partition(".")[2]) for n in closed[closed].index}
    assert (int(said["count"]), int(said["cells"])) == (count, rows["cell"].nunique())
    assert set(re.split(", | and ", said["named"])) == set(re.split(", | and ", ", ".join(named)))


Check = Callable[[Results, re.Match[str]], None]
FINDINGS: dict[str, Check] = {
    r"Agreement: Of all worlds, a deal is reached by .*\.": _agreement,
    r"Agreement: When every measure has to be reviewed, .*\.": _bounded,
    r"Price of the rule: World by world, with the same luck, .*": _price,
    r"Delay: Where there is a deal with the rule and without it, .*\.": _delay,
    r"What the rule is worth: The rule changes payoffs \(.*": _worth,
    r"Payoffs: On average, against no deal in any talk \(.*": _payoffs,
    r"What (else )?matters most: Of what the run varies.*": _lever,
    r"Reviewed is not reduced: (?P<who>\w+): Of the deals(?: under the strict rule)?, "
    r"(?P<share>[<>]?\d+) %(?: ± (?P<wide>\S+))? leave the rate on “(?P<most>.+?)” as it is; on "
    r"“(?P<least>.+?)”, where most is cut, (?P<cut>[<>]?\d+) %(?: ± (?P<narrow>\S+))? do\.": _cuts,
    r"Date: Half of all deals are signed by (?P<day>.+?); (?P<share>[<>]?\d+) %"
    r"(?: ± (?P<wide>\S+))? come in the last 10 days before (?P<last>.+)\.": _date,
    r"Against what happened: (?P<who>\w+): Of the deals, .*": _history,
    r"By construction: In (?P<count>\d+) of (?P<cells>\d+) cells (?P<who>.+?) and .+? reach no "
    r"deal in any world, since .+ never opened: (?P<named>.+)\. Who insists .*": _closed,
    r"Warning: .*(silent|never offer|nobody speaks).*": _silent,
    r"Warning: Equal in every world are cells .*": _copied,
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
