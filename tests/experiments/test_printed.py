"""What commands print of a run, read line by line and recomputed from outcomes in plain pandas."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.commands.cli import main
from experiments.design.refine import refine
from experiments.results.quantities import one_per_world
from experiments.runs.run import run
from experiments.runs.store import Store
from tests.experiments.design.test_refine import by
from tests.experiments.sentences import error, near, percent, step
from tests.experiments.small import load
from tests.experiments.test_metamorphic import GRID

DRAWS = {"payoffs.draws": 9}
ONE = "[overrides]" + GRID.partition("[overrides]")[2]
NUMBER = r"(none|–|-?[\d.]+)"
RESULT = rf"{NUMBER} +(–|[\d.]+)"
QUANTITY = r"(agreement|with a cut|time of signing|payoff)"
BESIDE = (
    "",
    r" *(cell +rules\.review +)?(strategies\.east +)?quantity .*(pairing|surely)",
    r"rules\.review: none → all; each world against itself.*",
    r"second less first; each world compared with itself \(common draws\)",
    r"each world against itself \(same draws; luck that is drawn in every round is new .*\)",
    r"(first|second): +\S+",
    r"\S+ → \S+",
    r"(scenario|changed)\.rules\.review: .+ → .+",
    r"computed to ±: half of the 95 % interval, clustered by draw",
    r"no band over draws: payoffs are given, not drawn",
    r"none: (less than 1 point|no change at all)",
    r"\d+ rows? without a difference (is|are) left out",
    r"tolerated: 2 points of a share, 5 % of anything else, 0\.1 USD bn a year at least",
    r"\d+ of \d+ numbers move by more than is tolerated; \d+ of them surely, .*",
)
"""What `effect` prints beside the rows of its table, line by line."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("printed")
    return run(load(folder, GRID, worlds=36, **DRAWS), folder / "out").store


def told(capsys: Any, *words: Any) -> list[str]:
    assert main([str(word) for word in words]) == 0
    lines = str(capsys.readouterr().out).splitlines()
    if words[0] == "effect":
        others = [line for line in lines if not line.endswith(("paired", "True", "False"))]
        strange = [line for line in others if not any(re.fullmatch(one, line) for one in BESIDE)]
        assert not strange, f"nobody reads this: {strange}"
    return lines


def values(frame: pd.DataFrame, quantity: str, of: str, days: float = 0.0) -> pd.DataFrame:
    """Give what a row is of, by world, with the draw of the world; the time in days if said."""
    rows = frame[frame["talk"] == of] if quantity != "payoff" else one_per_world(frame)
    rows = rows.set_index("world")
    deal = rows["status"] == "deal"
    found = {
        "agreement": 100.0 * deal,
        "with a cut": 100.0 * (deal & rows["lowers"]),
        "time of signing": rows["round"].astype(float),
        "payoff": rows.get(f"payoff.{of}"),
    }[quantity]
    if quantity == "time of signing" and days:
        found = (found - 0.5) * days
    return pd.DataFrame({"value": found, "draw": rows["draw"]})


def check(said: tuple[str, str], worlds: str, one: pd.DataFrame, two: pd.DataFrame,
          points: bool) -> float:  # fmt: skip
    """Check a difference, what it is computed to, and its worlds; give it."""
    gap = two["value"] - one["value"]
    mean = float(gap.mean())
    assert int(worlds) == gap.notna().sum()
    assert (said[0] == "none") == (mean == 0 or (points and abs(mean) < 1))
    if said[0] not in ("none", "–"):
        near(said[0], mean)
    wide = (step if points else error)(one.reset_index(), gap.reset_index(drop=True))
    if said[1] == "–":
        assert np.isnan(wide)
    else:
        near(said[1], wide)
    return mean


@pytest.mark.parametrize("signed", [False, True])
def test_effect(store: Store, capsys: Any, signed: bool) -> None:
    more = ("--quantity", "round", "--signed", "east") if signed else ()
    lines = told(capsys, "effect", store.directory, "--by", "every", *more)
    assert lines[0].startswith("rules.review: none → all; each world against itself")
    frame, seen = store.outcomes(), 0
    for line in lines:
        found = re.fullmatch(
            rf" *(\w+) +{QUANTITY} +(points|rounds|payoff) +(\w+) +(\d+) +(\d+) +{RESULT} +paired",
            line,
        )
        if not found:
            continue
        cells = frame[frame["strategies.east"] == found[1]]
        one, two = (
            values(cells[cells["rules.review"] == rule], found[2], found[4])
            for rule in ("none", "all")
        )
        if signed:
            east = cells[(cells["talk"] == "east") & (cells["status"] == "deal")]
            both = east["world"].value_counts() == 2
            one, two = (side.loc[both[both].index] for side in (one, two))
        check(found.group(7, 8), found[5], one, two, found[3] == "points")
        assert int(found[6]) == one["draw"][(two["value"] - one["value"]).notna()].nunique()
        seen += 1
    assert seen == len([line for line in lines if line.endswith("paired")]) == (4 if signed else 14)


