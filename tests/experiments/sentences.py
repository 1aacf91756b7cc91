"""What is said of a run, parsed and recomputed from its outcomes in plain pandas."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import norm as normal
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


def worth(rows: pd.DataFrame, values: pd.Series) -> float:
    """Give as how many independent ones the values of a yes or no count, by Korn and Graubard."""
    groups = rows["draw" if rows["draw"].nunique() > 1 else "world"][values.index].nunique()
    count, wide = len(values), error(rows, values)
    if not wide > 1e-6 * max(1.0, values.abs().max()):
        return float("nan") if np.isnan(wide) else groups
    spread = (wide / student.ppf(0.975, groups - 1)) ** 2
    return allowed(values.var(ddof=0) / spread, count, groups)


def allowed(said: float, count: int, groups: int) -> float:
    """Give as how many independent ones values count, by the variance and its own luck."""
    each = count / groups
    if each > 1:
        freedom = max(groups - 1, 2 * ((each + 1) / (each - 1)) ** 2)
        said *= (normal.ppf(0.975) / student.ppf(0.975, freedom)) ** 2
    return float(np.clip(said, groups, count))


def step(rows: pd.DataFrame, values: pd.Series) -> float:
    """Give what a mean change of a yes or no, in points, is computed to: as Wilson's half."""
    changes = values.dropna() / 100
    trials, one, mean = worth(rows, changes), changes.var(ddof=0), abs(changes.mean())
    both, far = (z * np.sqrt(one / trials + (z / (2 * trials)) ** 2) for z in (1.959964, 1.644854))
    end = 1.644854**2 / trials
    far = (abs(0.5 - mean) * end + far) / (1 + end)
    return float(100 * (max(both, far) if one > 1e-12 else far))


def half(rows: pd.DataFrame, hits: pd.Series) -> float:
    """Give half of the interval of a share: Wilson's, with the effective number of rows."""
    mean, count = hits.mean(), worth(rows, hits.astype(float))
    z = normal.ppf(0.975)
    middle = mean + z**2 / (2 * count)
    wide = z * np.sqrt(mean * (1 - mean) / count + z**2 / (4 * count**2))
    ends = [np.clip((middle + sign * wide) / (1 + z**2 / count), 0, 1) for sign in (-1, 1)]
    return float(ends[1] - ends[0]) / 2


def shared(said: Sequence[str], rows: pd.DataFrame, hits: pd.Series) -> None:
    """Check a share, and what it is computed to."""
    assert said[0] == percent(float(hits.mean()))
    wide = half(rows, hits)
    assert said[1] == ("" if np.isnan(wide) else percent(wide))


def moved(said: Sequence[str], gap: pd.Series, rows: pd.DataFrame, least: float = 0.0) -> None:
    """Check a mean change, and what it is computed to; below the floor it is none."""
    mean, wide = float(gap.mean()), step(rows, gap) if least == POINTS else error(rows, gap)
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


def setting(results: Results, words: str | None) -> pd.DataFrame:
    """Give the rows of the setting that a finding names; all if it names none."""
    rule = results.rule if {"all", "none"} <= _rules(results) else None
    paths = [p for p in results.varied if p not in (*results.plan.uncertainties, rule)]
    every = results.frame[paths].drop_duplicates().to_dict("records") if paths else [{}]
    named = {"; ".join(results.setting([p], row, named=True) for p in paths): row for row in every}
    assert len(named) == len(every), "settings are told apart"
    rows = results.frame
    if words in (None, "Agreement"):
        assert len(every) == 1, "no number is a mean over what somebody decides"
        return rows
    for path, value in named[str(words)].items():
        rows = rows[rows[path] == value]
    return rows


def _rules(results: Results) -> set[str]:
    return {str(c.values.get(results.rule)) for c in results.cells} if results.rule else set()


def _shut(rows: pd.DataFrame) -> bool:
    """Tell whether rows of a talk have no deal, since something asked for never opened."""
    if len(rows) == 0 or rows["draw" if rows["draw"].nunique() > 1 else "world"].nunique() < 30:
        return False
    states = rows[[name for name in rows if str(name).startswith("review.")]]
    closed = states.isin(["requested", "refused"]).all().any()
    return bool(closed) and not (rows["status"] == "deal").any()


def _signs(said: str, rows: pd.DataFrame) -> None:
    """Check what follows `signs in`."""
    if _shut(rows):
        assert said == "none of the worlds, by construction"
        return
    share = re.fullmatch(rf"{SHARE} of the worlds", said)
    assert share, said
    shared((share[1], share[2] or ""), rows, rows["status"] == "deal")


