"""The command `economy`: rates as they are asked for, the text, the figures, and bad input."""

import json
from datetime import date

import numpy as np
import pandas as pd
import pytest

from experiments.commands.cli import main
from experiments.tariffs.asked import tariff_package
from experiments.tariffs.economy_report import report
from experiments.tariffs.tariff_package import QUANTITIES, REST
from sim.errors import ConfigError
from tests.docs.test_readme import ROOT
from tests.experiments.small import write

FILE = ROOT / "configs" / "scenarios" / "us_japan_korea_2025.toml"
CARS = {"japan.cars": 15, "japan.parts": 15}
SEATS = ["United States", "Japan", "Korea"]
OTHERS = ["EU27", "GBR", "CHE", "TWN", "CHN", "MEX", "CAN", "ROW"]


def package(changes=CARS, **how):
    return tariff_package(FILE, changes, samples=how.pop("samples", 3), **how)


def rates(changes, **how):
    """Give the rates that differ, by partner and goods."""
    found = package(changes, **how).changed()
    return {
        (r.partner, r.goods): (round(r.against, 1), round(r.package, 1)) for r in found.itertuples()
    }


def run(capsys, *words):
    """Give exit code, what was printed, and what was said as an error."""
    code = main(["economy", str(FILE), *map(str, words)])
    said = capsys.readouterr()
    return code, said.out, said.err


# --- rates -------------------------------------------------------------------------------------


def test_a_measure_is_set_in_one_talk_or_in_all():
    assert rates({"japan.cars": 15}) == {("Japan", "cars"): (27.5, 17.5)}
    assert rates({"*.cars": 15}) == {
        ("Japan", "cars"): (27.5, 17.5),
        ("Korea", "cars"): (25.0, 15.0),
    }


def test_a_measure_on_two_goods_moves_both_and_two_measures_add_up():
    assert rates({"korea.metals": 50, "korea.suspended": 5}) == {
        ("Korea", "steel"): (25.1, 50.1),
        ("Korea", "aluminium"): (29.2, 54.2),
        ("Korea", "other goods"): (25.3, 15.3),
    }


def test_goods_can_be_set_that_no_measure_is_about_and_all_at_once():
    found = rates({"japan.exempt": 10, "japan.other_goods": 3})
    assert [after - before for before, after in found.values()] == pytest.approx([10, -21])


def test_a_region_without_a_seat_keeps_its_other_rates():
    assert rates({"CHN.other_goods": 30}) == {("CHN", "other goods"): (158.3, 43.3)}
    assert rates({"EU27.cars": 15}) == {("EU27", "cars"): (27.6, 17.6)}


def test_an_inclusive_measure_is_set_as_a_total():
    same = {"talks.japan.measures.cars.inclusive": True}
    assert rates({"japan.cars": 15, **same}) == {("Japan", "cars"): (27.5, 15.0)}
    assert rates({"japan.cars": 25, **same}) == {}


def test_what_it_is_compared_with():
    assert package({}).against == "before"
    assert package(CARS).against == "no-deal"
    nothing = rates({}, against="no-deal")
    assert nothing == {}
    today = rates({}, against="today")
    assert today == {
        ("Japan", "other goods"): (11.0, 25.0),
        ("Korea", "other goods"): (10.3, 25.3),
    }
    before = rates({}, against="before")
    assert before["CHN", "other goods"] == (13.3, 158.3)
    assert before["Japan", "cars"] == (2.5, 27.5)
    fifth = rates({}, against=date(2025, 4, 5))
    assert fifth["Japan", "auto parts"] == (2.5, 27.5)
    assert fifth["Japan", "other goods"] == (11.0, 25.0)
    assert ("Japan", "cars") not in fifth
    early = rates({"calendar.start": date(2025, 4, 4), "calendar.rounds": 48}, against="today")
    assert early["Japan", "auto parts"] == (2.5, 27.5)
    assert early["Japan", "other goods"] == (1.0, 25.0)


# --- effects -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def effects():
    return package(CARS, samples=20).effects()


