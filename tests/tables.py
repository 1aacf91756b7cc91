"""Extension, threats, band, library of docs/talks_tables.md: `python -m tests.tables DIR`."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.design.plan import Plan
from experiments.results.clustered import band_of, clustered_mean

COUNTRIES = ("usa", "japan", "korea")
ROUNDS = {
    "1–32": (1, 32),
    "33": (33, 33),
    "34": (34, 34),
    "35–40": (35, 40),
    "41–47": (41, 47),
    "48": (48, 48),
}
THREAT = "threats.treasuries"


def mean(values: pd.Series, draws: pd.Series, digits: int = 2, *, band: bool = True) -> str:
    """Write a change, what it is computed to, and between what 5 and 95 % of draws lie."""
    middle, _, upper = clustered_mean(values.to_numpy(float), draws.to_numpy(float))
    told = f"{round(middle, digits) + 0.0:+.{digits}f} ± {upper - middle:.{digits}f}"
    if band:
        frame = pd.DataFrame({"draw": draws})
        (ends,) = band_of(frame, values, []).to_dict("records")
        low, high = (f"{round(ends[key], digits) + 0.0:.{digits}f}" for key in ("p5", "p95"))
        told += f" ({low} to {high})"
    return told.replace("-", "−")


def changes(one: pd.DataFrame, other: pd.DataFrame, names: Sequence[str] = COUNTRIES) -> list[str]:
    """Write what changes in payoffs, world by world."""
    columns = [f"payoff.{name}" for name in names]
    return [mean(other[column] - one[column], one["draw"]) for column in columns]


def talk(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Give the rows of a talk, by world."""
    return frame[frame["talk"] == name].set_index("world").sort_index()


def deals(frame: pd.DataFrame) -> pd.Series:
    """Tell which talks ended in a deal, in percent."""
    return 100.0 * (frame["status"] == "deal")


def extension(frame: pd.DataFrame) -> Iterator[str]:
    """Write deals, when they are signed, and payoffs by when an extension is announced."""
    yield ("| rule | the extension is | Japan's deals, % | more than without | signed in "
           f"{' | '.join(ROUNDS)} | extended, % | United States | Japan | Korea |")  # fmt: skip
    yield "|---" * (8 + len(ROUNDS)) + "|"
    japan = frame[frame["talk"] == "japan"]
    for rule, played in japan.groupby("rules.review", sort=False, observed=True):
        base = talk(played[played["strategies.usa"] == "no extension"], "japan")
        for name, part in played.groupby("strategies.usa", sort=False, observed=True):
            mine = talk(part, "japan")
            rounds = mine["round"][mine["status"] == "deal"]
            told = [f"{deals(mine).mean():.1f}"]
            same = name == "no extension"
            more = deals(mine) - deals(base)
            told.append("" if same else mean(more, base["draw"], 1, band=False))
            told += [str(int(rounds.between(*ends).sum())) for ends in ROUNDS.values()]
            told.append(f"{100 * (mine['extensions'].fillna(0) > 0).mean():.0f}")
            told += [""] * 3 if same else changes(base, mine)
            yield f"| {rule} | {name} | {' | '.join(told)} |"


def threats(frame: pd.DataFrame, cost: pd.Series) -> Iterator[str]:
    """Write what a threat changes.

    Args:
        frame: outcomes.
        cost: of a threat to Japan, by draw, USD bn a year.
    """
    yield ("| a sell-off lasts | the hub | Japan | made in, % | Japan's packages changed, % "
           "| gross, Japan | breaks even at | net, Japan | Korea | United States |")  # fmt: skip
    yield "|---" * 10 + "|"
    japan = frame[frame["talk"] == "japan"]
    keys = ["shocks.bond_selloff.rounds", "strategies.usa"]
    for (lasts, hub), played in japan.groupby(keys, sort=False, observed=True):
        base = talk(played[played["strategies.japan"] == "makes no threat"], "japan")
        for name, part in played.groupby("strategies.japan", sort=False, observed=True):
            if name == "makes no threat":
                continue
            mine = talk(part, "japan")
            made = mine[THREAT].fillna(0).clip(upper=1).astype(float)
            paid = made * mine["draw"].map(cost)
            gross = mine["payoff.japan"] - base["payoff.japan"] + paid
            told = [f"{100 * made.mean():.0f}"]
            told.append(f"{100 * (mine['package'] != base['package']).mean():.0f}")
            even = f"{gross.mean() / made.mean():.2f}".replace("-", "−")
            told += [
                mean(gross, base["draw"]),
                even,
                *changes(base, mine, ("japan", "korea", "usa")),
            ]
            yield f"| {lasts} | {hub} | {name} | {' | '.join(told)} |"