def test_compare(store: Store, tmp_path: Path, capsys: Any) -> None:
    sides = []
    for rule in ("all", "none"):
        (tmp_path / rule).mkdir()
        said = {**DRAWS, "rules.review": rule, "strategies.east": "conceder"}
        sides.append(run(load(tmp_path / rule, ONE, worlds=36, **said), tmp_path / "out").store)
    lines = told(capsys, "effect", *(side.directory for side in sides))
    assert "scenario.rules.review: 'all' → 'none'" in lines
    frames, seen = [side.outcomes() for side in sides], 0
    for line in lines:
        found = re.fullmatch(
            rf" *{QUANTITY} +(\w+) +(points|rounds|payoff) +(\S+) +(\S+) +{RESULT} +\d+ +(\d+)"
            r" +paired",
            line,
        )
        if not found:
            continue
        one, two = (values(frame, found[1], found[2]) for frame in frames)
        both = one["value"].notna() & two["value"].notna()
        near(found[4], one["value"][both].mean())
        near(found[5], two["value"][both].mean())
        assert check(found.group(6, 7), found[8], one, two, found[3] == "points") != 0
        seen += 1
    (left,) = (line for line in lines if "without a difference" in line)
    assert seen == len([line for line in lines if line.endswith("paired")])
    assert left == "1 row without a difference is left out"
    assert seen == 8


def test_effect_of_a_finer_grid(store: Store, tmp_path: Path, capsys: Any) -> None:
    plan = load(tmp_path, GRID, worlds=36, **DRAWS)
    fine = run(refine(plan, by("2")), tmp_path / "out").store
    lines = told(capsys, "effect", store.directory, "--refine", fine.directory)
    assert "none: less than 1 point" in lines, "what is printed as none is said"
    frames, moves, seen = (store.outcomes(), fine.outcomes()), [], 0
    for line in lines:
        found = re.fullmatch(
            rf" *(\d+) +(\w+) +(\w+) +{QUANTITY} +(\w+) +(points|days|payoff) +(\S+) +(\S+) "
            rf"+{RESULT} +(\d+) +(\S+) +(True|False) +(True|False)",
            line,
        )
        if not found:
            continue
        cells = [frame[frame["cell"] == int(found[1])] for frame in frames]
        assert all((cell["rules.review"] == found[2]).all() for cell in cells)
        one, two = (values(cell, found[4], found[5], days)
                    for cell, days in zip(cells, (2, 1), strict=True))  # fmt: skip
        both = one["value"].notna() & two["value"].notna()
        near(found[7], one["value"][both].mean())
        near(found[8], two["value"][both].mean())
        mean = check(found.group(9, 10), found[11], one, two, found[6] == "points")
        least = 2 if found[6] == "points" else 0.05 * abs(one["value"][both].mean())
        near(found[12], least)
        half = step if found[6] == "points" else error
        wide = half(one.reset_index(), (two["value"] - one["value"]).reset_index(drop=True))
        assert (found[13] == "True") == (abs(mean) > least)
        assert (found[14] == "True") == (abs(mean) - wide > least)
        moves.append((found[13], found[14]))
        seen += 1
    assert seen == 4 * 9
    counts = [sum(move[n] == "True" for move in moves) for n in (0, 1)]
    assert lines[-1].startswith(f"{counts[0]} of {seen} numbers move by more than is tolerated; "
                                f"{counts[1]} of them surely")  # fmt: skip


def test_score(tmp_path: Path, capsys: Any) -> None:
    plan = load(tmp_path, ONE, worlds=36, **DRAWS)
    lines = told(capsys, "backtest", "score", tmp_path / "config.toml", "--out", tmp_path / "s",
                 "--workers", "1", "--no-figures", "--set", "payoffs.draws=9",
                 "--set", "worlds=36")  # fmt: skip
    (folder,) = (tmp_path / "s").iterdir()
    frame = Store.open(folder).outcomes()
    east = frame[frame["talk"] == "east"]
    deals = east["status"] == "deal"
    (rate, date, deal) = (next(line for line in lines if re.match(rf" *east +{name} ", line))
                          for name in ("rate.cars", "date", "deal"))  # fmt: skip
    assert deal.split()[2:] == ["yes", percent(deals.mean()), "%"]
    found = re.search(r"15 +(\S+) \((\S+) to (\S+)\)", rate)
    assert found
    for said, share in zip(found.groups(), (50, 5, 95), strict=True):
        assert float(said) in set(east["rate.cars"])
        below = (east["rate.cars"] <= float(said)).mean()
        assert below >= share / 100 > (east["rate.cars"] < float(said)).mean() - 1e-9
    found = re.search(r"13 Mar +(\d+) Mar \((\d+) Mar to (\d+) Mar\)", date)
    assert found
    days = set(pd.to_datetime(east["date"]).dropna().dt.day)
    assert {int(day) for day in found.groups()} <= days
    (model,) = (line.split() for line in lines if re.match(r" *model +[\d.]+ +[\d.]+ +", line))
    rates = east["rate.cars"].to_numpy(float)
    spread = np.abs(rates[:, None] - rates).sum() / 2
    apart = np.abs(rates - 15).mean()
    fair = apart - spread / (len(rates) * (len(rates) - 1))
    plain = apart - spread / len(rates) ** 2
    assert min(abs(float(model[1]) - score) for score in (fair, plain)) < 0.06
    assert float(model[3]) == pytest.approx((1 - deals.mean()) ** 2, abs=6e-4)
    assert plan.config.observed["east"].rate == {"cars": 15}
    better = [line for line in lines if re.match(r" *model +(rates|yes or no) ", line)]
    for line, score, naive in zip(better, (float(model[1]), float(model[3])), (10, 1), strict=True):
        said = re.search(r"([+−]\d+)", line)
        assert said
        near(said[1], 100 * (1 - score / naive))
