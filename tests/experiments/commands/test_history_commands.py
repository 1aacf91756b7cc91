"""The commands calibrate and score, as they are used."""

import json
import re

import pandas as pd
import pytest

from experiments.commands.cli import main
from tests.experiments.small import SCENARIO, write

MORE = """
draws = 30
replications = 4
[overrides]
"positions.hub" = "all"
"strategies.hub" = { name = "boulware", exponent = { uniform = [0.3, 0.9] } }
"payoffs.weights.hub.outside" = { low = 0.0, central = 2.0, high = 6.0 }
[naive]
constant = 15
[observed.east]
date = 2025-03-20
rate.cars = 15
give = { pledge = { value = 300, unit = "USD bn" } }
[patterns.east_signs]
kind = "bunched"
label = "East signs"
days = 1000
talks = ["east"]
[patterns.west_keeps_metals]
kind = "kept"
measures = ["metals"]
talks = ["west"]
"""
OUTCOMES = """
[observed.east]
date = 2025-03-20
rate.cars = 15
"""


def told(capsys, *words):
    """Run a command in this process; give its code and what it printed to both."""
    code = main([*(str(word) for word in words), "--workers", "1"])
    said = capsys.readouterr()
    return code, said.out, said.err


def calibrate(capsys, folder, *words, more=MORE, out="out"):
    config = write(folder, more)
    code, said, wrong = told(
        capsys, "backtest", "calibrate", config, "--set", "worlds=120", "--out", folder / out,
        "--no-figures", *words,
    )  # fmt: skip
    return code, said, wrong, next(iter((folder / out).glob("small-*")), None)


def test_calibrate_writes_prior_and_posterior_and_says_what_moved(tmp_path, capsys):
    code, out, wrong, there = calibrate(capsys, tmp_path)
    assert (code, wrong) == (0, "")
    assert re.search(r"East signs +\d", out)
    prior, posterior = (pd.read_parquet(there / f"{n}.parquet") for n in ("prior", "posterior"))
    assert list(prior) == list(posterior)
    assert len(prior) == 30
    outside = "payoffs.weights.hub.outside"
    assert posterior[outside].median() < prior[outside].median()
    (accepted,) = re.findall(r"^(\d+) of 120 worlds show what happened", out, flags=re.M)
    assert len(posterior) == int(accepted)
    assert "The 2 patterns amount to" in out
    assert "Few outcomes identify few numbers" in out
    moved = pd.read_csv(there / "marginals.csv")
    assert moved["number"].iloc[0] == outside
    assert moved["sd ratio"].iloc[0] < 0.8
    patterns = pd.read_csv(there / "patterns.csv")
    assert patterns["pattern"].tolist() == ["east_signs", "west_keeps_metals", "all"]
    found = json.loads(calibrate(capsys, tmp_path, "--json")[1])
    assert [row["pattern"] for row in found["patterns"]] == patterns["pattern"].tolist()
    assert len(found["numbers"]) == len(moved)
    assert found["said"][0].startswith(f"{accepted} of 120 worlds show what happened")


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bytes(tmp_path, capsys):
    first = calibrate(capsys, tmp_path)[3]
    again = calibrate(capsys, tmp_path, "--chunk", "70", out="again")[3]
    for name in ("posterior.parquet", "prior.parquet", "marginals.csv", "patterns.csv"):
        assert (first / name).read_bytes() == (again / name).read_bytes()
    other = calibrate(capsys, tmp_path, "--set", "seed=6", out="other")[3]
    name = "posterior.parquet"
    assert (first / name).read_bytes() != (other / name).read_bytes()


def test_a_scenario_uses_the_posterior(tmp_path, capsys):
    file = calibrate(capsys, tmp_path)[3] / "posterior.parquet"
    (tmp_path / "posterior.parquet").write_bytes(file.read_bytes())
    config = write(tmp_path, MORE.replace("draws = 30", 'draws = "posterior.parquet"'))
    words = ["--set", "worlds=120", "--out", tmp_path / "in", "--no-figures"]
    code, _, wrong = told(capsys, "run", config, *words)
    assert (code, wrong) == (0, "")
    (there,) = (tmp_path / "in").glob("small-*")
    shares = []
    for directory in (file.parent, there):
        frame = pd.read_parquet(directory / "outcomes.parquet")
        shares.append((frame.loc[frame["talk"] == "east", "status"] == "deal").mean())
    assert shares[1] > shares[0] + 0.2


def test_no_world_shows_it(tmp_path, capsys):
    never = MORE + '[patterns.early]\nkind = "order"\nfirst = "west"\nthen = "west"\n'
    code, _, wrong, there = calibrate(capsys, tmp_path, more=never)
    assert code == 2
    assert re.fullmatch(
        r"tariff-talks: no world misses at most 0 of the 3 patterns, so there is no posterior; "
        r"\d+ of 120 worlds miss 1. Play more worlds, or allow more with calibration.missed = 1\n",
        wrong,
    )
    assert not (there / "posterior.parquet").exists()
    code, _, wrong, _ = calibrate(
        capsys, tmp_path, "--set", 'calibration={"missed": 1}', more=never
    )
    assert (code, wrong) == (0, "")
    assert (there / "posterior.parquet").exists()