def band(frame: pd.DataFrame) -> Iterator[str]:
    """Write what the band and taking back decide about Japan's deals."""
    yield ("| hub | offers | band, bn | deals, % | metals lowered, % of deals | pledge, bn "
           "| cars, points | Japan | the hub |")  # fmt: skip
    yield "|---" * 9 + "|"
    keys = ["strategies.usa", "strategies.japan.keeps", "payoffs.band"]
    for (hub, kept, width), part in frame[frame["talk"] == "japan"].groupby(
        keys, sort=False, observed=True
    ):
        signed = part[part["status"] == "deal"]
        told = [
            _plain(part, deals(part), 1),
            _plain(signed, 100.0 * (signed["rate.metals"] < 25), 1),
        ]
        told += [_plain(signed, signed["give.pledge"], 0), _plain(signed, signed["rate.cars"], 1)]
        told += [_plain(part, part[f"payoff.{name}"], 2) for name in ("japan", "usa")]
        yield f"| {hub} | {kept} | {width} | {' | '.join(told)} |"


def library(frame: pd.DataFrame) -> Iterator[str]:
    """Write what each strategy brings at one table."""
    yield ("| who plays | deals with Japan, % | median round | cars, points | pledge, bn | Japan "
           "| United States | Korea |")  # fmt: skip
    yield "|---" * 8 + "|"
    for name, part in frame[frame["talk"] == "japan"].groupby("case", sort=False, observed=True):
        signed = part[part["status"] == "deal"]
        told = [f"{deals(part).mean():.0f}"]
        if signed.empty:
            told += ["–"] * 3
        else:
            told.append(f"{signed['round'].median():.0f}")
            told += [f"{signed['rate.cars'].mean():.1f}", f"{signed['give.pledge'].mean():.0f}"]
        told += [_plain(part, part[f"payoff.{who}"], 2) for who in ("japan", "usa", "korea")]
        yield f"| {name} | {' | '.join(told)} |"


def _plain(frame: pd.DataFrame, values: pd.Series, digits: int) -> str:
    middle, _, high = clustered_mean(values.to_numpy(float), frame["draw"].to_numpy(float))
    return f"{middle:.{digits}f} ± {high - middle:.{digits}f}".replace("-", "−")


def cost_of_threat(directory: Path) -> pd.Series:
    """Give what a threat costs Japan, by draw, from the table of draws of a run."""
    plan = Plan.load(directory / "config.toml")
    cell = next(c for c in plan.cells if "no threat" not in str(c.labels["strategies.japan"]))
    return pd.Series(np.asarray(plan.game(cell).surroundings.threat_cost)[0])


def of(name: str, run: Path, frame: pd.DataFrame) -> Iterator[str]:
    """Write the table of a config.

    Args:
        name: of the config.
        run: directory of its run.
        frame: its outcomes.
    """
    if name == "threats":
        return threats(frame, cost_of_threat(run))
    return {"extension": extension, "band": band, "library": library}[name](frame)


if __name__ == "__main__":
    directory = Path(sys.argv[1])
    outcomes = pd.read_parquet(directory / "outcomes.parquet")
    for line in of(directory.name.partition("-")[0], directory, outcomes):
        sys.stdout.write(f"{line}\n")