def _pairs(results: Results, rows: pd.DataFrame, column: str, talk: str) -> Any:
    """Give what the rule changes in a setting, world by world, and the rows of these worlds."""
    return gap(replace(results, frame=rows), column, talk)


_ENDS = r"(?: \([−+\d.]+(?: to [−+\d.]+)? over draws\))?"


def _ruled(results: Results, said: re.Match[str]) -> None:
    """An answer with the rule and without it."""
    frame = setting(results, said["about"])
    sides = {value: under(replace(results, frame=frame), value) for value in ("all", "none")}
    found = re.findall(
        r"(?:If every measure has to be reviewed,|With the rule) (\w+) signs in (.*?); without the "
        r"rule (?:in (.*?)|this was not played)(?:; change: (.*?))?\.(?= [WTPIB]|$)",
        said["said"],
    )
    found += [
        (who, "", without, "")
        for who, without in re.findall(
            r"Without the rule (\w+) signs in (.*?); with it this was not played\.", said["said"]
        )
    ]
    assert len(found) == len(results.talks)
    least = POINTS
    for who, with_it, without, change in found:
        talk = talk_of(results, who)
        for value, words in (("all", with_it), ("none", without)):
            rows = sides[value][sides[value]["talk"] == talk]
            assert bool(words) == (len(rows) > 0)
            if words:
                _signs(words, rows)
        if not (with_it and without):
            assert not change
            continue
        size = re.fullmatch(rf"{AMOUNT}(?: points{_ENDS})?", change)
        assert size, change
        moved((size[1], size[2] or ""), *_pairs(results, frame, "deals", talk), least)
    _worths(results, frame, said["said"], sides)
    _delays(results, frame, said["said"], sides)


def _worths(
    results: Results, frame: pd.DataFrame, said: str, sides: dict[str, pd.DataFrame]
) -> None:
    """Check payoffs, and whether they are said to hold by construction."""
    found = re.search(
        r"(By construction, .*?|In part by construction, .*?)?(?:the|The) rule changes payoffs "
        r"\(.*?\): (.*?)\.(?: For (.*?) so few|$| In worlds)",
        said,
    )
    if not all(len(side) for side in sides.values()):
        assert found is None
        _plain_payoffs(results, sides["all"] if len(sides["all"]) else sides["none"], said)
        return
    assert found, said
    shut = [
        any(_shut(side[side["talk"] == talk]) for side in sides.values()) for talk in results.talks
    ]
    front = "By construction" if all(shut) else "In part by construction" if any(shut) else ""
    assert (found[1] or "").startswith(front)
    assert bool(found[1]) == bool(front)
    amounts = re.findall(rf"(\w+) {AMOUNT}{_ENDS}", found[2])
    assert len(amounts) == len(results.countries)
    for (country, *amount), key in zip(amounts, results.countries, strict=True):
        assert country == results.country(key)
        change, rows = _pairs(results, frame, f"payoff.{key}", results.talks[0])
        moved(amount, change, rows)
        unsure = amount[0] != "none" and abs(change.mean()) <= error(rows, change)
        assert (country in (found[3] or "")) == unsure


def _delays(
    results: Results, frame: pd.DataFrame, said: str, sides: dict[str, pd.DataFrame]
) -> None:
    """Check by how much the rule delays the deals that are there with it and without it."""
    delays = r"without it, the rule delays signing by \(rounds of (\d+) days?\): (.*)\.$"
    found = re.search(delays, said)
    told = {who: rest for who, *rest in re.findall(rf"(\w+) {AMOUNT}", found[2])} if found else {}
    if found:
        assert int(found[1]) == results.calendar.days
    for talk in results.talks:
        who = results.country(results.partner(talk))
        there = all(len(side) for side in sides.values())
        change, rows = _pairs(results, frame, "round", talk) if there else (pd.Series(), frame)
        if not change.notna().any():
            assert who not in told
            continue
        moved(told[who], change, rows)


def _plain(results: Results, said: re.Match[str]) -> None:
    """An answer where no rule is compared."""
    frame = setting(results, said["about"])
    found = re.findall(r"(\w+) signs in (.*?)\.(?= |$)", said["said"])
    assert len(found) == len(results.talks)
    for who, words in found:
        _signs(words, frame[frame["talk"] == talk_of(results, who)])
    _plain_payoffs(results, frame, said["said"])