def test_effects_are_those_of_the_countries_at_the_tables_and_of_the_rest(effects):
    assert list(dict.fromkeys(effects["region"])) == [*SEATS, *OTHERS, REST]
    assert effects["quantity"].tolist() == list(QUANTITIES) * 12
    table = effects.set_index(["region", "quantity"])["central"]
    assert table["Japan", "welfare"] == pytest.approx(1.94, abs=0.01)
    assert table["Japan", "profits"] == pytest.approx(2.13, abs=0.01)
    assert table["Korea", "profits"] == pytest.approx(-0.10, abs=0.01)
    assert table["United States", "revenue"] == pytest.approx(-2.13, abs=0.01)
    assert table["Japan", "prices"] == pytest.approx(-0.06, abs=0.005)
    assert table[REST, "welfare"] == pytest.approx(-0.88, abs=0.01)
    others = [table[name, "welfare"] for name in OTHERS]
    assert sum(others) == pytest.approx(table[REST, "welfare"])
    assert table["Japan", "gdp"] == pytest.approx(100 * table["Japan", "welfare"] / 4026, rel=1e-3)


def test_prices_are_relative_to_own_wages_and_third_countries_have_names():
    table = package({}, samples=2).effects().set_index(["region", "quantity"])["central"]
    assert table["United States", "prices"] == pytest.approx(0.60, abs=0.005)
    assert table["Japan", "prices"] == pytest.approx(0.29, abs=0.005)
    assert table["CHN", "welfare"] == pytest.approx(-96, abs=0.5)
    assert table["CAN", "welfare"] == pytest.approx(-17, abs=0.5)
    assert table["MEX", "welfare"] == pytest.approx(-15, abs=0.5)
    world = package({"economy.prices": "numeraire"}, samples=2).effects()
    same = world.set_index(["region", "quantity"])["central"]
    assert same["United States", "prices"] == table["United States", "prices"]


def test_a_package_can_start_from_today():
    """The suspended part stays suspended: 11 percent where it would be 25."""
    assert rates({"japan.cars": 15}, against="today", rest="today") == {
        ("Japan", "cars"): (27.5, 17.5)
    }
    assert rates({}, against="no-deal", rest="today") == {
        ("Japan", "other goods"): (25.0, 11.0),
        ("Korea", "other goods"): (25.3, 10.3),
    }
    early = {"calendar.start": date(2025, 4, 4), "calendar.rounds": 48}
    found = rates({"japan.cars": 15, **early}, against="before", rest="today")
    assert found["Japan", "cars"] == (2.5, 17.5)
    assert ("Japan", "auto parts") not in found


def test_where_there_are_no_profits_it_says_none(capsys):
    words = ("--set", "economy.competition=perfect", "--samples", 2, "--no-figures")
    _, out, _ = run(capsys, *words)
    line = next(line for line in out.splitlines() if line.startswith("Japan"))
    assert line.split()[3] == "none"
    table = package({"economy.competition": "perfect"}, samples=2).effects()
    assert table.loc[table["quantity"] == "profits", "central"].isna().all()


def test_counter_tariffs_cost_the_hub_20_more():
    """China's 125 percent: -32 where it was -12, with an interval below zero."""
    file = FILE.with_name("us_japan_korea_2025_retaliation.toml")
    none = {f"economy.duties.canada_{what}.points": 0 for what in ("metals", "cars")}
    rows = {}
    for name, changes in (("all", {}), ("china", none)):
        table = tariff_package(file, changes, samples=20).effects()
        rows[name] = table.set_index(["region", "quantity"]).loc[("United States", "welfare")]
    assert rows["china"]["central"] == pytest.approx(-32.4, abs=0.1)
    assert rows["all"]["central"] == pytest.approx(-34.5, abs=0.1)
    assert rows["china"]["high"] < 0


def test_every_number_carries_an_interval_of_samples(effects):
    assert (effects["low"] < effects["high"]).all()
    table = effects.set_index(["region", "quantity"])
    low, high = table.loc[("United States", "welfare"), ["low", "high"]]
    assert low < 0 < high


def test_profits_of_other_sectors_can_be_asked_for():
    both = package(CARS, profits=("cars", "auto_parts"), samples=2).effects()
    one = package(CARS, samples=2).effects()
    rows = [f.set_index(["region", "quantity"])["central"]["Japan", "profits"] for f in (one, both)]
    assert rows[0] < rows[1]