def test_calibrate_needs_patterns(tmp_path, capsys):
    code, _, wrong, there = calibrate(capsys, tmp_path, more="")
    assert code == 2
    assert wrong.endswith(
        "config.toml: patterns: missing; give what happened as tables [patterns.NAME]\n"
    )
    assert there is None


# --- score ---------------------------------------------------------------------------------------


def test_score_of_a_config(tmp_path, capsys):
    config = write(tmp_path, MORE)
    words = ["--set", "worlds=120", "--out", tmp_path / "out", "--no-figures"]
    code, out, wrong = told(capsys, "backtest", "score", config, *words)
    assert (code, wrong) == (0, "")
    assert re.search(r"east +rate.cars +15 +\S+ \(\S+ to \S+\)", out)
    assert re.search(r"all +pattern.east_signs +yes +\d+ %", out)
    assert re.search(r"15 percent on all +0 ", out)
    assert re.search(r"model +rates +[+−]\d+", out)
    (there,) = (tmp_path / "out").glob("small-*")
    table = pd.read_csv(there / "scores.csv")
    assert set(table["forecast"]) == {
        "model", "status quo", "announced rates", "half of the announced", "15 percent on all"
    }  # fmt: skip
    assert (table["score"] >= 0).all()
    means = pd.read_csv(there / "mean_scores.csv")
    assert {"rates", "dates", "events", "give.pledge", "patterns"} == set(means["family"])
    code, out, _ = told(capsys, "backtest", "score", config, *words, "--json")
    found = json.loads(out)
    assert (code, found["status"]) == (0, "finished")
    assert [row["score"] for row in found["scores"]] == pytest.approx(table["score"].tolist())
    assert len(found["means"]) == len(means)


def test_score_of_a_scenario_and_a_file_of_outcomes(tmp_path, capsys):
    scenario, outcomes = tmp_path / "mine.toml", tmp_path / "happened.toml"
    scenario.write_text(SCENARIO, encoding="utf-8")
    outcomes.write_text(OUTCOMES, encoding="utf-8")
    words = ["--set", "worlds=40", "--set", "draws=10", "--out", tmp_path / "out"]
    words += ["--no-report", "--set", 'figures={"forecast": {}, "scores": {}}']
    code, _, wrong = told(capsys, "backtest", "score", scenario, outcomes, *words)
    assert (code, wrong) == (0, "")
    (there,) = (tmp_path / "out").glob("mine-*")
    assert (there / "figures" / "forecast.png").is_file()
    assert (there / "figures" / "scores.png").is_file()
    assert len(pd.read_parquet(there / "outcomes.parquet")) == 80


@pytest.mark.slow
def test_score_of_a_posterior_is_one_more_forecast_in_sample(tmp_path, capsys):
    file = calibrate(capsys, tmp_path)[3] / "posterior.parquet"
    words = ["--set", "worlds=120", "--out", tmp_path / "scored", "--no-figures"]
    code, _, wrong = told(
        capsys, "backtest", "score", tmp_path / "config.toml", "--posterior", file, *words
    )
    assert (code, wrong) == (0, "")
    (there,) = (tmp_path / "scored").glob("small-*")
    table = pd.read_csv(there / "scores.csv").set_index(["forecast", "target"])
    before = table.loc[("small", "pattern.east_signs"), "mean"]
    assert table.loc[("posterior, in sample", "pattern.east_signs"), "mean"] > before


@pytest.mark.parametrize(
    ("more", "words", "sentence"),
    [
        ("", [], "observed: missing; give what happened as a table [observed.TALK], or in a file "
                 "of outcomes: tariff-talks backtest score SCENARIO OUTCOMES"),
        ("", ["none.toml"], "none.toml: there is no such file; did you mean 'config.toml'?"),
        (MORE, ["--posterior", "none.parquet"],
         "payoffs.draws: there is no file 'none.parquet'; give the number of draws, or a file "
         "that 'tariff-talks backtest calibrate' wrote, from the scenario or the working directory "
         "on"),
    ],
)  # fmt: skip
def test_what_score_cannot_do(tmp_path, capsys, monkeypatch, more, words, sentence):
    monkeypatch.chdir(tmp_path)
    config = write(tmp_path, more)
    code, _, wrong = told(capsys, "backtest", "score", config, *words)
    assert code == 2
    assert wrong.replace(f"{tmp_path}/", "") == f"tariff-talks: {sentence}\n"


def test_outcomes_of_another_scenario(tmp_path, capsys):
    outcomes = tmp_path / "happened.toml"
    outcomes.write_text("[observed.north]\nrate.cars = 15\n", encoding="utf-8")
    code, _, wrong = told(capsys, "backtest", "score", write(tmp_path, ""), outcomes)
    assert code == 2
    assert wrong == (
        "tariff-talks: observed.north: there is no talk 'north'; there is east, west\n"
    )


def test_the_files_the_other_way_round(tmp_path, capsys):
    outcomes = tmp_path / "happened.toml"
    outcomes.write_text(OUTCOMES, encoding="utf-8")
    code, _, wrong = told(capsys, "backtest", "score", outcomes, write(tmp_path, ""))
    assert code == 2
    assert wrong == (
        f"tariff-talks: {outcomes}: is neither a scenario nor an experiment config; name the "
        "scenario first, then the file that says what happened\n"
    )