def _plain_payoffs(results: Results, frame: pd.DataFrame, said: str) -> None:
    listed = re.search(
        r"Payoffs(?: with the rule)?, against no deal in any talk \(.*?\): (.*)\.$", said
    )
    assert listed, said
    found = re.findall(rf"(\w+) {AMOUNT}", listed[1])
    assert len(found) == len(results.countries)
    worlds = frame.drop_duplicates(["cell", "world"])
    for (country, *amount), key in zip(found, results.countries, strict=True):
        assert country == results.country(key)
        moved(amount, worlds[f"payoff.{key}"], worlds)


def _read(results: Results, said: re.Match[str]) -> None:
    """How to read the answers: what tells them apart, what is left out, what is averaged over."""
    text = said[0].partition(": ")[2]
    rule = results.rule if {"all", "none"} <= _rules(results) else None
    paths = [p for p in results.varied if p not in (*results.plan.uncertainties, rule)]
    every = len(results.frame[paths].drop_duplicates()) if paths else 1
    assert ("on its own assumption" in text) == (every > 1)
    if every > 1:
        assert f"({'; '.join(results.path(path) for path in paths)})" in text
    left = re.search(r"(\d+) further settings", text)
    assert (left is None) == (every <= 4)
    if left:
        assert 1 <= int(left[1]) <= every - 2
    for path in results.plan.uncertainties:
        assert "what nobody decides" in text
        assert results.path(path) in text


def _cuts(results: Results, said: re.Match[str]) -> None:
    talk = talk_of(results, said["who"])
    frame = _of(results, said)
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


def _of(results: Results, said: re.Match[str]) -> pd.DataFrame:
    """Give the rows that a finding is of: of its setting, under the rule if that is said."""
    frame = setting(results, said["setting"])
    strict = "under the rule" in said[0]
    assert strict == ({"all", "none"} <= _rules(results))
    return under(replace(results, frame=frame), "all") if strict else frame


def _kept(results: Results, cell: int, talk: str, measure: str) -> float:
    said = results.plan.cells[cell].values.get(f"talks.{talk}.measures.{measure}.levels")
    levels = said or results.plan.scenario["talks"][talk]["measures"][measure]["levels"]
    return float(levels[0])


def _date(results: Results, said: re.Match[str]) -> None:
    rows = _of(results, said)
    rows = rows[rows["status"] == "deal"]
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
    rows = _of(results, said)
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
    cells, named = [], set()
    for number, cell in rows.groupby("cell", sort=False):
        if _shut(cell):
            states = cell[[name for name in cell if name.startswith("review.")]]
            closed = states.isin(["requested", "refused"]).all()
            words = results.setting(results.varied, cell.iloc[0], named=True)
            cells.append(f"cell {number}" + (f" ({words})" if results.varied else ""))
            named |= {results.measure(n.partition(".")[2]) for n in closed[closed].index}
    assert (int(said["count"]), int(said["cells"])) == (len(cells), rows["cell"].nunique())
    assert said["named"].split("; ") == sorted(named)
    more = [f"{len(cells) - 8} more"] if len(cells) > 8 else []
    whole = [*cells[:8], *more]
    assert said["which"] == " and ".join([", ".join(whole[:-1]), whole[-1]] if whole[1:] else whole)


Check = Callable[[Results, re.Match[str]], None]
_SET = r"(?: \((?P<setting>.+?)\))?"
FINDINGS: dict[str, Check] = {
    r"(?P<about>.+?): (?P<said>(?:If every measure has to be reviewed,|Without the rule) "
    r".*\.)": _ruled,
    r"(?P<about>.+?): (?P<said>\w+ signs in .*\.)": _plain,
    r"How to read them: .*\.": _read,
    rf"Reviewed is not reduced: (?P<who>\w+){_SET}: Of the deals(?: under the rule)?, "
    r"(?P<share>[<>]?\d+) %(?: ± (?P<wide>\S+))? leave the rate on “(?P<most>.+?)” as it is; "
    r"“(?P<least>.+?)” is cut most often: "
    r"(?P<cut>[<>]?\d+) %(?: ± (?P<narrow>\S+))? leave it\.": _cuts,
    rf"Date{_SET}: Half of all deals(?: under the rule)? are signed by (?P<day>.+?); "
    r"(?P<share>[<>]?\d+) %(?: ± (?P<wide>\S+))? come in the last 10 days before "
    r"(?P<last>.+)\.": _date,
    rf"Against what happened: (?P<who>\w+){_SET}: Of the deals(?: under the rule)?, "
    r".*": _history,
    r"By construction: In (?P<count>\d+) of (?P<cells>\d+) cells (?P<who>.+?) and .+? reach no "
    r"deal in any world, because .+ never opened: (?P<named>.+)\. Whoever insists .* holds by "
    r"construction: (?P<which>.+)\.": _closed,
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