def test_samples_and_seed_are_those_asked_for():
    assert len(package(samples=7).samples.sigma["cars"]) == 7
    one, other = (package(seed=n).samples.sigma["cars"] for n in (0, 1))
    assert not np.array_equal(one, other)
    assert package().effects().equals(package().effects())


def test_a_sweep_of_an_elasticity_moves_sectors_together_from_low_to_high():
    swept = package(CARS, samples=2).sweep(["cars", "auto_parts"], 4)
    assert swept["elasticity"].unique().tolist() == pytest.approx([2.75, 4.5, 6.25, 8])
    rows = swept[(swept["region"] == "United States") & (swept["quantity"] == "welfare")]
    assert np.sign(rows["central"]).tolist() == [-1, 1, 1, 1]
    at = {"economy.sigma.cars": 8, "economy.sigma.auto_parts": 8}
    there = package({**CARS, **at}, samples=2).effects()["central"]
    assert swept.tail(len(there))["central"].tolist() == pytest.approx(there.tolist(), abs=1e-8)


# --- the text ----------------------------------------------------------------------------------


def test_the_text_says_rates_and_effects(capsys):
    code, out, err = run(capsys, "--set", "japan.cars=15", "--samples", 3, "--no-figures")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "The tariff package against no deal in any talk"
    assert lines[3].split() == ["Japan", "cars", "27.5", "17.5"]
    heads = ["Welfare", "%", "of", "GDP", "Profits", "Revenue", "Prices,", "%"]
    assert lines[5].split() == heads
    assert [line.split("  ")[0] for line in lines[6:30:2]] == [*SEATS, *OTHERS, REST]
    assert all(line.count("…") == 5 for line in lines[7:30:2])
    assert "5 to 95 % of 3 samples" in " ".join(lines)


@pytest.mark.slow
@pytest.mark.parametrize("width", [40, 60, 75, 76, 80, 200])
def test_no_line_is_wider_than_the_terminal(effects, width):
    for changes in ({}, CARS, {"CHN.other_goods": 30}, {"*.metals": 7}):
        found = package(changes)
        text = report(found, effects, width)
        assert max(map(len, text.splitlines())) <= width
        for name in [*SEATS, REST]:
            assert name in text


def test_many_rates_are_cut_short(effects):
    text = report(package({"*.metals": 0}, against="before"), effects, 80)
    assert "Rates in all" not in text
    every = {
        f"{r}.{s}": 1
        for r in ("CHN", "MEX", "CAN", "ROW")
        for s in ("cars", "steel", "exempt", "other_goods")
    }
    assert "  and 1 more" in report(package(every), effects, 80)


def test_a_package_that_changes_nothing_says_so(capsys):
    _, out, _ = run(capsys, "--set", "japan.cars=25", "--samples", 2, "--no-figures")
    assert "No rate differs; set some, such as --set TALK.MEASURE=15." in out


# --- figures -----------------------------------------------------------------------------------


@pytest.mark.slow
def test_figures_and_their_numbers_are_written(capsys, tmp_path):
    words = (
        "--set",
        "*.cars=15",
        "--samples",
        2,
        "--elasticity",
        "cars",
        "--out",
        tmp_path / "new",
    )
    code, out, _ = run(capsys, *words)
    assert code == 0
    assert out.splitlines()[-2:] == [
        str(tmp_path / "new" / f"{n}.png") for n in ("economy", "elasticity")
    ]
    files = {file.name: file.stat().st_size for file in (tmp_path / "new").iterdir()}
    assert set(files) == {
        f"{n}.{k}" for n in ("economy", "elasticity") for k in ("png", "svg", "csv")
    }
    assert min(files.values()) > 300
    table = pd.read_csv(tmp_path / "new" / "economy.csv")
    assert list(table) == ["region", "quantity", "central", "low", "high"]
    swept = pd.read_csv(tmp_path / "new" / "elasticity.csv")
    assert swept["elasticity"].nunique() == 15


