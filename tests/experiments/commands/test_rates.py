"""The command `rates`: average added rates by partner and day, beside the published series."""

import json

import numpy as np
import pandas as pd
import pytest

from experiments.commands.cli import main
from experiments.tariffs.average_rates import ALL, PUBLISHED, average_rates, report
from experiments.tariffs.average_rates import _published as published
from sim.errors import DataError
from tests.docs.test_readme import ROOT

SCENARIOS = ROOT / "configs" / "scenarios"
FILE, SERIES = (SCENARIOS / f"us_japan_korea_2025{end}.toml" for end in ("", "_series"))


def run(capsys, file, *words):
    """Give exit code, what was printed, and what was said as an error."""
    code = main(["rates", str(file), *map(str, words)])
    said = capsys.readouterr()
    return code, said.out, said.err


def table(capsys, file, days):
    """Give the rates by day and partner."""
    code, out, _ = run(capsys, file, "--date", days, "--no-figures", "--json")
    assert code == 0
    return pd.DataFrame(json.loads(out)["rates"]).set_index(["date", "partner"])


def test_under_its_own_conventions_the_published_series_is_met_on_nine_of_ten_numbers(capsys):
    """Within 0.7 points, but for Japan on 3 June: steel derivatives pay 50 in the series."""
    days = "2025-03-12,2025-04-03,2025-04-05,2025-04-11,2025-06-03"
    found = table(capsys, SERIES, days)
    seats = found.index.get_level_values("partner").isin(["Japan", "Korea"])
    pairs = found.loc[seats, ["added", "published"]].astype(float)
    assert len(pairs) == 10
    off = (pairs["added"] - pairs["published"]).abs()
    assert (off <= 0.7).sum() == 9
    assert off.idxmax() == ("2025-06-03", "Japan")
    assert off.max() == pytest.approx(1.20, abs=0.01)


@pytest.mark.parametrize("cell", ["much", ""])
def test_a_published_rate_that_is_no_number_is_a_sentence(tmp_path, cell):
    file = tmp_path / PUBLISHED
    file.write_text(f"date,partner,added_pct,source\n2025-04-11,CHN,{cell},x\n", "utf-8-sig")
    with pytest.raises(DataError, match=r"line 2 .*column added_pct: '.*' is not a number"):
        published(file)


def test_third_countries_are_there_beside_what_is_published(capsys):
    found = table(capsys, FILE, "2025-04-11").loc["2025-04-11"]
    here, there = found["added"].astype(float), found["published"].astype(float)
    assert [here["CHN"], there["CHN"]] == pytest.approx([101.6, 88.1], abs=0.05)
    assert [here["CHE"], there["CHE"]] == pytest.approx([6.9, 10.1], abs=0.05)
    assert [here["EU27"], there["EU27"]] == pytest.approx([9.3, 11.5], abs=0.05)
    assert np.isnan(there[ALL])
    assert min(here["GBR"], here["TWN"]) < here[ALL] < here["CHN"]


def test_the_series_of_2026_stands_beside_any_scenario(capsys):
    code, out, _ = run(capsys, FILE, "--date", "2026-02-20", "--no-figures")
    assert code == 0
    row = next(line for line in out.splitlines() if line.startswith("Korea"))
    assert row.split()[2] == "7.56"
    assert "published: trade-war-redux-2025 (MIT)" in out


def test_without_a_day_it_is_the_first_of_the_talks_and_a_figure_is_drawn(capsys, tmp_path):
    code, out, _ = run(capsys, FILE, "--out", tmp_path)
    assert code == 0
    assert out.startswith("Average added rates of United States on 2025-05-04, percent of imports")
    assert out.splitlines()[-1] == str(tmp_path / "rates.png")
    assert {file.name for file in tmp_path.iterdir()} == {"rates.png", "rates.svg", "rates.csv"}
    japan = next(line for line in out.splitlines() if line.startswith("Japan"))
    assert float(japan.split()[1]) == pytest.approx(14.83, abs=0.01)


def test_a_dated_duty_of_the_hub_is_in_the_average():
    duty = {"importer": "USA", "exporters": ["GBR"], "goods": ["exempt"], "points": 50}
    duty |= {"in_force": "2025-05-01", "path": {"end": {"in_force": "2025-06-01", "points": 0}}}
    days = [pd.Timestamp(day).date() for day in ("2025-04-30", "2025-05-01", "2025-06-01")]
    with_it, without = (
        average_rates(FILE, changes, days).rates.query("partner == 'GBR'")["added"].to_numpy()
        for changes in ({"economy.duties": {"gbr": duty}}, {})
    )
    assert with_it[[0, 2]] == pytest.approx(without[[0, 2]])
    assert with_it[1] - without[1] > 5


@pytest.mark.parametrize("width", [40, 80])
def test_no_line_is_wider_than_the_terminal(width):
    days = [pd.Timestamp("2025-04-11").date()]
    text = report(average_rates(FILE, {}, days), width)
    assert max(map(len, text.splitlines())) <= width


def test_bad_input_is_one_sentence(capsys):
    code, out, err = run(capsys, FILE, "--date", "yesterday")
    assert (code, out) == (2, "")
    assert "--date: yesterday is no date; write 2025-04-11" in err
    duty = '{importer="CHN",exporters=["CHN"],goods=["cars"],points=1,in_force="2025-01-01"}'
    code, _, err = run(capsys, FILE, "--set", f"economy.duties={{x={duty}}}")
    assert code == 2
    assert "economy.duties.x.exporters: CHN is the importer; own sales pay no tariff" in err
