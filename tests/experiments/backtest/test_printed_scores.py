"""What `score` prints and writes, every number of it recomputed from outcomes in plain pandas."""

import io
import re
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t as student

from experiments.commands.cli import main
from experiments.runs.store import Store
from tests.experiments.sentences import percent
from tests.experiments.small import load
from tests.experiments.test_printed import DRAWS, ONE

START = pd.Timestamp(2025, 3, 1)
HAPPENED = {"rate.cars": 15.0, "date": 12.0, "deal": 1.0}
FAMILIES = {"rate.cars": "rates", "date": "dates", "deal": "events"}
NAIVE = {
    "status quo": {"rate.cars": 25.0, "deal": 0.0},
    "announced rates": {"rate.cars": 25.0, "deal": 0.0},
    "half of the announced": {"rate.cars": 12.5, "deal": 1.0},
}
SHARES = (5, 25, 50, 75, 95)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], Path, dict[str, Any]]:
    """What is printed, the directory of the run, and the numbers of every target by world."""
    folder = tmp_path_factory.mktemp("scored")
    load(folder, ONE, worlds=36, **DRAWS)
    said = ["score", folder / "config.toml", "--out", folder / "s", "--workers", 1, "--no-figures",
            "--set", "payoffs.draws=9", "--set", "worlds=36"]  # fmt: skip
    out = io.StringIO()
    with redirect_stdout(out):
        assert main([str(word) for word in said]) == 0
    (run,) = (folder / "s").iterdir()
    frame = Store.open(run).outcomes()
    east = frame[frame["talk"] == "east"].reset_index(drop=True)
    values = {
        "rate.cars": east["rate.cars"].astype(float),
        "date": (pd.to_datetime(east["date"]) - START).dt.days.astype(float),
        "deal": (east["status"] == "deal").astype(float),
    }
    return out.getvalue().splitlines(), run, {"draw": east["draw"], **values}


def score(values: Any, happened: float) -> float:
    """Give the CRPS of worlds (Gneiting and Raftery 2007); of yes and no the Brier score."""
    values = np.asarray(values, dtype=float)
    apart = np.abs(values[:, None] - values).mean() / 2
    return float(np.abs(values - happened).mean() - apart)


def quantile(values: Any, share: float) -> float:
    """Give the lowest value with at least this percentage of the worlds at or below it."""
    ordered = sorted(values)
    return next(v for v in ordered if 100 * np.mean(np.array(ordered) <= v) >= share - 1e-9)


def ends(draws: pd.Series, values: pd.Series, happened: float) -> tuple[float, float]:
    """Give the interval of a score from resampled draws, as wide as so few need."""
    there = sorted(draws.unique())
    times = np.random.Generator(np.random.Philox(len(there))).multinomial(
        len(there), np.full(len(there), 1 / len(there)), 400
    )
    found = score(values.dropna(), happened)
    again = []
    for row in times:
        drawn = [draw for draw, count in zip(there, row, strict=True) for _ in range(count)]
        sample = pd.concat([values[draws == draw].dropna() for draw in drawn])
        if len(sample):
            again.append(score(sample, happened))
    groups = draws[values.notna()].nunique()
    wider = student.ppf(0.975, groups - 1) / 1.959964 * np.sqrt(groups / (groups - 1))
    moved = np.maximum(found + wider * (np.array(again) - found), 0)
    return tuple(np.quantile(moved, [0.025, 0.975]))


def test_every_score_is_that_of_the_outcomes(played: Any) -> None:
    _, run, numbers = played
    table = pd.read_csv(run / "scores.csv")
    model = table[table["forecast"] == "model"].set_index("target")
    assert list(model.index) == list(HAPPENED)
    for target, row in model.iterrows():
        values, happened = numbers[target], HAPPENED[str(target)]
        known = values.dropna()
        assert row["observed"] == happened
        assert row["score"] == pytest.approx(score(known, happened))
        assert row["mean"] == pytest.approx(known.mean())
        assert row["said"] == pytest.approx(len(known) / len(values))
        for share in SHARES:
            assert row[f"{share} %"] == quantile(known, share)
        assert (row["low"], row["high"]) == pytest.approx(ends(numbers["draw"], values, happened))
        for low, high, inside in ((25, 75, "in 50 %"), (5, 95, "in 90 %")):
            held = quantile(known, low) <= happened <= quantile(known, high)
            assert row[inside] == held if target != "deal" else np.isnan(row[inside])
    naive = table[table["kind"] == "naive"]
    for name, rows in naive.groupby("forecast"):
        said = {row["target"]: row["mean"] for row in rows.to_dict("records")}
        assert said == NAIVE[str(name)]
        for row in rows.to_dict("records"):
            off = abs(row["mean"] - row["observed"])
            loss = off**2 if row["target"] == "deal" else off
            assert {row["score"], row["low"], row["high"]} == {loss}


def test_every_printed_number_is_recomputed(played: Any) -> None:
    lines, _, numbers = played
    known = {target: numbers[target].dropna() for target in HAPPENED}
    scored = {target: score(known[target], HAPPENED[target]) for target in HAPPENED}
    said = " ".join(next(line for line in lines if " rate.cars " in line).split())
    middle, low, high = (f"{quantile(known['rate.cars'], share):.4g}" for share in (50, 5, 95))
    assert said == f"east rate.cars 15 {middle} ({low} to {high})"
    said = " ".join(next(line for line in lines if " date " in line).split())
    days = [START + pd.Timedelta(days=quantile(known["date"], share)) for share in (50, 5, 95)]
    middle, low, high = (f"{day.day} {day:%b}" for day in days)
    assert said == f"east date 13 Mar {middle} ({low} to {high})"
    said = " ".join(next(line for line in lines if " deal  " in line).split())
    assert said == f"east deal yes {percent(known['deal'].mean())} %"
    start = next(n for n, line in enumerate(lines) if line.startswith("mean score"))
    inside = []
    for low, high in ((25, 75), (5, 95)):
        held = [
            quantile(known[t], low) <= HAPPENED[t] <= quantile(known[t], high)
            for t in ("rate.cars", "date")
        ]
        inside.append(f"{sum(held)} of 2")
    assert lines[start + 1].split() == [
        "model", *(f"{scored[target]:.3g}" for target in HAPPENED), *" ".join(inside).split()
    ]  # fmt: skip
    off = {
        name: (abs(said["rate.cars"] - 15), (said["deal"] - 1) ** 2) for name, said in NAIVE.items()
    }
    for line, (name, (rate, deal)) in zip(lines[start + 2 :], off.items(), strict=False):
        assert " ".join(line.split()) == f"{name} {rate:.3g} {deal:.3g}"
    skills = next(n for n, line in enumerate(lines) if line.startswith("better"))
    assert [re.split(r" {2,}", lines[skills].strip())[-1].split()[-1]] == ["announced"]
    for line, target, place in (
        (lines[skills + 1], "rate.cars", 0),
        (lines[skills + 2], "deal", 1),
    ):
        better = [
            f"{100 * (1 - scored[target] / each[place]):+.0f}".replace("-", "−")
            for each in off.values()
            if each[place] > 0
        ]
        assert re.findall(r"[+−]\d+", line) == better