# --- bad input ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--set", "japan.carz=1"], "--set japan.carz: there is no measure or sector 'carz'"),
        (["--set", "japn.cars=1"], "--set japn.cars: there is no talk or region 'japn'; did"),
        (["--set", "USA.cars=1"], "--set USA.cars: there is no talk or region 'USA'; there is jap"),
        (["--set", "JPN.cars=1"], "--set JPN.cars: there is no talk or region 'JPN'"),
        (["--set", "CHN.tea=1"], "--set CHN.tea: there is no sector 'tea'; there is cars, auto_pa"),
        (["--set", "japan.cars=low"], "--set japan.cars: 'low' is not a number"),
        (["--set", "japan.cars=-1"], "--set japan.cars: -1 is negative; a tariff"),
        (["--set", "cars=1"], "--set cars: is neither a key of the scenario nor a rate;"),
        (["--set", "japan.cars"], "--set japan.cars: is not PATH=VALUE"),
        (["--set", "economy.imbalanc=held"], "economy.imbalanc: there is no key 'imbalanc'"),
        (["--profits", "tea"], "--profits: there is no sector 'tea'"),
        (["--elasticity", "tea"], "--elasticity: there is no sector 'tea'"),
    ],
)  # fmt: skip
def test_bad_input_is_one_sentence(capsys, words, sentence):
    code, out, err = run(capsys, *words, "--no-figures")
    assert (code, out) == (2, "")
    assert err.startswith(f"tariff-talks: {sentence}")
    assert err.count("\n") == 1


def test_words_that_are_no_numbers_are_refused(capsys):
    assert run(capsys, "--samples", "1")[0] == 2
    code, _, err = run(capsys, "--against", "never")
    assert code == 2
    assert "never is neither no-deal, today, before nor a date such as 2025-04-05" in err
    _, out, _ = run(capsys, "--against", "2025-04-05", "--samples", "2", "--no-figures")
    assert out.startswith("No deal against the tariffs in force on 2025-04-05")


def test_a_file_that_has_no_economy_is_refused(tmp_path, capsys):
    config = write(tmp_path)
    assert main(["economy", str(config)]) == 2
    assert "is an experiment, not a scenario; name its scenario file" in capsys.readouterr().err
    with pytest.raises(ConfigError, match="its payoffs are given; there is no economy that can be"):
        tariff_package(tmp_path / "scenario.toml", {})
    with pytest.raises(ConfigError, match="there is no such file"):
        tariff_package(tmp_path / "nothing.toml", {})


def test_today_needs_a_day():
    dated = ("ratification", "shocks", "threats")
    undated = {"calendar": {"rounds": 10}, **{key: {} for key in dated}}
    with pytest.raises(ConfigError, match=r"--against today: the scenario has no calendar\.start"):
        package(undated, against="today")


def test_rates_and_effects_as_json(capsys):
    code, out, _ = run(capsys, "--set", "japan.cars=15", "--samples", 3, "--no-figures", "--json")
    found = json.loads(out)
    assert code == 0
    (rate,) = found["rates"]
    assert (rate["partner"], rate["goods"]) == ("Japan", "cars")
    assert (rate["against"], rate["package"]) == pytest.approx((27.5, 17.5), abs=0.05)
    effects = package({"japan.cars": 15}).effects()
    assert [row["central"] for row in found["effects"]] == pytest.approx(
        effects["central"].tolist()
    )


# --- why ---------------------------------------------------------------------------------------


def test_no_deal_is_a_large_gain_in_terms_of_trade_less_a_larger_loss_by_tariffs():
    """-11.7 = 164.8 - 168.0 - 8.5."""
    why = package({}, samples=2).why().set_index(["region", "part"])["usd_bn"]["United States"]
    assert why["welfare"] == pytest.approx(-11.71, abs=0.005)
    parts = why.drop("welfare")
    assert parts.tolist() == pytest.approx([164.8, -168.0, -8.5, 0.0], abs=0.1)
    assert parts.sum() == pytest.approx(why["welfare"], rel=1e-3)


@pytest.mark.parametrize("width", [40, 80, 120])
def test_the_reasons_fit_the_terminal_and_are_told_as_json(capsys, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", str(width))
    words = ("--set", "japan.cars=15", "--samples", 2, "--no-figures", "--why")
    code, out, _ = run(capsys, *words)
    assert code == 0
    lines = out.partition("Why: ")[2].splitlines()
    assert max(map(len, lines)) <= width
    assert "CHN" in out
    _, told, _ = run(capsys, *words, "--json")
    found = pd.DataFrame(json.loads(told)["why"])
    assert list(found) == ["region", "part", "usd_bn"]
    assert len(found) == 11 * 5
